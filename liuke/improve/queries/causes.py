"""Causes and improvements as pages show them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, QuerySet, When

from liuke.desk.models import Ticket
from liuke.improve.models import Finding, Improvement, Week
from liuke.improve.queries import counts
from liuke.improve.rules import (
    DONE,
    DROPPED,
    LEAST_EXPOSURE,
    MOST_CAUSES,
    MOST_TASKS,
    MOST_TICKETS,
    WEEKS,
    Cause,
    Pair,
    monday,
    pairs,
    rate,
)
from liuke.kit.errors import NotYours
from liuke.mall.models import Product


@dataclass(frozen=True)
class Line:
    """One cause with its figures; `finding` when the last look found that it rose."""

    cause: Cause
    product: str
    pair: Pair
    finding: Finding | None

    @property
    def now(self) -> float | None:
        return _shown(self.pair.tickets, self.pair.exposure)

    @property
    def other(self) -> float | None:
        return _shown(self.pair.other_tickets, self.pair.other_exposure)


def _shown(tickets: int, exposure: float) -> float | None:
    return rate(tickets, exposure) if exposure >= LEAST_EXPOSURE else None


def lines(today: date, week: Week | None) -> list[Line]:
    """Every cause of the last whole weeks: what that look found first, then by tickets."""
    counted = counts.read(until=monday(today), weeks=WEEKS)
    found = pairs(counted.tickets, counted.exposure)
    findings = {Cause(row.product_id, row.kind, row.batch): row for row in week.findings.all()} if week else {}
    names = product_names({cause.product_id for cause in found})
    rows = [Line(cause, names.get(cause.product_id, ""), pair, findings.get(cause)) for cause, pair in found.items()]
    rows.sort(key=lambda row: (row.finding is None, -row.pair.tickets, row.cause))
    return rows[:MOST_CAUSES]


def product_names(ids: set[int]) -> dict[int, str]:
    return dict(Product.objects.filter(pk__in=ids).values_list("pk", "name"))


def product(product_id: int) -> Product:
    """Raises NotYours."""
    row = Product.objects.filter(pk=product_id).first()
    if row is None:
        raise NotYours
    return row


def last_week() -> Week | None:
    """The last look."""
    return Week.objects.order_by("-until").first()


def finding(cause: Cause) -> Finding | None:
    """What the last look found of the cause; None when it did not rise."""
    last = Week.objects.order_by("-until").values("pk")[:1]
    return Finding.objects.filter(
        week=last, product=cause.product_id, kind=cause.kind, batch=cause.batch).first()


def weekly(cause: Cause, *, until: date, weeks: int = WEEKS) -> list[tuple[int, float]]:
    """Tickets and unit-weeks of a cause, week by week, the oldest first."""
    counted = counts.read(until=until, weeks=weeks, product_id=cause.product_id)
    said, units = [0] * weeks, [0.0] * weeks
    for (week, each), count in counted.tickets.items():
        if each.kind == cause.kind and cause.batch in ("", each.batch):
            said[week] += count
    for (week, _product, batch), many in counted.exposure.items():
        if cause.batch in ("", batch):
            units[week] += many
    return list(zip(said, units, strict=True))


def tickets_of(cause: Cause) -> QuerySet[Ticket]:
    """The tickets behind a cause, the newest first."""
    rows = Ticket.objects.filter(goods__product=cause.product_id, kind=cause.kind).exclude(state__in=["spam", "merged"])
    if cause.batch:
        rows = rows.filter(goods__batch=cause.batch)
    return rows.select_related("goods", "state_name").order_by("-opened_at", "-pk")[:MOST_TICKETS]


def improvements(**wanted: object) -> QuerySet[Improvement]:
    """Improvements with product and owner: what is not over, what is due first; then the others, the newest first."""
    rows: QuerySet[Improvement] = Improvement.objects.filter(**wanted)
    due = Case(When(state__in=(DONE, DROPPED), then=None), default="due_on").asc(nulls_last=True)
    return rows.select_related("product", "owner", "opened_by").order_by(due, "-pk")[:MOST_TASKS]


def improvement(pk: int) -> Improvement:
    """Raises NotYours."""
    row = Improvement.objects.select_related("product", "owner", "opened_by").filter(pk=pk).first()
    if row is None:
        raise NotYours
    return row


def whole(weeks: list[tuple[int, float]]) -> tuple[int, float]:
    """Tickets and unit-weeks of all these weeks."""
    return sum(said for said, _units in weeks), sum(units for _said, units in weeks)
