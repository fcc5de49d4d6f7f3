"""Staff grant a tier to somebody until a date, and withdraw it: the important customers who are invited one by one."""

from datetime import date, datetime

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
    require_transaction()
    today = timezone.localdate(now)
    plan = in_force(today)
    if plan is None or not plan.rank(code):
        raise BadGrant(_("请选择一个高于最低级的等级"))
    if until < today:
        raise BadGrant(_("有效期要到今天或以后"))
    row, _made = Reach.objects.get_or_create(
        customer_id=customer_id, code=code, until=until, defaults={"plan_id": plan.pk, "made_at": now,
                                                                   "made_by_id": by_id, "looked": True})
    settle(customer_ids=[customer_id], reason=Reason.STAFF, now=now)
    return row


def withdraw_tier(*, customer_id: int, now: datetime) -> int:
    """End every tier that staff granted the customer; returns how many. What growth reached stays. Again is nothing."""
    require_transaction()
    gone, _rows = Reach.objects.filter(customer_id=customer_id).exclude(code="").delete()
    settle(customer_ids=[customer_id], reason=Reason.STAFF, now=now)
    return gone
