"""A customer's coupons: what they have, what they can take, and what this cart could use."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from liuke.coupons import services as coupons
from liuke.coupons import words
from liuke.coupons.models import Batch, Coupon
from liuke.coupons.queries import wallet
from liuke.coupons.queries.templates import open_batches, terms_of
from liuke.coupons.rules.states import State
from liuke.coupons.rules.terms import Terms
from liuke.mall.api import base
from liuke.mall.api.buying import QuoteOut, quote_out
from liuke.mall.queries.prices import buyer
from liuke.mall.services import addresses, checkout

router = Router(tags=["coupons"], throttle=base.writes, auth=base.customer_auth)
REFUSED = {401: base.Said, 404: base.Said, 409: base.Said, 422: base.Said}
PAGE, MOST_OPEN = 50, 100
View = Literal["usable", "reserved", "used", "expired"]


class CouponOut(Schema):
    """`kind`: fixed, percent, freight, gift. `gives` and `asks` are sentences; `code` is what a checkout is sent.

    A gift makes pieces of `sku_id` free that lie in the cart. `state`: issued, reserved, used, expired. `saved_fen` is
    what the purchase `purchase` got by it.
    """

    id: int
    code: str
    name: str
    words: str
    kind: str
    gives: str
    asks: str
    least_fen: int
    state: str
    starts_at: datetime
    expires_at: datetime
    sku_id: int | None
    purchase: str
    saved_fen: int


class CountsOut(Schema):
    usable: int
    reserved: int
    used: int
    expired: int


class WalletOut(Schema):
    coupons: list[CouponOut]
    next: int | None
    counts: CountsOut


class ClaimIn(Schema):
    code: base.Word


class OpenCouponOut(Schema):
    """Coupons that everybody may take. `left` is empty where there is no end to them; `mine` were taken already."""

    id: int
    name: str
    words: str
    kind: str
    gives: str
    asks: str
    left: int | None
    per_customer: int
    mine: int
    for_you: bool
    closes_at: datetime | None


class CartIn(Schema):
    """With an address the freight is known, and coupons for sending are weighed, too."""

    address_id: base.Id | None = None


class ChoiceOut(Schema):
    """What the coupon would save alone, or why it cannot be used: not_yet, audience, first, scope, least, nothing.

    With `least`, so much more of what it is for must lie in the cart.
    """

    model_config = base.example(
        saves_fen=0, why="least", said="还没有达到使用门槛", missing_fen=3_600,  # data, not words
        coupon={"id": 9, "code": "ANJQBKW72B4D", "name": "满 100 减 20", "words": "",  # data, not words
                "kind": "fixed", "gives": "减 ¥20.00", "asks": "满 ¥100.00 可用",  # data, not words
                "least_fen": 10_000, "state": "issued", "starts_at": "2026-11-02T03:00:00Z",
                "expires_at": "2026-12-02T16:00:00Z", "sku_id": None, "purchase": "", "saved_fen": 0})

    coupon: CouponOut
    saves_fen: int
    why: str
    said: str
    missing_fen: int


class ChoicesOut(Schema):
    """`best` are the codes that together save most, `best_fen` in all; `quote` with them for a known address."""

    usable: list[ChoiceOut]
    others: list[ChoiceOut]
    best: list[str]
    best_fen: int
    quote: QuoteOut | None


@router.get("/coupons", response={200: WalletOut, 401: base.Said, 422: base.Said})
def mine(
    request: HttpRequest, view: View = "usable", after: Annotated[base.Id | None, Query()] = None
) -> dict[str, object]:
    """Fifty coupons, the newest first."""
    customer_id, now = base.customer_of(request), timezone.now()
    rows = _viewed(wallet.coupons_of(customer_id), view, now)
    found = list(rows.filter(pk__lt=after)[:PAGE + 1] if after else rows[:PAGE + 1])
    return {"coupons": [coupon_out(row, now) for row in found[:PAGE]],
            "next": found[PAGE - 1].pk if len(found) > PAGE else None,
            "counts": wallet.counts_of(customer_id, now=now)}


def _viewed(rows: QuerySet[Coupon], view: View, now: datetime) -> QuerySet[Coupon]:
    if view == "usable":
        return rows.filter(state=State.ISSUED, expires_at__gt=now)
    if view == "expired":
        return rows.filter(Q(state=State.EXPIRED) | Q(state=State.ISSUED, expires_at__lte=now))
    return rows.filter(state=view)


@router.post("/coupons/claim", response={200: CouponOut, **REFUSED}, throttle=base.logins)
@transaction.atomic(durable=True)
def claim(request: HttpRequest, body: ClaimIn) -> dict[str, object]:
    """Take the coupon behind a code. A single code again is the same coupon; the code of many takes one each time."""
    customer_id, now = base.customer_of(request), timezone.now()
    who = checkout.audiences_of(buyer(customer_id, now=now))
    row = coupons.claim(customer_id=customer_id, code=body.code, now=now, audiences=who)
    return coupon_out(row, now)


@router.get("/coupons/open", response={200: list[OpenCouponOut], 401: base.Said})
def open_to_all(request: HttpRequest) -> list[dict[str, object]]:
    """What can be taken now, the newest first."""
    customer_id, now = base.customer_of(request), timezone.now()
    rows = list(open_batches(now=now)[:MOST_OPEN])
    taken = wallet.taken_of([row.pk for row in rows], customer_id)
    who = checkout.audiences_of(buyer(customer_id, now=now))
    return [_open_out(row, taken.get(row.pk, 0), who) for row in rows]


@router.post("/coupons/open/{batch_id}/claim", response={200: CouponOut, **REFUSED})
@transaction.atomic(durable=True)
def claim_open(request: HttpRequest, batch_id: base.Id) -> dict[str, object]:
    """Take one from the list. Each call takes one, as long as `per_customer` lets it."""
    customer_id, now = base.customer_of(request), timezone.now()
    row = coupons.claim_open(batch_id=batch_id, customer_id=customer_id, now=now,
                             audiences=checkout.audiences_of(buyer(customer_id, now=now)))
    return coupon_out(row, now)


@router.post("/checkout/coupons", response={200: ChoicesOut, **REFUSED})
@transaction.atomic(durable=True)
def for_cart(request: HttpRequest, body: CartIn) -> dict[str, object]:
    """The customer's coupons for the chosen lines of the cart: what each would save, why not, and the best choice."""
    customer_id, now = base.customer_of(request), timezone.now()
    who = buyer(customer_id, now=now)
    chosen, asked = checkout.basket(customer_id=customer_id, who=who, now=now), None
    if body.address_id is not None:
        to = addresses.address_for(customer_id=customer_id, address_id=body.address_id)
        wish = checkout.Wish(customer_id, to.pk)
        asked = checkout.quote(wish=wish, region=to.region, who=who, now=now, chosen=chosen)
    freight_fen = sum(each.freight_fen for each in asked.sums.values()) if asked else 0
    found = wallet.choices(customer_id, goods=chosen.goods, who=checkout.shopper_of(customer_id, who),
                           freight_fen=freight_fen, now=now)
    if asked and found.best:
        asked = checkout.quote(wish=replace(wish, codes=found.best), region=to.region, who=who, now=now, chosen=chosen)
    return {"usable": [_choice_out(each, now) for each in found.usable],
            "others": [_choice_out(each, now) for each in found.others],
            "best": list(found.best), "best_fen": found.best_fen,
            "quote": quote_out(asked, customer_id=customer_id, now=now) if asked else None}


