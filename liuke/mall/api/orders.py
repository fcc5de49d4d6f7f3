"""A customer's purchases and orders: look, cancel before paying, say that everything has arrived."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from liuke.mall.api import base
from liuke.mall.models import Order, OrderGroup, OrderLine, Shipment, TrackingEvent
from liuke.mall.queries import shopper
from liuke.mall.queries.faces import NOBODY, Face, faces
from liuke.mall.rules.orders import State
from liuke.mall.services import balance, fulfilment, orders, payments

router = Router(tags=["orders"], throttle=base.writes, auth=base.customer_auth)
REFUSED = {401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said}


class PurchaseOut(Schema):
    """One payment for one or more orders; unpaid it ends at `expires_at`."""

    number: str
    state: str
    total_fen: int
    expires_at: datetime | None
    orders: list[str]


class PayIn(Schema):
    """`way` is one of the provider's; `payer` is who the customer is there (WeChat's openid), where a way asks."""

    provider: base.Word
    way: base.Word
    payer: Annotated[base.Text, Field(max_length=128)] = ""


class PaymentOut(Schema):
    """`prepared` is what the customer's device needs to pay; empty for a purchase that costs nothing."""

    number: str
    state: str
    amount_fen: int
    prepared: dict[str, str]


class LineOut(Schema):
    """`product` is the code of its page, empty where there is none (any more); `cover` a small picture of it."""

    id: int
    sku: str
    product: str
    cover: str
    name: str
    quantity: int
    price_fen: int
    discount_fen: int
    amount_fen: int
    refunded_fen: int
    shipped: int
    returned: int


class OrderOut(Schema):
    number: str
    purchase: str
    shop: str
    state: str
    placed_at: datetime
    goods_fen: int
    discount_fen: int
    freight_fen: int
    total_fen: int
    refunded_fen: int
    lines: list[LineOut]


class ParcelStepOut(Schema):
    """What the carrier said, in its words. `state`: picked_up, in_transit, delivering, delivered, problem."""

    happened_at: datetime
    state: str
    text: str


class ParcelOut(Schema):
    """`steps`: the newest first."""

    number: str
    state: str
    carrier: str
    tracking: str
    shipped_at: datetime | None
    expected_at: datetime | None
    delivered_at: datetime | None
    steps: list[ParcelStepOut]


class OrderDetailOut(OrderOut):
    parcels: list[ParcelOut]


class OrdersOut(Schema):
    orders: list[OrderOut]
    next: int | None


@router.get("/orders", response={200: OrdersOut, 401: base.Said, 422: base.Said})
def orders_page(request: HttpRequest, after: Query[base.Id | None] = None) -> dict[str, object]:
    """Twenty orders, the newest first."""
    found = shopper.orders_page(base.customer_of(request), after=after)
    known = faces(line.item_id for row in found.orders for line in row.lines.all())
    return {"orders": [_shown(row, known) for row in found.orders], "next": found.next}


@router.get("/orders/{number}", response={200: OrderDetailOut, **REFUSED})
def order(request: HttpRequest, number: base.Word) -> dict[str, object]:
    row = shopper.order_for(base.customer_of(request), number)
    return {**order_out(row), "parcels": [_parcel(*each) for each in shopper.parcels_of(row)]}


def _parcel(row: Shipment, steps: Sequence[TrackingEvent]) -> ParcelOut:
    return ParcelOut(
        number=row.number, state=row.state, carrier=row.carrier, tracking=row.tracking, shipped_at=row.shipped_at,
        expected_at=row.expected_at, delivered_at=row.delivered_at,
        steps=[ParcelStepOut(happened_at=step.happened_at, state=step.state, text=step.text) for step in steps])


@router.post("/orders/{number}/receive", response={200: OrderOut, **REFUSED})
@transaction.atomic(durable=True)
def receive(request: HttpRequest, number: base.Word) -> dict[str, object]:
    """The customer has everything. Again is once."""
    fulfilment.receive(number=number, customer_id=base.customer_of(request), now=timezone.now())
    return order_out(shopper.order_for(base.customer_of(request), number))


class StoredBalanceOut(Schema):
    """Fen that the customer has stored with the brand; `held` of it waits for a payment to be noted."""

    balance_fen: int
    held_fen: int


@router.get("/balance", response={200: StoredBalanceOut, 401: base.Said})
def stored_balance(request: HttpRequest) -> StoredBalanceOut:
    found = balance.balance_of(base.customer_of(request))
    return StoredBalanceOut(balance_fen=found.posted, held_fen=found.held)


@router.get("/purchases/{number}", response={200: PurchaseOut, **REFUSED})
def purchase(request: HttpRequest, number: base.Word) -> PurchaseOut:
    """How far a purchase is: placed, paid, cancelled."""
    return purchase_out(shopper.purchase_for(base.customer_of(request), number))


@router.post("/purchases/{number}/cancel", response={200: PurchaseOut, **REFUSED})
@transaction.atomic(durable=True)
def cancel(request: HttpRequest, number: base.Word) -> PurchaseOut:
    """Call an unpaid purchase off; its goods and coupons go back. Again is once."""
    return purchase_out(orders.cancel(number=number, customer_id=base.customer_of(request), now=timezone.now()))


@router.post("/purchases/{number}/pay", response={200: PaymentOut, 503: base.Said, **REFUSED})
def pay(request: HttpRequest, number: base.Word, body: PayIn, key: base.Text = base.KEY) -> PaymentOut:
    """Let the provider wait for the money. A double click is one payment; what costs nothing is paid at once."""
    by = payments.Payer(body.provider, body.way, body.payer, base.writes.get_ident(request) or "")
    row = payments.open_payment(
        purchase=number, customer_id=base.customer_of(request), by=by, key=key, now=timezone.now())
    if row is None:
        return PaymentOut(number="", state=State.PAID, amount_fen=0, prepared={})
    return PaymentOut(number=row.number, state=row.state, amount_fen=row.amount_fen, prepared=row.prepared)


def purchase_out(group: OrderGroup) -> PurchaseOut:
    return PurchaseOut(number=group.number, state=group.state, total_fen=group.total_fen, expires_at=group.expires_at,
                       orders=shopper.numbers_of(group))


def order_out(row: Order) -> dict[str, object]:
    return _shown(row, faces(line.item_id for line in row.lines.all()))


def _shown(row: Order, known: Mapping[int | None, Face]) -> dict[str, object]:
    same = ("number", "state", "placed_at", "goods_fen", "discount_fen", "freight_fen", "total_fen", "refunded_fen")
    return {
        **{name: getattr(row, name) for name in same},
        "purchase": row.group.number if row.group else "", "shop": row.shop.code if row.shop else "",
        "lines": [_line(line, known.get(line.item_id, NOBODY)) for line in row.lines.all()],
    }


def _line(row: OrderLine, face: Face) -> dict[str, object]:
    same = ("id", "sku", "name", "quantity", "price_fen", "discount_fen", "amount_fen", "refunded_fen", "shipped",
            "returned")
    return {**{name: getattr(row, name) for name in same}, "product": face.product, "cover": face.cover}
