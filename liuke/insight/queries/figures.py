"""What the last refresh found, ready to show; nothing here computes over orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from liuke.insight.models import CustomerScore, Snapshot
from liuke.insight.rules import retention as rules
from liuke.insight.rules.calendar import month_is_over
from liuke.insight.rules.retention import Bin, Churn, Cohort, Counted, Month, Second
from liuke.insight.rules.shares import Share
from liuke.insight.rules.tiers import LEVELS, RfmSegment, ValueTier, segment

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Overview:
    """The brand in a few numbers at the end of `until_on`. Months are the last two that are over; None: not yet."""

    computed_at: datetime
    until_on: date
    customers: int
    orders: int
    net_fen: int
    orders_ahead: int
    repeat: Share                             # customers with a second buying day
    alive: float | None                       # expected number of customers who still buy
    orders_90: float | None                   # expected orders of all customers within 90 days
    model: str
    model_refused: str
    month: Month | None
    month_before: Month | None
    churn: Churn | None
    churn_before: Churn | None
    churn_days: int
    second_within: Share                      # of all customers watched for 90 days


@dataclass(frozen=True, slots=True)
class Retention:
    """The heat map, and the average of all cohorts for each month since the first order (months that are over)."""

    until_on: date
    cohorts: list[Cohort]
    averages: list[Share]


@dataclass(frozen=True, slots=True)
class Revenue:
    until_on: date
    months: list[Month]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long customers take: intervals between buying days, second orders, and silence."""

    until_on: date
    bins: list[Bin]
    quarters: list[int] | None                # 25, 50 and 75 % of the intervals are at most so many days
    second: list[Second]
    churn: list[Churn]
    churn_days: int


@dataclass(frozen=True, slots=True)
class Group:
    """Customers of one RFM cell, segment or tier, and what they have brought and are expected to bring in a year."""

    customers: int
    net_fen: int
    value_fen: int


@dataclass(frozen=True, slots=True)
class Rfm:
    """`grid[recency, frequency]` has an entry for each of the 25 pairs of levels."""

    until_on: date
    cut_at: datetime
    recency_days: list[int]
    buying_days: list[int]
    money_fen: list[int]
    value_fen: list[int]
    grid: dict[tuple[int, int], Group]
    segments: dict[RfmSegment, Group]
    tiers: dict[ValueTier, Group]


@dataclass(frozen=True, slots=True)
class Score:
    """What is known of one customer. Chances are None when no model fits the brand yet."""

    first_on: date
    last_on: date
    orders: int
    buying_days: int
    net_fen: int
    recency: int
    frequency: int
    money: int
    segment: RfmSegment
    value_tier: ValueTier
    value_fen: int
    alive: float | None
    orders_90: float | None
    buys_30: float | None
    computed_at: datetime


def snapshot() -> Snapshot | None:
    """The newest, or None before the first refresh."""
    return Snapshot.objects.select_related("cuts").order_by("-pk").first()


def overview() -> Overview | None:
    """The brand in a few numbers; None before the first refresh."""
    if (at := snapshot()) is None:
        return None
    months = [month for month in rules.month_table(_counted(at), until=at.until_on) if month.over]
    churn = [month for month in _churn(at) if month.over]
    second = [row for row in _second(at) if row.within == rules.SECOND_WITHIN[-1]]
    return Overview(
        computed_at=at.computed_at, until_on=at.until_on, customers=at.customers, orders=at.orders, net_fen=at.net_fen,
        orders_ahead=at.orders_ahead, repeat=Share(at.customers_twice, at.customers), alive=at.alive,
        orders_90=at.orders_90, model=at.model, model_refused=at.model_refused,
        month=_from_end(months, 1), month_before=_from_end(months, 2),
        churn=_from_end(churn, 1), churn_before=_from_end(churn, 2), churn_days=at.cuts.churn_days,
        second_within=rules.pooled(row.share for row in second),
    )


def retention(*, months: int = 0) -> Retention | None:
    """The cohort table, of the last so many months when given; None before the first refresh."""
    if (at := snapshot()) is None:
        return None
    cohorts = rules.cohort_table(_counted(at), until=at.until_on)
    shown = cohorts[-months:] if months else cohorts
    return Retention(at.until_on, shown, rules.averages(shown))


def revenue() -> Revenue | None:
    """New and returning customers of every month; None before the first refresh."""
    if (at := snapshot()) is None:
        return None
    return Revenue(at.until_on, rules.month_table(_counted(at), until=at.until_on))


def rhythm() -> Rhythm | None:
    """Intervals, second orders and churn; None before the first refresh."""
    if (at := snapshot()) is None:
        return None
    bins = [Bin(*row) for row in at.gap_bins.order_by("days_from").values_list("days_from", "days_to", "count")]
    return Rhythm(at.until_on, bins, at.gap_quarters, _second(at), _churn(at), at.cuts.churn_days)


def rfm() -> Rfm | None:
    """The RFM grid, its eight segments, and the value tiers; None before the first refresh."""
    if (at := snapshot()) is None:
        return None
    cells = list(at.score_cells.values_list(
        "recency", "frequency", "money", "value_tier", "customers", "net_fen", "value_fen"))
    levels = range(1, LEVELS + 1)
    return Rfm(
        until_on=at.until_on, cut_at=at.cuts.made_at, recency_days=at.cuts.recency_days,
        buying_days=at.cuts.buying_days, money_fen=at.cuts.net_fen, value_fen=at.cuts.value_fen,
        grid={(r, f): _group(c for c in cells if c[:2] == (r, f)) for r in levels for f in levels},
        segments={name: _group(c for c in cells if segment(*c[:3]) is name) for name in RfmSegment},
        tiers={tier: _group(c for c in cells if c[3] == tier) for tier in reversed(ValueTier)},
    )


def score_for(customer_id: int) -> Score | None:
    """The customer's score; None for who has not bought yet, or only since the last refresh."""
    row = CustomerScore.objects.filter(pk=customer_id).first()
    if row is None:
        return None
    return Score(
        first_on=row.first_on, last_on=row.last_on, orders=row.orders, buying_days=row.buying_days, net_fen=row.net_fen,
        recency=row.recency, frequency=row.frequency, money=row.money,
        segment=segment(row.recency, row.frequency, row.money), value_tier=ValueTier(row.value_tier),
        value_fen=row.value_fen, alive=row.alive, orders_90=row.orders_90, buys_30=row.buys_30,
        computed_at=row.computed_at,
    )


def _counted(at: Snapshot) -> list[Counted]:
    cells = at.cohort_cells.order_by("cohort", "month")
    return [Counted(*row) for row in cells.values_list("cohort", "month", "customers", "orders", "net_fen")]


def _second(at: Snapshot) -> list[Second]:
    rows = at.second_orders.order_by("cohort", "within_days")
    return [Second(row.cohort, row.within_days, Share(row.bought_again, row.observed)) for row in rows]


def _churn(at: Snapshot) -> list[Churn]:
    rows = at.churn_months.order_by("month")
    return [Churn(row.month, month_is_over(row.month, until=at.until_on), Share(row.lost, row.active),
                  row.came_back) for row in rows]


def _from_end(rows: list[Row], place: int) -> Row | None:
    return rows[-place] if len(rows) >= place else None


def _group(cells: Iterable[tuple[int, ...]]) -> Group:
    rows = list(cells)
    return Group(*(sum(row[at] for row in rows) for at in (4, 5, 6)))
