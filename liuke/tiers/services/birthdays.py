"""Birthdays of customers whose tier brings a gift become facts; what the gift is, earning rules say."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from liuke.customers.queries.records import born_on
from liuke.kit.db import require_transaction
from liuke.tiers.models import Birthdays
from liuke.tiers.queries.benefits import benefits_of
from liuke.tiers.rules import BIRTHDAY_BATCH, BIRTHDAY_LATE_DAYS, birthdays_on
from liuke.timeline import facts
from liuke.timeline.models import Fact
from liuke.timeline.services import NewFact, record_many


def record_birthdays(*, now: datetime, limit: int = BIRTHDAY_BATCH) -> int:
    """Record BirthdayCame for whoever told us a birthday that is today, by tier; returns how many were looked at.

    Once a year for each customer, whatever the birthday is changed to. Days on which no clock ran are made up for, at
    most rules.BIRTHDAY_LATE_DAYS of them. The clock repeats it until 0.
    """
    require_transaction()
    today = timezone.localdate(now)
    for late in range(BIRTHDAY_LATE_DAYS, -1, -1):
        looked = _record(today - timedelta(days=late), now, limit)
        if looked:
            return looked
    return 0


def _record(on: date, now: datetime, limit: int) -> int:
    Birthdays.objects.get_or_create(on=on)
    row = Birthdays.objects.select_for_update().get(on=on)
    if row.done:
        return 0
    ids: list[int] = []
    for month_day in birthdays_on(on):
        ids += born_on(month_day).filter(pk__gt=row.last_customer_id).values_list("pk", flat=True)[:limit]
    ids = sorted(ids)[:limit]
    tiers = benefits_of(ids, now=now)
    born = [pk for pk in ids if tiers[pk].birthday]
    if born:
        record_many([NewFact(facts.BirthdayCame(tier=tiers[pk].code, year=on.year), pk, f"birthday:{pk}:{on.year}", now)
                     for pk in _new(born, on.year)])
    row.last_customer_id, row.done = (ids[-1] if ids else row.last_customer_id), len(ids) < limit
    row.save(update_fields=["last_customer_id", "done"])
    return len(ids)


def _new(ids: list[int], year: int) -> list[int]:
    """Those who had no birthday this year: a date that was changed brings no second one, and no other tier."""
    keys = {f"birthday:{pk}:{year}": pk for pk in ids}
    known = set(Fact.objects.filter(key__in=keys).values_list("key", flat=True))
    return [pk for key, pk in keys.items() if key not in known]
