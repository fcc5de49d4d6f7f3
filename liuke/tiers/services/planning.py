"""The plan is written, and changed by a new version from a day on. Nothing that was reached is changed backwards."""

from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from liuke.kit.db import advisory_lock, require_transaction
from liuke.tiers import models
from liuke.tiers.queries.plans import LEVEL, newest
from liuke.tiers.rules import MONTHS, Plan, check


def write_plan(*, plan: Plan, now: datetime, by_id: int | None = None) -> models.Plan:
    """A new version from `plan.starts_on` (today at the earliest) until the next one. Again with the same is the same.

    A version that was planned and has not begun is replaced. Who holds a tier keeps it until its time is over, by the
    thresholds by which it was reached; a code that the new version does not have becomes the next lower one that it
    has. Raises BadPlan, NoNotice.
    """
    require_transaction()
    advisory_lock("tiers:plan")
    today, last = timezone.localdate(now), newest()
    checked = check(plan, before=_before(last, plan.starts_on), today=today)
    if last is not None and _same(last, checked):
        return models.Plan.objects.get(pk=last.pk)
    for row in models.Plan.objects.all():
        if row.ends_on is None or row.ends_on > checked.starts_on:
            row.ends_on = max(row.starts_on, checked.starts_on)
            row.save(update_fields=["ends_on"])
    number = (models.Plan.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    row = models.Plan.objects.create(
        number=number, period=checked.period, months=checked.months if checked.period == MONTHS else 0,
        grace_days=checked.grace_days, starts_on=checked.starts_on, notice=checked.notice.strip(), made_at=now,
        made_by_id=by_id,
    )
    models.Tier.objects.bulk_create([
        models.Tier(plan=row, rank=rank, **{name: getattr(level, name) for name in LEVEL})
        for rank, level in enumerate(checked.levels)
    ])
    return row


def _before(last: Plan | None, starts_on: date) -> Plan | None:
    """The version that the new one changes: the first plan of all may still be mended until it begins."""
    return None if last is not None and last.number == 1 and last.starts_on > starts_on else last


def _same(last: Plan, plan: Plan) -> bool:
    told = ("levels", "period", "grace_days", "starts_on")
    return all(getattr(last, name) == getattr(plan, name) for name in told) and (
        plan.period != MONTHS or last.months == plan.months)
