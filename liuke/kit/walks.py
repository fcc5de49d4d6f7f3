"""Customers of a date are gone through once, a batch at a time, however often the clock asks and whatever dies."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

Tell = Callable[[date, int, int], Sequence[int]]


def walk(rows: Any, *, today: date, days: Sequence[int], late_days: int, limit: int, tell: Tell) -> int:
    """Tell the next customers of what happens in so many `days`; returns how many, 0 when all were told.

    `rows` keeps how far each (expires_on, days) has come: last_customer_id, done. `tell(on, days, after)` tells the
    next customers above that id and answers their ids, at most `limit`. Days on which no clock ran are made up for, at
    most `late_days` of them.
    """
    for ahead in days:
        for late in range(min(ahead - 1, late_days), -1, -1):
            if told := _next(rows, today + timedelta(days=ahead - late), ahead, limit, tell):
                return told
    return 0


def _next(rows: Any, on: date, days: int, limit: int, tell: Tell) -> int:
    rows.get_or_create(expires_on=on, days=days)
    row = rows.select_for_update().get(expires_on=on, days=days)
    if row.done:
        return 0
    ids = tell(on, days, row.last_customer_id)
    row.done, row.last_customer_id = len(ids) < limit, ids[-1] if ids else row.last_customer_id
    row.save(update_fields=["done", "last_customer_id"])
    return len(ids)
