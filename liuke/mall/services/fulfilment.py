"""From the shelf to the door: parcels are packed, shipped with a tracking number, travel, arrive, and are received."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import Order, OrderLine, Serial, Shipment, ShipmentLine, TrackingEvent
from liuke.mall.rules.carriers import batch_number, carrier_code, tracking_number
from liuke.mall.rules.cart import checked
from liuke.mall.rules.orders import (
    DELIVERY_TAKES,
    RECEIVE_AFTER,
    RECEIVE_BATCH,
    RECEIVE_UNTOLD_AFTER,
    SENT,
    ShipmentState,
    State,
    months_after,
    next_shipment_state,
    next_state,
)
from liuke.mall.services import live, returns, stock
from liuke.mall.services.parcels import TrackingTaken, catch_up, lock, save_sent, take_apart, unsent
from liuke.mall.services.serials import note_serials
from liuke.timeline import facts
from liuke.timeline.services import record


class NothingToSend(Refused):
    """More pieces than are still to be sent, or none."""

    code = "nothing_to_send"


class PackedTooMuch(Refused):
    """Pieces in the parcel were refunded since; take it apart and pack anew."""

    code = "packed_too_much"


@dataclass(frozen=True)
class Parcel:
    """What goes into one parcel: pieces by order line, the serial numbers of numbered goods, and batches if known."""

    pieces: Mapping[int, int]
    serials: Mapping[int, Sequence[str]] = field(default_factory=dict)
    batches: Mapping[int, str] = field(default_factory=dict)


def pack(*, order_id: int, parcel: Parcel | None = None, key: str, now: datetime) -> Shipment:
    """Put pieces of a paid order into a parcel; without a parcel, all that is left. The same key again is once.

    Raises NothingToSend, SerialsNeeded, NotAllowed.
    """
    require_transaction()
    order = Order.objects.select_for_update().get(pk=order_id)
    if known := Shipment.objects.filter(key=key).first():
        return known
    next_state("ship", order.state)
    left = unsent(order)
    parcel = parcel or Parcel(left)
    pieces = {line_id: checked(quantity) for line_id, quantity in parcel.pieces.items()}
    if not pieces or any(quantity > left.get(line_id, 0) for line_id, quantity in pieces.items()):
        raise NothingToSend(_("没有待发的商品, 或数量超过待发数量"))
    shipment = Shipment.objects.create(
        order=order, number=f"P{now:%y%m%d}{secrets.randbelow(10**9):09}", key=key, state=ShipmentState.PACKED,
        packed_at=now,
    )
    ShipmentLine.objects.bulk_create(
        [ShipmentLine(shipment=shipment, line_id=pk, quantity=quantity, batch=batch_number(parcel.batches.get(pk, "")))
         for pk, quantity in sorted(pieces.items())]
    )
    note_serials(customer_id=order.customer_id, pieces=pieces, serials=parcel.serials,
                 shipment=shipment)
    return shipment


def unpack(*, shipment_id: int) -> None:
    """Take a parcel apart that has not left; its pieces wait to be packed again. Raises CannotUnpack."""
    require_transaction()
    _order, shipment = lock(shipment_id)
    take_apart(shipment)


def ship(*, shipment_id: int, carrier: str, tracking: str, now: datetime) -> Shipment:
    """The parcel leaves: its pieces leave the stock. Again with the same number is once; TrackingTaken otherwise.

    Raises PackedTooMuch when pieces in it were refunded since they were packed.
    """
    shipment = send(shipment_id=shipment_id, carrier=carrier, tracking=tracking, now=now)
    live.tell_orders()
    return shipment


def send(*, shipment_id: int, carrier: str, tracking: str, now: datetime) -> Shipment:
    """`ship`, for a caller that sends many and tells the open pages once."""
    require_transaction()
    order, shipment = lock(shipment_id)                      # the order before the parcel, and both before the stock
    carrier, tracking = carrier_code(carrier), tracking_number(tracking)
    if not carrier or not tracking:
        raise BadInput(_("请填写快递公司和运单号"))
    if shipment.shipped_at:
        if (shipment.carrier, shipment.tracking) == (carrier, tracking):
            return shipment
        raise TrackingTaken(_("该包裹已用运单号 %(number)s 发出") % {"number": shipment.tracking})
    next_state("ship", order.state)
    shipment.state = next_shipment_state("ship", shipment.state)
    shipment.carrier, shipment.tracking = carrier, tracking
    shipment.shipped_at, shipment.expected_at = now, now + DELIVERY_TAKES
    save_sent(shipment)
    for row in shipment.lines.order_by("line_id"):
        wanted = OrderLine.objects.filter(pk=row.line_id, quantity__gte=F("shipped") + F("stopped") + row.quantity)
        if not wanted.update(shipped=F("shipped") + row.quantity):
            raise PackedTooMuch(_("包裹里有已退款的商品，请拆开重新装箱"))
        stock.ship(line_id=row.line_id, quantity=row.quantity, key=shipment.number)
    order.shipped_at = order.shipped_at or now
    catch_up(order)
    record(facts.OrderShipped(order_id=order.pk, shipment_id=shipment.pk), customer_id=order.customer_id,
           key=f"shipment_shipped:{shipment.pk}", happened_at=now)
    return shipment


@dataclass(frozen=True)
class Step:
    """What a carrier reports of one parcel: state is picked_up, in_transit, delivering, delivered or problem."""

    happened_at: datetime
    state: str
    text: str = ""


def track(*, carrier: str, tracking: str, steps: Sequence[Step], now: datetime) -> Shipment | None:
    """Note what the carrier says; steps told before, or told late, change nothing twice. None: not one of our parcels.

    Steps are kept even for unknown numbers (a customer's parcel on its way back to us may be noted later).
    """
    require_transaction()
    carrier, tracking = carrier_code(carrier), tracking_number(tracking)
    TrackingEvent.objects.bulk_create(
        [TrackingEvent(carrier=carrier, tracking=tracking, happened_at=step.happened_at, state=step.state[:12],
                       text=step.text[:200]) for step in steps],
        ignore_conflicts=True,
    )
    found = Shipment.objects.filter(carrier=carrier, tracking=tracking).first()
    if found is None:
        return None
    if found.request_id is None:
        Order.objects.select_for_update().get(pk=found.order_id)                 # before the parcel, as everywhere
    shipment = Shipment.objects.select_for_update().get(pk=found.pk)
    if shipment.state == ShipmentState.DELIVERED:
        return shipment
    arrived = [step.happened_at for step in steps if step.state == "delivered"]
    if arrived:
        _deliver(shipment, min(arrived))
    elif steps:
        shipment.state = next_shipment_state("travel", shipment.state)
        shipment.save(update_fields=["state"])
    return shipment


def _deliver(shipment: Shipment, at: datetime) -> None:
    shipment.state, shipment.delivered_at = next_shipment_state("deliver", shipment.state), at
    shipment.save(update_fields=["state", "delivered_at"])
    if shipment.request_id:
        returns.arrive(request_id=shipment.request_id, now=at)
    else:
        catch_up(Order.objects.select_for_update().get(pk=shipment.order_id))


def receive(*, number: str, customer_id: int, now: datetime) -> Order:
    """The customer has everything. Again is once. Raises NotYours, NotAllowed."""
    require_transaction()
    order = Order.objects.select_for_update().filter(source__in=SENT, number=number, customer_id=customer_id).first()
    if order is None:
        raise NotYours
    if order.state != State.RECEIVED:
        _receive(order, now)
        live.tell_orders()
    return order


def receive_silent(*, now: datetime, limit: int = RECEIVE_BATCH) -> int:
    """Orders that nobody spoke of count as received: RECEIVE_AFTER their delivery, at that instant.

    Where no carrier ever told of a delivery, RECEIVE_UNTOLD_AFTER the last parcel left. Returns how many.
    """
    require_transaction()
    orders = Order.objects.select_for_update(skip_locked=True).filter(source__in=SENT)
    delivered = orders.filter(state=State.DELIVERED, delivered_at__lte=now - RECEIVE_AFTER)
    later = Shipment.objects.filter(order=OuterRef("pk"), shipped_at__gt=now - RECEIVE_UNTOLD_AFTER)
    untold = orders.filter(~Exists(later), state=State.SHIPPED, shipped_at__lte=now - RECEIVE_UNTOLD_AFTER)
    received = 0
    for order in delivered.order_by("delivered_at", "pk")[:limit]:
        assert order.delivered_at is not None
        _receive(order, order.delivered_at + RECEIVE_AFTER)
        received += 1
    for order in untold.order_by("shipped_at", "pk")[: limit - received]:
        last = order.shipments.aggregate(left=Max("shipped_at"))["left"] or order.shipped_at
        assert last is not None
        _receive(order, last + RECEIVE_UNTOLD_AFTER)
        received += 1
    if received:
        live.tell_orders()
    return received


def _receive(order: Order, at: datetime) -> None:
    order.state, order.received_at = next_state("receive", order.state), at
    order.save(update_fields=["state", "received_at"])
    for serial in Serial.objects.filter(line__order=order).select_related("sku__product"):
        serial.warranty_until = months_after(at, serial.sku.product.warranty_months)
        serial.save(update_fields=["warranty_until"])
    record(facts.OrderReceived(order_id=order.pk, total_fen=order.total_fen), customer_id=order.customer_id,
           key=f"order_received:{order.pk}", happened_at=at)
