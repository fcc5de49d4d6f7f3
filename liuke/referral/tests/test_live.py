"""The live path gives what the pure plays give: the worked examples, and random histories."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liuke.kit.errors import Refused
from liuke.referral.chain import ChainPlay
from liuke.referral.models import Position
from liuke.referral.plan_reader import read_plan
from liuke.referral.services import accruing, binding
from liuke.referral.tests.builders import SCENARIOS, chain_plan, tier_plan
from liuke.referral.tests.live import (
    DAY,
    NOW,
    active,
    bought,
    confirmed,
    customer,
    entry_pack,
    fund,
    link,
    order,
    owed,
    own,
    pending,
    refer,
    refunded,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["T01", "T02", "T03"])
def test_two_tier_examples_come_out_exactly_on_real_orders(name):
    example = SCENARIOS[name]
    active(example["plan"])
    people, orders = {}, {}

    for at, step in enumerate(example["steps"]):
        events = step["expect"]["events"]
        refusal = events.get("rejected") if isinstance(events, dict) else None

        assert _tier_step(step, people, orders, f"refund:{at}") == refusal
        assert {who: own(row) + pending(row) for who, row in people.items()} == step["expect"]["balances"]
    assert {who: own(row) + pending(row) for who, row in people.items()} == example["totals"]


def _tier_step(step, people, orders, key):
    """Do one step on the live path; the code of its refusal, if it is refused."""
    who = step.get("member")
    try:
        if step["op"] in ("register", "rebind"):
            return _register(who, step["inviter"], people, again=step["op"] == "rebind")
        if step["op"] == "order":
            orders[step["order"]] = bought(people[who], step["net_amount"])
        else:
            refunded(orders[step["order"]], step["amount"], key=key)
    except Refused as refused:
        return refused.code
    return None


def _register(who, inviter, people, *, again):
    """Join, and give the inviter's code. Who is not there has no code, so that refusal is answered here."""
    if who in people and not again:
        return "already_bound"
    row = people.get(who) or customer()
    if inviter is not None and inviter != who and inviter not in people:
        return "unknown_inviter"
    if inviter is not None:
        refer(row, by=row if inviter == who else people[inviter])
    people[who] = row
    return None


def test_the_example_that_holds_until_receipt_comes_out_exactly_on_real_orders():
    example, pack = SCENARIOS["C08"], entry_pack()
    active(example["plan"], profile="OTHER", entry=pack.product)
    people, orders = {}, {}

    for at, step in enumerate(example["steps"]):
        now = NOW + at * 30 * DAY
        if step["op"] == "join":
            people[step["member"]] = customer()
            if step["inviter"]:
                refer(people[step["member"]], by=people[step["inviter"]], now=now)
            orders[step["order"]] = bought(people[step["member"]], step["amount"], of=pack, at=now)
        elif step["op"] == "confirm":
            confirmed(orders[step["order"]], at=now)
        else:
            refunded(orders[step["order"]], step.get("amount", 49_900), at=now)
        after = step["expect"]["after"]
        assert {who: own(row) for who, row in people.items()} == {who: row["balance"] for who, row in after.items()}
        assert {who: pending(row) for who, row in people.items()} == {
            who: row.get("pending", 0) for who, row in after.items()}
        assert _roles(people) == {who: (row["role"], row["confirmed_directs"]) for who, row in after.items()}


def _roles(people):
    rows = {row.customer_id: (row.role, row.confirmed_directs) for row in Position.objects.all()}
    return {who: rows[row.pk] for who, row in people.items()}


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_agree_with_the_play(seed):
    rng, pack = random.Random(seed), entry_pack()
    terms = chain_plan(hold="until_confirm", peer=rng.choice([None, {"pct": 10}]), help_fund=rng.choice(
        [None, {"pct": 20}]), repurchase={"self_saving": True, "team_differential": True}) | {"confirm_after_days": 7}
    version = active(terms, profile="OTHER", entry=pack.product)
    play, people, open_orders = ChainPlay(read_plan(version.terms)), {}, []

    for at in range(60):
        now, move = NOW + at * 30 * DAY, rng.random()
        if move < 0.55 or not people:
            who, inviter = f"m{at}", rng.choice([*people, None]) if people else None
            people[who] = customer()
            if inviter:
                refer(people[who], by=people[inviter], now=now)
            row = bought(people[who], 49_900, of=pack, at=now)
            play.join(who, inviter=inviter, order=row.number, amount=49_900)
            open_orders.append(row)
        elif move < 0.7:
            who = rng.choice(list(people))
            row = bought(people[who], 49_900, of=pack, at=now)
            play.buy(who, order=row.number, amount=49_900)
            open_orders.append(row)
        elif open_orders and move < 0.92:
            row = open_orders.pop(rng.randrange(len(open_orders)))
            confirmed(row, at=now)
            play.confirm(row.number)
            if rng.random() < 0.3:
                part = rng.choice([7_777, 49_900])
                refunded(row, part, at=now)
                play.refund(row.number, amount=part)
        elif open_orders:
            row = open_orders.pop(rng.randrange(len(open_orders)))
            refunded(row, 49_900, at=now)
            play.refund(row.number)

        expected = {who: play.people[who].purse for who in people}
        assert {who: own(row) for who, row in people.items()} == {who: p.balance for who, p in expected.items()}
        assert {who: fund(row) for who, row in people.items()} == {who: p.withheld for who, p in expected.items()}


