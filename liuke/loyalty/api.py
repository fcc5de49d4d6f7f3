"""The customer's own points: how many, until when, and why. Under /api/v1/loyalty/."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from liuke.loyalty import words
from liuke.loyalty.queries.history import Entry, history
from liuke.loyalty.queries.people import growth_of
from liuke.loyalty.staff_api import router as staff
from liuke.loyalty.tier_api import router as tier
from liuke.mall.api import base
from liuke.points import queries as points

router = Router(tags=["loyalty"], auth=base.customer_auth)
router.add_router("", staff)
router.add_router("", tier)
MAX_LOTS = 200
Place = Annotated[str, Query(max_length=80, pattern=r"^$|^[0-9]{1,18}\.-?[0-9]{1,18}\.-?[0-9]{1,18}$")]


class PointsOut(Schema):
    """`available` below zero is a debt, which the next points pay. `pending` comes when goods cannot come back."""

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

    at: datetime
    kind: str
    points: int
    balance: int
    why: str
    order: str


class PointsHistoryOut(Schema):
    entries: list[EntryOut]
    before: str


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


def _entry(entry: Entry) -> dict[str, object]:
    return {"at": entry.at, "kind": entry.kind, "points": entry.points, "balance": entry.balance,
            "why": words.why(entry), "order": entry.order}
