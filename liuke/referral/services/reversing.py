"""A refund takes back what its order had promised or paid: the entitlement is reckoned anew from what is left.

Asked again, or for refunds in another order, it comes to the same; all partial refunds of an order sum to exactly zero.
"""

from collections.abc import Sequence
from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.points import services as points
from liuke.referral import accounts
from liuke.referral import commissions as life
from liuke.referral.commissions import State
from liuke.referral.models import Commission, CommissionBack
from liuke.referral.plans import Chain21, PaidIn
from liuke.referral.queries.members import closed_funds
from liuke.referral.queries.orders import PaidOrder, lock_paid
from liuke.referral.queries.plans import plan_of
from liuke.referral.services import couponing
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many


def reverse(*, order_id: int, refund: str, now: datetime) -> int:
    """Take back for everything that was refunded of the order so far; returns how many fen in all.

    `refund` is the refund's own key: each commission notes it once. Before the order's commissions were promised there
    is nothing to take; the promise then looks at the refunds itself.
    """
    require_transaction()
    order = lock_paid(order_id)
    return 0 if order is None else take_back_refunded(order=order, refund=refund, now=now)


def take_back_refunded(*, order: PaidOrder, refund: str, now: datetime) -> int:
    """The same for who has locked the order."""
    require_transaction()
    lines = {line.line_id: line for line in order.lines}
    owed = Commission.objects.filter(order_id=order.order_id).exclude(state=State.VOID)
    found = list(owed.select_related("version").order_by("pk"))
    taken = [
        (each, part) for each in found
        if (part := life.to_take(promised=each.promised, amount=each.amount, paid_fen=each.paid_fen,
                                 refunded_fen=lines[each.line_id].refunded_fen))
    ]
    if not taken:
        return 0
    closed = closed_funds({each.customer_id for each, _ in taken if each.withheld})
    moves: list[ledger.Move] = []
    for each, part in taken:
        moves += _take(each, part, closed=each.customer_id in closed, refund=refund, now=now)
    Commission.objects.bulk_update([each for each, _ in taken], ["amount", "withheld", "state", "due_at"])
    CommissionBack.objects.bulk_create([
        CommissionBack(commission=each, refund=refund, amount=part, confirmed=each.state == State.CONFIRMED, at=now)
        for each, part in taken])
    if moves:
        ledger.post(key=f"commission_back:{order.order_id}:{refund}", moves=moves, now=now,
                    cause=ledger.Cause(order_id=order.order_id), opening=accounts.opening(
                        *(each.customer_id for each, _ in taken)))
    couponing.settle({each.customer_id: plan_of(each.version).terms.coupon_template or 0 for each, _ in taken
                      if each.paid_in == PaidIn.COUPON and each.state == State.CONFIRMED}, now=now)
    _say(order, taken, refund, now)
    return sum(part for _, part in taken)


def _take(each: Commission, part: int, *, closed: bool, refund: str, now: datetime) -> list[ledger.Move]:
    """Lower the commission; the moves that this means for cash. Points go back at once."""
    before, each.amount = each.amount, each.amount - part
    if each.state == State.PENDING:
        if not each.amount:
            each.state, each.due_at = State.VOID, None
        return [accounts.unpromise(each.customer_id, part, line_id=each.line_id)] if each.paid_in == PaidIn.CASH else []
    if each.paid_in == PaidIn.POINTS:
        worth = each.points_per_yuan
        back = life.points_for(before, worth) - life.points_for(each.amount, worth)
        if back:
            points.take_back(back=points.TakeBack(of=f"commission:{each.pk}", amount=back,
                                                  key=f"commission_back:{each.pk}:{refund}"), now=now)
        return []
    if each.paid_in == PaidIn.COUPON:
        return [accounts.coupon_taken(each.customer_id, part, line_id=each.line_id)]
    plan = plan_of(each.version)
    keeps = life.withheld_of(each.amount, plan.help_fund_ppm if isinstance(plan, Chain21) else 0, closed=closed)
    from_fund = each.withheld - keeps if closed else 0
    each.withheld = keeps if closed else min(each.withheld, each.amount)
    return accounts.claw_back(each.customer_id, part, from_fund, line_id=each.line_id)


def _say(order: PaidOrder, taken: Sequence[tuple[Commission, int]], refund: str, now: datetime) -> None:
    members = sorted({each.customer_id for each, _ in taken})
    record_many([
        NewFact(facts.CommissionTakenBack(order_id=order.order_id, amount_fen=sum(
            part for each, part in taken if each.customer_id == member)),
            member, f"commission_back:{order.order_id}:{refund}:{member}", now)
        for member in members
    ])