def test_a_paid_order_asks_four_statements_and_one_when_nobody_is_owed():
    """All that the reaction to a payment asks, with who referred the buyer, the ledger and what the timeline says."""
    active(tier_plan(paid_in={"tier2": "points"}))
    first, second, buyer, stranger = customer(), customer(), customer(), customer()
    refer(second, by=first)
    refer(buyer, by=second)
    accruing.accrue(order_id=order(buyer, 10_000).pk, now=NOW)            # opens the accounts
    row, other = order(buyer, 10_000, 5_000), order(stranger, 10_000)

    with CaptureQueriesContext(connection) as seen:
        accruing.bind_and_accrue(order_id=row.pk, paid_at=NOW, now=NOW)
    with CaptureQueriesContext(connection) as alone:
        accruing.bind_and_accrue(order_id=other.pk, paid_at=NOW, now=NOW)

    assert (len(seen), len(alone)) == (4, 1), [each["sql"] for each in seen]
    assert owed(row) == [(second.pk, "tier1", 1_000, "pending"), (second.pk, "tier1", 500, "pending"),
                         (first.pk, "tier2", 500, "pending"), (first.pk, "tier2", 250, "pending")]


def test_points_come_when_the_goods_can_no_longer_come_back_and_a_refund_takes_them():
    from liuke.points.queries import balance, terms

    active(tier_plan(paid_in={"tier2": "points"}))
    first, second, buyer = customer(), customer(), customer()
    refer(second, by=first)
    refer(buyer, by=second)
    row = bought(buyer, 10_000)
    assert (pending(second), pending(first), balance(first.pk, now=NOW).available) == (1_000, 0, 0)

    confirmed(row)
    worth = 500 * terms().points_per_yuan // 100
    assert (own(second), balance(first.pk, now=NOW + 7 * DAY).available) == (1_000, worth)

    refunded(row, 3_333, key="refund:1")
    refunded(row, 6_667, key="refund:2")
    assert (own(second), balance(first.pk, now=NOW + 7 * DAY).available) == (0, 0)


def test_a_refund_before_the_promise_is_looked_at_and_a_second_notice_changes_nothing():
    active(tier_plan(paid_in={"tier2": "points"}))
    referrer, buyer = customer(), customer()
    refer(buyer, by=referrer)
    row = order(buyer, 10_000)
    refunded(row, 4_000, key="refund:1")

    accruing.accrue(order_id=row.pk, now=NOW)
    accruing.accrue(order_id=row.pk, now=NOW)
    assert pending(referrer) == 600
    assert refunded(row, 0, key="refund:1") == 0
    assert pending(referrer) == 600


def test_a_blocked_member_earns_nothing_and_nobody_moves_up():
    active(tier_plan(paid_in={"tier2": "points"}))
    first, second, buyer = customer(), customer(), customer()
    refer(second, by=first)
    refer(buyer, by=second)
    binding.block(customer_id=second.pk, reason="刷单", now=NOW)

    row = bought(buyer, 10_000)

    assert owed(row) == [(first.pk, "tier2", 500, "pending")]
    with pytest.raises(binding.Blocked):
        binding.bind_by_code(customer_id=customer().pk, token=link(second).token, now=NOW)


def test_an_order_paid_while_no_plan_was_in_force_owes_nothing_and_imports_owe_nothing():
    active(tier_plan(paid_in={"tier2": "points"}), starts_at=NOW)
    referrer, buyer = customer(), customer()
    refer(buyer, by=referrer)

    early = order(buyer, 10_000, at=NOW - DAY)
    assert accruing.accrue(order_id=early.pk, now=NOW) == 0
    late = order(buyer, 10_000)
    type(late).objects.filter(pk=late.pk).update(source="import")
    assert accruing.accrue(order_id=late.pk, now=NOW) == 0
    assert pending(referrer) == 0
