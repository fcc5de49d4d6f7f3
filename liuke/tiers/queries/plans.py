"""The versions of the plan, and which of them is in force."""

from datetime import date

from django.db.models import Q, QuerySet

from liuke.tiers import models
from liuke.tiers.rules import Level, Plan

LEVEL = ("code", "name", "threshold", "free_freight", "early_hours", "return_days", "priority", "own_agent", "birthday")
TIMES = ("period", "months", "grace_days", "starts_on", "notice", "number", "pk")


def in_force(on: date) -> Plan | None:
    """The version of a day; None while there is no plan. Two statements."""
    rows = models.Plan.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)
    return _one(rows.order_by("-number"))


def newest() -> Plan | None:
    """The version that was written last, begun or not."""
    return _one(models.Plan.objects.order_by("-number"))


def versions() -> list[tuple[models.Plan, Plan]]:
    """All versions, the newest first, each as its row and as plain values."""
    rows = models.Plan.objects.select_related("made_by").prefetch_related("tiers").order_by("-number")
    return [(row, plan_of(row)) for row in rows]


def by_id(ids: set[int]) -> dict[int, models.Plan]:
    """These versions with their tiers."""
    return {row.pk: row for row in models.Plan.objects.filter(pk__in=ids).prefetch_related("tiers")}


def plan_of(row: models.Plan) -> Plan:
    """A version as plain values."""
    levels = sorted(row.tiers.all(), key=lambda tier: tier.rank)
    return Plan(levels=tuple(Level(**{name: getattr(tier, name) for name in LEVEL}) for tier in levels),
                **{name: getattr(row, name) for name in TIMES})


def _one(rows: QuerySet[models.Plan]) -> Plan | None:
    row = rows.prefetch_related("tiers").first()
    return plan_of(row) if row else None
