"""A request that ends in money: written down once, done when the money is back, open again when it is given up."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.mall.models import Order, OrderLine, Refund, Return, ReturnLine, Serial, Shipment, StockLevel
from liuke.mall.queries.refunds import left_of_order
from liuke.mall.rules.returns import SILENT_AFTER, NotNow
from liuke.mall.rules.shares import RefundTooLarge
from liuke.mall.services import fulfilment, refunds, returns
from liuke.mall.services.fulfilment import PackedTooMuch, Parcel, Step
from liuke.mall.services.parcels import TrackingTaken, unsent
from liuke.mall.services.refunds import Part
from liuke.mall.services.returns import Act, Ask, NotReturnable
from liuke.mall.services.serials import SerialsNeeded
from liuke.mall.services.stock import OutOfStock
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, paid
from liuke.mall.tests.test_returns import walk
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
WAY_BACK = ("approve", "send_back", "receive", "inspect")


@pytest.fixture
def order(wechat):
    """Three pieces for 10.00 in all, freight 1.00, ten in stock."""
    paid(wechat, [(builders.sku(list_fen=400, stock=10), 3)], freight_fen=100, discount_fen=200)
    return Order.objects.get()


def send(order, pieces, tracking="SF1", **more):
    parcel = Parcel({order.lines.get().pk: pieces}, **more)
    shipment = fulfilment.pack(order_id=order.pk, parcel=parcel, key=tracking, now=timezone.now())
    return fulfilment.ship(shipment_id=shipment.pk, carrier="SF", tracking=tracking, now=timezone.now())


def ask(order, kind, pieces=1, key="r1", **more):
    wish = Ask(order.number, kind, "quality", {order.lines.get().pk: pieces}, **more)
    return returns.ask(customer_id=order.customer_id, ask=wish, key=key, now=timezone.now())


def refund(request, **more):
    with transaction.atomic():
        return returns.act(request=request, by="staff", act=Act("refund", **more), now=timezone.now())


def finish(wechat, *, result="SUCCESS"):
    """The jobs ask the provider, and it tells what became of the newest refund."""
    settle()
    row = Refund.objects.order_by("-pk").first()
    wechat.end_refund(row.number, result)
    assert deliver(wechat.notice(row.number)) == 204
    settle()


def standing(request):
    return (*request.lines.values_list("goods", "claim", "refund_fen").get(), Return.objects.get().state)


class TestMoney:
    def test_a_returned_piece_is_refunded_when_the_money_is_back_and_not_before(self, wechat, order):
        send(order, 3)
        request = walk(ask(order, "return"), *WAY_BACK)

        refund(request)
        assert standing(request) == ("inspected", "refunding", 333, "open")
        assert Refund.objects.values_list("state", "amount_fen").get() == ("wanted", 333)

        finish(wechat)
        assert standing(request) == ("inspected", "refunded", 333, "closed")
        assert [step.move for step in request.steps.order_by("pk")][-2:] == ["refund", "refunded"]
        assert ReturnLine.objects.get().refund == Refund.objects.get()
        moved = [fact.data["move"] for fact in Fact.objects.filter(kind="ReturnMoved").order_by("pk")]
        assert moved == ["send_back", "receive", "inspect", "refund", "refunded"]

    def test_granting_it_twice_is_refused_and_replaying_the_fact_changes_nothing(self, wechat, order):
        send(order, 3)
        request = walk(ask(order, "return"), *WAY_BACK)
        refund(request)
        with pytest.raises(NotNow):
            returns.act(request=request, by="staff", act=Act("refund"), now=timezone.now())
        finish(wechat)

        from liuke.mall import handlers
        from liuke.timeline.facts import body_of
        fact = Fact.objects.get(kind="OrderRefunded")
        handlers.end_refunded_claims(fact, body_of(fact.kind, fact.data))

        assert Refund.objects.count() == 1
        assert request.steps.filter(move="refunded").count() == 1

    def test_a_refund_that_failed_waits_and_goes_when_it_is_tried_again(self, wechat, order):
        send(order, 3)
        request = walk(ask(order, "return"), *WAY_BACK)
        refund(request)
        finish(wechat, result="CLOSED")
        assert (standing(request)[1], Refund.objects.get().state) == ("refunding", "failed")

        with transaction.atomic():
            refunds.retry_refund(refund_id=Refund.objects.get().pk, now=timezone.now())
        finish(wechat)

        assert standing(request) == ("inspected", "refunded", 333, "closed")

    def test_a_refund_that_was_given_up_can_be_granted_anew(self, wechat, order):
        send(order, 3)
        request = walk(ask(order, "return"), *WAY_BACK)
        refund(request)
        finish(wechat, result="CLOSED")

        refunds.cancel_refund(refund_id=Refund.objects.get().pk, now=timezone.now())
        assert standing(request) == ("inspected", "approved", 0, "open")
        assert OrderLine.objects.get().returned == 1

        returns.act(request=request, by="staff", act=Act("refund"), now=timezone.now())
        finish(wechat)
        assert standing(request) == ("inspected", "refunded", 333, "closed")
        assert sorted(Refund.objects.values_list("state", flat=True)) == ["cancelled", "done"]

    def test_one_line_is_approved_and_another_refused(self, wechat):
        paid(wechat, [(builders.sku(list_fen=400), 1), (builders.sku(list_fen=700), 1)])
        order = Order.objects.get()
        one, two = order.lines.order_by("pk")
        wish = Ask(order.number, "refund", "quality", {one.pk: 1, two.pk: 1})
        request = returns.ask(customer_id=order.customer_id, ask=wish, key="r", now=timezone.now())
        first, second = request.lines.order_by("line_id")

        returns.act(request=request, by="staff", act=Act("approve", lines=(first.pk,)), now=timezone.now())
        assert not Fact.objects.filter(kind="ReturnDecided").exists()
        returns.act(request=request, by="staff", act=Act("refuse", lines=(second.pk,)), now=timezone.now())
        refund(request)
        finish(wechat)

        assert [fact.data["approved"] for fact in Fact.objects.filter(kind="ReturnDecided")] == [True]
        assert sorted(request.lines.values_list("claim", "refund_fen")) == [("refunded", 400), ("refused", 0)]
        assert unsent(order) == {two.pk: 1}

    def test_goods_that_cost_nothing_are_done_at_once(self, wechat):
        paid(wechat, [(builders.sku(list_fen=400), 1), (builders.sku(list_fen=300), 2)], discount_fen=400)
        order = Order.objects.get()
        free = order.lines.get(amount_fen=0)
        wish = Ask(order.number, "refund", "quality", {free.pk: 1})
        request = walk(returns.ask(customer_id=order.customer_id, ask=wish, key="r", now=timezone.now()), "approve")

        done = refund(request)

        assert (done.state, done.lines.get().claim) == ("closed", "refunded")
        assert Order.objects.get().state == "paid"


class TestNotSentYet:
    def test_refunded_pieces_are_not_sent_and_their_stock_is_free(self, wechat, order):
        line = order.lines.get()
        request = walk(ask(order, "refund", 2), "approve")
        assert unsent(order) == {line.pk: 1}
        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (10, 3)

        refund(request)
        finish(wechat)

        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (10, 1)
        with pytest.raises(fulfilment.NothingToSend), transaction.atomic():
            send(order, 2)
        send(order, 1)
        assert Order.objects.get().state == "shipped"

    def test_an_order_whose_missing_piece_is_refunded_counts_as_shipped(self, wechat, order):
        send(order, 2)
        fulfilment.track(carrier="SF", tracking="SF1", steps=[Step(timezone.now(), "delivered")], now=timezone.now())
        assert Order.objects.get().state == "paid"

        refund(walk(ask(order, "refund"), "approve"))
        finish(wechat)

        assert Order.objects.get().state == "delivered"
        assert Fact.objects.filter(kind="OrderDelivered").count() == 1

    def test_what_was_refused_is_sent_after_all(self, wechat, order):
        request = ask(order, "refund", 3)
        assert unsent(order) == {}

        walk(request, "refuse")

        assert unsent(order) == {order.lines.get().pk: 3}
        assert OrderLine.objects.values_list("returned", "stopped").get() == (0, 0)

    def test_a_packed_parcel_does_not_leave_with_refunded_pieces(self, wechat, order):
        shipment = fulfilment.pack(order_id=order.pk, key="p", now=timezone.now())
        ask(order, "refund", 1)

        with pytest.raises(PackedTooMuch), transaction.atomic():
            fulfilment.ship(shipment_id=shipment.pk, carrier="SF", tracking="SF1", now=timezone.now())

        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (10, 3)

    def test_a_parcel_with_pieces_that_are_refunded_is_taken_apart_and_the_rest_leaves_anew(self, wechat, order):
        line = order.lines.get()
        one, _two = (fulfilment.pack(order_id=order.pk, key=key, now=timezone.now(), parcel=Parcel({line.pk: pieces}))
                     for key, pieces in (("one", 1), ("two", 2)))

        with transaction.atomic():
            refunds.refund_lines(order_id=order.pk, parts=[Part(line.pk, 1)], key="a", reason="", now=timezone.now())

        assert list(order.shipments.all()) == [one]                  # the last packed is taken apart, and it is enough
        assert unsent(order) == {line.pk: 1}
        finish(wechat)
        with transaction.atomic():
            refunds.refund_rest(order_id=order.pk, key="b", reason="", now=timezone.now())
        assert order.shipments.count() == 0
        finish(wechat)
        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (10, 0)
        assert Order.objects.values_list("state").get() == ("refunded",)

    def test_the_freight_goes_back_with_the_last_piece_of_what_never_left(self, wechat, order):
        refund(walk(ask(order, "refund", 1), "approve"))
        assert Refund.objects.get().amount_fen == 333
        finish(wechat)

        refund(walk(ask(order, "refund", 2, key="r2"), "approve"))
        finish(wechat)

        assert sorted(Refund.objects.values_list("amount_fen", flat=True)) == [333, 667 + 100]
        assert Order.objects.values_list("state", "refunded_fen").get() == ("refunded", 1100)
        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (10, 0)

    def test_staff_refund_without_a_request_and_not_more_than_was_bought(self, wechat, order):
        line = order.lines.get()

        def direct(pieces, key):
            with transaction.atomic():
                return refunds.refund_lines(order_id=order.pk, parts=[Part(line.pk, pieces)], key=key, reason="",
                                            now=timezone.now())

        direct(1, "a")
        assert unsent(order) == {line.pk: 2}
        ask(order, "refund", 1)
        with pytest.raises(RefundTooLarge) as refused:
            direct(2, "b")
        assert refused.value.code == "refund_too_large"
        with pytest.raises(NotReturnable) as refused, transaction.atomic():
            ask(order, "refund", 2, key="r2")
        assert refused.value.code == "not_returnable"
        direct(1, "c")

        assert left_of_order(order.pk).lines[line.pk].claimed == 2
        assert OrderLine.objects.values_list("returned", "stopped").get() == (3, 3)

    def test_a_refund_given_up_lets_the_pieces_be_sent(self, wechat, order):
        with transaction.atomic():
            row = refunds.refund_lines(order_id=order.pk, parts=[Part(order.lines.get().pk, 3)], key="a", reason="",
                                       now=timezone.now())
        Refund.objects.update(state="failed", try_at=None)

        refunds.cancel_refund(refund_id=row.pk, now=timezone.now())

        assert OrderLine.objects.values_list("returned", "stopped").get() == (0, 0)
        assert unsent(order) == {order.lines.get().pk: 3}

    def test_goods_that_travel_are_goods_that_were_sent(self, wechat, order):
        send(order, 1)

        for kind in ("return", "exchange", "repair"):
            with pytest.raises(NotReturnable), transaction.atomic():
                ask(order, kind, 2)
        ask(order, "return", 1)
        assert unsent(order) == {order.lines.get().pk: 2}
        with pytest.raises(NotReturnable), transaction.atomic():
            ask(order, "exchange", 1, key="r2")


class TestExchange:
    def test_the_replacement_leaves_in_a_free_parcel_and_ends_the_request_when_it_arrives(self, wechat, order):
        send(order, 3)
        request = walk(ask(order, "exchange"), *WAY_BACK)

        returns.act(request=request, by="staff", now=timezone.now(),
                    act=Act("replace", carrier="顺丰", tracking="sf 9"))

        parcel = request.parcels.get()
        assert (parcel.carrier, parcel.tracking, parcel.state) == ("SF", "SF9", "shipped")
        assert list(parcel.lines.values_list("line_id", "quantity")) == [(order.lines.get().pk, 1)]
        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (6, 0)
        assert sum(StockLevel.objects.get().movements.values_list("on_hand", flat=True)) == 6
        fulfilment.track(carrier="SF", tracking="SF9", steps=[Step(timezone.now(), "delivered")], now=timezone.now())
        assert Return.objects.get().state == "closed"
        assert Order.objects.get().state == "shipped"                  # its own parcel has not arrived
        assert Refund.objects.count() == 0

    def test_without_stock_it_is_refused_aloud_and_can_be_refunded(self, wechat):
        paid(wechat, [(builders.sku(list_fen=400, stock=1), 1)])
        order = Order.objects.get()
        send(order, 1)
        request = walk(ask(order, "exchange"), *WAY_BACK)

        with pytest.raises(OutOfStock) as refused, transaction.atomic():
            walk(request, "replace")
        assert refused.value.code == "out_of_stock"
        refund(request)
        finish(wechat)

        assert standing(request) == ("inspected", "refunded", 400, "closed")
        assert not request.parcels.exists()

    def test_a_numbered_piece_is_replaced_by_another_number_with_its_own_warranty(self, wechat):
        paid(wechat, [(builders.sku(of=builders.product(serial_numbered=True, warranty_months=12)), 1)])
        order = Order.objects.get()
        line = order.lines.get()
        send(order, 1, serials={line.pk: ["A1"]})
        request = walk(ask(order, "exchange", serials={line.pk: "A1"}), *WAY_BACK)
        with pytest.raises(SerialsNeeded), transaction.atomic():
            walk(request, "replace")

        now = timezone.now()
        returns.act(request=request, by="staff", now=now,
                    act=Act("replace", carrier="SF", tracking="SF9", serials={line.pk: ["B2"]}))

        assert Serial.objects.get(number="A1").customer is None
        new = Serial.objects.get(number="B2")
        assert (new.customer_id, new.warranty_until.year) == (order.customer_id, now.year + 1)

    def test_a_tracking_number_of_another_parcel_is_refused(self, wechat, order):
        send(order, 3, "SF1")
        request = walk(ask(order, "exchange"), *WAY_BACK)

        with pytest.raises(TrackingTaken), transaction.atomic():
            returns.act(request=request, by="staff", act=Act("replace", carrier="SF", tracking="SF1"),
                        now=timezone.now())

        assert Shipment.objects.count() == 1

    def test_the_customer_or_the_clock_says_that_it_has_arrived(self, wechat, order):
        send(order, 3)
        now = timezone.now()
        one = walk(ask(order, "exchange"), *WAY_BACK, "replace", now=now)
        with transaction.atomic():
            assert returns.close_silent(now=now + SILENT_AFTER - timedelta(seconds=1)) == 0
            assert returns.close_silent(now=now + SILENT_AFTER) == 1
        assert Return.objects.get().state == "closed"

        returns.arrive(request_id=one.pk, now=now)                      # the carrier says so later: nothing
        two = walk(ask(order, "exchange", key="r2"), *WAY_BACK)
        returns.act(request=two, by="staff", act=Act("replace", carrier="SF", tracking="SF10"), now=now)
        walk(two, "confirm")
        assert Return.objects.get(pk=two.pk).state == "closed"
