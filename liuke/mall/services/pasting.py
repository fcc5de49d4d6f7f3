"""Shipping many orders at once from pasted lines: what each line would do, and doing it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Order, Shipment, ShipmentLine
from liuke.mall.rules.orders import ShipmentState, State
from liuke.mall.rules.pasting import MAX_PASTED, PastedLine, Wrong, pasted
from liuke.mall.services import fulfilment, live

WORDS = {
    Wrong.PARTS: gettext_lazy("每行需要订单号、快递公司、运单号三项"),
    Wrong.TRACKING: gettext_lazy("运单号只能是字母和数字"),
    Wrong.REPEATED: gettext_lazy("这个运单号在上面已用于另一个订单"),
    Wrong.UNKNOWN: gettext_lazy("没有这个订单"),
    Wrong.STATE: gettext_lazy("订单还没有付款，或已取消、已退款"),
    Wrong.NOTHING: gettext_lazy("没有待发的商品"),
    Wrong.TAKEN: gettext_lazy("运单号已用于另一个包裹"),
    Wrong.SERIALS: gettext_lazy("有商品要登记序列号，请在订单页面发货"),
}


@dataclass(frozen=True)
class Pasted:
    """One pasted line and what becomes of it. An empty error: it is shipped, or `done` already the same way."""

    text: str
    error: str = ""
    order: Order | None = None
    carrier: str = ""
    tracking: str = ""
    done: bool = False


@dataclass(frozen=True)
class _Known:
    """What the database says of all pasted lines at once."""

    orders: Mapping[str, Order]
    parcels: Mapping[int, Sequence[Shipment]]        # by order
    owners: Mapping[tuple[str, str], int]            # (carrier, tracking) -> order
    packed: Mapping[int, int]                        # pieces in parcels, by order line


def look_at(*, text: str, orders: QuerySet[Order], carrier: str = "") -> list[Pasted]:
    """What `ship_pasted` would say of every line, without changing anything; five statements for all of them.

    `orders` are those the person may ship; others are unknown. Raises BadInput for more than MAX_PASTED lines.
    """
    lines = pasted(text, carrier=carrier)
    if len(lines) > MAX_PASTED:
        raise BadInput(_("一次最多粘贴 %(most)s 行") % {"most": MAX_PASTED})
    known, used = _known(lines, orders), set[int]()
    return [_judged(line, known, used) for line in lines]


def ship_pasted(*, text: str, orders: QuerySet[Order], carrier: str = "", now: datetime) -> list[Pasted]:
    """Ship orders from lines "order number, carrier, tracking number" (commas, tabs or blanks between).

    A parcel that is packed already leaves; otherwise all that is left of the order is packed. Every line is answered:
    a wrong one says why and does not stop the others. The same lines again ship nothing twice.
    """
    require_transaction()
    looked = look_at(text=text, orders=orders, carrier=carrier)
    answers = [line if line.error or line.done else _ship(line, now) for line in looked]
    live.tell_orders()
    return answers


def _known(lines: Sequence[PastedLine], orders: QuerySet[Order]) -> _Known:
    wanted = [line for line in lines if line.wrong is None]
    rows = {order.number: order for order in orders.filter(number__in={line.order for line in wanted})
            .select_related("group", "supplier").prefetch_related("lines__item__product")}
    parcels = defaultdict(list)
    for parcel in Shipment.objects.filter(order__in=rows.values()).order_by("pk"):
        parcels[parcel.order_id].append(parcel)
    owners = {(parcel.carrier, parcel.tracking): parcel.order_id
              for parcel in Shipment.objects.filter(tracking__in={line.tracking for line in wanted})}
    inside = ShipmentLine.objects.filter(shipment__order__in=rows.values(), shipment__request=None)
    packed = dict(inside.values_list("line_id").annotate(Sum("quantity")))
    return _Known(rows, parcels, owners, packed)


def _judged(line: PastedLine, known: _Known, used: set[int]) -> Pasted:
    """`used` are the orders that a line above sends already."""
    order = known.orders.get(line.order)
    wrong = line.wrong or (Wrong.UNKNOWN if order is None else None)
    if wrong or order is None:
        return Pasted(line.text, str(WORDS[wrong or Wrong.UNKNOWN]))
    owner = known.owners.get((line.carrier, line.tracking))
    if owner == order.pk:
        return Pasted(line.text, order=order, carrier=line.carrier, tracking=line.tracking, done=True)
    wrong = Wrong.TAKEN if owner else _unready(order, known, used)
    if wrong is None:
        used.add(order.pk)
    return Pasted(line.text, str(WORDS[wrong]) if wrong else "", order, line.carrier, line.tracking)


def _unready(order: Order, known: _Known, used: set[int]) -> Wrong | None:
    if order.state != State.PAID:
        return Wrong.NOTHING if order.shipped_at else Wrong.STATE
    if any(parcel.state == ShipmentState.PACKED for parcel in known.parcels.get(order.pk, ())):
        return Wrong.NOTHING if order.pk in used else None
    left = [line for line in order.lines.all() if line.quantity - line.stopped > known.packed.get(line.pk, 0)]
    if not left or order.pk in used:
        return Wrong.NOTHING
    numbered = any(line.item and line.item.product.serial_numbered for line in left)
    return Wrong.SERIALS if numbered else None


def _ship(line: Pasted, now: datetime) -> Pasted:
    assert line.order is not None, "a line without an error has its order"
    order = line.order
    try:
        with transaction.atomic():
            parcel = order.shipments.filter(state=ShipmentState.PACKED).order_by("pk").first()
            if parcel is None:
                key = f"pasted:{order.pk}:{line.carrier}:{line.tracking}"
                parcel = fulfilment.pack(order_id=order.pk, key=key, now=now)
            fulfilment.send(shipment_id=parcel.pk, carrier=line.carrier, tracking=line.tracking, now=now)
    except Refused as refused:
        return Pasted(line.text, refused.message, order, line.carrier, line.tracking)
    return line
