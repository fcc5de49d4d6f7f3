"""Tiers, a budget, a few rules and the points of the demo brand's last days, so that no page of loyalty is empty."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.kit.jobs import later
from liuke.loyalty.models import Rule
from liuke.loyalty.rules.terms import AFTER_DAYS, DAYS, YEAR_END, Terms
from liuke.loyalty.services import budgets, ruling
from liuke.loyalty.services.awarding import award
from liuke.org import demo as people
from liuke.org.models import Staff
from liuke.tiers.rules import Level, Plan
from liuke.tiers.services import write_plan
from liuke.timeline.models import Fact

EARNED_DAYS = 5                          # so many days of the demo's orders have earned
POINTS_DAYS = 45                         # by the oldest rule, so that there is something to measure
GIFTS = 5_000                            # points that somebody at the desk may give by hand
BUDGET = 2_000_000
DAY_BATCH = 100                          # facts that earn as if at one moment: about two days of them
SCORED_BY = timedelta(minutes=3)         # after the start, when the figures of the imported orders are there
TIERS = (
    Level(code="member", name="小满会员"),  # data, not words
    Level(code="silver", name="银卡", threshold=15, return_days=7),  # data, not words
    Level(code="gold", name="金卡", threshold=30, return_days=15, early_hours=12, priority=1,  # data, not words
          free_freight=True),
    Level(code="black", name="黑卡", threshold=60, return_days=30, early_hours=24, priority=1,  # data, not words
          free_freight=True, own_agent=True, birthday=True),
)


class Command(BaseCommand):
    help = "Give the demo brand a budget, rules and points; does nothing where there are rules or a brand of your own"

    def handle(self, **options: Any) -> None:
        if Rule.objects.exists() or not people.is_demo():
            return
        now = timezone.now()
        with transaction.atomic(durable=True):
            write_plan(plan=Plan(levels=TIERS, grace_days=30, starts_on=timezone.localdate(now)), now=now)
            write(since=now - timedelta(days=EARNED_DAYS), first=now - timedelta(days=POINTS_DAYS))
        for batch in _batches(now - timedelta(days=POINTS_DAYS)):
            with transaction.atomic(durable=True):
                award(facts=batch, now=batch[-1].happened_at)
        with transaction.atomic(durable=True):
            later("loyalty.measure", once="loyalty.measure")
            later("loyalty.suggest", run_at=now + SCORED_BY)


def write(*, since: datetime, first: datetime) -> None:
    """Three rules, one of them from `first` on and held for some days; their budget, and two to give by hand from."""
    budget = budgets.open_budget(name="会员积分", unit="points", now=first)  # data, not words
    budgets.change_budget(budget_id=budget.pk, amount=BUDGET, key="opened", now=first)
    for login, name, amount in (("agent", "客服赠送", GIFTS), ("owner", "补偿审批", 20 * GIFTS)):  # data, not words
        if person := Staff.objects.filter(username=login).first():
            gifts = budgets.open_budget(name=name, unit="points", now=first, staff_id=person.pk)
            budgets.change_budget(budget_id=gifts.pk, amount=amount, key="opened", now=first)
    shared: dict[str, Any] = {"fact_kind": "OrderPaid", "starts_at": since}
    ruling.write_rule(name="消费送积分", now=first, terms=Terms(  # data, not words
        **shared | {"starts_at": first}, hold_out_bp=2_000, amount="floor(amount_fen / 100)", budget_id=budget.pk,
        caps={"customer_day": 500}, hold=AFTER_DAYS, hold_days=3, valid=YEAR_END, valid_length=1))
    ruling.write_rule(name="满 200 元加送", now=since, terms=Terms(  # data, not words
        **shared, amount="50", budget_id=budget.pk, conditions={"amount_fen": {"least": 20_000}},
        caps={"customer_times": 12}, valid=DAYS, valid_length=180))
    ruling.write_rule(name="消费积累成长值", now=since, terms=Terms(  # data, not words
        **shared, benefit="growth", amount="floor(amount_fen / 1000)", hold_out_bp=0))


def _batches(since: datetime) -> list[list[Fact]]:
    rows = list(Fact.objects.filter(kind="OrderPaid", happened_at__gte=since).order_by("happened_at", "pk"))
    return [rows[at:at + DAY_BATCH] for at in range(0, len(rows), DAY_BATCH)]
