"""One order with everything that belongs to it, as its page shows it: a fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from liuke.kit import crypto
from liuke.kit.errors import NotYours
from liuke.mall.models import (
    Order,
    OrderLine,
    OrderNote,
    Payment,
    Refund,
    Return,
    Serial,
    Shipment,
    TrackingEvent,
)
from liuke.mall.rules.orders import ShipmentState
from liuke.mall.rules.stages import Stage, stage_of


@dataclass(frozen=True)
class LineOf:
    """A line, with its pieces in parcels and those that wait for one."""

    line: OrderLine
    packed: int
    serials: Sequence[Serial]

    @property
    def left(self) -> int:
        return max(0, self.line.quantity - self.line.stopped - self.packed)

    @property
    def numbered(self) -> bool:
        return bool(self.line.item and self.line.item.product.serial_numbered)


@dataclass(frozen=True)
class ParcelOf:
    shipment: Shipment
    events: Sequence[TrackingEvent]

    @property
    def packed(self) -> bool:
        return self.shipment.state == ShipmentState.PACKED


@dataclass(frozen=True)
class Whole:
    """An order and what hangs on it, each in the order in which it came about."""

    order: Order
    customer_name: str
    lines: Sequence[LineOf]
    parcels: Sequence[ParcelOf]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    returns: Sequence[Return]
    notes: Sequence[OrderNote]
    siblings: Sequence[Order]            # the other orders of the same purchase

    @property
    def stage(self) -> Stage:
        return stage_of(self.order.state, [
            parcel.shipment.state for parcel in self.parcels if parcel.shipment.request_id is None])

    @property
    def left(self) -> Sequence[LineOf]:
        """Lines of which pieces still wait for a parcel."""
        return [line for line in self.lines if line.left]


def order_seen(orders: QuerySet[Order], number: str) -> Order:
    """The order of this number among those the person may see; raises NotYours."""
    order = orders.filter(number=number).select_related("shop", "supplier", "group", "customer").first()
    if order is None:
        raise NotYours
    return order


def waiting_parcels(order_id: int) -> list[str]:
    """The numbers of the order's parcels that are packed and have not left."""
    rows = Shipment.objects.filter(order=order_id, request=None, shipped_at=None)
    return list(rows.order_by("pk").values_list("number", flat=True))


def whole(order: Order) -> Whole:
    """Twelve statements, whatever the size of the order."""
    shipments = list(order.shipments.prefetch_related("lines__line").order_by("pk"))
    packed: dict[int, int] = defaultdict(int)
    for shipment in shipments:
        for row in shipment.lines.all():
            packed[row.line_id] += row.quantity if shipment.request_id is None else 0
    serials = defaultdict(list)
    for serial in Serial.objects.filter(line__order=order).order_by("pk"):
        serials[serial.line_id].append(serial)
    lines = order.lines.select_related("item__product").order_by("pk")
    events = carrier_steps(shipments)
    return Whole(
        order, crypto.decrypt(order.customer.name_enc),
        [LineOf(line, packed[line.pk], serials[line.pk]) for line in lines],
        [ParcelOf(row, events.get((row.carrier, row.tracking), ())) for row in shipments],
        list(Payment.objects.filter(group_id=order.group_id).order_by("pk")) if order.group_id else [],
        list(order.refunds.select_related("payment").prefetch_related("lines__line").order_by("pk")),
        list(order.returns.prefetch_related("lines__line").order_by("pk")),
        list(order.notes.select_related("staff").order_by("pk")),
        list(Order.objects.filter(group_id=order.group_id).exclude(pk=order.pk).select_related("supplier", "shop")
             .order_by("pk")) if order.group_id else [],
    )


def carrier_steps(shipments: Sequence[Shipment]) -> Mapping[tuple[str, str], Sequence[TrackingEvent]]:
    """What the carriers said of these parcels, the newest first."""
    found = defaultdict(list)
    numbers = [row.tracking for row in shipments if row.tracking]
    for event in TrackingEvent.objects.filter(tracking__in=numbers).order_by("-happened_at", "-pk"):
        found[event.carrier, event.tracking].append(event)
    return found
