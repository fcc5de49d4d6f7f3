"""Plans: the same bonus for everybody of an audience, at a set time, after finance has said yes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from liuke.cash.models import LeftOut, Plan
from liuke.cash.queries import parted
from liuke.cash.rules import MAX_PLAN_NAME, MAX_REASON, PLAN_BATCH, BadCash, check_amount
from liuke.cash.services import giving
from liuke.customers.models import Customer
from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.loyalty.models import Budget
from liuke.loyalty.queries.audience import audience_fields
from liuke.loyalty.rules import conditions
from liuke.loyalty.rules.guard import Against, Code, Finding
from liuke.loyalty.rules.limits import DEFAULT_HOLD_OUT_BP, MAX_HOLD_OUT_BP, START_TOLERANCE


class PlanDecided(Refused):
    """Only a plan that was not sent yet can be changed in its course."""

    code = "cash_plan_decided"


def write_plan(
    *, name: str, reason: str, amount_fen: int, audience: Mapping[str, Any], budget_id: int | None, send_at: datetime,
    now: datetime, by_id: int | None = None, hold_out_bp: int = DEFAULT_HOLD_OUT_BP,
) -> Plan:
    """A plan that waits for finance; `hold_out_bp` of its audience get nothing, for comparison.

    Raises BadCash, BadAmount, BadCondition; Against for a time that is over.
    """
    require_transaction()
    if not 0 < len(name.strip()) <= MAX_PLAN_NAME:
        raise BadCash("name")
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise BadCash("reason")
    if not 0 <= hold_out_bp <= MAX_HOLD_OUT_BP:
        raise BadCash("hold_out_bp")
    check_amount(amount_fen)
    conditions.check(audience, audience_fields())
    budget = Budget.objects.filter(pk=budget_id or 0).first()
    if budget is None or budget.unit != "fen":
        raise BadCash("budget_id")
    if send_at < now - START_TOLERANCE:
        raise Against(Finding(Code.G22, "send_at"))
    return Plan.objects.create(name=name.strip(), reason=reason.strip(), amount_fen=amount_fen, audience=dict(audience),
                               budget=budget, send_at=send_at, state="approval", made_at=now, made_by_id=by_id,
                               hold_out_bp=hold_out_bp)


def decide(*, plan_id: int, approved: bool, by_id: int, now: datetime) -> Plan:
    """Finance says yes or no. Again with the same answer is nothing; raises PlanDecided after another one."""
    plan = _plan(plan_id)
    wanted = "waiting" if approved else "cancelled"
    if plan.state == wanted:
        return plan
    if plan.state != "approval":
        raise PlanDecided(_("这个计划已经处理过"))
    plan.state, plan.approved_by_id, plan.approved_at = wanted, by_id, now
    plan.save(update_fields=["state", "approved_by", "approved_at"])
    return plan


def cancel(*, plan_id: int) -> Plan:
    """Call a plan off before it has begun. Raises PlanDecided when it has."""
    plan = _plan(plan_id)
    if plan.state not in ("approval", "waiting", "cancelled"):
        raise PlanDecided(_("这个计划已经开始发放"))
    plan.state = "cancelled"
    plan.save(update_fields=["state"])
    return plan


def stop(*, plan_id: int) -> bool:
    """Give nobody else; whether it was still giving. Raises NotYours."""
    plan = _plan(plan_id)
    gives = plan.state == "running"
    if gives:
        plan.state = "stopped"
        plan.save(update_fields=["state"])
    return gives


def go_on(*, plan_id: int) -> None:
    """Undo `stop`. Raises NotYours; PlanDecided for a plan that was not stopped."""
    plan = _plan(plan_id)
    if plan.state != "stopped":
        raise PlanDecided(_("这个计划没有停止"))
    plan.state = "running"
    plan.save(update_fields=["state"])


def _plan(plan_id: int) -> Plan:
    require_transaction()
    plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise NotYours
    return plan


def run_due(*, now: datetime, limit: int = PLAN_BATCH) -> int:
    """Give the next customers of one plan that is due; returns how many were looked at. Repeat until 0.

    Killed in between, it goes on where it was: customers are gone through by id, and a bonus is once a person.
    """
    require_transaction()
    rows = Plan.objects.select_for_update(skip_locked=True).filter(state__in=["waiting", "running"], send_at__lte=now)
    plan = rows.select_related("budget").order_by("send_at", "pk").first()
    if plan is None:
        return 0
    living = Customer.objects.filter(pk__gt=plan.last_customer_id, merged_into=None, forgotten_at=None)
    ids = list(living.order_by("pk").values_list("pk", flat=True)[:limit])
    given, left_out = parted(plan, ids)
    answers = giving.give(now=now, grants=[
        giving.Grant(customer_id=pk, amount_fen=plan.amount_fen, key=f"plan:{plan.pk}:{pk}",
                     source=plan.budget.address, origin="plan", reason=plan.reason, approved=True, plan_id=plan.pk)
        for pk in given])
    if not answers or not all(answers):          # beside people who all found the budget empty nobody can be compared
        LeftOut.objects.bulk_create([LeftOut(plan=plan, customer_id=pk) for pk in left_out], ignore_conflicts=True)
    plan.without_budget += sum(1 for answer in answers if answer)
    plan.state = "running" if len(ids) == limit else "done"
    plan.last_customer_id = ids[-1] if ids else plan.last_customer_id
    plan.save(update_fields=["state", "last_customer_id", "without_budget"])
    return max(len(ids), 1)
