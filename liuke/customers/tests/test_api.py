"""What customers decide about themselves, over the API."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from liuke.customers.models import PersonalExport
from liuke.customers.services import consents, export, tokens
from liuke.customers.services.records import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def me():
    customer = join(source="shop", now=timezone.now())
    return customer, tokens.issue_token(customer_id=customer.pk, now=timezone.now())


def ask(method, path, token, body=None):
    call, headers = getattr(Client(), method), {"Authorization": f"Bearer {token}"}
    return call(f"/api/v1/me{path}", body, content_type="application/json", headers=headers)


def test_nothing_is_allowed_until_it_is_said_and_a_refusal_holds(me):
    _customer, token = me
    consents.publish_text(version="m-1", purpose="marketing", body="每月不超过八次", now=timezone.now())
    said = {"channel": "sms", "purpose": "marketing", "given": True, "text_version": "m-1"}

    before = ask("get", "/consents", token).json()
    given = ask("put", "/consents", token, said).json()
    refused = ask("put", "/consents", token, {**said, "given": False}).json()

    assert {each["given"] for each in before} == {False}
    assert [each["channel"] for each in given if each["given"]] == ["sms"]
    assert {each["given"] for each in refused} == {False}
    assert ask("put", "/consents", token, {**said, "text_version": "of-nobody"}).status_code == 422


def test_a_double_tap_is_one_export_and_it_is_handed_out_once_to_its_owner(me):
    customer, token = me
    first, second = ask("post", "/exports", token).json(), ask("post", "/exports", token).json()
    assert (first["id"], first["state"]) == (second["id"], "making")

    export.build_export(export_id=first["id"], now=timezone.now())
    other = join(source="shop", now=timezone.now())
    stranger = tokens.issue_token(customer_id=other.pk, now=timezone.now())

    assert ask("post", f"/exports/{first['id']}/take", stranger).status_code == 404
    taken = ask("post", f"/exports/{first['id']}/take", token)
    assert (taken.status_code, taken.content[:2]) == (200, b"PK")
    assert ask("post", f"/exports/{first['id']}/take", token).json()["code"] == "export_gone"
    assert ask("get", "/", token).json() == {
        "number": customer.number, "birthday": None,
        "export": {**ask("get", "/", token).json()["export"], "state": "gone"}}


def test_an_export_that_nobody_took_in_time_can_be_asked_for_again(me):
    _customer, token = me
    first = ask("post", "/exports", token).json()
    export.build_export(export_id=first["id"], now=timezone.now())
    PersonalExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert ask("post", "/exports", token).json()["id"] != first["id"]


def test_forgetting_needs_the_member_number_and_logs_every_device_out(me):
    customer, token = me
    wrong = ask("post", "/forget", token, {"number": "OTHER"})
    customer.refresh_from_db()
    assert (wrong.json()["code"], customer.forgotten_at) == ("forget_not_confirmed", None)

    assert ask("post", "/forget", token, {"number": customer.number}).status_code == 204

    customer.refresh_from_db()
    assert customer.forgotten_at is not None
    assert ask("get", "/", token).status_code == 401
