"""The customer's own points and awards: how many, until when, and why. Under /api/v1/loyalty/."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from liuke.loyalty import words
from liuke.loyalty.models import Award
from liuke.loyalty.queries.awards import State, awards_of
from liuke.loyalty.queries.history import Entry, history
from liuke.loyalty.queries.people import growth_of
from liuke.loyalty.rules.limits import PAGE
from liuke.loyalty.staff_api import router as staff
from liuke.loyalty.tier_api import router as tier
from liuke.loyalty.welcome_api import router as welcome
from liuke.mall.api import base
from liuke.mall.models import Order
from liuke.mall.queries.orders import orders_by_id
from liuke.points import queries as points

router = Router(tags=["loyalty"], auth=base.customer_auth)
router.add_router("", staff)
router.add_router("", tier)
router.add_router("", welcome)
MAX_LOTS = 200
Place = Annotated[str, Query(max_length=80, pattern=r"^$|^[0-9]{1,18}\.-?[0-9]{1,18}\.-?[0-9]{1,18}$")]


class PointsOut(Schema):
    """`available` below zero is a debt, which the next points pay. `pending` comes when goods cannot come back."""

    model_config = base.example(available=928, reserved=0, pending=64, expiring=708, expires_at="2027-12-31T16:00:00Z",
                                growth=35, points_per_yuan=100, enabled=True)
    available: int
    reserved: int
    pending: int
    expiring: int
    expires_at: datetime | None
    growth: int
    points_per_yuan: int
    enabled: bool


class LotOut(Schema):
    points: int
    of: int
    earned_at: datetime
    expires_at: datetime | None


class EntryOut(Schema):
    """`kind`: earned, pending, taken_back, reserved, freed, used, given_back, expired, moved. `why` is a sentence."""

    model_config = base.example(
        at="2026-11-02T03:00:00Z", kind="earned", points=128, balance=928, order="2611020001-1",
        why="消费送积分（第 1 版）· 支付订单 · 2611020001-1 · 实付商品金额 ¥128.00")  # data, not words
    at: datetime
    kind: str
    points: int
    balance: int
    why: str
    order: str


class PointsHistoryOut(Schema):
    entries: list[EntryOut]
    before: str


class AwardOut(Schema):
    """What a rule gave, or set aside: `state` is held, given or undone. `benefit`: points, growth, coupon, draw_ticket,
    gift, cash, and `what` that in words; `amount` in points or pieces, of cash in fen, less `taken`, which refunds took
    back. `why` says by which rule and for what, `less` what stood in the way of more; `comes_at`: when held ones come,
    null while it waits for a receipt.
    """

    model_config = base.example(
        id=77, at="2026-11-02T03:00:00Z", benefit="coupon", amount=1, taken=0, state="given", order="2611020001-1",
        comes_at=None, less="", what="优惠券 · 满 100 减 20",  # data, not words
        why="首单送券（第 2 版）· 支付订单 · 2611020001-1 · 首次 是")  # data, not words
    id: int
    at: datetime
    benefit: str
    what: str
    amount: int
    taken: int
    state: str
    why: str
    less: str
    order: str
    comes_at: datetime | None


class AwardsOut(Schema):
    awards: list[AwardOut]
    next: int | None


@router.get("/points", response={200: PointsOut, 401: base.Said})
def balance(request: HttpRequest) -> dict[str, object]:
    customer_id = base.customer_of(request)
    found, terms = points.balance(customer_id, now=timezone.now()), points.terms()
    return {**vars(found), "growth": growth_of(customer_id), "points_per_yuan": terms.points_per_yuan,
            "enabled": terms.enabled}


@router.get("/points/lots", response={200: list[LotOut], 401: base.Said})
def lots(request: HttpRequest) -> list[dict[str, object]]:
    """What can be spent, in the order in which it will be."""
    rows = points.open_lots_of(base.customer_of(request), now=timezone.now())
    return [{"points": row.rest, "of": row.lot.amount, "earned_at": row.lot.earned_at, "expires_at": row.expires_at}
            for row in rows[:MAX_LOTS]]


@router.get("/points/history", response={200: PointsHistoryOut, 401: base.Said, 422: base.Said})
def story(request: HttpRequest, before: Place = "") -> dict[str, object]:
    """Fifty entries, the newest first, each with its reason."""
    found = history(base.customer_of(request), before=before)
    return {"entries": [_entry(entry) for entry in found.entries], "before": found.before}


@router.get("/awards", response={200: AwardsOut, 401: base.Said, 422: base.Said})
def awards(request: HttpRequest, after: Annotated[base.Id | None, Query()] = None) -> dict[str, object]:
    """Fifty awards of any kind, the newest first, each with its reason. `next` is the next page's `after`."""
    rows = awards_of(base.customer_of(request))
    found = list((rows.filter(pk__lt=after) if after else rows)[:PAGE + 1])
    numbers = orders_by_id({row.order_id for row in found if row.order_id})
    return {"awards": [_award(row, numbers) for row in found[:PAGE]],
            "next": found[PAGE - 1].pk if len(found) > PAGE else None}


def _award(row: Award, orders: Mapping[int, Order]) -> dict[str, object]:
    order = orders[row.order_id].number if row.order_id and row.order_id in orders else ""
    return {
        "id": row.pk, "at": row.at, "benefit": row.benefit, "what": words.benefit(row.benefit, row.version.details),
        "amount": row.amount, "taken": row.taken, "state": row.state, "why": words.why_of(row, order),
        "less": words.reason(row.reason) if row.reason else "", "order": order,
        "comes_at": row.release_at if row.state == State.HELD else None,
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {"at": entry.at, "kind": entry.kind, "points": entry.points, "balance": entry.balance,
            "why": words.why(entry), "order": entry.order}
