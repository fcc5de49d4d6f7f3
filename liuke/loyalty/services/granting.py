"""Staff give by hand: what a night suggested or points of their own choice, within a budget that finance has set.

Whatever is given takes of the giver's budget, in points: points themselves come out of it, of anything else what it
may cost at most goes back to the house, since its own budget pays for it.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.customers.models import Customer
from liuke.customers.queries.records import living
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.ledger import services as ledger
from liuke.ledger.services import Cause
from liuke.loyalty.models import Budget, Grant, Suggestion
from liuke.loyalty.queries.suggestions import GIVEN, POINTS, REFUSED, is_own_record
from liuke.loyalty.rules.limits import GRANT_UNDO, GRANT_VALID_DAYS, GRANTS_A_DAY, MAX_GRANT
from liuke.loyalty.rules.suggesting import in_points
from liuke.loyalty.rules.terms import BadRule
from liuke.loyalty.services import benefits
from liuke.loyalty.services.awarding import zone
from liuke.loyalty.services.budgets import house_of
from liuke.points.queries import terms
from liuke.timeline import facts
from liuke.timeline.services import record

COPIED = ("why", "category", "because", "chance", "gain_fen", "cost_fen", "benefit", "amount", "details", "charge")


class NoOwnBudget(Refused):
    """Finance has set no budget for this person."""

    code = "loyalty_grant_no_budget"


class OwnBudgetEmpty(Refused):
    """There is not so much left in this person's budget."""

    code = "loyalty_grant_budget"


class NotGiven(Refused):
    """The thing itself cannot be given any more: it was stopped, or its own budget or stock is used up."""

    code = "loyalty_grant_gone"


class TooManyGrants(Refused):
    """The customer was given enough by hand today."""

    code = "loyalty_grant_often"


class OwnRecord(Refused):
    """Nobody gives to themselves (G21)."""

    code = "loyalty_grant_own"


class GrantKeyTaken(Refused):
    """Something else was given under this key."""

    code = "loyalty_grant_key"


class GrantUsed(Refused):
    """It cannot be taken back: it was spent or has expired, at least in part."""

    code = "loyalty_grant_used"


class GrantTooOld(Refused):
    """It can be taken back for seven days."""

    code = "loyalty_grant_old"


@dataclass(frozen=True, kw_only=True)
class Gift:
    """What is to be given: a suggestion by its place, points of one's own choice (`amount`), or one thing of a kind."""

    place: int = 0
    amount: int = 0
    kind: str = ""
    thing_id: int | None = None


def grant(*, customer_id: int, staff_id: int, gift: Gift, key: str, now: datetime) -> Grant:
    """Give it now, once per key, out of the giver's own budget; why it was suggested is kept with it.

    Raises NotYours for a suggestion that is gone or a customer who is, BadRule for an amount, BadDetails for a thing,
    NoOwnBudget, OwnBudgetEmpty, NotGiven, TooManyGrants, OwnRecord, and GrantKeyTaken where something else was given
    under the key.
    """
    row = draft(customer_id=customer_id, staff_id=staff_id, gift=gift, key=key, now=now)
    return row if row.pk else hand_out(row, payer_id=staff_id, now=now)


def draft(*, customer_id: int, staff_id: int, gift: Gift, key: str, now: datetime) -> Grant:
    """The grant as it would be, not saved; the saved one where the key is known. Raises as `grant` but for budgets."""
    require_transaction()
    advisory_lock(f"loyalty:grant:{customer_id}")
    if known := Grant.objects.filter(staff_id=staff_id, key=key).first():
        return _same(known, customer_id, gift)
    if not Customer.objects.filter(pk=customer_id, merged_into=None, forgotten_at=None).exists():
        raise NotYours(str(customer_id))
    _check(customer_id, staff_id, now)
    row = _of(customer_id, gift)
    row.customer_id, row.staff_id, row.key, row.at = customer_id, staff_id, key, now
    return row


def hand_out(row: Grant, *, payer_id: int, now: datetime) -> Grant:
    """Give it out of this person's budget. Raises NoOwnBudget, OwnBudgetEmpty, NotGiven; nothing is left of it then."""
    kind = benefits.benefit_of(row.benefit)
    row.budget, row.state, row.at = _budget(payer_id), GIVEN, now
    with transaction.atomic():
        row.save()
        row.fact = record(facts.RewardGranted(grant_id=row.pk, benefit=row.benefit, amount=row.amount),
                          customer_id=row.customer_id, key=f"grant:{row.pk}", happened_at=now)
        row.save(update_fields=["fact"])
        if not kind.unit:
            _charge(row, row.budget, now)
        if why := kind.give([gift_of(row, now)], now=now)[0]:
            raise _why_not(why, own=bool(kind.unit))
    return row


