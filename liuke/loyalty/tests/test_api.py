"""The customer's own points over the JSON API."""

import pytest
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.reversing import take_back_for_refund
from liuke.loyalty.tests.builders import DAY, NOW, customer, paid, refund, rule
from liuke.mall.models import Order
from liuke.points.services import reserve, use

pytestmark = pytest.mark.django_db
HOME = "/api/v1/loyalty/points"


@pytest.fixture
def ask(client):
    def get(someone, path="", **query):
        token = tokens.issue_token(customer_id=someone.pk, now=timezone.now()) if someone else "nobody"
        headers = {"authorization": f"Bearer {token}"}
        return client.get(HOME + path, query, headers=headers)

    return get


def test_a_customer_sees_balance_lots_and_reasons(ask):
    ann, _ = customer(), rule(valid="days", valid_length=3_000)
    bought = paid(ann, 10_000, 5_000)
    award(facts=[bought], now=NOW)
    take_back_for_refund(order_id=bought.data["order_id"], fact_id=refund(bought, 5_000).pk, now=NOW + DAY)
    reserve(customer_id=ann.pk, amount=30, key="2611020001", now=NOW + DAY)
    use(key="2611020001", now=NOW + DAY)

    told = ask(ann).json()
    assert (told["available"], told["reserved"], told["pending"], told["expiring"]) == (70, 0, 0, 70)
    assert [(lot["points"], lot["of"]) for lot in ask(ann, "/lots").json()] == [(70, 150)]
    entries = ask(ann, "/history").json()["entries"]
    assert [(entry["kind"], entry["points"], entry["balance"]) for entry in entries] == [
        ("used", -30, 70), ("reserved", -30, 100), ("taken_back", -50, 100), ("earned", 150, 150)]
    assert entries[3]["why"].startswith("消费送积分（第 1 版）· 支付订单 · L")
    assert entries[3]["why"].endswith("实付商品金额 ¥150.00")
    assert entries[2]["order"] == entries[3]["order"]
    assert entries[0]["why"] == "订单 2611020001"


def test_who_has_no_points_yet_sees_zeros(ask):
    ann = customer()

    assert ask(ann).json()["available"] == 0
    assert ask(ann, "/lots").json() == []
    assert ask(ann, "/history").json() == {"entries": [], "before": ""}


def test_every_award_says_why_whatever_it_gave_and_when_it_comes(client):
    ann, bob = customer(), customer()
    rule("消费送积分", hold="after_days", hold_days=3)
    rule("消费成长", benefit="growth", amount="floor(amount_fen / 1000)", caps={"customer_day": 5})
    bought = paid(ann, 12_800)
    award(facts=[bought, paid(bob, 100)], now=NOW)
    token = tokens.issue_token(customer_id=ann.pk, now=timezone.now())

    told = client.get("/api/v1/loyalty/awards", headers={"authorization": f"Bearer {token}"}).json()

    assert told["next"] is None
    growth, points = told["awards"]
    order = Order.objects.get(pk=bought.data["order_id"]).number
    assert points["why"] == f"消费送积分（第 1 版）· 支付订单 · {order} · 实付商品金额 ¥128.00"
    assert [(each["benefit"], each["what"], each["amount"], each["state"], each["less"], each["order"])
            for each in (points, growth)] == [
        ("points", "积分", 128, "held", "", order),
        ("growth", "成长值", 5, "given", "达到上限：每位客户每天最多", order)]
    assert (points["comes_at"], growth["comes_at"]) == ("2026-11-05T09:00:00Z", None)


def test_strangers_and_broken_places_are_refused(ask):
    ann = customer()

    assert ask(None).status_code == 401
    assert ask(ann, "/history", before="x").status_code == 422
