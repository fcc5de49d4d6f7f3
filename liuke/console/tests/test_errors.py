"""Errors in our look, and in the API's shape under /api/."""

import pytest
from django.test import Client, RequestFactory

from liuke.console import errors
from liuke.console.middleware import SayRefused
from liuke.kit.errors import NotYours, Refused

pytestmark = pytest.mark.django_db


def test_an_unknown_page_and_an_unknown_api_path(client):
    assert "没有这个页面" in client.get("/nowhere/").content.decode()

    response = client.get("/api/nowhere")

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("address", [
    "/console/desk/tickets/S%00/", "/api/v1/orders/%00", "/report/%00/", "/draws/%00/"])
def test_an_address_that_no_database_keeps_leads_nowhere(client, address):
    assert client.get(address).status_code in (401, 404)


def test_a_form_without_its_token_says_to_load_the_page_again(owner):
    stranger = Client(enforce_csrf_checks=True)

    response = stranger.post("/console/login/", {"login": "x", "password": "y"})

    assert response.status_code == 403
    assert "这个页面放得太久了" in response.content.decode()


def test_the_page_for_a_bug_needs_no_database(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.broken(rf.get("/console/"))

    assert response.status_code == 500
    assert "出了点问题" in response.content.decode()


def refused(error, **headers):
    from django.contrib.messages.storage.fallback import FallbackStorage

    request = RequestFactory(headers=headers).post("/console/x/")
    request.session = {}
    request._messages = FallbackStorage(request)
    return SayRefused(lambda _: None).process_exception(request, error), request


def test_a_refusal_becomes_a_sentence_on_the_page_one_came_from():
    response, request = refused(Refused("这张优惠券已用过"), referer="http://testserver/console/audit/")

    assert (response.status_code, response["Location"]) == (302, "http://testserver/console/audit/")
    assert [str(each) for each in request._messages] == ["这张优惠券已用过"]


def test_a_refusal_never_sends_elsewhere():
    response, _ = refused(Refused("不行"), referer="https://elsewhere.example/")

    assert response["Location"] == "/console/"


def test_not_yours_looks_like_nothing_there():
    response, _ = refused(NotYours())

    assert response.status_code == 404
