"""A repair is told what it costs, paid like any purchase, and begins when it is paid."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.mall.models import Order, Payment, Refund, RepairQuote, Return, StatementLine
from liuke.mall.queries.orders import bought
from liuke.mall.rules.returns import PAY_WITHIN, NotNow
from liuke.mall.services import fulfilment, orders, repairs
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, opened, paid
from liuke.mall.tests.test_return_refunds import ask, finish, send
from liuke.mall.tests.test_returns import walk
from liuke.org.tests.builders import staff
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(wechat):
    """A piece on the bench, quoted at 88.00."""
    paid(wechat, [(builders.sku(list_fen=20000), 1)])
    order = Order.objects.get()
    send(order, 1)
    request = walk(ask(order, "repair"), "approve", "send_back", "receive", "diagnose")
    repairs.quote(request=request, staff_id=staff().pk, diagnosis="马达磨损", amount_fen=8800, now=timezone.now())
    return request


def answer(request, accepted=True):
    with transaction.atomic():
        return repairs.answer_quote(request=request, accepted=accepted, now=timezone.now())


def pay(wechat, quote):
    payment = opened(quote.purchase)
    wechat.pay(payment.number)
    assert deliver(wechat.notice(payment.number)) == 204
    settle()


def claim():
    return Return.objects.get().lines.get().claim


def test_an_accepted_quote_is_repaired_when_it_is_paid(wechat, request_):
    quote = answer(request_)
    assert answer(request_) == quote
    assert (claim(), quote.purchase.total_fen, quote.purchase.state) == ("unpaid", 8800, "placed")
    with pytest.raises(NotNow), transaction.atomic():
        walk(request_, "repair")

    pay(wechat, quote)

    assert claim() == "repairing"
    assert Fact.objects.filter(kind="RepairPaid").count() == 1
    assert Fact.objects.filter(kind="OrderPaid").count() == 1                   # the goods, not the repair
    assert bought(request_.customer_id).orders == 1


def test_the_fee_is_who_repaired_s_when_the_repair_is_done(wechat, request_):
    pay(wechat, answer(request_))

    walk(request_, "repair", "ship_out")
    settle()
    fulfilment.track(carrier="SF", tracking="T-SHIP_OUT", steps=[fulfilment.Step(timezone.now(), "delivered")],
                     now=timezone.now())

    assert Return.objects.get().state == "closed"
    fee = StatementLine.objects.get(order__source="repair")
    assert (fee.supplier_id, fee.kind, fee.amount_fen) == (request_.order.supplier_id, "sale", 8800)
    assert Order.objects.get(source="repair").state == "received"


def test_what_is_not_paid_in_time_can_be_answered_again(wechat, request_):
    first = answer(request_)
    with transaction.atomic():
        assert orders.expire(now=first.purchase.expires_at) == 1
    assert first.purchase.expires_at - first.purchase.placed_at == PAY_WITHIN
    settle()
    assert (claim(), RepairQuote.objects.get().answer) == ("quoted", "")

    second = answer(request_)
    pay(wechat, second)

    assert second.purchase != first.purchase
    assert claim() == "repairing"


def test_a_refused_quote_calls_the_open_bill_off_and_sends_the_piece_home(wechat, request_):
    answer(request_)
    quote = answer(request_, accepted=False)
    settle()

    assert (claim(), quote.purchase.state, quote.answer) == ("not_repaired", "cancelled", "refused")
    done = walk(request_, "ship_out", "arrive")
    assert (done.state, done.lines.get().claim) == ("closed", "not_repaired")
    assert not Payment.objects.filter(group=quote.purchase).exists()


def test_money_that_comes_after_the_refusal_goes_back(wechat, request_):
    quote = answer(request_)
    payment = opened(quote.purchase)
    answer(request_, accepted=False)
    wechat.pay(payment.number)
    deliver(wechat.notice(payment.number))
    finish(wechat)

    assert claim() == "not_repaired"
    assert (Refund.objects.get().amount_fen, Refund.objects.get().state) == (8800, "done")
    assert Order.objects.get(source="repair").state == "refunded"


def test_money_that_comes_late_still_begins_the_repair(wechat, request_):
    quote = answer(request_)
    payment = opened(quote.purchase)
    with transaction.atomic():
        orders.expire(now=quote.purchase.expires_at + timedelta(seconds=1))
    settle()
    wechat.pay(payment.number)
    deliver(wechat.notice(payment.number))
    settle()

    assert (claim(), RepairQuote.objects.get().answer) == ("repairing", "accepted")


def test_under_warranty_nothing_is_billed(wechat, request_):
    RepairQuote.objects.update(amount_fen=0, under_warranty=True)

    quote = answer(request_)

    assert (claim(), quote.purchase) == ("repairing", None)


def test_what_was_not_quoted_cannot_be_answered(wechat):
    paid(wechat, [(builders.sku(), 1)])
    order = Order.objects.get()
    send(order, 1)

    with pytest.raises(repairs.QuoteNeeded):
        answer(ask(order, "repair"))
