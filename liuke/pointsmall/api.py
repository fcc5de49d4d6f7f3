"""The points mall for the customer: what can be had, have it, what was had. Under /api/v1/points-mall."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from liuke.kit.errors import NotYours
from liuke.mall.api import base
from liuke.pointsmall import queries
from liuke.pointsmall.models import Exchange
from liuke.pointsmall.rules import MAX_QUANTITY
from liuke.pointsmall.services import exchanging

router = Router(tags=["points mall"], throttle=base.writes, auth=base.customer_auth)
REFUSED = {401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said}
MOST_SHOWN = 100


class PointsItemOut(Schema):
    """`kind`: goods, coupon, ticket. `why` says what is in the way of this customer: paused, early, over, tier, limit,
    sold_out, or nothing. `per_customer` 0: no limit; `had`: how many they had. `tiers`: codes of those who may; empty:
    everybody."""

    id: int
    name: str
    about: str
    kind: str
    points: int
    left: int
    per_customer: int
    had: int
    starts_at: datetime
    ends_at: datetime | None
    tiers: list[str]
    why: str


class ExchangeIn(Schema):
    """Goods need `address_id`. `expected_points` is the sum that the page showed; another one is refused."""

    model_config = base.example(quantity=1, address_id=5, expected_points=800)

    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY)] = 1
    address_id: base.Id | None = None
    expected_points: Annotated[int, Field(ge=0, le=10**9)] | None = None


class ExchangeOut(Schema):
    """`state`: done or undone. `order` is the number of the order by which goods are sent."""

    id: int
    item: str
    kind: str
    quantity: int
    points: int
    state: str
    order: str
    at: datetime


@router.get("/items", response={200: list[PointsItemOut], 401: base.Said})
def items(request: HttpRequest) -> list[dict[str, object]]:
    """What is on sale, or soon will be."""
    return [_item(each) for each in queries.shelf(base.customer_of(request), now=timezone.now())]


@router.get("/items/{item_id}", response={200: PointsItemOut, 401: base.Said, 404: base.Said})
def item(request: HttpRequest, item_id: base.Id) -> dict[str, object]:
    for each in queries.shelf(base.customer_of(request), now=timezone.now()):
        if each.item.pk == item_id:
            return _item(each)
    raise NotYours


@router.post("/items/{item_id}/exchange", response={200: ExchangeOut, **REFUSED})
@transaction.atomic(durable=True)
def exchange(request: HttpRequest, item_id: base.Id, body: ExchangeIn, key: base.Text = base.KEY) -> dict[str, object]:
    """Have it for points. The same Idempotency-Key again is the same exchange; refused, nothing happened."""
    wish = exchanging.Wish(customer_id=base.customer_of(request), item_id=item_id, quantity=body.quantity,
                           address_id=body.address_id, expected_points=body.expected_points)
    return _exchange(exchanging.exchange(wish=wish, key=key, now=timezone.now()))


@router.get("/exchanges", response={200: list[ExchangeOut], 401: base.Said})
def exchanges(request: HttpRequest) -> list[dict[str, object]]:
    """What the customer had, the newest first."""
    return [_exchange(row) for row in queries.exchanges_of(base.customer_of(request))[:MOST_SHOWN]]


@router.post("/exchanges/{exchange_id}/cancel", response={200: ExchangeOut, **REFUSED})
@transaction.atomic(durable=True)
def cancel(request: HttpRequest, exchange_id: base.Id) -> dict[str, object]:
    """Not wanted any more: possible until goods are sent, or the coupon or ticket is used. The points come back."""
    return _exchange(exchanging.undo(exchange_id=exchange_id, customer_id=base.customer_of(request),
                                     now=timezone.now()))


def _item(shown: queries.Shown) -> dict[str, object]:
    row = shown.item
    same = ("name", "about", "kind", "points", "left", "per_customer", "starts_at", "ends_at", "tiers")
    return {"id": row.pk, "had": shown.had, "why": str(shown.why), **{name: getattr(row, name) for name in same}}


def _exchange(row: Exchange) -> dict[str, object]:
    return {"id": row.pk, "item": row.item.name, "kind": row.item.kind, "quantity": row.quantity, "points": row.points,
            "state": row.state, "order": row.reference, "at": row.at}
