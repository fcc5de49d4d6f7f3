"""A budget tells what came in, what it gave to whom by which rule, and what came back."""

import pytest

from liuke.ledger.queries import balance
from liuke.loyalty.queries.budget_story import Move, budget_story
from liuke.loyalty.services import awarding, budgets, releasing, reversing
from liuke.loyalty.tests import builders as b

pytestmark = pytest.mark.django_db


def told(row):
    return [(entry.move, entry.amount, entry.rest) for entry in budget_story(row).entries]


def test_what_is_held_given_and_taken_back_stands_with_its_rule_and_customer():
    ann, row = b.customer(), b.budget(1_000)
    b.rule(budget_id=row.pk, hold="after_days", hold_days=3)
    paid = b.paid(ann, 12_800)
    awarding.award(facts=[paid], now=b.NOW)
    releasing.release_due(now=b.NOW + 3 * b.DAY)
    back = b.refund(paid, 6_400)
    reversing.take_back_for_refund(order_id=paid.data["order_id"], fact_id=back.pk, now=b.NOW + 3 * b.DAY)
    budgets.change_budget(budget_id=row.pk, amount=-100, key="less", now=b.NOW)

    entries = budget_story(row).entries
    assert told(row) == [
        (Move.TAKEN_OUT, -100, 836), (Move.TAKEN_BACK, 64, 936), (Move.SETTLED, -128, 872), (Move.HELD, -128, 872),
        (Move.PUT_IN, 1_000, 1_000)]
    assert balance(row.address).free == 836
    assert [(entry.customer_id, entry.award and entry.award.rule.name) for entry in entries] == [
        (None, None), *[(ann.pk, "消费送积分")] * 3, (None, None)]


def test_pages_follow_each_other_without_a_gap():
    row = b.budget(1_000)
    for at in range(40):
        budgets.change_budget(budget_id=row.pk, amount=1, key=f"more {at}", now=b.NOW)

    first = budget_story(row)
    rest = budget_story(row, before=first.before)
    assert [entry.rest for entry in (*first.entries, *rest.entries)] == [*range(1_040, 1_000, -1), 1_000]
    assert rest.before == ""
