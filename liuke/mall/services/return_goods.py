"""Goods of a request on their way: back onto a shelf, replaced from the stock, and out again in a free parcel."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from liuke.kit.errors import BadInput
from liuke.mall.models import OrderLine, Return, ReturnLine, Serial, Shipment, ShipmentLine, StockLevel
from liuke.mall.rules.carriers import carrier_code, tracking_number
from liuke.mall.rules.orders import DELIVERY_TAKES, ShipmentState, months_after
from liuke.mall.rules.stock import MovementKind
from liuke.mall.services import stock
from liuke.mall.services.parcels import save_sent
from liuke.mall.services.serials import note_serials


def parcel_number(carrier: str, tracking: str) -> tuple[str, str]:
    """Carrier and tracking number as we keep them. Raises BadInput without."""
    carrier, tracking = carrier_code(carrier), tracking_number(tracking)
    if not carrier or not tracking:
        raise BadInput(_("请填写快递公司和运单号"))
    return carrier, tracking


def restock(*, request: Return, rows: Sequence[ReturnLine], staff_id: int | None) -> None:
    """Pieces that are as good as new go back on the first shelf of their SKU; again is once."""
    for row in rows:
        level = StockLevel.objects.filter(sku=row.line.item, warehouse__active=True).order_by(
            "warehouse__position", "pk"
        ).first()
        if level:
            stock.receive(level_id=level.pk, quantity=row.quantity, key=f"return:{row.pk}", reason=request.number,
                          staff_id=staff_id, kind=MovementKind.RETURN)


def replace(
    *, request: Return, rows: Sequence[ReturnLine], serials: Mapping[int, Sequence[str]], now: datetime
) -> None:
    """The replacement leaves the stock like any other goods; the customer may ask about it again later.

    A numbered piece takes its warranty along anew from today (as the rules for replaced goods in China say), and the
    piece that came back belongs to nobody. Raises OutOfStock, SerialsNeeded; then nothing has moved.
    """
    stock.reserve(wanted=[stock.Wanted(row.line_id, row.line.item_id or 0, row.quantity) for row in rows],
                  expires_at=None)
    for row in rows:
        stock.ship(line_id=row.line_id, quantity=row.quantity, key=f"{request.number}:{row.pk}")
        OrderLine.objects.filter(pk=row.line_id).update(returned=F("returned") - row.quantity)
    Serial.objects.filter(returns__in=rows).update(customer=None, warranty_until=None)
    months = {row.line_id: row.line.item.product.warranty_months for row in rows if row.line.item}
    for line_id, pieces in _pieces(rows).items():
        note_serials(customer_id=request.customer_id, pieces={line_id: pieces}, serials=serials,
                     warranty_until=months_after(now, months.get(line_id, 0)))


def send_out(
    *, request: Return, rows: Sequence[ReturnLine], carrier: str, tracking: str, now: datetime
) -> Shipment:
    """The pieces leave for the customer in a parcel of their own. Raises BadInput, TrackingTaken."""
    carrier, tracking = parcel_number(carrier, tracking)
    request.way_out_carrier, request.way_out_tracking = carrier, tracking
    shipment = Shipment(
        order_id=request.order_id, request=request, number=f"P{now:%y%m%d}{secrets.randbelow(10**9):09}",
        key=f"return:{request.pk}:{request.parcels.count() + 1}", state=ShipmentState.SHIPPED, carrier=carrier,
        tracking=tracking, packed_at=now, shipped_at=now, expected_at=now + DELIVERY_TAKES,
    )
    save_sent(shipment)
    ShipmentLine.objects.bulk_create([
        ShipmentLine(shipment=shipment, line_id=line_id, quantity=pieces)
        for line_id, pieces in sorted(_pieces(rows).items())
    ])
    return shipment


def _pieces(rows: Sequence[ReturnLine]) -> Counter[int]:
    """Pieces by order line: two numbered pieces of one line are two rows of a request."""
    pieces: Counter[int] = Counter()
    for row in rows:
        pieces[row.line_id] += row.quantity
    return pieces
