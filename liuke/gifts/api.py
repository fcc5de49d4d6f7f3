"""Gifts of the customer, under /api/v1/gifts: see them, have one sent to an address, or decline it."""

from datetime import datetime

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from liuke.gifts import queries
from liuke.gifts.models import Gift
from liuke.gifts.rules import PAGE
from liuke.gifts.services import claiming
from liuke.kit.errors import NotYours
from liuke.mall.api import base

router = Router(tags=["gifts"], auth=base.customer_auth, throttle=base.writes)
REFUSED = {401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said}


class GiftOut(Schema):
    """`state`: open (claim it until `claim_by`), claimed, expired, taken. `order` is the number of the order by which a
    claimed gift is sent, which stands among the customer's orders from then on.
    """

    id: int
    name: str
    words: str
    goods: str
    pieces: int
    state: str
    given_at: datetime
    claim_by: datetime | None
    claimed_at: datetime | None
    order: str


class GiftClaimIn(Schema):
    """One of the customer's own addresses."""

    address_id: base.Id


@router.get("/", response={200: list[GiftOut], 401: base.Said})
def gifts(request: HttpRequest, open_only: bool = False) -> list[GiftOut]:
    """The caller's last gifts, the newest first; with `open_only` those that wait to be claimed."""
    rows = queries.gifts_of(base.customer_of(request))
    return [_gift(row) for row in (rows.filter(state="open") if open_only else rows)[:PAGE]]


@router.get("/{gift_id}", response={200: GiftOut, **REFUSED})
def gift(request: HttpRequest, gift_id: base.Id) -> GiftOut:
    row = queries.gifts_of(base.customer_of(request)).filter(pk=gift_id).first()
    if row is None:
        raise NotYours
    return _gift(row)


@router.post("/{gift_id}/claim", response={200: GiftOut, **REFUSED})
@transaction.atomic(durable=True)
def claim(request: HttpRequest, gift_id: base.Id, body: GiftClaimIn) -> GiftOut:
    """Have it sent there. Again is once: the first address counts."""
    return _gift(claiming.claim(gift_id=gift_id, customer_id=base.customer_of(request), address_id=body.address_id,
                                now=timezone.now()))


@router.post("/{gift_id}/decline", response={200: GiftOut, **REFUSED})
@transaction.atomic(durable=True)
def decline(request: HttpRequest, gift_id: base.Id) -> GiftOut:
    """Not wanted: somebody else may have it. Possible until it is claimed."""
    return _gift(claiming.decline(gift_id=gift_id, customer_id=base.customer_of(request), now=timezone.now()))


def _gift(row: Gift) -> GiftOut:
    kind, order = row.kind, row.order
    return GiftOut(
        id=row.pk, name=kind.name, words=kind.words, goods=kind.sku.product.name, pieces=kind.pieces, state=row.state,
        given_at=row.given_at, claim_by=row.claim_by, claimed_at=row.claimed_at,
        order=order.number if order and row.claimed_at else "",
    )
