"""Points expire, and the timeline says so before."""

from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.points.models import Reminded
from liuke.points.queries import expiring_on, is_due
from liuke.points.rules import EXPIRY_BATCH, REMIND_BATCH, REMIND_DAYS, REMIND_LATE_DAYS
from liuke.points.services import accounts
from liuke.timeline import facts
from liuke.timeline.services import record


def expire(*, now: datetime, limit: int = EXPIRY_BATCH) -> int:
    """Let the points of about so many lots go whose time is up; returns how many lots. The clock repeats it until 0."""
    require_transaction()
    ledger.open_account(accounts.EXPIRED)
    return _expire(now, limit, None)


def expire_for(*, customer_id: int, now: datetime) -> int:
    """The same for one customer, before anything of theirs is spent. Costs one look when nothing is due."""
    if not is_due(customer_id, now=now):
        return 0
    ledger.open_account(accounts.EXPIRED)
    return _expire(now, 0, customer_id)


def _expire(now: datetime, limit: int, customer_id: int | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT expired FROM points_expire_v1(%s, %s, %s)", [now, limit, customer_id])
        return int(cursor.fetchone()[0])


def remind(*, now: datetime, limit: int = REMIND_BATCH) -> int:
    """Record PointsExpiring for customers whose points expire in rules.REMIND_DAYS days; returns how many customers.

    Each date is gone through once, a batch at a time: the clock repeats it until 0. Days on which no clock ran are made
    up for, at most rules.REMIND_LATE_DAYS of them.
    """
    require_transaction()
    today = timezone.localdate(now)
    for days in REMIND_DAYS:
        for late in range(min(days - 1, REMIND_LATE_DAYS), -1, -1):
            told = _remind(today + timedelta(days=days - late), days, now=now, limit=limit)
            if told:
                return told
    return 0


def _remind(expires_on: date, days: int, *, now: datetime, limit: int) -> int:
    Reminded.objects.get_or_create(expires_on=expires_on, days=days)
    row = Reminded.objects.select_for_update().get(expires_on=expires_on, days=days)
    if row.done:
        return 0
    found = expiring_on(expires_on, after_customer_id=row.last_customer_id, limit=limit)
    for customer_id, points in found:
        record(facts.PointsExpiring(points=points, expires_on=expires_on.isoformat(), days=days),
               customer_id=customer_id, key=f"points_expiring:{customer_id}:{expires_on}:{days}", happened_at=now)
    row.done = len(found) < limit
    row.last_customer_id = found[-1][0] if found else row.last_customer_id
    row.save(update_fields=["done", "last_customer_id"])
    return len(found)
