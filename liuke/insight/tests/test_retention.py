from datetime import date

import pytest

from liuke.insight.rules.calendar import day_number, day_on, month_is_over, month_number, month_on
from liuke.insight.rules.retention import (
    Bin,
    Cell,
    Cohort,
    Counted,
    Month,
    Second,
    cohort_table,
    gap_bins,
    month_table,
    second_order_table,
)
from liuke.insight.rules.shares import Share, differ

JAN = month_number(date(2026, 1, 1))
COUNTED = [
    Counted(JAN, JAN, 10, 12, 5000), Counted(JAN, JAN + 2, 3, 3, 900),
    Counted(JAN + 1, JAN + 1, 4, 4, 700), Counted(JAN + 1, JAN + 2, 1, 2, 300),
]
UNTIL = date(2026, 3, 15)


def test_days_and_months_count_over_the_turn_of_a_year():
    assert month_number(date(2026, 1, 31)) - month_number(date(2025, 12, 1)) == 1
    assert month_on(month_number(date(2025, 12, 31))) == date(2025, 12, 1)
    assert day_on(day_number(date(2024, 2, 29))) == date(2024, 2, 29)


def test_a_month_is_over_with_its_last_day():
    assert month_is_over(JAN, until=date(2026, 1, 31))
    assert not month_is_over(JAN, until=date(2026, 1, 30))


def test_a_cohort_has_a_cell_for_every_month_since_and_says_which_still_runs():
    assert cohort_table(COUNTED, until=UNTIL) == [
        Cohort(JAN, 10, (
            Cell(0, Share(10, 10), 12, 5000, over=True),
            Cell(1, Share(0, 10), 0, 0, over=True),
            Cell(2, Share(3, 10), 3, 900, over=False),
        )),
        Cohort(JAN + 1, 4, (
            Cell(0, Share(4, 4), 4, 700, over=True),
            Cell(1, Share(1, 4), 2, 300, over=False),
        )),
    ]


def test_new_and_returning_of_all_months_add_up_to_all_orders():
    months = month_table(COUNTED, until=UNTIL)

    assert months[2] == Month(JAN + 2, over=False, new_customers=0, new_orders=0, new_fen=0, returning_customers=4,
                              returning_orders=5, returning_fen=1200)
    assert months[2].repurchase == Share(4, 4)
    assert sum(m.new_fen + m.returning_fen for m in months) == sum(row.net_fen for row in COUNTED)
    assert sum(m.new_orders + m.returning_orders for m in months) == sum(row.orders for row in COUNTED)


def test_second_orders_count_only_customers_watched_long_enough():
    first = day_number(date(2026, 1, 10))
    waits = [(first, 20, 2), (first, 40, 1), (first, None, 7), (first + 40, 5, 4)]

    assert second_order_table(waits, until=UNTIL) == [
        Second(JAN, 30, Share(2, 10)), Second(JAN, 60, Share(3, 10))]      # nobody for 90 days, 19 Feb not for 30


def test_bins_hold_every_interval():
    bins = gap_bins([(1, 5), (7, 1), (8, 2), (365, 3), (366, 4), (4000, 1)])

    assert (bins[0], bins[1], bins[-2], bins[-1]) == (Bin(1, 7, 6), Bin(8, 14, 2), Bin(271, 365, 3), Bin(366, None, 5))
    assert sum(each.count for each in bins) == 16


@pytest.mark.parametrize(("part", "whole", "low", "high"), [
    (0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662),
])
def test_a_share_carries_the_interval_of_wilson(part, whole, low, high):
    share = Share(part, whole)

    assert (share.low, share.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_share_of_nobody_is_not_zero():
    assert (Share(0, 0).rate, Share(0, 0).low, Share(0, 0).high) == (None, None, None)


def test_two_shares_differ_only_beyond_chance():
    assert differ(Share(300, 1000), Share(250, 1000))
    assert not differ(Share(30, 100), Share(25, 100))
    assert not differ(Share(0, 0), Share(25, 100))
    assert not differ(Share(10, 10), Share(5, 5))
