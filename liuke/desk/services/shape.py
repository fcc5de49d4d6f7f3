"""One matter becomes another's part, two, or none: merging, splitting, spam, and how each is undone."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.desk.models import Message, Ticket
from liuke.desk.rules import CUSTOMER, MOST_SPLIT, Kind, State
from liuke.desk.services import calling, live, tickets
from liuke.desk.services.tickets import entry, held, settle
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused


class NotMerged(Refused):
    """Only open matters of one customer can become one."""

    code = "ticket_not_merged"


class NotSplit(Refused):
    """Only later messages of the customer can become a matter of their own."""

    code = "ticket_not_split"


def merge(*, ticket_id: int, into_id: int, staff_id: int, now: datetime) -> Ticket:
    """The ticket becomes part of another one of the same customer; returns that one. Nothing that was said is lost.

    What the customer waits for and any danger go with it, its own clocks and calls end, later replies follow. Again is
    once. Raises NotMerged, TicketGone for a target that is gone itself.
    """
    require_transaction()
    both = {pk: held(pk, alive=False) for pk in sorted({ticket_id, into_id})}
    if len(both) != 2 or both[ticket_id].customer_id != both[into_id].customer_id:
        raise NotMerged(_("只能合并同一位客户的两张工单。"))
    ticket, target = both[ticket_id], held(into_id)
    if ticket.merged_into_id == target.pk:
        return target
    if ticket.done_at is not None or target.done_at is not None:
        raise NotMerged(_("只能合并尚未结束的工单。"))
    waiting = ticket.waiting_since_at
    entry(ticket, Kind.MERGED, at=now, staff_id=staff_id, word=target.number)
    _close(ticket, State.MERGED, into=target, staff_id=staff_id, now=now)
    ticket.merged_from.update(merged_into=target)
    entry(target, "joined", at=now, staff_id=staff_id, word=ticket.number)
    if waiting is not None:                      # an answer to the one was none to the other: after it they wait anew
        replies = target.log.filter(kind=Kind.AGENT_REPLY, withdrawn_at=None).values_list("at", flat=True)
        entry(target, Kind.CUSTOMER_MESSAGE, at=max(waiting, target.opened_at, *replies), word=ticket.number)
    if ticket.priority < target.priority or (ticket.risk and not target.risk):
        target.priority, target.priority_why = min(ticket.priority, target.priority), ticket.priority_why
        target.severity, target.risk = max(ticket.severity, target.severity), target.risk or ticket.risk
    target.last_said_at = max(target.last_said_at, ticket.last_said_at)
    target.save(update_fields=["priority", "priority_why", "severity", "risk", "last_said_at"])
    return settle(target, now=now, public=True)


def mark_spam(*, ticket_id: int, staff_id: int, now: datetime) -> Ticket:
    """Nobody waits for an answer: it leaves every list, and what follows in the thread joins it. Again is once."""
    ticket = held(ticket_id, alive=False)
    if ticket.state == State.SPAM:
        return ticket
    held(ticket_id)
    entry(ticket, Kind.SPAM, at=now, staff_id=staff_id)
    _close(ticket, State.SPAM, into=None, staff_id=staff_id, now=now)
    return ticket


def take_back(*, ticket_id: int, staff_id: int, now: datetime) -> Ticket:
    """It was no spam, or belongs to no other ticket after all: its clocks go on from their start. Again is once."""
    ticket = held(ticket_id, alive=False)
    if ticket.state not in (State.SPAM, State.MERGED):
        return ticket
    target = ticket.merged_into
    wrong = ticket.log.filter(kind__in=[Kind.SPAM, Kind.MERGED], withdrawn_at=None)
    wrong.update(withdrawn_at=now)
    if target is not None:
        held(target.pk, alive=False)
        target.log.filter(kind=Kind.CUSTOMER_MESSAGE, word=ticket.number).update(withdrawn_at=now)
        entry(target, "parted", at=now, staff_id=staff_id, word=ticket.number)
        settle(target, now=now)
    ticket.merged_into, ticket.done_at, ticket.state = None, None, State.OPEN
    ticket.save(update_fields=["merged_into", "done_at", "state"])
    entry(ticket, "taken_back", at=now, staff_id=staff_id)
    return settle(ticket, now=now, public=True)


def split(*, ticket_id: int, message_ids: Collection[int], staff_id: int, now: datetime) -> Ticket:
    """Make these messages of the customer a matter of their own, open since the first of them; returns it.

    The first words of a ticket stay with it. Raises NotSplit; so a second time is refused.
    """
    ticket = held(ticket_id)
    first = ticket.log.filter(kind=Kind.CREATED).values_list("message", flat=True).first()
    chosen = list(ticket.messages.filter(pk__in=message_ids, author=CUSTOMER).exclude(pk=first or 0)
                  .order_by("happened_at", "pk"))
    if not chosen or len(chosen) != len(set(message_ids)) or len(chosen) > MOST_SPLIT:
        raise NotSplit(_("请选择客户后来说的话；开头的那句留在原工单。"))
    began = chosen[0]
    fresh = tickets.open_ticket(conversation=ticket.conversation, text=crypto.decrypt(began.text_enc),
                                opened_at=began.happened_at, now=now)
    Message.objects.filter(pk__in=[each.pk for each in chosen]).update(ticket=fresh)
    ticket.log.filter(message__in=chosen, withdrawn_at=None).update(withdrawn_at=now)
    fresh.log.filter(kind=Kind.CREATED).update(message=began)
    for message in chosen[1:]:
        entry(fresh, Kind.CUSTOMER_MESSAGE, at=message.happened_at, message=message)
    for row, other in ((ticket, fresh), (fresh, ticket)):
        entry(row, "split", at=now, staff_id=staff_id, word=other.number)
    if ticket.assignee_id is not None:
        fresh.assignee_id = ticket.assignee_id
        fresh.save(update_fields=["assignee"])
    settle(ticket, now=now, public=True)
    return settle(fresh, now=now, public=True)


def _close(ticket: Ticket, state: State, *, into: Ticket | None, staff_id: int, now: datetime) -> None:
    """It leaves the lists; `measure` cancels its clocks, for the log says that it is gone."""
    ticket.state, ticket.merged_into, ticket.done_at, ticket.state_name = state, into, now, None
    ticket.save(update_fields=["state", "merged_into", "done_at", "state_name"])
    calling.end_call(ticket_id=ticket.pk, staff_id=staff_id, now=now)
    settle(ticket, now=now)
    if into is not None:
        live.tell(into)
