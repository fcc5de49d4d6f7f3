"""Customers find in their inbox what happened to their things, once, and nothing that is old."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.mall.models import Return, Shipment
from liuke.mall.tests import builders as mall
from liuke.outreach.queries import inbox, text_of
from liuke.outreach.rules import STALE
from liuke.timeline import facts, reactor
from liuke.timeline.services import record
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def happens(customer, body, *, ago=timedelta(0)):
    with transaction.atomic():
        fact = record(body, customer_id=customer.pk, key="f", happened_at=timezone.now() - ago)
    settle()
    return fact


def told(customer):
    return [(row.topic.rpartition(":")[0], text_of(row)) for row in inbox(customer.pk)]


def parcel():
    order = mall.purchase(now=timezone.now()).orders.get()
    row = Shipment.objects.create(order=order, number="P1", key="p", state="shipped", carrier="SF", tracking="SF778899")
    return order, facts.OrderShipped(order_id=order.pk, shipment_id=row.pk)


def test_a_parcel_that_left_is_told_once_with_its_number():
    order, body = parcel()

    fact = happens(order.customer, body)
    reactor.react([fact])
    settle()

    said = f"您的订单 {order.number} 有一个包裹已发出，单号 SF778899。"
    assert told(order.customer) == [(f"order:{order.number}", said)]


def test_nobody_is_told_what_is_old():
    order, body = parcel()

    happens(order.customer, body, ago=STALE + timedelta(minutes=1))

    assert told(order.customer) == []


@pytest.mark.parametrize(("approved", "word"), [(True, "已同意"), (False, "没有通过")], ids=["yes", "no"])
def test_a_decision_is_told_with_the_way_to_the_request(approved, word):
    order = mall.purchase(now=timezone.now()).orders.get()
    row = Return.objects.create(number="T1", key="r", order=order, customer=order.customer, kind="return", state="open",
                                reason="quality", asked_at=timezone.now())

    happens(order.customer, facts.ReturnDecided(return_id=row.pk, order_id=order.pk, approved=approved))

    [(topic, text)] = told(order.customer)
    assert (topic, word in text) == ("return:T1", True)


@pytest.mark.parametrize(("body", "expected"), [
    (facts.CommissionConfirmed(order_id=1, amount_fen=123_450), ("rewards:", "您的推荐奖励 ¥1,234.50 已到账。")),
    (facts.PayoutPaid(payout_id=1, amount_fen=800, tax_fen=0), ("payouts:", "您的提现 ¥8.00 已到账。")),
    (facts.PayoutReturned(payout_id=1, amount_fen=800), ("payouts:", "您的提现没有付出，¥8.00 已退回余额。")),
    (facts.PointsExpiring(points=30, expires_on="2026-12-31", days=30),
     ("points:", "您有 30 积分将在 12 月 31 日到期。")),
    (facts.CouponExpiring(coupons=2, worth_fen=0, expires_on="2026-12-01", days=3),
     ("coupons:", "您有 2 张优惠券将在 12 月 1 日到期。")),
], ids=["commission", "payout", "returned", "points", "coupons"])
def test_what_was_earned_or_is_about_to_go_is_told_in_a_sentence(body, expected):
    customer = mall.customer()

    happens(customer, body)

    assert told(customer) == [expected]


def test_only_a_step_upwards_is_told():
    up, down = mall.customer(), mall.customer()
    for at, customer in enumerate((up, down)):
        with transaction.atomic():
            record(facts.TierChanged(before="a", after="b", up=customer is up, reason="growth", until=""),
                   customer_id=customer.pk, key=f"t{at}", happened_at=timezone.now())
    settle()

    assert ([topic for topic, _text in told(up)], told(down)) == (["tier:"], [])
