"""The customers behind a number of the figures."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Exists, ExpressionWrapper, Func, OuterRef, Q, QuerySet, Value

from liuke.insight.models import CustomerScore, Snapshot
from liuke.insight.rules.bought import NOT_BOUGHT, NOT_SOLD
from liuke.insight.rules.calendar import month_number, month_on
from liuke.insight.rules.tiers import HIGH, SEGMENTS, RfmSegment
from liuke.mall.models import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Which customers: every field that is given narrows the list. Months are their first days.

    `cohort` first order in that month; `month` bought in that month; `new` with `month`: for the first time or known
    before; `within` a second buying day within so many days; `away` fell silent in that month and is silent still.
    """

    cohort: date | None = None
    month: date | None = None
    new: bool | None = None
    within: int | None = None
    away: date | None = None
    twice: bool | None = None
    recency: int | None = None
    frequency: int | None = None
    segment: RfmSegment | None = None
    value_tier: int | None = None

    @property
    def anything(self) -> bool:
        return any(getattr(self, field.name) is not None for field in fields(self))


def behind(which: Behind, *, at: Snapshot) -> QuerySet[CustomerScore]:
    """Scores of these customers, the most valuable first; as of `at`, so that the list is as long as its number says.

    Orders that changed since may make it differ by as many, until the next refresh.
    """
    scores = CustomerScore.objects.all()
    if which.cohort:
        scores = scores.filter(first_on__gte=which.cohort, first_on__lt=_next(which.cohort))
    if which.month:
        scores = scores.filter(_bought_in(which.month, at))
    if which.month and which.new is not None:
        new = Q(first_on__gte=which.month)
        scores = scores.filter(new if which.new else ~new)
    if which.within is not None:
        scores = scores.filter(_again_within(which.within, at))
        scores = scores.filter(first_on__lte=at.until_on - timedelta(days=which.within))
    if which.away:
        silent = timedelta(days=at.cuts.churn_days)
        scores = scores.filter(last_on__gte=which.away - silent, last_on__lt=_next(which.away) - silent,
                               last_on__lte=at.until_on - silent)
    if which.twice is not None:
        scores = scores.filter(buying_days__gt=1) if which.twice else scores.filter(buying_days=1)
    return _with_levels(scores, which).order_by("-value_fen", "pk")


def _with_levels(scores: QuerySet[CustomerScore], which: Behind) -> QuerySet[CustomerScore]:
    equal = {name: getattr(which, name) for name in ("recency", "frequency", "value_tier")}
    scores = scores.filter(**{name: value for name, value in equal.items() if value is not None})
    if which.segment:
        highs = next(highs for highs, name in SEGMENTS.items() if name is which.segment)
        for name, high in zip(("recency", "frequency", "money"), highs, strict=True):
            scores = scores.filter(**{f"{name}__gte" if high else f"{name}__lt": HIGH})
    return scores


def _bought_in(month: date, at: Snapshot) -> Exists:
    zone = ZoneInfo(at.zone)
    since, before = (datetime.combine(on, time(), zone) for on in (month, min(_next(month), _after(at.until_on))))
    return Exists(_bought().filter(placed_at__gte=since, placed_at__lt=before))


def _again_within(days: int, at: Snapshot) -> Exists:
    """An order on a later day than the first, at most so many days after it."""
    def local_midnight(offset: int) -> Func:
        day = ExpressionWrapper(OuterRef("first_on") + Value(timedelta(days=offset)), output_field=DateTimeField())
        return Func(Value(at.zone), day, function="timezone", output_field=DateTimeField())

    return Exists(_bought().filter(placed_at__gte=local_midnight(1), placed_at__lt=local_midnight(days + 1)))


def _bought() -> QuerySet[Order]:
    return Order.objects.filter(customer=OuterRef("pk")).exclude(state__in=NOT_BOUGHT).exclude(source__in=NOT_SOLD)


def _next(month: date) -> date:
    return month_on(month_number(month) + 1)


def _after(on: date) -> date:
    return on + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of scores with their customers; `next` is the place of the following one, empty at the end."""

    rows: list[CustomerScore]
    next: str


def page_of(scores: QuerySet[CustomerScore], *, after: str, size: int) -> Page:
    """The rows after a place, by value and id: nothing is skipped or shown twice. A broken place is the beginning."""
    if place := _read(after):
        value_fen, pk = place
        scores = scores.filter(Q(value_fen__lt=value_fen) | Q(value_fen=value_fen, pk__gt=pk))
    rows = list(scores.select_related("customer")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, f"{rows[-1].value_fen}~{rows[-1].pk}" if more else "")


def _read(place: str) -> tuple[int, int] | None:
    value_fen, _, pk = place.partition("~")
    if not (value_fen.isascii() and value_fen.isdigit() and pk.isascii() and pk.isdigit()):
        return None
    return (int(value_fen), int(pk)) if max(len(value_fen), len(pk)) < 19 else None
