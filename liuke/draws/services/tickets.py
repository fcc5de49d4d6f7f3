"""Tickets are given, become good, and are taken back while they are unused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from liuke.draws.models import Course, Draw, Ticket
from liuke.draws.queries.states import State, TicketState
from liuke.draws.rules.limits import MAX_TICKETS
from liuke.kit.db import require_transaction


@dataclass(frozen=True, kw_only=True)
class Tickets:
    """So many tickets of a draw for a customer. `key` is of what gave them; each is once."""

    draw_id: int
    customer_id: int
    amount: int
    key: str
    source: str
    pending: bool = False


def give_tickets(*, given: Sequence[Tickets], now: datetime) -> list[str]:
    """Give each once per key; answers for each "" or why not: "draw_closed" (not published, or over), "too_many".

    Tickets can be given from the publishing on, before the draw opens. Never raises for one of them.
    """
    require_transaction()
    draws = {draw.pk: draw for draw in Draw.objects.filter(pk__in={each.draw_id for each in given})}
    firsts = [f"{each.key}:1" for each in given]
    known = set(Ticket.objects.filter(key__in=firsts).values_list("key", flat=True))
    answers = []
    for each in sorted(given, key=lambda each: each.draw_id):          # one order of locks
        why = _why_not(draws.get(each.draw_id), each, now)
        if not why and f"{each.key}:1" not in known:
            _write(each, now)
        answers.append((each.key, why))
    told = dict(answers)
    return [told[each.key] for each in given]


def _why_not(draw: Draw | None, each: Tickets, now: datetime) -> str:
    if draw is None or draw.state != State.PUBLISHED or now >= draw.closes_at:
        return "draw_closed"
    return "" if 0 < each.amount <= MAX_TICKETS else "too_many"


def _write(each: Tickets, now: datetime) -> None:
    last = take_numbers(each.draw_id, each.amount)
    state = TicketState.PENDING if each.pending else TicketState.UNUSED
    Ticket.objects.bulk_create([
        Ticket(draw_id=each.draw_id, number=last - each.amount + at, customer_id=each.customer_id,
               key=f"{each.key}:{at}", source=each.source, state=state, given_at=now)
        for at in range(1, each.amount + 1)
    ])


def take_numbers(draw_id: int, count: int) -> int:
    """The last of so many new ticket numbers. Whoever comes second waits until the first has committed."""
    Course.objects.filter(draw_id=draw_id).update(tickets=F("tickets") + count)
    return Course.objects.values_list("tickets", flat=True).get(draw_id=draw_id)


def free_ticket(*, draw_id: int, customer_id: int, day: date, count: int, now: datetime) -> Ticket:
    """The so-manieth free ticket of a local day, written when it is used."""
    return Ticket.objects.create(
        draw_id=draw_id, number=take_numbers(draw_id, 1), customer_id=customer_id, source="day", day_on=day,
        key=f"day:{draw_id}:{customer_id}:{day}:{count}", state=TicketState.UNUSED, given_at=now)


def release(*, keys: Sequence[str]) -> int:
    """Pending tickets are good from now on; returns how many. Again is nothing."""
    require_transaction()
    rows = Ticket.objects.filter(key__in=[f"{key}:{at}" for key in keys for at in range(1, MAX_TICKETS + 1)],
                                 state=TicketState.PENDING)
    return rows.update(state=TicketState.UNUSED)


def take_back(*, key: str, left: int) -> int:
    """Leave at most so many of what was given under the key, drawn ones included; returns how many were taken.

    What was drawn stays, with whatever it has won. Again with the same number is nothing.
    """
    require_transaction()
    rows = Ticket.objects.select_for_update().filter(
        key__in=[f"{key}:{at}" for at in range(1, MAX_TICKETS + 1)]).exclude(state=TicketState.TAKEN)
    found = list(rows.order_by("-number"))
    unused = [row for row in found if row.state != TicketState.DRAWN]
    gone = unused[:max(0, len(found) - left)]
    Ticket.objects.filter(pk__in=[row.pk for row in gone]).update(state=TicketState.TAKEN)
    return len(gone)
