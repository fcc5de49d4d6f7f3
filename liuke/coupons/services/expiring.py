"""Coupons expire, and the timeline says so before."""

from datetime import date, datetime

from liuke.coupons.queries.wallet import expiring_on
from liuke.coupons.rules.limits import EXPIRY_BATCH, REMIND_BATCH, REMIND_DAYS, REMIND_LATE_DAYS
from liuke.coupons.rules.states import State
from liuke.coupons.services import money
from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.timeline import facts, reminding
from liuke.timeline.facts import FactBody
from liuke.timeline.reminding import Reminder

_EXPIRE = f"""
WITH due AS MATERIALIZED (
    SELECT id FROM coupons_coupon WHERE state IN ('{State.ISSUED}', '{State.FREE}') AND expires_at <= %(now)s
    ORDER BY expires_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
over AS (
    UPDATE coupons_coupon SET state = '{State.EXPIRED}' FROM due WHERE coupons_coupon.id = due.id
    RETURNING version_id, worth_fen)
SELECT version_id, count(*), sum(worth_fen)::bigint FROM over GROUP BY 1 ORDER BY 1
"""  # noqa: S608  words of our own


def expire(*, now: datetime, limit: int = EXPIRY_BATCH) -> int:
    """End so many coupons and untaken codes whose time is up, and return what was set aside for them; returns how many.

    The clock repeats it until 0; two at once are welcome. Nobody can use them before it did, either.
    """
    require_transaction()
    over = rows.fetch(_EXPIRE, {"now": now, "limit": limit})
    money.end([money.Ended(version, worth) for version, _count, worth in over], now=now)
    return sum(count for _version, count, _worth in over)


def remind(*, now: datetime, limit: int = REMIND_BATCH) -> int:
    """Record CouponExpiring for customers whose coupons expire in limits.REMIND_DAYS days; returns how many customers.
    """
    return reminding.remind(REMINDER, now=now, limit=limit)


def _telling(on: date, days: int, after: int, limit: int) -> list[tuple[int, FactBody]]:
    return [(customer_id, facts.CouponExpiring(coupons=count, worth_fen=worth, expires_on=on.isoformat(), days=days))
            for customer_id, count, worth in expiring_on(on, after_customer_id=after, limit=limit)]


REMINDER = Reminder(word="coupon_expiring", days=REMIND_DAYS, late_days=REMIND_LATE_DAYS, telling=_telling)
