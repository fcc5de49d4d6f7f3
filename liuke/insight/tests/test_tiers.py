import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.insight.rules.cutting import cut_points, levels, levels_of_less
from liuke.insight.rules.tiers import (
    FIFTHS,
    RfmSegment,
    churn_days,
    quantile,
    segment,
)

VALUES = st.lists(st.integers(0, 50), min_size=1, max_size=80)


@given(VALUES)
def test_equal_customers_get_equal_levels_and_more_is_never_worse(values):
    found = levels(np.array(values), cut_points(np.array(values), FIFTHS))

    pairs = sorted(zip(values, found, strict=True))
    assert len(set(pairs)) == len(set(values))
    assert [level for _, level in pairs] == sorted(found)
    assert found.min() == 1
    assert found.max() <= 5


@given(VALUES, st.permutations(range(80)))
def test_a_second_run_in_another_order_changes_nothing(values, order):
    shuffled = [values[i] for i in order if i < len(values)]

    assert cut_points(np.array(shuffled), FIFTHS) == cut_points(np.array(values), FIFTHS)


@given(VALUES)
def test_each_cut_has_its_share_at_or_below_it(values):
    for share, cut in zip(FIFTHS, cut_points(np.array(values), FIFTHS), strict=True):
        assert sum(v <= cut for v in values) >= share * len(values)
        assert sum(v < cut for v in values) < share * len(values)


def test_a_crowd_of_one_time_buyers_shares_the_lowest_level():
    assert list(levels(np.array([1, 1, 1, 1, 2, 9]), (1, 1, 1, 2))) == [1, 1, 1, 1, 4, 5]


def test_with_recency_few_days_are_best():
    assert list(levels_of_less(np.array([0, 10, 11, 400]), (10, 20, 30, 40))) == [5, 5, 4, 1]


def test_cuts_of_nobody_are_zero():
    assert cut_points(np.array([], dtype=np.int64), FIFTHS) == (0, 0, 0, 0)


@given(st.dictionaries(st.integers(1, 400), st.integers(1, 20), min_size=1))
def test_the_churn_days_cover_nine_tenths_of_the_intervals_within_their_bounds(gaps):
    counted = sorted(gaps.items())
    flat = sorted(days for days, count in counted for _ in range(count))

    found = churn_days(counted)

    assert 31 <= found <= 365
    if 31 < found < 365:
        assert sum(days <= found for days in flat) >= 0.9 * len(flat) > sum(days < found for days in flat)


def test_without_an_interval_nobody_is_called_lost_early():
    assert churn_days([]) == 365
    assert quantile([], 0.5) is None


@pytest.mark.parametrize(("three", "name"), [
    ((5, 5, 5), RfmSegment.CHAMPION), ((3, 4, 4), RfmSegment.KEEP), ((4, 3, 4), RfmSegment.PROMISING),
    ((1, 1, 4), RfmSegment.WIN_BACK), ((5, 4, 3), RfmSegment.LOYAL), ((5, 1, 1), RfmSegment.NEW),
    ((1, 5, 1), RfmSegment.FADING), ((3, 3, 3), RfmSegment.GONE),
])
def test_three_levels_name_one_segment(three, name):
    assert segment(*three) is name
