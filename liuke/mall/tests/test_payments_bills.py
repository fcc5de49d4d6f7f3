"""A day's bill is compared with our books; every kind of difference is found, once, and stays until explained."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.channels.errors import ChannelError
from liuke.kit import comparing
from liuke.kit.errors import BadInput
from liuke.mall.models import Bill, BillDifference, Order, Payment, Refund
from liuke.mall.queries.payments import ZONE, bills_list, differences_open
from liuke.mall.services import bills, refunds
from liuke.mall.services.refunds import Part
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import opened, paid
from liuke.org.tests.builders import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.now().astimezone(ZONE).date()


def compare(day):
    return bills.fetch_and_compare(provider="wechat", day=day, now=timezone.now())


def found():
    return sorted(BillDifference.objects.values_list("kind", "subject", "number", "ours_fen", "theirs_fen"))


@pytest.fixture
def order(wechat):
    return paid(wechat, [(builders.sku(list_fen=8800), 2)]).orders.get()


@pytest.fixture
def refund(wechat, order):
    with transaction.atomic():
        parts = [Part(order.lines.get().pk, 1)]
        row = refunds.refund_lines(order_id=order.pk, parts=parts, key="k", reason="", now=timezone.now())
    return refunds.ask_refund(refund_id=row.pk, now=timezone.now())


def test_books_that_agree_have_no_differences(wechat, refund, today):
    bill = compare(today)

    assert (bill.rows, bill.paid_fen, bill.refunded_fen, bill.fee_fen) == (2, 17600, 8800, 106 - 53)
    assert bill.compared_at
    assert found() == []


def test_a_refund_that_was_done_since_the_bill_agrees(wechat, refund, today):
    rows = list(_rows(today))
    Refund.objects.update(state="done")

    with transaction.atomic():
        bills.compare(provider="wechat", day=today, rows=rows, now=timezone.now())

    assert found() == []


def _rows(day):
    from liuke.channels.registry import payment_provider
    return payment_provider("wechat").bill(day)


def test_money_that_we_know_nothing_of(wechat, order, today):
    Payment.objects.update(number="OURS-1")

    compare(today)

    number = next(iter(wechat.orders))
    assert found() == [
        ("missing_here", "payment", number, None, 17600), ("missing_there", "payment", "OURS-1", 17600, None),
    ]


def test_another_amount(wechat, refund, today):
    Refund.objects.update(amount_fen=8799)

    compare(today)

    assert found() == [("amount", "refund", refund.number, 8799, 8800)]


def test_paid_there_and_not_here(wechat, today):
    group = builders.purchase([(builders.sku(list_fen=8800), 1)], now=timezone.now())
    payment = opened(group)
    wechat.pay(payment.number)                                # and nobody told us

    compare(today)

    assert found() == [("state", "payment", payment.number, 8800, 8800)]
    assert BillDifference.objects.values_list("ours_state", "theirs_state").get() == ("open", "paid")


def test_a_refund_that_the_bill_does_not_have(wechat, order, refund, today):
    wechat.refunds.clear()

    compare(today)

    assert found() == [("missing_there", "refund", refund.number, 8800, None)]


def test_a_day_ends_at_midnight_in_china(wechat):
    late = datetime(2026, 11, 2, 15, 59, 59, tzinfo=UTC)
    for at in (late, late + timedelta(seconds=1)):
        order = paid(wechat).orders.get()
        Payment.objects.filter(group=order.group).update(paid_at=at)
        wechat.orders.pop(Payment.objects.get(group=order.group).number)

    compare(date(2026, 11, 2))
    compare(date(2026, 11, 3))

    assert [each.bill.day_on.day for each in differences_open()] == [3, 2]


def test_again_is_once_and_what_is_gone_disappears(wechat, today):
    payment = opened(builders.purchase(now=timezone.now()))
    wechat.pay(payment.number)
    for _ in range(2):
        compare(today)
    assert len(found()) == 1

    from liuke.mall.services import payments
    payments.ask_payment(payment_id=payment.pk, now=timezone.now() + timedelta(minutes=1))
    compare(today)

    assert found() == []
    assert Order.objects.get().state == "paid"


def test_what_was_explained_stays_explained(wechat, order, today):
    Payment.objects.update(amount_fen=17700)
    compare(today)
    difference = BillDifference.objects.get()
    with pytest.raises(BadInput):
        comparing.explain(BillDifference, difference_id=difference.pk, staff_id=staff().pk, explanation=" ")

    comparing.explain(
        BillDifference, difference_id=difference.pk, staff_id=staff("lan").pk, explanation="测试单")
    compare(today)

    difference.refresh_from_db()
    assert difference.explanation == "测试单"
    assert not differences_open().exists()
    assert bills_list().get().open == 0


def test_an_empty_day_is_compared_too(wechat):
    assert compare(date(2026, 10, 1)).rows == 0


def test_a_bill_that_cannot_be_had_leaves_nothing(wechat, today):
    wechat.trouble.append("fail")

    with pytest.raises(ChannelError):
        compare(today)

    assert not Bill.objects.exists()


def test_the_clock_asks_for_the_last_days_until_they_are_settled(wechat, today, monkeypatch):
    from liuke.channels import registry
    for name in set(registry.payment_providers()) - {"wechat"}:
        monkeypatch.delitem(registry.payment_providers(), name)
    with transaction.atomic():
        assert bills.queue_due(now=timezone.now()) == 7

    compare(today - timedelta(days=1))

    with transaction.atomic():
        assert bills.queue_due(now=timezone.now()) == 6


def test_a_number_that_stands_on_the_bill_twice_is_one_difference(wechat, order, today):
    rows = list(_rows(today))

    with transaction.atomic():
        bills.compare(provider="wechat", day=today, rows=rows * 3, now=timezone.now())

    number = Payment.objects.get().number
    assert found() == [("twice", "payment", number, 17600, 17600)]
