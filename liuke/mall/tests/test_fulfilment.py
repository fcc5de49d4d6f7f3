"""Parcels leave with the goods they hold, once, and the order follows them to the door."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from liuke.kit.errors import NotYours
from liuke.mall.models import Order, OrderGroup, Return, ReturnLine, Serial, Shipment, StockLevel, TrackingEvent
from liuke.mall.rules.orders import RECEIVE_AFTER, RECEIVE_UNTOLD_AFTER, NotAllowed, months_after
from liuke.mall.services import fulfilment, stock
from liuke.mall.services.fulfilment import NothingToSend, Parcel, Step, TrackingTaken
from liuke.mall.services.parcels import CannotUnpack
from liuke.mall.services.serials import SerialsNeeded
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


def paid(**fields):
    """A paid order of one line."""
    group = builders.placed(**fields)
    stock.keep(group_id=group.pk)
    Order.objects.filter(group=group).update(state="paid", paid_at=NOW)
    OrderGroup.objects.filter(pk=group.pk).update(state="paid", expires_at=None)
    return Order.objects.get(group=group)


def send(order, tracking="SF1", **parcel):
    shipment = fulfilment.pack(order_id=order.pk, key=tracking, now=NOW, **parcel)
    return fulfilment.ship(shipment_id=shipment.pk, carrier="SF", tracking=tracking, now=NOW)


def test_the_whole_order_in_one_parcel_leaves_stock_and_promise():
    order = paid(of=builders.sku(stock=5), quantity=3)

    send(order)

    order.refresh_from_db()
    assert (order.state, order.shipped_at, order.lines.get().shipped) == ("shipped", NOW, 3)
    assert StockLevel.objects.values_list("on_hand", "reserved").get() == (2, 0)
    assert Fact.objects.filter(kind="OrderShipped").count() == 1


def test_parts_travel_alone_and_the_order_is_shipped_with_the_last():
    order = paid(quantity=3)
    line = order.lines.get()

    send(order, "SF1", parcel=Parcel({line.pk: 2}))
    order.refresh_from_db()
    assert order.state == "paid"
    send(order, "SF2")

    order.refresh_from_db()
    assert (order.state, order.lines.get().shipped) == ("shipped", 3)


def test_an_order_that_is_not_paid_or_has_nothing_left_is_not_packed():
    unpaid = Order.objects.get(group=builders.placed())
    with pytest.raises(NotAllowed), transaction.atomic():
        fulfilment.pack(order_id=unpaid.pk, key="x", now=NOW)
    order = paid(key="k2")

    with pytest.raises(NothingToSend):
        fulfilment.pack(order_id=order.pk, key="x", now=NOW, parcel=Parcel({order.lines.get().pk: 2}))


def test_packing_and_shipping_twice_is_once():
    order = paid()

    assert send(order) == send(order)

    assert Shipment.objects.count() == 1
    assert StockLevel.objects.values_list("on_hand", "reserved").get() == (9, 0)


def test_a_tracking_number_belongs_to_one_parcel():
    send(paid(), "SF1")
    other = fulfilment.pack(order_id=paid(key="k2").pk, key="x", now=NOW)

    with pytest.raises(TrackingTaken):
        fulfilment.ship(shipment_id=other.pk, carrier="SF", tracking="SF1", now=NOW)

    assert StockLevel.objects.filter(on_hand=10, reserved=1).count() == 1


def test_numbered_goods_need_a_number_each_and_get_a_warranty():
    order = paid(of=builders.sku(of=builders.product(serial_numbered=True, warranty_months=12)), quantity=2)
    line = order.lines.get().pk
    for numbers in ([], ["A1"], ["A1", "A1"]):
        with pytest.raises(SerialsNeeded), transaction.atomic():
            fulfilment.pack(order_id=order.pk, key="x", now=NOW, parcel=Parcel({line: 2}, {line: numbers}))
    send(order, parcel=Parcel({line: 2}, {line: ["A1", "A2"]}))

    fulfilment.receive(number=order.number, customer_id=order.customer_id, now=NOW)

    assert set(Serial.objects.values_list("number", "warranty_until")) == {
        (number, datetime(2027, 11, 2, 9, tzinfo=UTC)) for number in ("A1", "A2")
    }


def test_a_month_later_is_the_last_day_of_a_shorter_month():
    assert months_after(datetime(2027, 1, 31, tzinfo=UTC), 1) == datetime(2027, 2, 28, tzinfo=UTC)
    assert months_after(datetime(2026, 12, 5, tzinfo=UTC), 13) == datetime(2028, 1, 5, tzinfo=UTC)


def test_the_carriers_word_moves_the_order_once_in_any_order():
    order = paid()
    send(order)
    gone, there = Step(NOW, "in_transit"), Step(NOW + timedelta(days=2), "delivered")

    for steps in ([there], [gone, there], [gone]):
        fulfilment.track(carrier="SF", tracking="SF1", steps=steps, now=NOW + timedelta(days=3))

    order.refresh_from_db()
    assert (order.state, order.delivered_at) == ("delivered", NOW + timedelta(days=2))
    assert TrackingEvent.objects.count() == 2
    assert Fact.objects.filter(kind="OrderDelivered").count() == 1


def test_a_number_of_nobody_is_kept_and_changes_nothing():
    assert fulfilment.track(carrier="SF", tracking="?", steps=[Step(NOW, "delivered")], now=NOW) is None
    assert TrackingEvent.objects.count() == 1


def test_silence_counts_as_received_at_the_instant_whenever_the_clock_ran():
    order = paid()
    send(order)
    fulfilment.track(carrier="SF", tracking="SF1", steps=[Step(NOW, "delivered")], now=NOW)

    assert fulfilment.receive_silent(now=NOW + RECEIVE_AFTER - timedelta(seconds=1)) == 0
    assert fulfilment.receive_silent(now=NOW + RECEIVE_AFTER + timedelta(hours=5)) == 1
    assert fulfilment.receive_silent(now=NOW + RECEIVE_AFTER + timedelta(hours=6)) == 0

    order.refresh_from_db()
    assert (order.state, order.received_at) == ("received", NOW + RECEIVE_AFTER)


def test_what_no_carrier_ever_told_of_is_received_long_after_the_last_parcel_left():
    order = paid()
    send(order)
    left = Shipment.objects.get(order=order).shipped_at

    assert fulfilment.receive_silent(now=left + RECEIVE_UNTOLD_AFTER - timedelta(seconds=1)) == 0
    assert fulfilment.receive_silent(now=left + RECEIVE_UNTOLD_AFTER + timedelta(hours=5)) == 1
    assert fulfilment.receive_silent(now=left + RECEIVE_UNTOLD_AFTER + timedelta(hours=6)) == 0

    order.refresh_from_db()
    assert (order.state, order.received_at) == ("received", left + RECEIVE_UNTOLD_AFTER)


def test_only_the_buyer_can_say_it_was_received():
    order = paid()
    send(order)

    with pytest.raises(NotYours):
        fulfilment.receive(number=order.number, customer_id=builders.customer().pk, now=NOW)


class TestUnpacking:
    def machine(self):
        return builders.sku(of=builders.product(serial_numbered=True, warranty_months=12))

    def test_the_numbers_of_a_parcel_that_never_left_are_nobodys_again(self):
        order = paid(of=self.machine(), quantity=2)
        line = order.lines.get()
        first = fulfilment.pack(order_id=order.pk, key="a", now=NOW, parcel=Parcel({line.pk: 1}, {line.pk: ["A1"]}))
        second = fulfilment.pack(order_id=order.pk, key="b", now=NOW, parcel=Parcel({line.pk: 1}, {line.pk: ["A2"]}))

        fulfilment.unpack(shipment_id=first.pk)

        assert list(Serial.objects.values_list("number", "shipment")) == [("A2", second.pk)]
        again = fulfilment.pack(order_id=order.pk, key="c", now=NOW, parcel=Parcel({line.pk: 1}, {line.pk: ["A1"]}))
        assert Serial.objects.get(number="A1").shipment == again

    def test_a_piece_with_a_history_keeps_it_and_may_be_sold_again(self):
        of = self.machine()
        piece = Serial.objects.create(sku=of, number="A1")
        order = paid(of=of)
        line = order.lines.get()
        earlier = Return.objects.create(number="R1", key="r", order=order, customer=order.customer, kind="return",
                                        reason="quality", state="closed", asked_at=NOW)
        ReturnLine.objects.create(request=earlier, line=line, quantity=1, goods="kept", claim="refunded", serial=piece)

        parcel = fulfilment.pack(order_id=order.pk, key="a", now=NOW, parcel=Parcel({line.pk: 1}, {line.pk: ["A1"]}))
        piece.refresh_from_db()
        assert (piece.customer, piece.line, piece.shipment) == (order.customer, line, parcel)
        fulfilment.unpack(shipment_id=parcel.pk)

        piece.refresh_from_db()
        assert (piece.customer, piece.line, piece.shipment) == (None, None, None)

    def test_a_parcel_that_has_left_or_is_gone_is_not_taken_apart(self):
        parcel = send(paid())

        with pytest.raises(CannotUnpack):
            fulfilment.unpack(shipment_id=parcel.pk)
        with pytest.raises(NotYours):
            fulfilment.unpack(shipment_id=parcel.pk + 1)

    def test_a_serial_number_too_long_to_keep_is_refused(self):
        order = paid(of=self.machine())
        line = order.lines.get()

        with pytest.raises(SerialsNeeded):
            fulfilment.pack(order_id=order.pk, key="a", now=NOW, parcel=Parcel({line.pk: 1}, {line.pk: ["A" * 61]}))
