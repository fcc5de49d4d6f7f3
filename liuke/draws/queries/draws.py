"""Draws as pages and clients see them: lists, one draw with its numbers, a customer's tickets and prizes."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone

from liuke.draws.models import Draw, Prize, Ticket
from liuke.draws.queries.states import Delivery, Phase, State, TicketState, phase
from liuke.draws.rules import odds
from liuke.draws.rules.promise import NOTHING
from liuke.kit.errors import NotYours

PRIZES = Prefetch("prizes", Prize.objects.select_related("stock").order_by("position"), to_attr="in_order")


def draws_list() -> QuerySet[Draw]:
    """All draws with their course, the newest first."""
    return Draw.objects.select_related("course", "made_by").order_by("-pk")


def public_draws(*, now: datetime) -> QuerySet[Draw]:
    """Published draws that are ahead or open, the one that closes next first."""
    rows = Draw.objects.filter(state=State.PUBLISHED, closes_at__gt=now).prefetch_related(PRIZES)
    return rows.order_by("closes_at", "pk")


def public_draw(number: str) -> Draw:
    """A draw that was published, with its prizes (`in_order`). Raises NotYours for drafts and unknown numbers."""
    draw = Draw.objects.exclude(state=State.DRAFT).prefetch_related(PRIZES).filter(number=number).first()
    if draw is None:
        raise NotYours
    return draw


@dataclass(frozen=True)
class Line:
    """One prize with its live numbers. `left` None: it never runs out."""

    prize: Prize
    odds: str
    drawn: int
    left: int | None
    falls_to: str
    expected: Fraction               # how many of the tickets drawn so far the odds alone would have given it

    @property
    def expected_about(self) -> float:
        return round(float(self.expected), 1)


def prize_lines(draw: Draw, *, drawn: int) -> list[Line]:
    """The prizes of a draw in their order, with how many are gone."""
    rows = list(draw.prizes.select_related("stock").order_by("position"))
    names = {row.position: row.name for row in rows}
    return [
        Line(row, odds.told(Fraction(row.numerator, row.denominator)), row.stock.drawn,
             None if row.count is None else row.count - row.stock.drawn,
             names.get(row.fallback, "") if row.fallback is not None else "",
             Fraction(row.numerator, row.denominator) * drawn)
        for row in rows
    ]


@dataclass(frozen=True)
class Numbers:
    """How a draw goes."""

    tickets: int
    drawn: int
    people: int
    won: int
    delivered: int
    stuck: int


def numbers(draw: Draw) -> Numbers:
    """Three statements."""
    drawn = Ticket.objects.filter(draw=draw, state=TicketState.DRAWN)
    found = drawn.aggregate(drawn=Count("pk"), people=Count("customer_id", distinct=True))
    by = Counter(dict(drawn.exclude(delivery="").values_list("delivery").annotate(n=Count("pk")).order_by()))
    tickets = Ticket.objects.filter(draw=draw).exclude(state=TicketState.TAKEN).count()
    return Numbers(tickets, found["drawn"], found["people"], sum(by.values()), by[Delivery.DONE], by[Delivery.STUCK])


def winners(draw: Draw) -> QuerySet[Ticket]:
    """Tickets that have won something, the newest first."""
    rows = Ticket.objects.filter(draw=draw, prize__isnull=False).exclude(prize__kind=NOTHING)
    return rows.select_related("prize").order_by("-pk")


def tickets_of(customer_id: int, draw: Draw | None = None) -> QuerySet[Ticket]:
    """A customer's tickets, those that were taken back left out; the newest first."""
    rows = Ticket.objects.filter(customer_id=customer_id).exclude(state=TicketState.TAKEN)
    rows = rows.filter(draw=draw) if draw else rows
    return rows.select_related("draw", "prize").order_by("-pk")


@dataclass(frozen=True)
class Mine:
    """What a customer can still do in a draw: tickets that can be used now, those to come, drawings done today."""

    usable: int
    pending: int
    drawn: int
    drawn_today: int


def mine_in(draw: Draw, customer_id: int, *, now: datetime) -> Mine:
    """`usable` counts the free tickets of today that were not used, and no more than the draw's bounds let through."""
    today = timezone.localdate(now)
    rows = list(tickets_of(customer_id, draw).values_list("state", "day_on", "drawn_at"))
    drawn = [at for state, _day, at in rows if state == TicketState.DRAWN and at]
    drawn_today = sum(1 for at in drawn if timezone.localdate(at) == today)
    free = max(0, draw.free_a_day - sum(1 for _state, day, _at in rows if day == today))
    usable = free + sum(1 for state, day, _at in rows if state == TicketState.UNUSED and day is None)
    if draw.most_a_day:
        usable = min(usable, max(0, draw.most_a_day - drawn_today))
    if draw.most:
        usable = min(usable, max(0, draw.most - len(drawn)))
    if phase(draw, now) not in (Phase.OPEN, Phase.AHEAD):
        usable = 0
    return Mine(usable, sum(1 for state, _d, _a in rows if state == TicketState.PENDING), len(drawn), drawn_today)


def tickets_by_id(ids: Collection[int]) -> dict[int, Ticket]:
    """With draw and prize, for the story of a customer."""
    return {row.pk: row for row in Ticket.objects.filter(pk__in=ids).select_related("draw", "prize")} if ids else {}
