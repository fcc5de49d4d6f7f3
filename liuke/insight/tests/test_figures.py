"""Every expression against the same question answered with plain loops."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.insight.rules import figures, retention
from liuke.insight.rules.calendar import day_number, day_on, month_number

START = day_number(date(2025, 11, 20))
UNTIL = START + 160
CHURN = 31


@dataclass(frozen=True)
class Row:
    customer_id: int
    day: int
    net_fen: int
    state: str

    @property
    def month(self):
        return month_number(day_on(self.day))


ROWS = st.lists(st.builds(Row, st.integers(1, 5), st.integers(START, UNTIL + 3), st.integers(-900, 900),
                          st.sampled_from(["paid", "received", "paid", "refunded", "cancelled"])),
                min_size=1, max_size=40)


@pytest.fixture(scope="module")
def duck():
    connection = ibis.duckdb.connect(threads=1)
    yield connection
    connection.disconnect()


def table(connection, rows):
    connection.con.register("orders", pa.table({
        "order_id": pa.array(range(len(rows)), pa.int64()),
        "customer_id": pa.array([row.customer_id for row in rows], pa.int64()),
        "day": pa.array([row.day for row in rows], pa.int32()),
        "month": pa.array([row.month for row in rows], pa.int32()),
        "net_fen": pa.array([row.net_fen for row in rows], pa.int64()),
        "state": [row.state for row in rows],
    }))
    return connection.table("orders")


def by_customer(rows):
    kept = defaultdict(list)
    for row in rows:
        if row.state in ("paid", "received") and row.day <= UNTIL:
            kept[row.customer_id].append(row)
    return kept


def came_back(rows):
    return [row for row in rows if row.state == "refunded" and row.net_fen < 0 and row.day <= UNTIL]


def both(connection, rows):
    orders = table(connection, rows)
    return figures.bought(orders, until=UNTIL), figures.returned(orders, until=UNTIL)


def tuples(expression):
    return [tuple(row.values()) for row in expression.to_pyarrow().to_pylist()]


@settings(max_examples=40)
@given(rows=ROWS)
def test_customers_agree_with_plain_loops(duck, rows):
    found = tuples(figures.customers(*both(duck, rows)))

    assert found == [
        (customer, min(r.day for r in each), max(r.day for r in each), len({r.day for r in each}), len(each),
         sum(r.net_fen for r in [*each, *(r for r in came_back(rows) if r.customer_id == customer)]))
        for customer, each in sorted(by_customer(rows).items())
    ]


@settings(max_examples=40)
@given(rows=ROWS)
def test_cohorts_agree_with_plain_loops(duck, rows):
    cells = defaultdict(list)
    for each in by_customer(rows).values():
        for row in each:
            cells[min(r.month for r in each), row.month].append(row)
    back = defaultdict(int)
    for row in came_back(rows):
        cohort = min((r.month for r in by_customer(rows)[row.customer_id]), default=row.month + 1)
        back[cohort if cohort <= row.month else retention.BEFORE, row.month] += row.net_fen

    counted = [retention.Counted(*row) for row in tuples(figures.cohorts(*both(duck, rows)))]

    assert counted == [
        retention.Counted(*key, len({r.customer_id for r in cells[key]}), len(cells[key]),
                          sum(r.net_fen for r in cells[key]) + back[key])
        for key in sorted({*cells, *back})
    ]


@settings(max_examples=40)
@given(rows=ROWS)
def test_intervals_and_second_orders_agree_with_plain_loops(duck, rows):
    gaps, waits = Counter(), Counter()
    for each in by_customer(rows).values():
        days = sorted({r.day for r in each})
        gaps.update(b - a for a, b in pairwise(days))
        waits[days[0], days[1] - days[0] if len(days) > 1 else None] += 1

    steps = figures.steps(figures.bought(table(duck, rows), until=UNTIL))

    assert tuples(figures.gaps(steps)) == sorted(gaps.items())
    assert Counter({row[:2]: row[2] for row in tuples(figures.second_orders(steps))}) == waits


def churn_by_day(rows):
    """Walk every customer through every day: active, then lost on the last day of a silence of CHURN days."""
    active, lost = Counter(), Counter()
    for each in by_customer(rows).values():
        days = {r.day for r in each}
        for today in range(START, UNTIL + 1):
            past = [day for day in days if day < today]
            if past and today - max(past) <= CHURN:
                active[today] += 1
            if past and today - max(past) == CHURN and today not in days:
                lost[month_number(day_on(today))] += 1
    return active, lost


@settings(max_examples=40)
@given(rows=ROWS)
def test_churn_agrees_with_walking_day_by_day(duck, rows):
    active, lost = churn_by_day(rows)
    steps = figures.steps(figures.bought(table(duck, rows), until=UNTIL))

    table_ = retention.churn_table(tuples(figures.silences(steps, churn_days=CHURN, until=UNTIL)), until=day_on(UNTIL))

    starts = [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
    assert {row.month: row.lost.whole for row in table_} == {
        month_number(on): active[day_number(on)] for on in starts if active[day_number(on)]}
    assert Counter({row.month: row.lost.part for row in table_}) == lost
    assert all(row.came_back <= row.lost.part <= row.lost.whole for row in table_)
