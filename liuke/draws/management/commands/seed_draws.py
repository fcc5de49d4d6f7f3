"""A draw that is open and one that is over, so that no page of draws is empty."""

import random
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from liuke.customers.models import Customer
from liuke.draws.models import Draw
from liuke.draws.rules.promise import Prize, Promise
from liuke.draws.services import delivering, drafting, drawing, ending
from liuke.loyalty.models import Budget
from liuke.loyalty.services import budgets
from liuke.org import demo as people

PLAYERS = 60


class Command(BaseCommand):
    help = "Give the demo brand draws; does nothing where there are draws or a brand of your own"

    def handle(self, **options: Any) -> None:
        if Draw.objects.exists() or not people.is_demo():
            return
        now = timezone.now()
        with transaction.atomic(durable=True):
            points = _budget("抽奖积分", "points", 500_000, now)  # data, not words
            over = _draw("国庆刮刮卡", "scratch", points, opens_at=now - timedelta(days=9), days=3)  # data, not words
            current = _draw("双十一转盘", "wheel", points, opens_at=now - timedelta(hours=5), days=9)  # data, not words
        for draw in (over, current):
            with transaction.atomic(durable=True):
                _play(draw)
        with transaction.atomic(durable=True):
            ending.end_due(now=now)


def _budget(name: str, unit: str, amount: int, now: datetime) -> Budget:
    row = budgets.open_budget(name=name, unit=unit, now=now)
    budgets.change_budget(budget_id=row.pk, amount=amount, key="opened", now=now)
    return row


def _draw(name: str, look: str, budget: Budget, *, opens_at: datetime, days: int) -> Draw:
    shared: dict[str, Any] = {"kind": "points", "odds": Fraction(1, 5)}
    prizes = [
        Prize(**{**shared, "odds": Fraction(1, 50)}, position=1, amount=2_000, count=3, fallback=3,
              name="2000 积分"),  # data, not words
        Prize(**shared, position=2, amount=200, count=30, fallback=3, name="200 积分"),  # data, not words
        Prize(**{**shared, "odds": Fraction(2, 5)}, position=3, amount=20, count=500, fallback=4,
              name="20 积分"),  # data, not words
        Prize(position=4, name="谢谢参与", kind="nothing", odds=Fraction(19, 50)),  # data, not words
    ]
    promise = Promise(
        name=name, look=look, opens_at=opens_at, closes_at=opens_at + timedelta(days=days), free_a_day=1, most_a_day=3,
        rules="每天免费一次，中奖当场到账。积分按会员规则有效。",  # data, not words
        contact="小满母婴 400-000-0000", budgets={"points": budget.pk}, prizes=prizes)  # data, not words
    before = opens_at - timedelta(hours=1)
    return drafting.publish(draw_id=drafting.write_draw(promise=promise, now=before).pk, now=before)


def _play(draw: Draw) -> None:
    """Some customers draw once, the same ones for every demo."""
    chance = random.Random(draw.number)                   # noqa: S311  a demo
    for pk in Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)[:PLAYERS]:
        at = draw.opens_at + timedelta(minutes=chance.randrange(1, 240))
        ticket = drawing.draw_ticket(draw_number=draw.number, customer_id=pk, key=f"demo-{draw.number}-{pk}", now=at,
                                     nonce=f"demo{pk}")
        if ticket.delivery:
            delivering.deliver(ticket_id=ticket.pk, now=at)
