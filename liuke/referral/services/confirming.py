"""Commissions become the member's own when the goods can no longer come back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from liuke.kit.db import require_transaction
from liuke.ledger import services as ledger
from liuke.points import services as points
from liuke.referral import accounts
from liuke.referral import commissions as life
from liuke.referral.commissions import State
from liuke.referral.models import Commission, PlanVersion
from liuke.referral.plans import Chain21, PaidIn
from liuke.referral.queries.members import closed_funds
from liuke.referral.queries.plans import plan_of
from liuke.referral.services import chains, couponing, screening
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record_many

BATCH = 1_000                                 # commissions in one transaction
POINTS_DAYS = 365                             # that points paid as commission live


def plan_confirmation(*, order_id: int, received_at: datetime) -> int:
    """The order was received: its commissions are due when the plan's return window is over. Again is nothing."""
    require_transaction()
    waiting = Commission.objects.select_related("version").filter(order_id=order_id, state=State.PENDING, due_at=None)
    rows = list(waiting.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for row in rows:
        days = plan_of(row.version).terms.confirm_after_days
        row.due_at = received_at + timedelta(days=days if days is not None else 0)
    Commission.objects.bulk_update(rows, ["due_at"])
    if rows and rows[0].version.kind == "chain21":
        chains.plan_count(order_id=order_id, count_at=max(row.due_at for row in rows if row.due_at))
    return len(rows)


def confirm_due(*, now: datetime, limit: int = BATCH) -> int:
    """Confirm what is due and passes the screening, oldest first; returns how many it looked at. Repeat until 0.

    Two at once are welcome: each passes over what the other has locked. Effects of an order come before the promotion
    that it brings about.
    """
    require_transaction()
    due = Commission.objects.filter(state=State.PENDING, due_at__lte=now, held_for="").order_by("due_at", "pk")
    rows = list(due.select_for_update(skip_locked=True, no_key=True)[:limit])
    if not rows:
        return chains.count_due(now=now)
    _confirm(screening.passed(rows, now=now), now)
    return len(rows)


def _confirm(rows: Sequence[Commission], now: datetime) -> None:
    versions = PlanVersion.objects.in_bulk({row.version_id for row in rows})
    plans = {pk: plan_of(version) for pk, version in versions.items()}
    closed = closed_funds({row.customer_id for row in rows if isinstance(plans[row.version_id], Chain21)})
    for row in rows:
        row.version, plan = versions[row.version_id], plans[row.version_id]
        ppm = plan.help_fund_ppm if isinstance(plan, Chain21) else 0
        withholds = row.customer_id in closed and row.paid_in == PaidIn.CASH
        row.withheld = life.withheld_of(row.amount, ppm, closed=withholds)
        row.state, row.due_at, row.confirmed_at = State.CONFIRMED, None, now
    ledger.post_many([_credit(row) for row in rows if row.paid_in == PaidIn.CASH and row.amount], now=now)
    in_coupons = [row for row in rows if row.paid_in == PaidIn.COUPON]
    if in_coupons:
        couponing.credit(in_coupons, {pk: plan.terms.coupon_template or 0 for pk, plan in plans.items()}, now=now)
    points.grant(now=now, grants=[grant for row in rows if row.paid_in == PaidIn.POINTS
                                  for grant in _points(row, now)])
    same = Commission.objects.filter(pk__in=[row.pk for row in rows])
    same.update(state=State.CONFIRMED, due_at=None, confirmed_at=now)      # bulk_update costs six times as much
    Commission.objects.bulk_update([row for row in rows if row.withheld], ["withheld"])
    _say(rows, now)


def _credit(row: Commission) -> ledger.Post:
    moves = accounts.credit(row.customer_id, row.amount, row.withheld, line_id=row.line_id)
    return ledger.Post(key=f"commission_confirm:{row.pk}", moves=moves, opening=accounts.opening(row.customer_id),
                       cause=ledger.Cause(order_id=row.order_id, plan_version=str(row.version)))


def _points(row: Commission, now: datetime) -> list[points.Grant]:
    amount = life.points_for(row.amount, row.points_per_yuan)
    cause = ledger.Cause(order_id=row.order_id, plan_version=str(row.version))
    return [points.Grant(customer_id=row.customer_id, amount=amount, key=f"commission:{row.pk}",
                         expires_at=now + timedelta(days=POINTS_DAYS), cause=cause)] if amount else []


def _say(rows: Sequence[Commission], now: datetime) -> None:
    sums: dict[tuple[int, int], int] = {}
    first: dict[tuple[int, int], int] = {}
    for row in rows:
        about = row.order_id, row.customer_id
        sums[about] = sums.get(about, 0) + row.amount
        first.setdefault(about, row.pk)
    record_many([
        NewFact(facts.CommissionConfirmed(order_id=order_id, amount_fen=amount), customer_id,
                f"commission_confirmed:{order_id}:{customer_id}:{first[order_id, customer_id]}", now)
        for (order_id, customer_id), amount in sums.items()
    ])
