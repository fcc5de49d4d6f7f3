"""Points expire, and the timeline says so before."""

from datetime import date, datetime

from django.db import connection

from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.points.queries import expiring_on, is_due
from liuke.points.rules import EXPIRY_BATCH, REMIND_BATCH, REMIND_DAYS, REMIND_LATE_DAYS
from liuke.points.services import accounts
from liuke.timeline import facts, reminding
from liuke.timeline.facts import FactBody
from liuke.timeline.reminding import Reminder


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
    """Record PointsExpiring for customers whose points expire in rules.REMIND_DAYS days; returns how many customers."""
    return reminding.remind(REMINDER, now=now, limit=limit)


def _telling(on: date, days: int, after: int, limit: int) -> list[tuple[int, FactBody]]:
    return [(customer_id, facts.PointsExpiring(points=points, expires_on=on.isoformat(), days=days))
            for customer_id, points in expiring_on(on, after_customer_id=after, limit=limit)]


REMINDER = Reminder(word="points_expiring", days=REMIND_DAYS, late_days=REMIND_LATE_DAYS, telling=_telling)
