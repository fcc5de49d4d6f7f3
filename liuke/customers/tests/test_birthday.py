"""A customer tells their birthday once, and only with a yes to its being kept."""

import json

import pytest
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.customers.tests.builders import make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(client):
    token = tokens.issue_token(customer_id=make_customer().pk, now=timezone.now())
    bearer = {"authorization": f"Bearer {token}"}

    def send(**body):
        answer = client.put("/api/v1/me/birthday", json.dumps(body), "application/json", headers=bearer)
        return answer.status_code, answer.json()["code"] if answer.content else ""

    send.known = lambda: client.get("/api/v1/me/", headers=bearer).json()["birthday"]
    return send


def test_a_birthday_is_told_once(put):
    assert put.known() is None
    assert put(month=2, day=29, agreed=False) == (422, "birthday_not_agreed")
    assert put(month=2, day=30, agreed=True) == (422, "bad_input")
    assert put(month=13, day=1, agreed=True) == (422, "bad_input")
    assert put.known() is None

    assert [put(month=2, day=29, agreed=True), put(month=2, day=29, agreed=True)] == [(204, "")] * 2
    assert put(month=3, day=1, agreed=True) == (409, "birthday_told")
    assert put.known() == 229
