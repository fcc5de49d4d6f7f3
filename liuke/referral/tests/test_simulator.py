import time

import pytest

from liuke.referral.packs import PackWorth
from liuke.referral.plan_reader import read_plan
from liuke.referral.presets import preset
from liuke.referral.simulator import SHAPES, simulated
from liuke.referral.tests.builders import chain_plan

CANONICAL = read_plan(chain_plan())
# shape -> earn less than they paid, earn nothing, become boss, top 1 % share: the published simulation of the plan
PUBLISHED = {
    "two_recruit_two": (1.0, 0.5, 0.5, 0.020),
    "uniform": (0.875, 0.501, 0.251, 0.369),
    "recent_joiners": (0.912, 0.384, 0.269, 0.439),
    "popular_inviters": (0.900, 0.666, 0.167, 0.476),
}


def test_the_canonical_plan_shows_the_published_concentration():
    outcomes = {one.shape: one for one in simulated(CANONICAL)}

    for shape, figures in PUBLISHED.items():
        one = outcomes[shape]
        shown = (one.earn_less_than_paid, one.earn_nothing, one.become_boss, one.top_1_pct_share)
        assert shown == pytest.approx(figures, abs=0.03)
        assert one.payout_share == pytest.approx(300 / 499)
    assert outcomes["two_recruit_two"].root_share == pytest.approx(2 / 3, abs=0.001)
    assert outcomes["recent_joiners"].root_share < 0.05


def test_the_same_seed_gives_the_same_figures_and_another_one_others():
    first, again, other = (simulated(CANONICAL, joiners=500, seed=seed) for seed in (7, 7, 8))

    assert first == again
    assert first[0] == other[0]                         # the ideal shape leaves nothing to chance
    assert first[1] != other[1]


def test_holding_until_confirmation_pays_the_same_once_all_is_confirmed():
    held = simulated(read_plan(chain_plan(hold="until_confirm")), joiners=300)

    assert held == simulated(CANONICAL, joiners=300)


def test_the_safe_profile_pays_cash_on_one_level_only():
    ideal = simulated(read_plan(preset("safe_2_plus_1")), joiners=1000, order=10_000)[0]

    assert (ideal.collected, ideal.paid_out) == (10_000_000, 1_000_000)
    assert ideal.other_value == 998 * 500               # all but the root's own two have somebody on level two
    assert ideal.become_boss == 0


@pytest.mark.parametrize(("most", "given"), [(None, 1_000), (2, 1_000), (1, 500)])
def test_packs_go_to_every_joiner_and_as_far_as_the_cap_to_who_brought_them(most, given):
    worth = PackWorth(referrer_fen=50, referee_fen=30, most_per_referrer=most)

    ideal = simulated(read_plan(preset("safe_2_plus_1")), joiners=1_000, order=10_000, packs=worth)[0]

    assert ideal.pack_fen == 1_000 * 30 + given * 50
    assert ideal.pack_share == ideal.pack_fen / 10_000_000
    assert ideal.paid_out == 1_000_000                  # packs are no cash that somebody earned


@pytest.mark.parametrize("shape", SHAPES)
def test_everybody_is_recruited_by_somebody_who_was_there(shape):
    import random

    inviters = list(SHAPES[shape](500, random.Random(3)))

    assert len(inviters) == 500
    assert all(0 <= inviter < at for at, inviter in enumerate(inviters, 1))


@pytest.mark.slow
def test_a_join_costs_the_same_in_a_tree_ten_times_as_large():
    def seconds(joiners):
        started = time.process_time()
        simulated(CANONICAL, joiners=joiners)
        return time.process_time() - started

    seconds(1_000)

    assert seconds(100_000) < 30 * seconds(10_000)      # quadratic work would need a hundred times
