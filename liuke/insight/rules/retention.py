"""From counted months to cohorts, repurchase and churn: what the retention page says, worked out once per refresh."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from liuke.insight.rules.calendar import day_number, day_on, month_is_over, month_number
from liuke.insight.rules.shares import Share

SECOND_WITHIN = (30, 60, 90)                     # days until a second order, followed for each cohort
BEFORE = 0                                       # the cohort of returns by who bought before the history begins
GAP_EDGES = (1, 8, 15, 22, 31, 46, 61, 91, 121, 181, 271, 366)      # first days of the bins of intervals


@dataclass(frozen=True, slots=True)
class Counted:
    """Customers of one first month who bought in one month, and the money of that month; BEFORE has money alone."""

    cohort: int
    month: int
    customers: int
    orders: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of a cohort came back so many months later. `over` is false while that month still runs."""

    offset: int
    share: Share
    orders: int
    net_fen: int
    over: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """All customers with their first order in one month; cells for every month since, also the empty ones."""

    month: int
    customers: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """Who bought in a month: for the first time ever (new), or known from an earlier month (returning)."""

    month: int
    over: bool
    new_customers: int
    new_orders: int
    new_fen: int
    returning_customers: int
    returning_orders: int
    returning_fen: int

    @property
    def repurchase(self) -> Share:
        """The share of the month's customers who had bought before that month."""
        return Share(self.returning_customers, self.new_customers + self.returning_customers)


@dataclass(frozen=True, slots=True)
class Second:
    """Of the customers of one first month observed for `within` days: how many had a second buying day in that time."""

    month: int
    within: int
    share: Share


@dataclass(frozen=True, slots=True)
class Churn:
    """Active at the start of the month, and those of them who fell silent in it; `came_back` of these bought later."""

    month: int
    over: bool
    lost: Share
    came_back: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Intervals of at least `days_from` and at most `days_to` days (None: without end)."""

    days_from: int
    days_to: int | None
    count: int


def pooled(shares: Iterable[Share]) -> Share:
    """One share of all their people together."""
    each = list(shares)
    return Share(sum(share.part for share in each), sum(share.whole for share in each))


def averages(cohorts: Sequence[Cohort]) -> list[Share]:
    """For each number of months since the first order, all cohorts together whose month is over."""
    longest = max((len(cohort.cells) for cohort in cohorts), default=0)
    columns = ([c.cells[at] for c in cohorts if len(c.cells) > at and c.cells[at].over] for at in range(longest))
    return [pooled(cell.share for cell in cells) for cells in columns]


def cohort_table(counted: Iterable[Counted], *, until: date) -> list[Cohort]:
    """The heat map: cohorts in order, each with a cell for every month from its first to the month of `until`."""
    rows = {(row.cohort, row.month): row for row in counted if row.cohort != BEFORE}
    table = []
    for first in sorted({cohort for cohort, _ in rows}):
        size = rows[first, first].customers
        cells = []
        for month in range(first, month_number(until) + 1):
            row = rows.get((first, month), Counted(first, month, 0, 0, 0))
            cells.append(Cell(month - first, Share(row.customers, size), row.orders, row.net_fen,
                              month_is_over(month, until=until)))
        table.append(Cohort(first, size, tuple(cells)))
    return table


def month_table(counted: Sequence[Counted], *, until: date) -> list[Month]:
    """New and returning customers of every month between the first order and `until`; money is net of returns."""
    if not counted:
        return []
    table = []
    for month in range(min(row.month for row in counted), month_number(until) + 1):
        here = [row for row in counted if row.month == month]
        new = [row for row in here if row.cohort == month]
        known = [row for row in here if row.cohort != month]
        table.append(Month(
            month, month_is_over(month, until=until),
            sum(row.customers for row in new), sum(row.orders for row in new), sum(row.net_fen for row in new),
            sum(row.customers for row in known), sum(row.orders for row in known), sum(row.net_fen for row in known),
        ))
    return table


def second_order_table(waits: Iterable[tuple[int, int | None, int]], *, until: date) -> list[Second]:
    """Share with a second buying day by (first day, days until the second or None, customers).

    Only customers who could be observed for the whole time count: a cohort of yesterday says nothing about 90 days.
    """
    last = day_number(until)
    totals: dict[tuple[int, int], list[int]] = {}
    for first_day, wait, customers in waits:
        month = month_number(day_on(first_day))
        for within in SECOND_WITHIN:
            if first_day + within <= last:
                total = totals.setdefault((month, within), [0, 0])
                total[1] += customers
                if wait is not None and wait <= within:
                    total[0] += customers
    return [Second(month, within, Share(*totals[month, within])) for month, within in sorted(totals)]


def churn_table(ends: Iterable[tuple[int, int, bool, bool, int]], *, until: date) -> list[Churn]:
    """By (month bought, day activity ends, lost, came back, customers); see `figures.silences`.

    Activity reaches from a buying day up to and including its end; it counts at the start of each month it reaches, and
    so everyone lost in a month was active when it began (CHURN_DAYS is at least a month).
    """
    active: dict[int, int] = {}
    lost: dict[int, int] = {}
    back: dict[int, int] = {}
    for bought, end_day, is_lost, came_back, customers in ends:
        end = month_number(day_on(end_day))
        for month in range(bought + 1, end + 1):
            active[month] = active.get(month, 0) + customers
        if is_lost:
            lost[end] = lost.get(end, 0) + customers
            back[end] = back.get(end, 0) + customers * came_back
    return [
        Churn(month, month_is_over(month, until=until), Share(lost.get(month, 0), active[month]), back.get(month, 0))
        for month in sorted(active) if month <= month_number(until)
    ]


def gap_bins(counted: Iterable[tuple[int, int]]) -> list[Bin]:
    """Counted (days, count) in the bins of GAP_EDGES, the empty ones too."""
    ends = [*(edge - 1 for edge in GAP_EDGES[1:]), None]
    totals = [0] * len(GAP_EDGES)
    for days, count in counted:
        totals[sum(edge <= days for edge in GAP_EDGES) - 1] += count
    return [Bin(*each) for each in zip(GAP_EDGES, ends, totals, strict=True)]
