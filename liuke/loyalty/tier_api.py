"""The customer's tier: which, until when, what is missing, and what each tier brings. Under /api/v1/loyalty/tier.

It stands beside `api.py`, whose doors are those of points.
"""

from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from liuke.mall.api import base
from liuke.tiers.queries.progress import Progress, changes_of, progress
from liuke.tiers.rules import Level

router = Router(tags=["loyalty"], auth=base.customer_auth)
MOST_CHANGES = 100
PLAIN = {"free_freight": True, "early_hours": 0, "return_days": 7, "priority": 0, "own_agent": False,
         "birthday": True}               # of the example


class TierOut(Schema):
    """A tier of the plan. `early_hours`: timed prices begin so much earlier; `return_days`: so many days more to send
    goods back; `birthday`: a gift on the birthday."""

    code: str
    name: str
    threshold: int
    free_freight: bool
    early_hours: int
    return_days: int
    priority: int
    own_agent: bool
    birthday: bool


class KeepingOut(Schema):
    """To keep the tier after `until`, `missing` more growth is needed by then; 0: it is earned already."""

    counted: int
    missing: int
    until: date


class MyTierOut(Schema):
    """`counted` growth counts now, `pending` later. `missing` more reach `next` (null at the top).

    Kept up to and with `until` (null: for good); `graced`: that is the end of the days of grace.
    """

    model_config = base.example(
        tier={"code": "silver", "name": "银卡", "threshold": 1_000, **PLAIN},  # data, not words
        since="2026-05-01", until="2027-12-31", graced=False, counted=1_860, pending=120, missing=1_140,
        next={"code": "gold", "name": "金卡", "threshold": 3_000, **PLAIN},  # data, not words
        keeping={"counted": 860, "missing": 140, "until": "2027-12-31"}, tiers=[])

    tier: TierOut
    since: date | None
    until: date | None
    graced: bool
    counted: int
    pending: int
    next: TierOut | None
    missing: int
    keeping: KeepingOut | None
    tiers: list[TierOut]


class ChangeOut(Schema):
    """Codes of tiers. `reason`: growth, refund, period, plan, merge, staff. `until` is empty for good."""

    at: datetime
    before: str
    after: str
    up: bool
    reason: str
    until: str


@router.get("/tier", response={200: MyTierOut | None, 401: base.Said})
def my_tier(request: HttpRequest) -> dict[str, object] | None:
    """Null while the brand has no tiers."""
    found = progress(base.customer_of(request), now=timezone.now())
    return _out(found) if found else None


@router.get("/tier/history", response={200: list[ChangeOut], 401: base.Said})
def tier_history(request: HttpRequest) -> list[dict[str, object]]:
    """The last changes, the newest first."""
    rows = changes_of(base.customer_of(request))[:MOST_CHANGES]
    return [{"at": row.happened_at, **row.data} for row in rows]


def _out(found: Progress) -> dict[str, object]:
    return {
        "tier": _tier(found.level), "since": found.since, "until": found.until, "graced": found.graced,
        "counted": found.counted, "pending": found.pending, "next": _tier(found.next) if found.next else None,
        "missing": found.missing, "keeping": vars(found.keeping) if found.keeping else None,
        "tiers": [_tier(level) for level in found.plan.levels],
    }


def _tier(level: Level) -> dict[str, object]:
    return dict(vars(level))
