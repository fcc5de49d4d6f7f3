"""Many at once, and killed in the middle: one effect, and nothing lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from liuke.channels import registry
from liuke.mall.models import Notice, Order, OrderLine, Payment, PaymentSplit, Refund, StockLevel
from liuke.mall.rules.shares import RefundTooLarge
from liuke.mall.services import refunds
from liuke.mall.services.refunds import Part
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, expire, opened, paid
from liuke.run.testing import process_environment
from liuke.timeline.models import Fact

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(calls):
    """Run all calls in threads of their own that start together; their answers, or the errors they raised."""
    gate = threading.Barrier(len(calls))

    def run(call):
        connection.ensure_connection()
        gate.wait(timeout=60)
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_notice_ten_times_at_once_has_one_effect(wechat):
    group = builders.purchase([(builders.sku(), 2)], [(builders.sku(), 1)], now=timezone.now())
    payment = opened(group)
    wechat.pay(payment.number)
    notice = wechat.notice(payment.number)

    assert at_once([lambda: deliver(notice)] * 10) == [204] * 10

    assert Notice.objects.get().repeats == 9
    assert Fact.objects.filter(kind="OrderPaid").count() == 2
    assert PaymentSplit.objects.count() == 2


def test_ten_different_notices_of_one_payment_at_once_have_one_effect(wechat):
    group = builders.purchase(now=timezone.now())
    payment = opened(group)
    wechat.pay(payment.number)
    told = [wechat.notice(payment.number) for _ in range(10)]

    assert at_once([lambda notice=notice: deliver(notice) for notice in told]) == [204] * 10

    assert sorted(Notice.objects.values_list("outcome", flat=True)) == ["applied", *["repeated"] * 9]
    assert Fact.objects.filter(kind="OrderPaid").count() == 1


def test_two_ways_paid_at_once_pay_one_and_return_the_other(wechat):
    group = builders.purchase([(builders.sku(list_fen=500), 1)], now=timezone.now())
    both = [opened(group), opened(group, way="native", key="other")]
    for payment in both:
        wechat.pay(payment.number)
    told = [wechat.notice(payment.number) for payment in both]

    assert at_once([lambda notice=notice: deliver(notice) for notice in told]) == [204, 204]

    assert sorted(Notice.objects.values_list("outcome", flat=True)) == ["applied", "returned"]
    assert Refund.objects.get().amount_fen == 500
    assert sorted(Payment.objects.values_list("claimed_fen", flat=True)) == [0, 500]


def test_two_late_payers_of_the_last_piece_give_it_to_one(wechat):
    last = builders.sku(stock=2)
    late = [builders.purchase([(last, 1)], now=timezone.now()) for _ in range(2)]
    told = []
    for group in late:
        payment = opened(group)
        wechat.pay(payment.number)
        told.append(wechat.notice(payment.number))
    expire(late[1])                                               # and with it the first
    builders.purchase([(last, 1)], now=timezone.now())

    assert at_once([lambda notice=notice: deliver(notice) for notice in told]) == [204, 204]

    assert sorted(Notice.objects.values_list("outcome", flat=True)) == ["returned", "revived"]
    assert StockLevel.objects.get().reserved == 2


def test_eight_refunds_at_once_never_exceed_what_was_paid(wechat):
    paid(wechat, [(builders.sku(list_fen=100), 5)])
    order, line = Order.objects.get(), OrderLine.objects.get()

    def refund(key):
        with transaction.atomic():
            return refunds.refund_lines(order_id=order.pk, parts=[Part(line.pk, 2)], key=key, reason="",
                                        now=timezone.now())

    answers = at_once([lambda at=at: refund(f"k{at}") for at in range(8)])

    assert [type(each) for each in answers].count(RefundTooLarge) == 6
    assert sorted(each.amount_fen for each in answers if isinstance(each, Refund)) == [200, 200]
    assert Payment.objects.get().claimed_fen == 400


def test_the_same_refund_asked_for_by_eight_workers_goes_once(wechat):
    paid(wechat, [(builders.sku(list_fen=100), 5)])
    with transaction.atomic():
        row = refunds.refund_rest(order_id=Order.objects.get().pk, key="k", reason="", now=timezone.now())
    now = timezone.now()

    at_once([lambda: refunds.ask_refund(refund_id=row.pk, now=now)] * 8)

    assert len(wechat.refunds) == 1
    assert len([each for each in wechat.requests if each == "POST /v3/refund/domestic/refunds"]) == 1


KILLED = """
import django; django.setup()
from django.utils import timezone
from liuke.mall.services import refunds
refunds.ask_refund(refund_id={refund}, now=timezone.now())
"""


@pytest.mark.crash
@pytest.mark.parametrize("reached", [True, False], ids=["after the effect", "before the effect"])
def test_killed_between_the_request_and_the_answer_the_money_goes_once(wechat, reached):
    paid(wechat, [(builders.sku(list_fen=100), 5)])
    with transaction.atomic():
        row = refunds.refund_rest(order_id=Order.objects.get().pk, key="k", reason="", now=timezone.now())
    wechat.trouble.append("slow")
    wechat.slow_seconds = 60
    if not reached:
        wechat.orders[row.payment.number]["trade_state"] = "NOTPAY"       # it refuses, as slowly
    process = subprocess.Popen([sys.executable, "-c", KILLED.format(refund=row.pk)], env=environment(wechat))
    wait_until(lambda: any("POST /v3/refund" in each for each in wechat.requests))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(wechat.refunds) == int(reached)
    wechat.orders[row.payment.number]["trade_state"] = "SUCCESS"

    row.refresh_from_db()
    assert (row.state, row.tries) == ("wanted", 1)
    now = timezone.now() + timedelta(minutes=2)
    with transaction.atomic():
        assert refunds.queue_due(now=now) == 1
    refunds.ask_refund(refund_id=row.pk, now=now)
    wechat.end_refund(row.number)
    deliver(wechat.notice(row.number))

    assert [each["amount"]["refund"] for each in wechat.refunds.values()] == [500]
    assert Refund.objects.get().state == "done"
    assert Order.objects.get().refunded_fen == 500


def environment(wechat):
    """What another process needs for the same database and the same WeChat."""
    merchant = wechat.merchant()
    return process_environment(
        LIUKE_URL="https://shop.example", LIUKE_WECHATPAY_MCHID=merchant.mchid,
        LIUKE_WECHATPAY_APPID=merchant.appid, LIUKE_WECHATPAY_SERIAL=merchant.serial,
        LIUKE_WECHATPAY_PRIVATE_KEY=merchant.private_key, LIUKE_WECHATPAY_APIV3_KEY=merchant.apiv3_key,
        LIUKE_WECHATPAY_PUBLIC_KEY=merchant.public_key, LIUKE_WECHATPAY_PUBLIC_KEY_ID=merchant.public_key_id,
        LIUKE_WECHATPAY_GATEWAY=merchant.gateway,
    )


def wait_until(reached, seconds=90):
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


def test_a_provider_that_is_turned_off_is_said_so():
    with pytest.raises(Exception, match="not turned on"):
        registry.payment_provider("wechat")
