"""Draws with few prizes, published and drawn."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count

from django.db import transaction

from liuke.customers.tests.builders import make_customer
from liuke.draws.rules.promise import Prize, Promise
from liuke.draws.services import drafting, drawing, ending, tickets
from liuke.loyalty.services import budgets

NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
OPEN, HOUR, DAY = datetime(2026, 11, 2, 3, tzinfo=UTC), timedelta(hours=1), timedelta(days=1)
_numbers = count(1)
customer = make_customer


def budget(amount=1_000_000, unit="points"):
    row = budgets.open_budget(name=f"抽奖 {next(_numbers)}", unit=unit, now=NOW)
    if amount:
        budgets.change_budget(budget_id=row.pk, amount=amount, key="fund", now=NOW)
    return row


def prizes(*, stock=5, odds=Fraction(1, 2), kind="points", amount=100):
    """One prize that can run out, and nothing for the rest."""
    return [Prize(position=1, name="一百积分", kind=kind, odds=odds, count=stock, amount=amount, fallback=2),
            Prize(position=2, name="谢谢参与", kind="nothing", odds=1 - odds)]


def promise(**changes):
    given = {"name": "双十一转盘", "rules": "每天一次，先到先得。", "contact": "小满母婴 400-000-0000",
             "opens_at": OPEN, "closes_at": OPEN + DAY, "free_a_day": 1, "prizes": prizes(), **changes}
    if "budgets" not in given:
        units = {{"points": "points", "cash": "fen"}[each.kind] for each in given["prizes"]
                 if each.kind in ("points", "cash")}
        given["budgets"] = {unit: budget(unit=unit).pk for unit in units}
    return Promise(**given)


def draft(now=NOW, **changes):
    with transaction.atomic():
        return drafting.write_draw(promise=promise(**changes), now=now)


def published(now=NOW, **changes):
    row = draft(now=now, **changes)
    with transaction.atomic():
        return drafting.publish(draw_id=row.pk, now=now)


def give(draw, by, amount=1, *, key=None, now=NOW, **more):
    with transaction.atomic():
        (why,) = tickets.give_tickets(now=now, given=[tickets.Tickets(
            draw_id=draw.pk, customer_id=by.pk, amount=amount, key=key or f"award:{next(_numbers)}", source="rule",
            **more)])
    return why


def play(draw, by, *, key=None, now=OPEN, **more):
    with transaction.atomic():
        return drawing.draw_ticket(draw_number=draw.number, customer_id=by.pk, key=key or f"click-{next(_numbers)}",
                                   now=now, **more)


def end(draw):
    with transaction.atomic():
        ending.end_due(now=draw.closes_at + HOUR)
    draw.refresh_from_db()
    return draw
