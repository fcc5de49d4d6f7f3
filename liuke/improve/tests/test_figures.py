"""A rise is reported when chance is ruled out, and a world without any fault raises few alarms."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.improve import figures
from liuke.improve.rules import EARLY, FALSE_SHARE, FELL, LEAST, ROSE, UNPROVEN, Cause, Pair, pairs, verdict

COUNTS = st.integers(0, 30)
UNITS = st.floats(1, 1_000)


def by_hand(pair):
    """The chance of at least so many of n, term by term."""
    share, n = pair.exposure / (pair.exposure + pair.other_exposure), pair.total
    return sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(pair.tickets, n + 1))


@given(COUNTS, UNITS, COUNTS, UNITS)
def test_the_chance_is_the_sum_of_its_terms_and_the_interval_agrees_with_it(said, units, other, other_units):
    pair = Pair(said, units, other, other_units)

    assert figures.p_rose(pair) == pytest.approx(by_hand(pair) if pair.total else 1.0, abs=1e-9)
    middle, low, high = figures.ratio(pair)
    if low is not None and pair.total:
        assert middle is None or low <= middle <= (high or float("inf"))
        assert (low > 1) == (by_hand(pair) < 0.025)        # both sides of 95 %


def test_the_share_of_false_alarms_stays_below_what_is_promised():
    """2,000 weeks of 20 products without any fault, in which sales double: how often anything at all is found."""
    random, alarms, worlds = np.random.default_rng(7), 0, 2_000
    for _world in range(worlds):
        units = random.uniform(500, 5_000, size=(20, 2)) * (1, 2)
        said = random.poisson(units * random.uniform(0.0005, 0.004, size=(20, 1)))
        asked = [Pair(int(a), u, int(b), v) for (a, b), (u, v) in zip(said, units, strict=True) if a + b >= LEAST]
        alarms += any(q <= FALSE_SHARE for q in figures.adjusted([figures.p_rose(pair) for pair in asked]))

    assert alarms / worlds <= FALSE_SHARE


def test_a_threefold_rise_is_found_nine_times_of_ten_among_twenty_products():
    random, found, worlds = np.random.default_rng(11), 0, 400
    for _world in range(worlds):
        said = random.poisson(3, size=(20, 2)) + 1
        said[0] = random.poisson((45, 15))
        asked = [Pair(int(a), 1_000.0, int(b), 1_000.0) for a, b in said]
        found += figures.adjusted([figures.p_rose(pair) for pair in asked])[0] <= FALSE_SHARE

    assert found / worlds > 0.9


@pytest.mark.parametrize(("weeks", "total", "low", "high", "said"), [
    (3, 90, 0.1, 0.5, EARLY), (4, 4, 0.1, 0.5, EARLY), (4, 90, None, None, EARLY), (4, 90, 0.1, 0.99, FELL),
    (4, 90, 0.5, 1.0, UNPROVEN), (4, 90, 1.01, 3.0, ROSE), (4, 90, 0.9, float("inf"), UNPROVEN),
], ids=["early", "few", "unknown", "fell", "touching", "rose", "endless"])
def test_a_verdict_waits_for_weeks_and_for_certainty(weeks, total, low, high, said):
    assert verdict(weeks=weeks, total=total, low=low, high=high) == said


CAUSES = st.builds(Cause, st.integers(1, 3), st.sampled_from(["quality", "usage"]), st.sampled_from(["", "A", "B"]))


@given(st.lists(st.tuples(st.integers(0, 15), CAUSES), max_size=60),
       st.lists(st.tuples(st.integers(0, 15), st.integers(1, 3), st.sampled_from(["", "A", "B"]),
                          st.integers(1, 50)), max_size=40))
def test_each_cause_stands_beside_what_a_slow_count_gives(said, sold):
    tickets, exposure = {}, {}
    for key in said:
        tickets[key] = tickets.get(key, 0) + 1
    for week, product, batch, units in sold:
        exposure[week, product, batch] = exposure.get((week, product, batch), 0.0) + units

    found = pairs(tickets, exposure)

    assert set(found) == {Cause(c.product_id, c.kind) for _w, c in said} | {c for _w, c in said if c.batch}
    for cause, pair in found.items():
        mine = [(week, c) for week, c in said if (c.product_id, c.kind) == (cause.product_id, cause.kind)]
        if cause.batch:
            here = [c.batch == cause.batch for _week, c in mine if c.batch]
            units = [(batch == cause.batch, n) for _w, p, batch, n in sold if p == cause.product_id and batch]
        else:
            here = [week >= 12 for week, _c in mine]
            units = [(week >= 12, n) for week, p, _b, n in sold if p == cause.product_id]
        assert (pair.tickets, pair.other_tickets) == (here.count(True), here.count(False))
        assert pair.exposure == sum(n for at, n in units if at)
        assert pair.other_exposure == sum(n for at, n in units if not at)