def _charge(row: Grant, budget: Budget, now: datetime) -> None:
    """Of what is no points, so much of the budget goes back to the house."""
    house = house_of(budget.unit)
    try:
        ledger.post(key=_charged(row), moves=[ledger.Move(budget.address, house.address, row.charge)], now=now,
                    opening=[house], cause=Cause(fact_id=row.fact_id, plan_version=str(row)))
    except ledger.Overdrawn as error:
        raise _why_not("budget", own=True) from error


def _charged(row: Grant) -> str:
    return f"{row.lot_key}:charge"


def _why_not(why: str, *, own: bool) -> Refused:
    if own and why == "budget":
        return OwnBudgetEmpty(_("您的赠送预算不够，请找财务追加"))
    return NotGiven(_("这项奖励已经停送，或它自己的预算、库存用完了"))


def undo(*, grant_id: int, now: datetime, by_id: int | None = None) -> Grant:
    """Take a grant back whole; `by_id` only one's own. Again is nothing. Raises NotYours, GrantTooOld, GrantUsed."""
    require_transaction()
    rows = Grant.objects.select_for_update(of=("self",), no_key=True).select_related("budget").filter(pk=grant_id)
    row = rows.filter(staff_id=by_id).first() if by_id else rows.first()
    if row is None or row.state != GIVEN:
        raise NotYours(str(grant_id))
    if row.undone_at is not None:
        return row
    if now - row.at > GRANT_UNDO:
        raise GrantTooOld(_("赠送已超过 7 天，不能再撤销"))
    kind = benefits.benefit_of(row.benefit)
    if isinstance(kind, benefits.ByHand) and not kind.whole(gift_of(row, now)):
        raise GrantUsed(_("客户已经用掉一部分，不能再撤销"))
    fact = record(facts.RewardGrantUndone(grant_id=row.pk, benefit=row.benefit, amount=row.amount),
                  customer_id=row.customer_id, key=f"grant_undone:{row.pk}", happened_at=now, cause=row.fact)
    kind.take_back(gift_of(row, now, fact_id=fact.pk), amount=row.amount, left=0, key=f"back:{row.lot_key}", now=now)
    if not kind.unit and row.charge:
        ledger.reverse(key=f"back:{_charged(row)}", of=_charged(row), amounts=[row.charge], now=now,
                       cause=Cause(fact_id=fact.pk, plan_version=str(row)))
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    return row


def _same(known: Grant, customer_id: int, gift: Gift) -> Grant:
    if known.customer_id not in (customer_id, living(customer_id)) or (gift.amount and known.amount != gift.amount):
        raise GrantKeyTaken
    return known


def _check(customer_id: int, staff_id: int, now: datetime) -> None:
    if is_own_record(customer_id=customer_id, staff_id=staff_id):
        raise OwnRecord(_("不能给自己赠送"))
    begin = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    today = Grant.objects.filter(customer_id=customer_id, undone_at=None, at__gte=begin).exclude(state=REFUSED)
    if today.count() >= GRANTS_A_DAY:
        raise TooManyGrants(_("这位客户今天已经收到 3 次赠送，明天再来"))


def _of(customer_id: int, gift: Gift) -> Grant:
    if gift.kind:
        return _thing(gift)
    if not gift.place:
        if not 0 < gift.amount <= MAX_GRANT:
            raise BadRule("amount")
        return Grant(benefit=POINTS, amount=gift.amount, charge=gift.amount)
    found = Suggestion.objects.filter(customer_id=customer_id, place=gift.place).first()
    if found is None or (gift.amount and gift.amount != found.amount):
        raise NotYours(str(gift.place))
    return Grant(**{name: getattr(found, name) for name in COPIED})


def _thing(gift: Gift) -> Grant:
    """One of what was chosen; it takes of the giver's budget what it costs at most. Raises BadDetails."""
    kind = benefits.benefit_of(gift.kind)
    if not isinstance(kind, benefits.Chosen):
        raise BadRule("benefit")
    details = {kind.detail: gift.thing_id}
    return Grant(benefit=gift.kind, amount=1, details=details,
                 charge=in_points(kind.most_fen(details), terms().points_per_yuan))


def _budget(staff_id: int) -> Budget:
    found = Budget.objects.filter(staff_id=staff_id, unit=POINTS).first()
    if found is None:
        raise NoOwnBudget(_("还没有您的赠送预算，请找财务设立"))
    return found


def gift_of(row: Grant, now: datetime, fact_id: int | None = None) -> benefits.Gift:
    """The grant as its kind of benefit sees it."""
    last_on, kind = timezone.localdate(now) + timedelta(days=GRANT_VALID_DAYS + 1), benefits.benefit_of(row.benefit)
    return benefits.Gift(
        key=row.lot_key, customer_id=row.customer_id, amount=row.amount, details=row.details,
        source=row.budget.address if row.budget and kind.unit else "",
        expires_at=datetime.combine(last_on, time.min, zone()) if kind.expires else None,
        cause=Cause(fact_id=fact_id or row.fact_id, plan_version=str(row)),
    )
