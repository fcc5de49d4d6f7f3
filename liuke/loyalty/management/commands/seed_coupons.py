"""Two kinds of coupons with their budget, a code that many may type, a list that is open, and who holds some."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.coupons import services as coupons
from liuke.coupons.models import Template
from liuke.coupons.rules.states import BatchKind
from liuke.coupons.rules.terms import Kind, Terms
from liuke.customers.models import Customer
from liuke.loyalty.services import budgets
from liuke.org import demo as people

BUDGET_FEN, HOLDERS = 1_000_000, 24


class Command(BaseCommand):
    help = "Give the demo brand coupons; does nothing where there are coupons or a brand of your own"

    def handle(self, **options: Any) -> None:
        if Template.objects.exists() or not people.is_demo():
            return
        now = timezone.now()
        with transaction.atomic(durable=True):
            budget = budgets.open_budget(name="优惠券", unit="fen", now=now)  # data, not words
            budgets.change_budget(budget_id=budget.pk, amount=BUDGET_FEN, key="opened", now=now)
            off = coupons.write_template(
                name="满 100 减 20", now=now, words="全场通用，与满减券不同享。",  # data, not words
                terms=Terms(kind=Kind.FIXED, off_fen=2_000, least_fen=10_000, days=30, budget=budget.address,
                            exclusive="全场券"))  # data, not words
            freight = coupons.write_template(name="包邮券", now=now, terms=Terms(  # data, not words
                kind=Kind.FREIGHT, ceiling_fen=1_000, days=60, budget=budget.address))
            coupons.open_batch(now=now, plan=coupons.Plan(
                template_id=off.template_id, kind=BatchKind.MASS, name="公众号推文",  # data, not words
                code="XIAOMAN20", total=500))
            coupons.open_batch(now=now, plan=coupons.Plan(
                template_id=freight.template_id, kind=BatchKind.OPEN, name="领券中心", total=300))  # data, not words
            holders = Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)[:HOLDERS]
            coupons.issue_many(now=now, issues=[
                coupons.Issue(customer_id=pk, template_id=off.template_id, key=f"demo:{pk}") for pk in holders])
