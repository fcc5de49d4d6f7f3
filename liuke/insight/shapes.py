"""Figures as JSON, for the API and for `liuke insight ... --json`, and what may be asked for. Here for all these doors.

A month is its first seven characters ("2026-07"), money is fen, a share is part and whole with its 95 % interval.
"""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field

from liuke.insight import queries
from liuke.insight.rules.calendar import month_on
from liuke.insight.rules.tiers import RfmSegment

Month = Annotated[str, BeforeValidator(lambda month: f"{month_on(month):%Y-%m}" if isinstance(month, int) else month)]

MonthIn = Annotated[date, BeforeValidator(lambda month: f"{month}-01")]


class BehindIn(Schema):
    """Months as 2026-07; see `queries.Behind`."""

    cohort: MonthIn | None = None
    month: MonthIn | None = None
    new: bool | None = None
    within: int | None = Field(None, ge=1, le=365)
    away: MonthIn | None = None
    twice: bool | None = None
    recency: int | None = Field(None, ge=1, le=5)
    frequency: int | None = Field(None, ge=1, le=5)
    segment: RfmSegment | None = None
    value_tier: int | None = Field(None, ge=1, le=4)

    def behind(self) -> queries.Behind:
        return queries.Behind(**self.model_dump())


class ShareOut(Schema):
    part: int
    whole: int
    rate: float | None
    low: float | None
    high: float | None


class CellOut(Schema):
    offset: int
    share: ShareOut
    orders: int
    net_fen: int
    over: bool


class CohortOut(Schema):
    month: Month
    customers: int
    cells: list[CellOut]


class RetentionOut(Schema):
    until_on: date
    cohorts: list[CohortOut]
    averages: list[ShareOut]


class MonthOut(Schema):
    month: Month
    over: bool
    new_customers: int
    new_orders: int
    new_fen: int
    returning_customers: int
    returning_orders: int
    returning_fen: int
    repurchase: ShareOut


class RevenueOut(Schema):
    until_on: date
    months: list[MonthOut]


class ChurnOut(Schema):
    month: Month
    over: bool
    lost: ShareOut
    came_back: int


class SecondOut(Schema):
    month: Month
    within: int
    share: ShareOut


class BinOut(Schema):
    days_from: int
    days_to: int | None
    count: int


class RhythmOut(Schema):
    until_on: date
    bins: list[BinOut]
    quarters: list[int] | None
    second: list[SecondOut]
    churn: list[ChurnOut]
    churn_days: int


class GroupOut(Schema):
    customers: int
    net_fen: int
    value_fen: int


class RfmCellOut(GroupOut):
    recency: int
    frequency: int


class RfmSegmentOut(GroupOut):
    segment: str


class ValueTierOut(GroupOut):
    value_tier: int


class RfmOut(Schema):
    until_on: date
    cut_at: datetime
    recency_days: list[int]
    buying_days: list[int]
    money_fen: list[int]
    value_fen: list[int]
    grid: list[RfmCellOut]
    segments: list[RfmSegmentOut]
    tiers: list[ValueTierOut]


class OverviewOut(Schema):
    computed_at: datetime
    until_on: date
    customers: int
    orders: int
    net_fen: int
    orders_ahead: int
    repeat: ShareOut
    alive: float | None
    orders_90: float | None
    model: str
    model_refused: str
    month: MonthOut | None
    month_before: MonthOut | None
    churn: ChurnOut | None
    churn_before: ChurnOut | None
    churn_days: int
    second_within: ShareOut


class ScoreOut(Schema):
    first_on: date
    last_on: date
    orders: int
    buying_days: int
    net_fen: int
    recency: int
    frequency: int
    money: int
    segment: str
    value_tier: int
    value_fen: int
    alive: float | None
    orders_90: float | None
    buys_30: float | None
    computed_at: datetime


class CustomerOut(Schema):
    customer_id: int
    number: str = Field(alias="customer.number")
    first_on: date
    last_on: date
    buying_days: int
    net_fen: int
    value_tier: int
    value_fen: int
    alive: float | None
    buys_30: float | None


class CustomersOut(Schema):
    """`next` is the place to ask for with ?after=; empty at the end."""

    rows: list[CustomerOut]
    next: str


def rfm_out(rfm: queries.Rfm) -> RfmOut:
    """The grid, segments and tiers as lists, since JSON has no keys of two numbers."""
    def shown(group: queries.Group) -> dict[str, int]:
        return {"customers": group.customers, "net_fen": group.net_fen, "value_fen": group.value_fen}

    return RfmOut(
        until_on=rfm.until_on, cut_at=rfm.cut_at, recency_days=rfm.recency_days, buying_days=rfm.buying_days,
        money_fen=rfm.money_fen, value_fen=rfm.value_fen,
        grid=[RfmCellOut(recency=r, frequency=f, **shown(group)) for (r, f), group in rfm.grid.items()],
        segments=[RfmSegmentOut(segment=name, **shown(group)) for name, group in rfm.segments.items()],
        tiers=[ValueTierOut(value_tier=tier, **shown(group)) for tier, group in rfm.tiers.items()],
    )