def coupon_out(row: Coupon, now: datetime) -> dict[str, object]:
    terms = terms_of(row.version)
    over = row.state == State.ISSUED and row.expires_at is not None and row.expires_at <= now
    return {
        "id": row.pk, "code": row.code, **_said(row.version.template.name, row.version.template.words, terms),
        "least_fen": terms.least_fen, "state": State.EXPIRED if over else row.state, "starts_at": row.starts_at,
        "expires_at": row.expires_at, "sku_id": terms.sku_id, "purchase": getattr(row, "purchase", "") or "",
        "saved_fen": getattr(row, "saved_fen", 0) or 0,
    }


def _said(name: str, more: str, terms: Terms) -> dict[str, object]:
    return {"name": name, "words": more, "kind": terms.kind, "gives": words.gives(terms), "asks": words.asks(terms)}


def _open_out(row: Batch, taken: int, who: frozenset[str]) -> dict[str, object]:
    terms = terms_of(row.version)
    return {
        "id": row.pk, **_said(row.template.name, row.template.words, terms), "per_customer": row.per_customer,
        "left": None if row.total is None else row.total - row.issued, "mine": taken,
        "for_you": not terms.audiences or bool(who & set(terms.audiences)), "closes_at": row.closes_at,
    }


def _choice_out(choice: wallet.Choice, now: datetime) -> dict[str, object]:
    said = str(coupons.UNFIT[choice.why]) if choice.why else ""
    return {"coupon": coupon_out(choice.coupon, now), "saves_fen": choice.saves_fen, "why": choice.why or "",
            "said": said, "missing_fen": choice.missing_fen}
