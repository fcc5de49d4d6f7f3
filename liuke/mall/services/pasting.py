"""Shipping many orders at once from pasted lines: what each line would do, and doing it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Order, OrderLine, Serial, Shipment, ShipmentLine
from liuke.mall.rules.orders import ShipmentState, State
from liuke.mall.rules.pasting import MAX_PASTED, PastedLine, Wrong, batches_in, dealt, pasted
from liuke.mall.services import fulfilment, live
from liuke.mall.services.fulfilment import Parcel
from liuke.mall.services.parcels import unsent

WORDS = {
    Wrong.PARTS: gettext_lazy("每行需要订单号、快递公司、运单号三项"),
    Wrong.TRACKING: gettext_lazy("运单号只能是字母和数字"),
    Wrong.REPEATED: gettext_lazy("这个运单号在上面已用于另一个订单"),
    Wrong.UNKNOWN: gettext_lazy("没有这个订单"),
    Wrong.STATE: gettext_lazy("订单还没有付款，或已取消、已退款"),
    Wrong.NOTHING: gettext_lazy("没有待发的商品"),
    Wrong.TAKEN: gettext_lazy("运单号已用于另一个包裹"),
    Wrong.SERIALS: gettext_lazy("要登记 %(pieces)s 个不同的序列号（%(goods)s）：写在运单号后面，用空格隔开"),
    Wrong.BATCH: gettext_lazy("批号写成 #2609A；几种商品批号不同时，每个写成 编号#批号"),
    Wrong.NOT_NUMBERED: gettext_lazy("这单没有要登记序列号的商品，运单号后面多写了内容"),
    Wrong.SERIAL_TAKEN: gettext_lazy("有序列号已经属于另一件商品，或在上面写过"),
    Wrong.PACKED: gettext_lazy("这单已经打包，序列号和批号在打包时登记；只写订单号、快递公司、运单号"),
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
    serials: Mapping[int, Sequence[str]] = field(default_factory=dict)       # by order line
    batches: Mapping[int, str] = field(default_factory=dict)

    @property
    def batch_names(self) -> list[str]:
        """Each batch once."""
        return sorted(set(self.batches.values()))


@dataclass(frozen=True)
class _Known:
    """What the database says of all pasted lines at once."""

    orders: Mapping[str, Order]
    parcels: Mapping[int, Sequence[Shipment]]        # by order
    owners: Mapping[tuple[str, str], int]            # (carrier, tracking) -> order
    packed: Mapping[int, int]                        # pieces in parcels, by order line
    serials: frozenset[tuple[int, str]]              # (SKU, number) of pieces that are somebody's


@dataclass
class _Used:
    """What lines above take: the orders that they send, and the serial numbers of the pieces."""

    orders: set[int] = field(default_factory=set)
    serials: set[tuple[int, str]] = field(default_factory=set)


def look_at(*, text: str, orders: QuerySet[Order], carrier: str = "") -> list[Pasted]:
    """What `ship_pasted` would say of every line, without changing anything; eight statements for all of them.

    `orders` are those the person may ship; others are unknown. Raises BadInput for more than MAX_PASTED lines.
    """
    lines = pasted(text, carrier=carrier)
    if len(lines) > MAX_PASTED:
        raise BadInput(_("一次最多粘贴 %(most)s 行") % {"most": MAX_PASTED})
    known, used = _known(lines, orders), _Used()
    return [_judged(line, known, used) for line in lines]


def ship_pasted(*, text: str, orders: QuerySet[Order], carrier: str = "", now: datetime) -> list[Pasted]:
    """Ship orders from lines "order number, carrier, tracking number" (commas, tabs or blanks between).

    Serial numbers of numbered goods stand behind the tracking number; where an order has several kinds of them, each as
    "SKU=number". So does the maker's batch: "#2609A", or "SKU#2609A" for one kind of goods.
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
    numbers = {part.rpartition("=")[2] for line in wanted for part in line.more}
    numbers |= {part for line in wanted for part in line.more}
    taken = Serial.objects.filter(number__in=numbers, customer__isnull=False).values_list("sku_id", "number")
    return _Known(rows, parcels, owners, packed, frozenset(taken) if numbers else frozenset())


