"""All answers of one refresh, worked out from the exported files; nothing is written here."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from ibis import Table
from numpy.typing import NDArray

from liuke.insight.rules import cutting, figures, limits, retention, tiers
from liuke.insight.rules.bought import NOT_BOUGHT
from liuke.insight.rules.calendar import day_number, day_on
from liuke.insight.rules.outlook import alive, expected_orders, will_buy
from liuke.insight.rules.purchase import Fit, Kind, NoRepeats, fit
from liuke.insight.rules.rows import Floats, Ints, group
from liuke.insight.rules.tiers import Cuts
from liuke.insight.services.engine import Engine

MODEL = Kind.MBGNBD                  # BG/NBD would call every one-time buyer alive


@dataclass(frozen=True, slots=True)
class Buyers:
    """Customers with an order, by rising id; one array for each column."""

    customer_id: Ints
    first_day: Ints
    last_day: Ints
    buying_days: Ints
    orders: Ints
    net_fen: Ints


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the fitted model expects of each customer."""

    fit: Fit
    alive: Floats
    orders_90: Floats
    buys_30: Floats


@dataclass(frozen=True, slots=True)
class Levels:
    recency: Ints
    frequency: Ints
    money: Ints
    value_tier: Ints


@dataclass(frozen=True, slots=True)
class Findings:
    """The brand at the end of `until`, whole and customer by customer."""

    until: date
    orders_ahead: int
    buyers: Buyers
    outlook: Outlook | None              # None: no model fits, and `refused` is the code that says why
    refused: str
    value_fen: Ints                      # expected within a year; 0 without a model
    cuts: Cuts
    levels: Levels
    counted: list[retention.Counted]
    second: list[retention.Second]
    churn: list[retention.Churn]
    gaps: list[retention.Bin]
    gap_quarters: list[int] | None


def find(engine: Engine, *, today: date, cuts: Cuts | None) -> Findings | None:
    """Everything pages show; None when nothing was bought up to today.

    Observation ends on the last day with an order, so the same orders give the same findings whenever they are asked.
    Given cuts stand; otherwise new ones are made.
    """
    span = _rows(engine, _span(engine.orders, today=day_number(today)))[0]
    if span["last_day"] is None:
        return None
    until = int(span["last_day"])
    bought = figures.bought(engine.orders, until=until)
    returned = figures.returned(engine.orders, until=until)
    buyers = _buyers(engine, bought, returned)
    steps = figures.steps(bought)
    gaps = _tuples(engine, figures.gaps(steps))
    outlook, value_fen, refused = _outlook(buyers, until)
    cuts = cuts or make_cuts(buyers, value_fen, gaps, until)
    silences = _tuples(engine, figures.silences(steps, churn_days=cuts.churn_days, until=until))
    quarters = [tiers.quantile(gaps, share) for share in (0.25, 0.5, 0.75)]
    return Findings(
        until=day_on(until), orders_ahead=int(span["ahead"]), buyers=buyers, outlook=outlook, refused=refused,
        value_fen=value_fen, cuts=cuts, levels=_levels(buyers, value_fen, cuts, until),
        counted=[retention.Counted(*row) for row in _tuples(engine, figures.cohorts(bought, returned))],
        second=retention.second_order_table(_tuples(engine, figures.second_orders(steps)), until=day_on(until)),
        churn=retention.churn_table(silences, until=day_on(until)),
        gaps=retention.gap_bins(gaps), gap_quarters=[q for q in quarters if q is not None] or None,
    )


def make_cuts(buyers: Buyers, value_fen: Ints, gaps: list[tuple[int, int]], until: int) -> Cuts:
    """Cuts from the customers there are."""
    return Cuts(
        recency_days=cutting.cut_points(until - buyers.last_day, tiers.FIFTHS),
        buying_days=cutting.cut_points(buyers.buying_days, tiers.FIFTHS),
        net_fen=cutting.cut_points(buyers.net_fen, tiers.FIFTHS),
        value_fen=cutting.cut_points(value_fen, tiers.VALUE_SHARES),
        churn_days=tiers.churn_days(gaps),
    )


def _span(orders: Table, *, today: int) -> Table:
    """The last day with an order that counts, not later than today; and how many are dated later."""
    counted = orders.filter(orders.state.notin(NOT_BOUGHT))
    return counted.aggregate(last_day=counted.day.max(where=counted.day <= today), ahead=(counted.day > today).sum())


def _buyers(engine: Engine, bought: Table, returned: Table) -> Buyers:
    found = engine.answer(figures.customers(bought, returned))
    return Buyers(*(_whole(found[name]) for name in found.column_names))


def _outlook(buyers: Buyers, until: int) -> tuple[Outlook | None, Ints, str]:
    """Fit the model and ask it; a brand that nobody has come back to yet has none, and the code says so."""
    grouped = group(buyers.buying_days - 1, buyers.last_day - buyers.first_day, until - buyers.first_day)
    try:
        model = fit(grouped, kind=MODEL)
    except NoRepeats as refused:
        return None, np.zeros(len(buyers.orders), np.int64), refused.code
    year = expected_orders(model, grouped, horizon=limits.HORIZON_VALUE)
    value_fen = np.rint(year * np.maximum(buyers.net_fen, 0) / buyers.buying_days).astype(np.int64)
    outlook = Outlook(
        fit=model, alive=alive(model, grouped),
        orders_90=expected_orders(model, grouped, horizon=limits.HORIZON_ORDERS),
        buys_30=will_buy(model, grouped, horizon=limits.HORIZON_BUY),
    )
    return outlook, value_fen, ""


def _levels(buyers: Buyers, value_fen: Ints, cuts: Cuts, until: int) -> Levels:
    return Levels(
        recency=cutting.levels_of_less(until - buyers.last_day, cuts.recency_days),
        frequency=cutting.levels(buyers.buying_days, cuts.buying_days),
        money=cutting.levels(buyers.net_fen, cuts.net_fen),
        value_tier=cutting.levels(value_fen, cuts.value_fen),
    )


def _rows(engine: Engine, expression: Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = engine.answer(expression).to_pylist()
    return rows


def _tuples(engine: Engine, expression: Table) -> list[tuple[Any, ...]]:
    columns = [column.to_pylist() for column in engine.answer(expression).columns]
    return list(zip(*columns, strict=True))


def _whole(column: Any) -> NDArray[np.int64]:
    array: NDArray[np.int64] = column.to_numpy().astype(np.int64)
    return array
