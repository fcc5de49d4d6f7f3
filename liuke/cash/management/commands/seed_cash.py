"""Cash bonuses of the demo brand on their way, some of which wait for finance, and a plan. No money moves."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.cash.models import Bonus
from liuke.cash.services import giving, planning
from liuke.customers.models import Customer
from liuke.loyalty.services import budgets
from liuke.org import demo as people

BONUSES = 12
BUDGET_FEN = 2_000_000


class Command(BaseCommand):
    help = "Give the demo brand cash bonuses; does nothing where there are bonuses or a brand of your own"

    @transaction.atomic(durable=True)
    def handle(self, **options: Any) -> None:
        if Bonus.objects.exists() or not people.is_demo():
            return
        now = timezone.now()
        budget = budgets.open_budget(name="现金红包", unit="fen", now=now)  # data, not words
        budgets.change_budget(budget_id=budget.pk, amount=BUDGET_FEN, key="opened", now=now)
        ids = Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)[:BONUSES]
        giving.give(now=now, grants=[
            giving.Grant(customer_id=pk, amount_fen=6_600 if at % 4 == 0 else 880, key=f"demo:{pk}",
                         source=budget.address, origin="rule", reason="晒单返现")  # data, not words
            for at, pk in enumerate(ids)])
        planning.write_plan(name="双十一感谢红包", reason="双十一感谢", amount_fen=500,  # data, not words
                            audience={"segment": {"any": ["champion"]}}, budget_id=budget.pk,
                            send_at=now + timedelta(days=2), now=now)
