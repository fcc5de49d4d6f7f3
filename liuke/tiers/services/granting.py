"""A tier until a date, whatever the growth: staff grant it to somebody they invite, or it is given as a reward."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput
from liuke.tiers.models import Reach
from liuke.tiers.queries.plans import in_force
from liuke.tiers.rules import Reason
from liuke.tiers.services.standing import settle


class BadGrant(BadInput):
    """No such tier above the lowest, or a last day that is over."""

    code = "tiers_grant"


def grant_tier(*, customer_id: int, code: str, until: date, now: datetime, by_id: int | None = None) -> Reach:
    """Let the customer have this tier up to and with a day, whatever their growth; what is higher by growth stays.

    The same tier and day again is the same grant. Grace does not follow. Raises BadGrant.
    """
    row, _made = Reach.objects.get_or_create(
        customer_id=customer_id, code=code, until=until, key="",
        defaults={"plan_id": _plan_with(code, until, now), "made_at": now, "made_by_id": by_id, "looked": True})
    settle(customer_ids=[customer_id], reason=Reason.STAFF, now=now)
    return row


def withdraw_tier(*, customer_id: int, now: datetime) -> int:
    """End every tier that staff granted the customer; returns how many. What growth reached and what was a reward
    stays. Again is nothing.
    """
    require_transaction()
    gone, _rows = Reach.objects.filter(customer_id=customer_id, key="").exclude(code="").delete()
    settle(customer_ids=[customer_id], reason=Reason.STAFF, now=now)
    return gone


def reward_tier(*, customer_id: int, code: str, days: int, key: str, now: datetime) -> Reach:
    """The same as a reward for so many days, today included; once per key. Raises BadGrant."""
    require_transaction()
    if known := Reach.objects.filter(key=key).first():
        return known
    until = _last_day(now, days)
    row = Reach.objects.create(key=key, customer_id=customer_id, code=code, until=until, made_at=now, looked=True,
                               plan_id=_plan_with(code, until, now))
    settle(customer_ids=[customer_id], reason=Reason.REWARD, now=now)
    return row


def shorten_reward(*, key: str, days: int, now: datetime) -> bool:
    """Leave only so many days of what was given under the key, 0: none. Again is nothing; whether there was anything
    to do.
    """
    require_transaction()
    row = Reach.objects.select_for_update(of=("self",)).filter(key=key).first()
    until = _last_day(row.made_at, days) if row else None
    if row is None or until is None or row.until is None or row.until <= until:
        return False
    row.until = until
    row.save(update_fields=["until"])
    settle(customer_ids=[row.customer_id], reason=Reason.REWARD, now=now)
    return True


def _last_day(begin: datetime, days: int) -> date:
    return timezone.localdate(begin) + timedelta(days=days - 1)


def _plan_with(code: str, until: date, now: datetime) -> int:
    require_transaction()
    today = timezone.localdate(now)
    plan = in_force(today)
    if plan is None or not plan.rank(code):
        raise BadGrant(_("请选择一个高于最低级的等级"))
    if until < today:
        raise BadGrant(_("有效期要到今天或以后"))
    return plan.pk
