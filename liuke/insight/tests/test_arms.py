"""What is counted of both groups agrees with a plain loop over customers."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.insight.rules.arms import DAY, arms
from liuke.insight.services.engine import engine

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
US = 1_767_225_600_000_000                       # BEGIN
DAYS = (7, 30)
HOURS = st.integers(0, 60 * 24)
EVENTS = st.lists(st.tuples(st.integers(1, 6), HOURS, st.integers(0, 500)), min_size=1, max_size=20)
ORDERS = st.lists(st.tuples(st.integers(1, 7), HOURS, st.integers(-900, 9_000),
                            st.sampled_from(["paid", "received", "cancelled", "refunded", "placed"])), max_size=30)


def treated(customer):
    return customer % 3 != 0


def counted(folder, events, orders, *, since_hour, until_hour, margin_bp):
    rows = pa.table({
        "customer_id": [customer for customer, *_ in orders], "net_fen": [fen for *_, fen, _ in orders],
        "state": [state for *_, state in orders],
        "placed_at": [BEGIN + timedelta(hours=hour) for _, hour, *_ in orders],
    }, schema=pa.schema([("customer_id", pa.int64()), ("net_fen", pa.int64()), ("state", pa.string()),
                         ("placed_at", pa.timestamp("us", tz="UTC"))]))
    pq.write_table(rows, folder / "orders.parquet")
    given = pa.table({
        "customer_id": [customer for customer, *_ in events], "at": [US + hour * DAY // 24 for _, hour, _ in events],
        "treated": [treated(customer) for customer, *_ in events], "cost_fen": [fen for *_, fen in events],
    })
    pq.write_table(given, folder / "events.parquet")
    with engine("duckdb", files=[folder / "orders.parquet"], scratch=folder) as opened:
        table = opened.backend.read_parquet(str(folder / "events.parquet"), table_name="events")
        found = opened.answer(arms(opened.orders, table, since=US + since_hour * DAY // 24,
                                   until=US + until_hour * DAY // 24, days=DAYS, margin_bp=margin_bp))
    return {row.pop("treated"): row for row in found.to_pylist()}


def by_hand(events, orders, *, since_hour, until_hour, margin_bp):
    began = {}
    for customer, hour, _fen in events:
        began[customer] = min(began.get(customer, hour), hour)
    began = {customer: hour for customer, hour in began.items() if hour >= since_hour}
    answer = {}
    for group in {treated(customer) for customer in began}:
        mine = [customer for customer in began if treated(customer) == group]
        row = answer[group] = {"everybody": len(mine)}
        for days in DAYS:
            each = []
            for customer in mine:
                start, end = began[customer], began[customer] + days * 24
                if end > until_hour:
                    continue
                met = [(fen, state) for who, hour, fen, state in orders if who == customer and start < hour <= end]
                bought = [fen for fen, state in met if state in ("paid", "received")]
                net = sum(bought) + sum(fen for fen, state in met if state == "refunded" and fen < 0)
                cost = sum(fen for who, hour, fen in events if who == customer and hour <= end)
                each.append((bool(bought), net, cost, net * margin_bp / 10_000 - cost))
            row |= {
                f"count_{days}": len(each), f"again_{days}": sum(bought for bought, *_ in each),
                f"net_{days}": sum(net for _, net, *_ in each), f"cost_{days}": sum(cost for *_, cost, _ in each),
                f"net_squares_{days}": sum(net * net for _, net, *_ in each),
                f"worth_{days}": sum(worth for *_, worth in each),
                f"worth_squares_{days}": sum(worth * worth for *_, worth in each),
            }
    return answer


ASKED = st.fixed_dictionaries({
    "since_hour": st.integers(0, 400), "until_hour": st.integers(0, 2_000), "margin_bp": st.sampled_from([0, 4_000]),
})


@settings(max_examples=60, deadline=None)
@given(events=EVENTS, orders=ORDERS, asked=ASKED)
def test_the_groups_are_those_of_a_plain_loop(tmp_path_factory, events, orders, asked):
    found = counted(tmp_path_factory.mktemp("arms"), events, orders, **asked)

    expected = by_hand(events, orders, **asked)
    assert found.keys() == expected.keys()
    for group, row in expected.items():
        told = {name: value or 0 for name, value in found[group].items()}       # a sum over nobody is null
        assert told == pytest.approx(row)
