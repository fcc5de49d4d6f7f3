"""A paid order promises commissions: reckoned once, by the plan in force when it was paid, whatever comes later."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.points import queries as points
from liuke.referral import accounts
from liuke.referral import commissions as rules_of_life
from liuke.referral.commissions import State
from liuke.referral.models import Commission, PlanVersion
from liuke.referral.plans import Chain21, PaidIn, Plan
from liuke.referral.queries.orders import PaidOrder, lock_paid
from liuke.referral.queries.plans import plan_of
from liuke.referral.rules import Due, tier_rewards
from liuke.referral.services import binding, chains
from liuke.referral.services.reversing import take_back_refunded
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many


def bind_and_accrue(*, order_id: int, paid_at: datetime, now: datetime) -> int:
    """Settle first who referred the buyer, however late this runs; then `accrue`.

    Four statements for an order that owes, one for a buyer whom nobody referred and who never opened a link.
    """
    require_transaction()
    order = lock_paid(order_id)
    if order is not None and order.may_be_bound and binding.bind_by_touch(
            customer_id=order.customer_id, now=paid_at):
        order = lock_paid(order_id)
    return _accrue(order, now)


def accrue(*, order_id: int, now: datetime) -> int:
    """Promise what the order owes to whom; returns how many commissions were written. Again writes none.

    Orders that were imported or are repairs owe nothing, nor does an order paid while no plan was in force.
    """
    require_transaction()
    return _accrue(lock_paid(order_id), now)


def _accrue(order: PaidOrder | None, now: datetime) -> int:
    if order is None or order.version is None or order.promised:
        return 0
    version, order_id = order.version, order.order_id
    plan = plan_of(version)
    promised = _rows(order, version, plan, _dues(order, version, plan, now), now)
    if not promised:
        return 0
    rows.insert(promised)
    _promise(order, version, promised, now)
    if any(line.refunded_fen for line in order.lines):                # refunded before the promise was made
        take_back_refunded(order=order, refund=f"early:{order_id}", now=now)
    return len(promised)


def _dues(order: PaidOrder, version: PlanVersion, plan: Plan, now: datetime) -> list[Due[int]]:
    if isinstance(plan, Chain21):
        return chains.dues_of(order, version, plan, now=now)
    first, second = order.referrers
    net = sum(line.amount_fen for line in order.lines)
    dues = tier_rewards(plan, net_amount=net, uplines=(first or 0, second or 0) if second else (first or 0,))
    return [due for due in dues if due.to]    # who is blocked or missing earns nothing, and nobody moves up


def _rows(
    order: PaidOrder, version: PlanVersion, plan: Plan, dues: Sequence[Due[int]], now: datetime
) -> list[Commission]:
    entry = version.entry_product_id
    lines = {line.line_id: line.amount_fen for line in order.lines
             if line.amount_fen > 0 and (entry is None or line.product_id == entry)}
    worth = points.terms().points_per_yuan if any(
        plan.terms.currency_of(due.reward) is PaidIn.POINTS for due in dues) else 0
    days = plan.terms.confirm_after_days
    due_at = order.received_at + timedelta(days=days) if order.received_at and days is not None else None
    return [
        Commission(
            line_id=line_id, order_id=order.order_id, customer_id=due.to, reward=due.reward, version=version,
            referral_id=order.referral_id, paid_in=plan.terms.currency_of(due.reward), paid_fen=lines[line_id],
            points_per_yuan=worth if plan.terms.currency_of(due.reward) is PaidIn.POINTS else 0,
            promised=part, amount=part, state=State.PENDING, at=now, due_at=due_at)
        for due in dues for line_id, part in rules_of_life.by_line(due, lines).items()
    ]


def _promise(order: PaidOrder, version: PlanVersion, promised: Sequence[Commission], now: datetime) -> None:
    """Cash is set aside in the ledger; points are given when the goods can no longer come back."""
    moves = [accounts.promise(each.customer_id, each.amount, line_id=each.line_id)
             for each in promised if each.paid_in == PaidIn.CASH]
    if moves:
        ledger.post(key=f"commission:{order.order_id}", moves=moves, now=now,
                    cause=ledger.Cause(order_id=order.order_id, plan_version=str(version)),
                    opening=accounts.opening(*(each.customer_id for each in promised)))
    members = sorted({each.customer_id for each in promised})
    record_many([
        NewFact(facts.CommissionPromised(order_id=order.order_id, amount_fen=sum(
            each.amount for each in promised if each.customer_id == member)),
            member, f"commission_promised:{order.order_id}:{member}", now)
        for member in members
    ])
