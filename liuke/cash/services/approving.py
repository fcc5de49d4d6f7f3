"""Finance says yes or no, to one bonus or many, and tries again what failed."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.cash.models import Bonus, CashTerms
from liuke.cash.rules import MAX_PICKED, MAX_REFUSAL, PAYOUT, BadCash, State, Terms, check_terms
from liuke.cash.services import giving
from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.kit.jobs import later
from liuke.ledger import services as ledger


class NotFailed(Refused):
    """Only a bonus that failed can be sent again."""

    code = "cash_not_failed"


class NoMoney(Refused):
    """The budget has not enough left."""

    code = "cash_no_budget"


def approve(*, bonus_ids: Sequence[int], by_id: int, now: datetime) -> int:
    """Let these go; returns how many waited for it. Others are left as they are, so twice is once."""
    rows = _waiting(bonus_ids)
    for row in rows:
        row.decided_by_id, row.decided_at, row.state, row.due_at = by_id, now, State.QUEUED, now
    Bonus.objects.bulk_update(rows, ["decided_by", "decided_at", "state", "due_at"])
    if rows:
        later("cash.collect", once="cash.collect")
    return len(rows)


def refuse(*, bonus_ids: Sequence[int], reason: str, by_id: int, now: datetime) -> int:
    """Say no to these, with a reason; their money goes back to its budgets. Returns how many waited for it."""
    if not reason.strip():
        raise BadCash("reason")
    rows = _waiting(bonus_ids)
    for row in rows:
        row.decided_by_id, row.decided_at = by_id, now
        row.save(update_fields=["decided_by", "decided_at"])
        giving.return_all(row, State.REFUSED, why=reason.strip()[:MAX_REFUSAL], now=now)
    return len(rows)


def _waiting(bonus_ids: Sequence[int]) -> list[Bonus]:
    require_transaction()
    rows = Bonus.objects.select_for_update().filter(pk__in=list(bonus_ids)[:MAX_PICKED], state=State.APPROVAL)
    return list(rows.order_by("pk"))


def send_again(*, bonus_id: int, by_id: int, now: datetime) -> Bonus:
    """Hold a failed bonus's money once more and send it under a new number. Raises NotFailed, NoMoney, NotYours."""
    require_transaction()
    row = Bonus.objects.select_for_update().filter(pk=bonus_id).first()
    if row is None:
        raise NotYours
    if row.state != State.FAILED:
        raise NotFailed(_("只有发放失败的红包可以重新发放"))
    if row.origin == PAYOUT:
        raise NotFailed(_("提现没有到账的部分已退回余额，由会员重新申请"))
    try:
        row.decided_by_id, row.decided_at = by_id, now
        giving.hold_again(row, now=now)
    except ledger.Overdrawn as error:
        raise NoMoney(_("预算余额不足")) from error
    later("cash.collect", once="cash.collect")
    return row


def set_terms(*, new: Terms, now: datetime, by_id: int | None = None) -> CashTerms:
    """From now on these limits hold; what waits is judged by them when its turn comes. Raises BadCash."""
    require_transaction()
    check_terms(new)
    return CashTerms.objects.create(**vars(new), made_at=now, made_by_id=by_id)
