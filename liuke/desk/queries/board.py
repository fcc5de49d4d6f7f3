"""What managers watch: what breaches next, who has how much, answers by hour, and when nobody is on duty."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count
from django.db.models.functions import ExtractHour
from django.utils import timezone

from liuke.customers.queries import records
from liuke.desk.models import CallOut, DutyGap, Message, Ticket
from liuke.desk.queries import duty, routing
from liuke.desk.queries.routing import Hand
from liuke.desk.rules import BOARD_ROWS, STAFF
from liuke.kit import crypto

GAPS = 8                                 # so many are shown


@dataclass(frozen=True)
class Breach:
    """One ticket with the clock that runs out first."""

    ticket: Ticket
    due_at: datetime
    name: str
    title: str


@dataclass(frozen=True)
class Person:
    """One agent: load, and how many answers in each hour of today."""

    hand: Hand
    answers: tuple[int, ...]

    @property
    def full(self) -> bool:
        return self.hand.load >= self.hand.capacity

    @property
    def today(self) -> int:
        return sum(self.answers)


@dataclass(frozen=True)
class Board:
    next_due: Sequence[Breach]
    people: Sequence[Person]
    hours: Sequence[int]                     # those of today that have begun
    opened: Sequence[int]                    # new tickets in each of them
    most: int                                # the highest figure of the table
    gaps: Sequence[DutyGap]
    calls: Sequence[CallOut]


def board(*, now: datetime) -> Board:
    """The whole board in a dozen statements, however many tickets there are."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    hours = tuple(range(timezone.localtime(now).hour + 1))
    answers = _answers(begins)
    people = [Person(hand, tuple(answers[hand.staff_id, hour] for hour in hours)) for hand in routing.hands(now=now)]
    opened = _opened(begins)
    shown = sorted(people, key=lambda each: (not each.hand.on_duty, -each.hand.load, each.hand.name))
    return Board(
        _next_due(), shown, hours, tuple(opened[hour] for hour in hours),
        max([*answers.values(), *opened.values(), 1]),
        list(duty.known_gaps(now=now)[:GAPS]),
        open_calls(),
    )


def open_calls() -> list[CallOut]:
    """Tickets for which somebody is being called, the first to begin on top."""
    return list(CallOut.objects.filter(ended_at=None).select_related("ticket").order_by("started_at")[:BOARD_ROWS])


def _next_due() -> list[Breach]:
    rows = list(Ticket.objects.filter(done_at=None, due_at__isnull=False).select_related("assignee")
                .order_by("due_at", "pk")[:BOARD_ROWS])
    names = records.names_of({row.customer_id for row in rows})
    return [Breach(row, row.due_at, names.get(row.customer_id, ""),
                   crypto.decrypt(row.title_enc) if row.title_enc else "") for row in rows if row.due_at]


def _answers(begins: datetime) -> Counter[tuple[int, int]]:
    """Public answers of today by person and local hour, from an index alone."""
    rows = Message.objects.filter(author=STAFF, public=True, happened_at__gte=begins).annotate(
        hour=ExtractHour("happened_at")).values_list("staff_id", "hour").annotate(count=Count("pk"))
    return Counter({(staff_id, hour): count for staff_id, hour, count in rows.order_by("staff_id", "hour")})


def _opened(begins: datetime) -> Counter[int]:
    rows = Ticket.objects.filter(opened_at__gte=begins).annotate(hour=ExtractHour("opened_at")).values_list("hour")
    return Counter(dict(rows.annotate(count=Count("pk")).order_by("hour")))
