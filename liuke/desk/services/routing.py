"""How a ticket finds its person: the customer's own, who is on duty and free, or whoever pulls it from the queue."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.desk.models import Agent, KindCertificate, OwnAgent, Ticket, Viewing
from liuke.desk.queries import routing as queries
from liuke.desk.rules import PULL_BATCH, ROUTE_BATCH, SILENT_AFTER, VIEWED_FOR, WRITES_FOR
from liuke.desk.services import calling, duty, live, talk
from liuke.desk.services.tickets import entry, held
from liuke.desk.triage import TicketKind
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.org.models import Staff
from liuke.training.models import Programme

MOST_CAPACITY = 100


class AlreadyTaken(Refused):
    """A colleague has the ticket."""

    code = "ticket_taken"


class QueueEmpty(Refused):
    """No ticket waits that you could take."""

    code = "queue_empty"


def take(*, ticket_id: int, staff_id: int, now: datetime, over: bool = False) -> Ticket:
    """Make the ticket one's own; that ends a call to it. Again is once.

    Raises AlreadyTaken when a colleague has it, unless `over` says to take it over all the same.
    """
    ticket = held(ticket_id)
    if ticket.assignee_id not in (None, staff_id) and not over:
        raise AlreadyTaken(_("%(name)s 已接手这张工单。") % {"name": ticket.assignee.name if ticket.assignee else ""})
    _give(ticket, staff_id, by_id=staff_id, word="taken", now=now)
    calling.end_call(ticket_id=ticket.pk, staff_id=staff_id, now=now)
    return ticket


def take_next(*, staff_id: int, now: datetime) -> Ticket:
    """Pull the most urgent ticket that nobody has and that suits the person. Two who pull at once get two tickets.

    Raises QueueEmpty.
    """
    require_transaction()
    hand = next((each for each in queries.hands(now=now) if each.staff_id == staff_id), None)
    waiting = Ticket.objects.filter(assignee=None, done_at=None).order_by("priority", "due_at", "pk")
    fit = [ticket.pk for ticket in waiting[:PULL_BATCH] if hand is None or hand.suits(ticket)]
    free = Ticket.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(
        assignee=None, done_at=None)
    for pk in fit:                               # one at a time: whoever pulls beside us needs the others
        if free.filter(pk=pk).first():
            return take(ticket_id=pk, staff_id=staff_id, now=now)
    raise QueueEmpty(_("没有等待接手、适合您的工单。"))


def route(*, ticket_id: int, now: datetime) -> Ticket:
    """Give a ticket that nobody has to the customer's own person, else to the least busy on duty whom it suits.

    When nobody is free it stays in the queue, to be pulled. A ticket that has somebody keeps them.
    """
    ticket = held(ticket_id)
    if ticket.assignee_id is not None or ticket.done_at is not None:
        return ticket
    hands = [hand for hand in queries.hands(now=now) if hand.free and hand.suits(ticket)]
    own = queries.own_agent_of(ticket.customer_id)
    chosen = next((hand for hand in hands if hand.staff_id == own), None)
    if chosen is None and (own is None or hands):
        chosen = min(hands, key=lambda hand: (hand.load / hand.capacity, hand.staff_id), default=None)
    if chosen is not None:
        _give(ticket, chosen.staff_id, by_id=None, word="own" if chosen.staff_id == own else "routed", now=now)
    return ticket


def route_waiting(*, now: datetime, limit: int = ROUTE_BATCH) -> int:
    """Tickets that wait in the queue go to who has become free; returns how many found somebody."""
    require_transaction()
    free = sum(hand.free for hand in queries.hands(now=now))
    rows = Ticket.objects.select_for_update(skip_locked=True, no_key=True).filter(assignee=None, done_at=None)
    waiting = [ticket.pk for ticket in rows.order_by("priority", "due_at", "pk")[: min(limit, free)]]
    return sum(route(ticket_id=pk, now=now).assignee_id is not None for pk in waiting)


def release_silent(*, now: datetime, limit: int = ROUTE_BATCH) -> int:
    """Take tickets back from people who are not there while a customer waits, and let them find somebody else."""
    require_transaction()
    there = [hand.staff_id for hand in queries.hands(now=now) if hand.on_duty and not hand.away]
    silent = Ticket.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).filter(
        done_at=None, assignee__isnull=False, waiting_since_at__lte=now - SILENT_AFTER).exclude(assignee__in=there)
    rows = list(silent.order_by("waiting_since_at", "pk")[:limit])
    for ticket in rows:
        _give(ticket, None, by_id=None, word="silent", now=now)
        route(ticket_id=ticket.pk, now=now)
    return len(rows)


def assign(*, ticket_id: int, to_id: int, staff_id: int, now: datetime) -> Ticket:
    """Give the ticket to somebody without a word, as when lists are cleared; they are told. Again is once."""
    ticket = held(ticket_id)
    if not _works(to_id):
        raise BadInput(_("这位同事不能处理工单。"))
    if to_id not in {ticket.assignee_id, staff_id}:
        duty.notify(staff_id=to_id, reason="handed_over", ticket_id=ticket.pk,
                    key=f"assigned:{ticket.pk}:{now:%Y%m%d%H%M%S%f}", now=now)
    _give(ticket, to_id, by_id=staff_id, word="assigned", now=now)
    return ticket


def hand_over(*, ticket_id: int, staff_id: int, to_id: int | None, text: str, key: str, now: datetime) -> Ticket:
    """Give the ticket to a colleague (or back to the queue) with a note that says why; they are told. Again is once."""
    ticket = held(ticket_id)
    if to_id is not None and not _works(to_id):
        raise BadInput(_("这位同事不能处理工单。"))
    talk.note(ticket_id=ticket_id, staff_id=staff_id, text=text, key=key, now=now)
    ticket.refresh_from_db()
    _give(ticket, to_id, by_id=staff_id, word="handed over", now=now)
    if to_id is not None and to_id != staff_id:
        duty.notify(staff_id=to_id, reason="handed_over", ticket_id=ticket.pk, key=f"handed:{ticket.pk}:{key}", now=now)
    return ticket


def _works(staff_id: int) -> bool:
    person = Staff.objects.filter(pk=staff_id, is_active=True).first()
    return person is not None and person.has_perm("desk.work")


def _give(ticket: Ticket, staff_id: int | None, *, by_id: int | None, word: str, now: datetime) -> None:
    if ticket.assignee_id == staff_id:
        return
    ticket.assignee_id = staff_id
    ticket.save(update_fields=["assignee"])
    entry(ticket, "assigned", at=now, staff_id=by_id, word=f"{word}:{staff_id or ''}")
    live.tell(ticket, public=staff_id is not None)
    if staff_id is not None:
        live.tell_staff(staff_id)


def share_own_agents(*, customer_ids: Collection[int], staff_ids: Collection[int], now: datetime) -> int:
    """Give each of these customers a person, in turn whoever has the fewest; returns how many got one.

    Who has somebody keeps them, so again is nothing. Raises BadInput without anybody who can serve.
    """
    require_transaction()
    serving = [staff_id for staff_id in dict.fromkeys(staff_ids) if _works(staff_id)]
    if not serving:
        raise BadInput(_("没有可以接待的同事。"))
    has: Counter[int] = Counter(OwnAgent.objects.filter(staff__in=serving).values_list("staff_id", flat=True))
    known = set(OwnAgent.objects.filter(customer__in=customer_ids).values_list("customer_id", flat=True))
    given = []
    for customer_id in sorted(set(customer_ids) - known):
        least = min(serving, key=lambda staff_id: (has[staff_id], staff_id))
        has[least] += 1
        given.append(OwnAgent(customer_id=customer_id, staff_id=least, since_at=now))
    OwnAgent.objects.bulk_create(given, ignore_conflicts=True)
    return len(given)


def set_own_agent(*, customer_id: int, staff_id: int | None, now: datetime) -> None:
    """Give the customer their own person, or nobody again. Raises BadInput for who cannot work on tickets."""
    require_transaction()
    if staff_id is None:
        OwnAgent.objects.filter(customer_id=customer_id).delete()
        return
    if not _works(staff_id):
        raise BadInput(_("这位同事不能处理工单。"))
    OwnAgent.objects.update_or_create(customer_id=customer_id, defaults={"staff_id": staff_id, "since_at": now})


def set_agent(*, staff_id: int, capacity: int, skills: Collection[str], vip: bool) -> Agent:
    """What a person can do and how much comes to them by itself. Raises BadInput."""
    require_transaction()
    if not 0 < capacity <= MOST_CAPACITY or not set(skills) <= set(TicketKind):
        raise BadInput(_("同时处理的工单数在 1 到 %(most)s 之间。") % {"most": MOST_CAPACITY})
    row, _made = Agent.objects.update_or_create(staff_id=staff_id, defaults={
        "capacity": capacity, "skills": sorted(set(skills)), "vip": vip})
    return row


def require_certificate(*, kind: str, programme_id: int | None) -> None:
    """Let tickets of a kind come only to who holds a good certificate of this programme, or to everybody again.

    Whoever gives a ticket to somebody by hand is not held back. Raises BadInput.
    """
    require_transaction()
    known = programme_id is None or Programme.objects.filter(pk=programme_id).exists()
    if kind not in set(TicketKind) or not known:
        raise BadInput(_("没有这个工单类型或培训项目。"))
    if programme_id is None:
        KindCertificate.objects.filter(kind=kind).delete()
    else:
        KindCertificate.objects.update_or_create(kind=kind, defaults={"programme_id": programme_id})


def set_away(*, staff_id: int, away: bool) -> None:
    """Whether the person has left the desk for now: nothing comes to them by itself meanwhile."""
    require_transaction()
    Agent.objects.update_or_create(staff_id=staff_id, defaults={"away": away})


def look(*, ticket_id: int, staff_id: int, writes: bool, now: datetime) -> None:
    """Say that the person has the ticket open, and whether they are writing; colleagues see it when that is news.

    Who opens it has seen what they were told about it.
    """
    require_transaction()
    before = Viewing.objects.filter(ticket_id=ticket_id, staff_id=staff_id).first()
    until = now + WRITES_FOR if writes else None
    Viewing.objects.update_or_create(ticket_id=ticket_id, staff_id=staff_id,
                                     defaults={"seen_at": now, "writes_until_at": until})
    was_there = before is not None and before.seen_at > now - VIEWED_FOR
    wrote = before is not None and before.writes_until_at is not None and before.writes_until_at > now
    if not was_there or wrote != writes:
        live.tell_viewers(ticket_id)
    if not was_there:
        duty.mark_seen(staff_id=staff_id, ticket_id=ticket_id, now=now)


def forget_looks(*, now: datetime) -> int:
    """Looks of people who have gone; returns how many rows."""
    require_transaction()
    gone, _each = Viewing.objects.filter(seen_at__lt=now - 10 * VIEWED_FOR).delete()
    return gone
