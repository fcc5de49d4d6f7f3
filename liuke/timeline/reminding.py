"""What expires is told before, as facts: customers of a date are gone through once, a batch at a time, however often
the clock asks and whatever dies. The one way for points, coupons and gifts; beside `services`, which is long enough.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from liuke.kit.db import require_transaction
from liuke.timeline.facts import FactBody
from liuke.timeline.models import Reminded
from liuke.timeline.services import NewFact, record_many

Telling = Callable[[date, int, int, int], Sequence[tuple[int, FactBody]]]


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """`word`: the first part of the facts' keys (points_expiring). `days`: so many before; the days on which no clock
    ran are made up for, at most `late_days` of them.

    `telling(on, days, after, limit)`: the next customers above the id `after` who lose something in the course of the
    local day `on`, by id, each with what the timeline says of it; at most `limit`.
    """

    word: str
    days: tuple[int, ...]
    late_days: int
    telling: Telling


def remind(reminder: Reminder, *, now: datetime, limit: int) -> int:
    """Record the facts of the next customers; returns how many, 0 when all were told. The clock repeats it until 0."""
    require_transaction()
    today = timezone.localdate(now)
    for ahead in reminder.days:
        for late in range(min(ahead - 1, reminder.late_days), -1, -1):
            if told := _next(reminder, today + timedelta(days=ahead - late), ahead, now, limit):
                return told
    return 0


def _next(reminder: Reminder, on: date, days: int, now: datetime, limit: int) -> int:
    Reminded.objects.get_or_create(word=reminder.word, on=on, days=days)
    row = Reminded.objects.select_for_update().get(word=reminder.word, on=on, days=days)
    if row.done:
        return 0
    found = reminder.telling(on, days, row.last_customer_id, limit)
    if found:
        record_many([NewFact(body, customer_id, f"{reminder.word}:{customer_id}:{on}:{days}", now)
                     for customer_id, body in found])
        row.last_customer_id = found[-1][0]
    row.done = len(found) < limit
    row.save(update_fields=["done", "last_customer_id"])
    return len(found)
