"""The customer's own tier, over HTTP."""

import pytest
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.tiers.tests.builders import customer, grown, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return customer()


@pytest.fixture
def get(client, ann):
    token = tokens.issue_token(customer_id=ann.pk, now=timezone.now())

    def ask(path=""):
        return client.get(f"/api/v1/loyalty/tier{path}", headers={"Authorization": f"Bearer {token}"}).json()

    return ask


def test_without_a_plan_there_is_no_tier(get):
    assert get() is None
    assert get("/history") == []


def test_progress_says_what_is_missing_and_until_when(get, ann):
    now = timezone.now()
    today = timezone.localdate(now)
    plan(starts_on=today, now=now)
    grown(ann, 1_200, now=now), grown(ann, 50, now=now, pending=True)

    told = get()

    assert (told["tier"]["code"], told["next"]["code"], told["missing"]) == ("silver", "gold", 1_800)
    assert (told["counted"], told["pending"], told["until"]) == (1_200, 50, f"{today.year + 1}-12-31")
    assert [tier["code"] for tier in told["tiers"]] == ["member", "silver", "gold"]
    assert told["keeping"] is None                       # this year's growth keeps it through the next
    (change,) = get("/history")
    assert {name: change[name] for name in ("before", "after", "up", "reason")} == {
        "before": "member", "after": "silver", "up": True, "reason": "growth"}


def test_months_say_what_keeps_the_tier(get, ann):
    now = timezone.now()
    plan(starts_on=timezone.localdate(now), now=now, period="months", months=6)
    grown(ann, 1_000, now=now)

    told = get()

    assert (told["keeping"]["counted"], told["keeping"]["missing"], told["keeping"]["until"]) == (
        0, 1_000, told["until"])


def test_nobody_asks_without_a_login(client):
    assert client.get("/api/v1/loyalty/tier").status_code == 401
