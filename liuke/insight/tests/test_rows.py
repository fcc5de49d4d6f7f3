import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.insight.rules.rows import MAX_REPEATS, Fault, ImpossibleRow, NoCustomers, UnevenColumns, faults, group

WHOLE = st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 9))
BROKEN = st.tuples(st.integers(0, 5), st.floats(0, 9), st.floats(0, 9))


@given(st.lists(WHOLE | BROKEN, min_size=1, max_size=60))
def test_grouping_forgets_nobody_and_keeps_equal_customers_together(made):
    rows = [(x, min(t_x, t) if x else 0, t) for x, t_x, t in made]

    grouped = group(*zip(*rows, strict=True))

    distinct = list(zip(grouped.repeats, grouped.recency, grouped.age, strict=True))
    assert distinct == sorted(set(rows))
    assert [distinct[place] for place in grouped.place] == rows
    assert list(grouped.count) == [rows.count(row) for row in distinct]


@pytest.mark.parametrize(("row", "fault"), [
    ((1, float("nan"), 5), Fault.NOT_FINITE),
    ((1, 2, float("inf")), Fault.NOT_FINITE),
    ((-1, 2, 5), Fault.NEGATIVE),
    ((0, 0, -1), Fault.NEGATIVE),
    ((1.5, 2, 5), Fault.FRACTION),
    ((MAX_REPEATS + 1, 2, 5), Fault.TOO_MANY),
    ((1, 5.1, 5), Fault.RECENCY_AFTER_END),
    ((0, 1, 5), Fault.RECENCY_WITHOUT_REPEAT),
])
def test_a_row_that_cannot_be_a_customer_is_named_with_its_fault(row, fault):
    columns = [[good, bad] for good, bad in zip((1, 2, 5), row, strict=True)]

    assert faults(*columns) == [(1, fault)]
    with pytest.raises(ImpossibleRow, match=f"row 1 cannot be a customer: {fault}"):
        group(*columns)


def test_a_customer_of_today_and_a_second_order_on_the_first_day_are_possible():
    assert faults([0, 1], [0, 0], [0, 7]) == []


def test_no_customer_and_uneven_columns_are_refused():
    with pytest.raises(NoCustomers):
        group([], [], [])
    with pytest.raises(UnevenColumns):
        group([1, 2], [1], [2, 2])


def test_a_million_rows_of_fractions_pack_without_collision():
    random = np.random.default_rng(5)
    age = random.random(200_000)

    grouped = group(np.ones(200_000), age / 2, age)

    assert len(grouped.count) == len(np.unique(age))
    assert np.array_equal(grouped.age[grouped.place], age)
