"""What staff cannot give by themselves they ask for: a manager gives it out of a budget of their own, or says no."""

from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.loyalty.models import Grant
from liuke.loyalty.queries.suggestions import ASKED, GIVEN, REFUSED, purse_of
from liuke.loyalty.services import granting
from liuke.loyalty.services.benefits.tiers import TierStay
from liuke.loyalty.services.granting import Gift

NEEDS_YES = (TierStay.code,)             # whatever one's budget holds


class NotOwnDecision(Refused):
    """Who asked for it does not agree to it."""

    code = "loyalty_grant_own_decision"


class GrantDecided(Refused):
    """It was decided already, the other way."""

    code = "loyalty_grant_decided"


def give_or_ask(
    *, customer_id: int, staff_id: int, gift: Gift, key: str, now: datetime, decides: bool = False
) -> Grant:
    """Give it, or, where one's budget does not hold it or its kind needs a manager's yes, leave it for one.

    `decides`: who asks is a manager, and needs nobody's yes; then a budget that is missing or empty is refused.
    Raises as `granting.grant`; once per key.
    """
    row = granting.draft(customer_id=customer_id, staff_id=staff_id, gift=gift, key=key, now=now)
    if row.pk:
        return row
    if needs_yes(row.benefit, row.charge, left=purse_of(staff_id).left, decides=decides):
        row.state = ASKED
        row.save()
        return row
    return granting.hand_out(row, payer_id=staff_id, now=now)


def needs_yes(benefit: str, charge: int, *, left: int | None, decides: bool) -> bool:
    """Whether a manager has to agree; `left` is what one's own budget holds, `decides`: one is a manager."""
    return not decides and (benefit in NEEDS_YES or (left or 0) < charge)


def decide(*, grant_id: int, staff_id: int, agree: bool, now: datetime) -> Grant:
    """Give it out of the manager's own budget, or say no. The same again is nothing.

    Raises NotYours, NotOwnDecision, GrantDecided, and what `granting.hand_out` raises; the grant then still waits.
    """
    require_transaction()
    customer_id = Grant.objects.filter(pk=grant_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise NotYours(str(grant_id))
    advisory_lock(f"loyalty:grant:{customer_id}")
    row = Grant.objects.select_for_update(of=("self",)).get(pk=grant_id)
    if row.state == (GIVEN if agree else REFUSED):
        return row
    if row.state != ASKED:
        raise GrantDecided(_("这笔赠送已经处理过"))
    if row.staff_id == staff_id:
        raise NotOwnDecision(_("不能批准自己提出的赠送"))
    row.decided_by_id, row.decided_at = staff_id, now
    if agree:
        return granting.hand_out(row, payer_id=staff_id, now=now)
    row.state = REFUSED
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row
