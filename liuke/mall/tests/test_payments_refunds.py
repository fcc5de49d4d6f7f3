"""What goes back never exceeds what came, to the fen, and goes once whatever is lost on the way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from liuke.channels.errors import ChannelError
from liuke.kit.errors import BadInput
from liuke.mall.models import Notice, Order, OrderLine, Payment, PaymentSplit, Refund, StockLevel
from liuke.mall.queries.refunds import left_of_order, refunds_to_look_at
from liuke.mall.rules.orders import NotAllowed
from liuke.mall.rules.payments import Outcome
from liuke.mall.rules.shares import RefundTooLarge, Sold, refund_fen
from liuke.mall.services import refunds
from liuke.mall.services.refunds import NotFailed, NothingToRefund, OtherRefund, Part
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, opened, paid
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(wechat):
    """Three pieces for 10.00 in all and one for 5.55, freight 1.00: 16.55."""
    bought = [(builders.sku(list_fen=400), 3), (builders.sku(list_fen=555), 1)]
    paid(wechat, bought, freight_fen=100, discount_fen=200)
    return Order.objects.get()


@pytest.fixture
def lines(order):
    return list(order.lines.order_by("pk"))


def refund(order, *parts, key="k", reason="不想要了"):
    with transaction.atomic():
        return refunds.refund_lines(order_id=order.pk, parts=parts, key=key, reason=reason, now=timezone.now())


def ask(row, *, after=timedelta(0)):
    return refunds.ask_refund(refund_id=row.pk, now=timezone.now() + after)


def finish(wechat, row):
    """The provider takes it on, sends the money, and tells."""
    assert ask(row).state == "asked"
    wechat.end_refund(row.number)
    assert deliver(wechat.notice(row.number)) == 204


def refunded():
    return [fact.data["refund_fen"] for fact in Fact.objects.filter(kind="OrderRefunded").order_by("pk")]


class TestToTheFen:
    def test_pieces_come_back_at_what_was_really_paid_for_them(self, wechat, order, lines):
        amounts = [refund(order, Part(lines[0].pk, 1), key=f"k{at}").amount_fen for at in range(3)]

        assert amounts == [333, 333, 334]
        assert Payment.objects.get().claimed_fen == 1000
        with pytest.raises(RefundTooLarge):
            refund(order, Part(lines[0].pk, 1), key="k4")

    def test_lines_freight_and_goodwill_in_one(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 2), Part(lines[1].pk, 0, 55), Part(None))

        assert row.amount_fen == 666 + 55 + 100
        assert sorted(row.lines.values_list("line_id", "quantity", "amount_fen"), key=str) == sorted(
            [(lines[0].pk, 2, 666), (lines[1].pk, 0, 55), (None, 0, 100)], key=str
        )

    def test_goodwill_is_taken_from_what_the_pieces_are_worth_later(self, wechat, order, lines):
        refund(order, Part(lines[1].pk, 0, 55), key="goodwill")

        assert refund(order, Part(lines[1].pk, 1), key="piece").amount_fen == 500

    def test_the_rest_is_everything_that_is_left(self, wechat, order, lines):
        refund(order, Part(lines[0].pk, 1))
        with transaction.atomic():
            rest = refunds.refund_rest(order_id=order.pk, key="rest", reason="", now=timezone.now())
            again = refunds.refund_rest(order_id=order.pk, key="rest", reason="", now=timezone.now())

        assert (rest.amount_fen, again) == (1655 - 333, rest)
        assert left_of_order(order.pk).total_fen == 0
        with pytest.raises(NothingToRefund), transaction.atomic():
            refunds.refund_rest(order_id=order.pk, key="more", reason="", now=timezone.now())

    def test_pieces_worth_nothing_are_counted_and_done_at_once(self, wechat):
        paid(wechat, [(builders.sku(list_fen=1), 3)], discount_fen=2)
        order = Order.objects.get()
        line = order.lines.get()

        rows = [refund(order, Part(line.pk, 1), key=f"k{at}") for at in range(3)]

        assert [(row.amount_fen, row.state) for row in rows] == [(0, "done"), (0, "done"), (1, "wanted")]
        assert refunded() == []

    @pytest.mark.parametrize("part", [
        Part(None, 1), Part(None, 0, 101), Part(None, 0, -1), Part(10**9, 1),
    ])
    def test_nonsense_is_refused(self, wechat, order, part):
        with pytest.raises((BadInput, RefundTooLarge)):
            refund(order, part)

        assert not Refund.objects.exists()
        assert PaymentSplit.objects.get().claimed_fen == 0

    def test_no_parts_and_the_same_line_twice_are_refused(self, wechat, order, lines):
        for parts in ((), (Part(lines[0].pk, 1), Part(lines[0].pk, 1))):
            with pytest.raises(BadInput):
                refund(order, *parts)

    def test_the_same_key_is_the_same_refund_and_with_other_values_refused(self, wechat, order, lines):
        first = refund(order, Part(lines[0].pk, 1))

        assert refund(order, Part(lines[0].pk, 1)) == first
        for other in (Part(lines[0].pk, 2), Part(lines[1].pk, 1), Part(lines[0].pk, 1, 1)):
            with pytest.raises(OtherRefund):
                refund(order, other)

    def test_an_order_that_was_not_paid_has_nothing_to_refund(self, wechat):
        group = builders.purchase(now=timezone.now())

        with pytest.raises(NothingToRefund):
            refund(group.orders.get(), Part(None))

    def test_the_tables_refuse_more_than_was_paid(self, wechat, order):
        for table in (Payment, PaymentSplit):
            with pytest.raises(IntegrityError), transaction.atomic():
                table.objects.update(claimed_fen=1656)

    @given(st.integers(1, 30), st.integers(0, 9_999), st.lists(st.tuples(st.booleans(), st.integers(0, 40))))
    def test_any_sequence_agrees_with_plain_counting(self, quantity, amount, steps):
        pieces = money = 0
        for goodwill, size in steps:
            sold = Sold(quantity, amount, pieces, money)
            if goodwill:
                money += min(size, amount - money)
                continue
            if pieces + size > quantity:
                with pytest.raises(RefundTooLarge):
                    refund_fen(sold, quantity=size)
                continue
            share = amount * (pieces + size) // quantity - amount * pieces // quantity     # the oracle
            assert refund_fen(sold, quantity=size) == min(share, amount - money)
            pieces, money = pieces + size, money + min(share, amount - money)
            assert 0 <= money <= amount
        rest = refund_fen(Sold(quantity, amount, pieces, money), quantity=quantity - pieces)
        assert money + rest <= amount
        if not any(goodwill for goodwill, _size in steps):
            assert money + rest == amount


class TestOnItsWay:
    def test_a_refund_is_wanted_asked_and_done(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 2))
        assert (row.state, Order.objects.get().refunded_fen, refunded()) == ("wanted", 0, [])

        finish(wechat, row)

        row.refresh_from_db()
        assert (row.state, row.try_at, row.provider_ref) == ("done", None, wechat.refunds[row.number]["refund_id"])
        assert Order.objects.get().refunded_fen == 666
        assert OrderLine.objects.get(pk=lines[0].pk).refunded_fen == 666
        assert Order.objects.get().state == "paid"
        assert refunded() == [666]

    def test_a_result_that_comes_twice_counts_once(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))
        finish(wechat, row)

        deliver(wechat.notice(row.number))
        ask(row, after=timedelta(hours=9))

        assert Order.objects.get().refunded_fen == 333
        assert refunded() == [333]
        assert Notice.objects.order_by("-pk")[0].outcome == Outcome.REPEATED

    def test_a_notice_that_never_comes_is_asked_for(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))
        ask(row)
        wechat.end_refund(row.number)

        assert ask(row, after=timedelta(minutes=2)).state == "done"

    def test_all_of_it_back_ends_the_order_and_frees_the_goods(self, wechat, order, lines):
        with transaction.atomic():
            row = refunds.refund_rest(order_id=order.pk, key="rest", reason="", now=timezone.now())

        finish(wechat, row)

        assert Order.objects.get().state == "refunded"
        assert set(StockLevel.objects.values_list("reserved", flat=True)) == {0}
        assert refunded() == [1655]

    def test_a_lost_answer_is_asked_about_and_moves_the_money_once(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))
        wechat.trouble.append("lose")
        lost = ask(row)
        assert (lost.state, lost.tries, lost.error[:9]) == ("wanted", 1, "no_answer")

        assert ask(row).tries == 1                                  # not before its time
        assert ask(row, after=timedelta(minutes=2)).state == "asked"

        assert [each["amount"]["refund"] for each in wechat.refunds.values()] == [333]
        assert [each for each in wechat.requests if "refund" in each] == [
            "POST /v3/refund/domestic/refunds", f"GET /v3/refund/domestic/refunds/{row.number}",
        ]

    def test_a_request_that_never_arrived_is_sent_again(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))
        wechat.trouble.append("fail")
        ask(row)
        assert wechat.refunds == {}

        assert ask(row, after=timedelta(minutes=2)).state == "asked"

        assert list(wechat.refunds) == [row.number]

    def test_it_is_asked_for_less_and_less_often(self, wechat, order, lines):
        row, at, gaps = refund(order, Part(lines[0].pk, 1)), timezone.now(), []
        wechat.poor = True
        for _ in range(11):
            row = refunds.ask_refund(refund_id=row.pk, now=at)
            gaps.append((row.try_at - at).total_seconds() // 60)
            at = row.try_at

        assert gaps == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
        assert row.error.startswith("NOT_ENOUGH")
        assert list(refunds_to_look_at()) == [row]

    def test_what_cannot_be_delivered_waits_for_a_person(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))
        ask(row)
        wechat.end_refund(row.number, "ABNORMAL")
        deliver(wechat.notice(row.number))
        row.refresh_from_db()
        assert (row.state, row.error) == ("failed", "stuck")

        with pytest.raises(NotFailed):
            refunds.cancel_refund(refund_id=row.pk, now=timezone.now())
        with transaction.atomic():
            for _ in range(2):
                done = refunds.confirm_refund(refund_id=row.pk, reference="TX9", now=timezone.now())

        assert (done.state, done.provider_ref) == ("done", "TX9")
        assert refunded() == [333]

    def test_what_the_provider_closed_is_tried_under_a_new_number(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))
        ask(row)
        wechat.end_refund(row.number, "CLOSED")
        deliver(wechat.notice(row.number))
        with transaction.atomic():
            again = refunds.retry_refund(refund_id=row.pk, now=timezone.now())

        assert again.number == f"{row.number}_2"
        assert ask(again).state == "asked"
        assert Payment.objects.get().claimed_fen == 333

    def test_what_is_given_up_can_be_refunded_anew(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 3))
        ask(row)
        wechat.end_refund(row.number, "CLOSED")
        deliver(wechat.notice(row.number))

        for _ in range(2):
            assert refunds.cancel_refund(refund_id=row.pk, now=timezone.now()).state == "cancelled"

        assert (Payment.objects.get().claimed_fen, PaymentSplit.objects.get().claimed_fen) == (0, 0)
        assert refund(order, Part(lines[0].pk, 3), key="anew").amount_fen == 1000

    def test_nothing_is_given_up_while_the_provider_is_silent_or_working(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))
        with pytest.raises(NotFailed):
            refunds.cancel_refund(refund_id=row.pk, now=timezone.now())
        Refund.objects.update(state="failed", try_at=None)
        wechat.trouble.append("lose")

        with pytest.raises(ChannelError):
            refunds.cancel_refund(refund_id=row.pk, now=timezone.now())

        assert Payment.objects.get().claimed_fen == 333

    def test_another_amount_than_we_asked_for_is_looked_at(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))
        ask(row)
        wechat.end_refund(row.number)

        deliver(wechat.notice(row.number, amount={"refund": 332, "total": 1655}))

        assert Notice.objects.filter(needs_look=True).get().outcome == Outcome.WRONG_AMOUNT
        assert refunded() == []

    def test_the_clock_queues_what_is_due(self, wechat, order, lines):
        row = refund(order, Part(lines[0].pk, 1))

        with transaction.atomic():
            assert refunds.queue_due(now=row.try_at - timedelta(seconds=1)) == 0
            assert refunds.queue_due(now=row.try_at) == 1

    def test_a_transfer_goes_back_by_hand(self, bank):
        from liuke.mall.services import notices
        group = builders.purchase([(builders.sku(list_fen=500), 2)], now=timezone.now())
        payment = opened(group, provider="transfer", way="bank")
        received = notices.Received("TX1", 1000, timezone.now())
        with transaction.atomic():
            notices.confirm_transfer(number=payment.number, received=received, staff_id=1, now=timezone.now())
        row = refund(group.orders.get(), Part(OrderLine.objects.get().pk, 1))

        assert (ask(row).state, Refund.objects.get().try_at) == ("asked", None)
        assert list(refunds_to_look_at()) == [row]
        with transaction.atomic():
            refunds.confirm_refund(refund_id=row.pk, reference="OUT1", now=timezone.now())

        assert refunded() == [500]


def test_a_cancelled_order_cannot_move_to_refunded():
    from liuke.mall.rules.orders import next_state

    with pytest.raises(NotAllowed):
        next_state("refund", "cancelled")
