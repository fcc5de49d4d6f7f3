"""The inbox is the customer's own, newest first, and says what is new until it was seen."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.customers.tests.builders import make_customer
from liuke.outreach import rules, services
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def tell(customer, *topics):
    with transaction.atomic():
        for topic in topics:
            services.queue_message(customer_id=customer.pk, channel="inbox", purpose="service", topic=topic,
                                   text=f"关于 {topic}", key=f"{customer.pk}:{topic}", now=timezone.now())
    settle()


@pytest.fixture
def phone(client):
    def ask(customer, path="/", body=None):
        token = tokens.issue_token(customer_id=customer.pk, now=timezone.now())
        headers, path = {"Authorization": f"Bearer {token}"}, f"/api/v1/inbox{path}"
        return (client.post(path, body, content_type="application/json", headers=headers) if body is not None
                else client.get(path, headers=headers))

    return ask


def test_a_customer_finds_own_notices_and_where_each_leads(phone):
    mine, other = make_customer(), make_customer()
    tell(mine, "order:D1:7", "points::8")
    tell(other, "order:D2:9")

    told = phone(mine).json()

    assert [(row["text"], row["about"], row["what"], row["read"]) for row in told["messages"]] == [
        ("关于 points::8", "points", "", False), ("关于 order:D1:7", "order", "D1", False)]
    assert (told["unread"], told["next"]) == (2, None)


def test_what_was_seen_is_read_for_good_and_nobody_reads_for_another(phone):
    mine, other = make_customer(), make_customer()
    tell(mine, "order:D1:7", "order:D2:8")
    first = phone(mine).json()["messages"][-1]["id"]

    assert phone(other, "/read", {"until": first + 1}).status_code == 204
    assert phone(mine).json()["unread"] == 2
    for _again in range(2):
        assert phone(mine, "/read", {"until": first}).status_code == 204

    assert [row["read"] for row in phone(mine).json()["messages"]] == [False, True]
    assert phone(mine).json()["unread"] == 1


def test_the_pages_of_an_inbox_follow_each_other_without_a_gap(phone):
    mine = make_customer()
    tell(mine, *(f"order:D{at}:1" for at in range(rules.PAGE + 3)))

    first = phone(mine).json()
    rest = phone(mine, f"/?before={first['next']}").json()

    assert [row["what"] for row in first["messages"] + rest["messages"]] == [
        f"D{at}" for at in reversed(range(rules.PAGE + 3))]
    assert (first["unread"], rest["next"]) == (rules.PAGE + 3, None)


def test_what_is_not_sent_yet_is_not_there(phone):
    mine = make_customer()
    with transaction.atomic():
        services.queue_message(customer_id=mine.pk, channel="inbox", purpose="service", topic="order:D1:1", text="明天",
                               key="later", now=timezone.now(), send_at=timezone.now() + timedelta(days=1))
    settle()

    assert phone(mine).json() == {"unread": 0, "messages": [], "next": None}
