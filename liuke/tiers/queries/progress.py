"""How far a customer is: the tier and until when, what is missing for the next one, and what keeps this one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from liuke.tiers.models import Standing
from liuke.tiers.queries.plans import in_force
from liuke.tiers.queries.standings import growth_counted, pending_growth, reached_by
from liuke.tiers.rules import MONTHS, YEAR, Level, Plan, Reached, Span, span
from liuke.timeline.models import Fact

CHANGED = "TierChanged"


@dataclass(frozen=True)
class Keeping:
    """Growth that came in the time that decides, and how much of it is still missing to keep the tier after `until`."""

    counted: int
    missing: int
    until: date


@dataclass(frozen=True)
class Progress:
    """`counted` counts towards the next tier, of which `missing` is missing; `pending` does not count yet.

    `until` is the last day (None: for good), `graced`: of the grace. `keeping` is None where nothing is to be done.
    """

    plan: Plan
    level: Level
    since: date | None
    until: date | None
    graced: bool
    counted: int
    pending: int
    next: Level | None
    missing: int
    keeping: Keeping | None
    granted: bool


def progress(customer_id: int, *, now: datetime) -> Progress | None:
    """None while there is no plan."""
    on = timezone.localdate(now)
    plan = in_force(on)
    if plan is None:
        return None
    row = Standing.objects.filter(pk=customer_id).first()
    code = row.code if row else plan.base
    days = span(plan, on)
    counted = growth_counted(customer_id, Span(days.after, on))
    reached = [each.reached for each in reached_by([customer_id], plan, on=on)[customer_id]]
    mine = [each for each in reached if each.code == code and each.lives(on)]
    above = plan.after(code)
    return Progress(
        plan, plan.level(code), row.since_on if row else None, row.until if row else None,
        row.graced if row else False, counted, pending_growth(customer_id), above,
        max(0, above.threshold - counted) if above else 0, _keeping(customer_id, plan, mine, on=on, counted=counted),
        any(each.granted for each in mine),
    )


def _keeping(customer_id: int, plan: Plan, mine: Sequence[Reached], *, on: date, counted: int) -> Keeping | None:
    """What the growth of the time that decides is short of. A tier that is held for good needs nothing."""
    if not mine or any(each.until is None for each in mine):
        return None
    best = max(mine, key=lambda each: (each.until or on, each.last or on))
    assert best.until is not None, "looked at just above"
    threshold = plan.level(best.code).threshold
    if plan.period == MONTHS and best.last is not None and best.holds(on):
        came = growth_counted(customer_id, Span(best.last, on))
        return Keeping(came, max(0, threshold - came), best.until)
    if plan.period == YEAR and best.until.year == on.year and best.holds(on):
        return Keeping(counted, max(0, threshold - counted), best.until)
    return None


def changes_of(customer_id: int) -> QuerySet[Fact]:
    """Every change of the customer's tier, the newest first."""
    return Fact.objects.filter(customer_id=customer_id, kind=CHANGED).order_by("-happened_at", "-pk")


def customers_of(codes: Collection[str]) -> QuerySet[Standing]:
    """Who has one of these tiers, those who came to it last on top."""
    return Standing.objects.filter(code__in=codes).select_related("customer").order_by("-since_on", "-pk")


def holders() -> dict[str, int]:
    """How many customers have each tier; those who never had growth are in none."""
    rows = Standing.objects.exclude(code="").values("code").annotate(customers=Count("pk"))
    return {row["code"]: row["customers"] for row in rows.order_by("code")}