def _judged(line: PastedLine, known: _Known, used: _Used) -> Pasted:
    order = known.orders.get(line.order)
    wrong = line.wrong or (Wrong.UNKNOWN if order is None else None)
    if wrong or order is None:
        return Pasted(line.text, str(WORDS[wrong or Wrong.UNKNOWN]))
    owner = known.owners.get((line.carrier, line.tracking))
    if owner == order.pk:
        return Pasted(line.text, order=order, carrier=line.carrier, tracking=line.tracking, done=True)
    wrong = Wrong.TAKEN if owner else _unready(order, known, used)
    packed = any(parcel.state == ShipmentState.PACKED for parcel in known.parcels.get(order.pk, ()))
    if wrong or packed:
        wrong = wrong or (Wrong.PACKED if line.more else None)
        if wrong is None:
            used.orders.add(order.pk)
        return Pasted(line.text, str(WORDS[wrong]) if wrong else "", order, line.carrier, line.tracking)
    return _numbered(line, order, known, used)


def _unready(order: Order, known: _Known, used: _Used) -> Wrong | None:
    if order.state != State.PAID:
        return Wrong.NOTHING if order.shipped_at else Wrong.STATE
    if order.pk in used.orders:
        return Wrong.NOTHING
    packed = any(parcel.state == ShipmentState.PACKED for parcel in known.parcels.get(order.pk, ()))
    return None if packed or _left(order, known) else Wrong.NOTHING


def _left(order: Order, known: _Known) -> list[tuple[OrderLine, int]]:
    """The lines that still wait for a parcel, and of how many pieces."""
    left = [(line, line.quantity - line.stopped - known.packed.get(line.pk, 0)) for line in order.lines.all()]
    return [(line, pieces) for line, pieces in left if pieces > 0]


def _numbered(line: PastedLine, order: Order, known: _Known, used: _Used) -> Pasted:
    """The line with its batches and serial numbers on the goods they belong to, or what is wrong with these."""
    left = _left(order, known)
    numbered = {each.sku: (each, pieces) for each, pieces in left if each.item and each.item.product.serial_numbered}
    batches, written = batches_in(line.more, {each.sku for each, _pieces in left})
    found = dealt(written, {code: pieces for code, (_each, pieces) in numbered.items()})
    error, serials = "", dict[int, Sequence[str]]()
    if batches is None:
        error = str(WORDS[Wrong.BATCH])
    elif written and not numbered:
        error = str(WORDS[Wrong.NOT_NUMBERED])
    elif found is None:
        error = WORDS[Wrong.SERIALS] % {
            "pieces": sum(pieces for _each, pieces in numbered.values()), "goods": _goods(numbered)}
    else:
        mine = {(numbered[code][0].item_id or 0, number) for code, numbers in found.items() for number in numbers}
        serials = {numbered[code][0].pk: numbers for code, numbers in found.items()}
        if mine & (known.serials | used.serials):
            error = str(WORDS[Wrong.SERIAL_TAKEN])
        else:
            used.orders.add(order.pk)
            used.serials.update(mine)
    return Pasted(line.text, error, order, line.carrier, line.tracking, serials=serials, batches={
        each.pk: batches[each.sku] for each, _pieces in left if each.sku in batches} if batches else {})


def _goods(numbered: Mapping[str, tuple[OrderLine, int]]) -> str:
    """Which goods want how many; of several kinds, how each is named on the line."""
    if len(numbered) > 1:
        return _("%(each)s，每个写成 编号=序列号") % {
            "each": "、".join(f"{code} × {pieces}" for code, (_line, pieces) in numbered.items())}
    return "、".join(f"{line.name or line.sku} × {pieces}" for line, pieces in numbered.values())


def _ship(line: Pasted, now: datetime) -> Pasted:
    assert line.order is not None, "a line without an error has its order"
    order = line.order
    try:
        with transaction.atomic():
            parcel = order.shipments.filter(state=ShipmentState.PACKED).order_by("pk").first()
            if parcel is None:
                key = f"pasted:{order.pk}:{line.carrier}:{line.tracking}"
                parcel = fulfilment.pack(order_id=order.pk, key=key, now=now,
                                         parcel=Parcel(unsent(order), line.serials, line.batches))
            fulfilment.send(shipment_id=parcel.pk, carrier=line.carrier, tracking=line.tracking, now=now)
    except Refused as refused:
        return Pasted(line.text, refused.message, order, line.carrier, line.tracking)
    return line
