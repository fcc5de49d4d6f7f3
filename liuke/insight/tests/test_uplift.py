"""Differences between groups agree with published values, and err as rarely as they say."""

import numpy as np
import pytest
from scipy import stats

from liuke.insight.rules.shares import Share
from liuke.insight.rules.uplift import (
    LEAST_OF_MEANS,
    Moments,
    needed_of_means,
    needed_of_shares,
    of_means,
    of_means_always,
    of_shares,
    parted_by_chance,
)


def moments(values):
    return Moments(len(values), float(np.sum(values)), float(np.sum(np.square(values))))


@pytest.mark.parametrize(("one", "other", "low", "high"), [
    ((56, 70), (48, 80), 0.0524, 0.3339),                # Newcombe 1998, table II, method 10
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((10, 10), (0, 10), 0.6075, 1.0),
    ((0, 10), (0, 10), -0.2775, 0.2775),
])
def test_the_difference_of_shares_is_newcombes(one, other, low, high):
    found = of_shares(Share(*one), Share(*other))

    assert (found.low, found.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))
    assert found.estimate == pytest.approx(one[0] / one[1] - other[0] / other[1])


def test_of_nobody_there_is_no_difference():
    assert of_shares(Share(0, 0), Share(3, 10)) is None
    assert of_means(Moments(LEAST_OF_MEANS - 1, 1.0, 1.0), Moments(100, 1.0, 1.0)) is None


def test_the_difference_of_means_is_welchs():
    random = np.random.default_rng(1)
    one, other = random.lognormal(3, 1, 400), random.lognormal(3, 0.5, 40)

    found, known = of_means(moments(one), moments(other)), stats.ttest_ind(one, other, equal_var=False)

    interval = known.confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(interval.low, rel=1e-4), pytest.approx(interval.high, rel=1e-4))


def test_groups_of_equal_people_differ_by_nothing_for_certain():
    found = of_means(Moments(50, 0.0, 0.0), Moments(50, 0.0, 0.0))

    assert (found.estimate, found.low, found.high, found.sure) == (0.0, 0.0, 0.0, False)


def test_who_looks_every_night_is_misled_by_ordinary_intervals_and_not_by_the_wide_one():
    random = np.random.default_rng(7)
    ordinary = always = 0
    tests, nights, each = 300, 60, 100
    for _test in range(tests):
        money = random.exponential(100, (nights * each, 2)) * (random.random((nights * each, 2)) < 0.3)
        sums, squares = money.cumsum(0), np.square(money).cumsum(0)
        looks = [[Moments(at, sums[at - 1, side], squares[at - 1, side]) for side in (0, 1)]
                 for at in range(each, nights * each + 1, each)]
        ordinary += any(of_means(*look).sure for look in looks)
        always += any(of_means_always(*look).sure for look in looks)

    assert ordinary / tests > 0.2
    assert always / tests <= 0.05


def test_as_many_customers_as_are_asked_for_show_the_difference_in_four_of_five_tests():
    random, base, lift, share = np.random.default_rng(3), 0.3, 0.05, 0.2
    needed = needed_of_shares(base + lift / 2, control_share=share, worth_knowing=lift)
    control = round(needed * share)
    treated = needed - control
    ones, others = random.binomial(treated, base + lift, 2_000), random.binomial(control, base, 2_000)

    seen = [of_shares(Share(int(one), treated), Share(int(other), control)).sure
            for one, other in zip(ones, others, strict=True)]

    assert 0.77 < np.mean(seen) < 0.84


def test_more_spread_asks_for_more_customers():
    calm, wild = Moments(100, 1_000.0, 11_000.0), Moments(100, 1_000.0, 110_000.0)

    assert needed_of_means(wild, wild, control_share=0.05, worth_knowing=3.0) > 50 * needed_of_means(
        calm, calm, control_share=0.05, worth_knowing=3.0) > 0


@pytest.mark.parametrize(("control", "everybody", "fair"), [
    (500, 10_000, True), (580, 10_000, True), (600, 10_000, False), (400, 10_000, False), (0, 0, True), (3, 10, True),
])
def test_groups_that_chance_did_not_part_are_found(control, everybody, fair):
    assert parted_by_chance(control, everybody, control_share=0.05) is fair
