"""A plan on last year's real orders: the plan that was in force comes out as what was really owed."""

import json
import random

import pytest
from django.core.management import call_command

from liuke.referral.models import Replay
from liuke.referral.plan_reader import read_plan
from liuke.referral.replay import PastOrder, replayed
from liuke.referral.services import plans, replaying
from liuke.referral.tests.builders import chain_plan, tier_plan
from liuke.referral.tests.live import DAY, NOW, PAYOUT, active, bought, confirmed, customer, entry_pack, refer, refunded


def year_of(rng, *, of=None):
    """People who bring each other and buy; some send things back."""
    people = [customer()]
    if of:
        confirmed(bought(people[0], 49_900, of=of))
    for at in range(25):
        newcomer, now = customer(), NOW + at * DAY
        if rng.random() < 0.85:
            refer(newcomer, by=rng.choice(people), now=now)
        people.append(newcomer)
        for _ in range(1 if of else rng.choice([1, 2])):
            row = bought(newcomer, 49_900 if of else rng.choice([10_000, 20_000]), of=of, at=now)
            if of:
                confirmed(row, at=now)
            elif rng.random() < 0.3:
                refunded(row, rng.choice([5_000, 10_000]), at=now)
    return people


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_the_plan_that_was_in_force_comes_out_as_what_was_really_owed(seed):
    version = active(tier_plan(paid_in={"tier2": "points"}))
    people = year_of(random.Random(seed))

    row = replaying.replay(version_id=version.pk, now=NOW + 90 * DAY)
    again = replaying.replay(version_id=version.pk, now=NOW + 90 * DAY)

    assert row.cash_fen == row.really_fen > 0
    assert (again.pk, again.cash_fen, Replay.objects.count()) == (row.pk, row.cash_fen, 1)
    assert 0 < row.top_1_fen <= row.top_10_fen <= row.cash_fen
    dearer = replaying.on_real_orders(read_plan(tier_plan(tiers_pct=[20, 5])), now=NOW + 90 * DAY)
    assert dearer.cash_fen > row.cash_fen
    assert 0 < dearer.buyers < len(people)
    assert replaying.on_real_orders(read_plan(tier_plan()), now=NOW - DAY).orders == 0


@pytest.mark.django_db
def test_a_chain_whose_teams_are_fixed_comes_out_as_what_was_really_owed():
    pack = entry_pack()
    version = active(chain_plan(hold="until_confirm"), profile="OTHER", entry=pack.product)
    year_of(random.Random(5), of=pack)

    row = replaying.replay(version_id=version.pk, now=NOW + 90 * DAY)

    assert row.cash_fen == row.really_fen > 0


def test_who_earns_less_than_they_paid_and_how_it_is_shared_is_counted_on_a_small_world():
    orders = [PastOrder(1, 2, 10_000, 0), PastOrder(2, 3, 10_000, 0), PastOrder(3, 4, 10_000, 10_000),
              PastOrder(4, 1, 1_500, 0)]

    found = replayed(read_plan(tier_plan(tiers_pct=[10])), {2: 1, 3: 1, 4: 2}, orders)

    assert (found.orders, found.buyers, found.net_fen, found.cash_fen) == (3, 3, 20_000, 2_000)
    assert (found.promoters, found.less_than_paid, found.earners) == (2, 1, 1)   # 2 paid 10,000, and 4 sent all back
    assert (found.top_1_fen, found.top_10_fen, found.cash_share) == (2_000, 2_000, 0.1)


@pytest.mark.django_db
def test_nobody_confirms_having_seen_a_plan_before_it_was_played_on_the_orders_that_there_are():
    from liuke.org.tests.builders import staff

    active(tier_plan(paid_in={"tier2": "points"}))
    year_of(random.Random(1))
    later, by = NOW + 60 * DAY, staff(username="analyst")
    version = plans.draft(name="新方案", terms=tier_plan(confirm_after_days=7, payout=PAYOUT), now=later)

    with pytest.raises(plans.NotReplayed):
        plans.mark_seen(version_id=version.pk, by_id=by.pk, now=later)
    replaying.replay(version_id=version.pk, now=later)
    plans.mark_seen(version_id=version.pk, by_id=by.pk, now=later)

    version.refresh_from_db()
    assert version.seen_by == by


@pytest.mark.django_db
def test_the_command_prints_the_same(capsys):
    active(tier_plan(paid_in={"tier2": "points"}))
    year_of(random.Random(2))

    call_command("simulate_plan", "two_tier", "--real")
    text = capsys.readouterr().out
    call_command("simulate_plan", "two_tier", "--real", "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "needs_signature"
    assert told["cash_share"] == pytest.approx(told["cash_fen"] / told["net_fen"])
    assert str(told["cash_fen"]) in text
