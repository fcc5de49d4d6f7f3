"""A ticket from its opening to its end. Every change is a line of its log; what the log says is read after each.

Whoever changes a ticket holds its row (`held`) first, then everything that hangs on it.
"""

import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.desk.models import Conversation, LogEntry, PolicyVersion, StateName, Ticket, TicketTag
from liuke.desk.queries.promises import tier_of, version_for
from liuke.desk.rules import (
    GONE,
    MOST_TAGS,
    NAMED,
    NUMBER_DIGITS,
    TAG_CHARACTERS,
    TITLE_CHARACTERS,
    Kind,
    NoDefaultPolicy,
    State,
    clock_of,
)
from liuke.desk.services import calling, deadlines, learning, live, promises
from liuke.desk.triage import Priority, TicketKind, judged, ranked
from liuke.kit import crypto, rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.timeline import facts
from liuke.timeline.services import record

BY_WORDS, BY_MODEL, BY_STAFF, BY_RETURN, BY_CUSTOMER = "words", "model", "staff", "return", "customer"


class TicketGone(Refused):
    """The ticket was merged or is spam: nothing can be done with it."""

    code = "ticket_gone"


class NoSuchState(BadInput):
    """A ticket cannot be put in this state by hand."""

    code = "no_such_state"


def held(ticket_id: int, *, alive: bool = True) -> Ticket:
    """The ticket, locked until the end of the transaction. Raises TicketGone unless `alive` is not asked for."""
    require_transaction()
    found = rows.select(Ticket, "id = %s FOR NO KEY UPDATE", [ticket_id])
    if not found:
        raise Ticket.DoesNotExist
    ticket = found[0]
    if alive and ticket.state in GONE:
        raise TicketGone(_("这张工单已合并或标为垃圾信息，不能再处理。"))
    return ticket


def open_ticket(
    *, conversation: Conversation, text: str, now: datetime, opened_at: datetime | None = None,
    from_customer: bool = True, kind: str = "", kind_by: str = "", about_return_id: int | None = None,
    staff_id: int | None = None,
) -> Ticket:
    """Open a ticket with its clocks; the words decide kind, danger and so the priority, unless a kind is given.

    The caller holds the conversation and writes the first message. Not safe to repeat: the message's id is.
    """
    require_transaction()
    customer_id, at = conversation.customer_id, min(opened_at or now, now)
    said = judged(text)
    if not kind:
        kind, kind_by = _sorted(said.kind or "", text)
    tier = tier_of(customer_id, now=now)
    rank = ranked(kind=kind, tier=tier)
    version = _promised(kind=kind, tier=tier, now=now)
    ticket = Ticket(
        number=f"S{now:%y%m%d}{secrets.randbelow(10**NUMBER_DIGITS):0{NUMBER_DIGITS}}", customer_id=customer_id,
        conversation=conversation, about_return_id=about_return_id, title_enc=crypto.encrypt(title_of(text)),
        kind=kind, kind_by=kind_by, severity=rank.severity, tier=tier, priority=rank.priority,
        priority_why=rank.why, state=State.NEW, policy_version=version, opened_at=at, last_said_at=at)
    rows.insert([ticket])
    entry(ticket, Kind.CREATED, at=at, state=State.NEW, policy_version=ticket.policy_version,
          from_customer=from_customer, staff_id=staff_id)
    record(facts.TicketOpened(ticket_id=ticket.pk, channel=conversation.channel, kind=kind),
           customer_id=customer_id, key=f"ticket_opened:{ticket.pk}", happened_at=at)
    notice_danger(ticket, text, at=at, now=now)
    return ticket


def _promised(*, kind: str, tier: str, now: datetime) -> PolicyVersion:
    """What we promise for it. The first ticket of all sets the desk up."""
    try:
        return version_for(kind=kind, tier=tier)
    except NoDefaultPolicy:
        promises.set_up(now=now)
        return version_for(kind=kind, tier=tier)


def _sorted(by_words: str, text: str) -> tuple[str, str]:
    """The kind and who named it: rules first, then the small model, else nobody is sure."""
    if by_words:
        return by_words, BY_WORDS
    guessed = learning.kind_of(title_of(text))
    return guessed, BY_MODEL if guessed else ""


def notice_danger(ticket: Ticket, text: str, *, at: datetime, now: datetime) -> bool:
    """Words of danger put the ticket before all others and call somebody; whether they are news.

    The caller holds the ticket.
    """
    said = judged(text)
    if said.risk is None or ticket.risk:
        return False
    rank = ranked(kind=ticket.kind, tier=ticket.tier, risk=said.risk, word=said.word)
    ticket.risk, ticket.severity = said.risk, rank.severity
    ticket.priority, ticket.priority_why = rank.priority, rank.why
    ticket.save(update_fields=["risk", "severity", "priority", "priority_why"])
    entry(ticket, "danger", at=at, word=rank.why)
    calling.call_out(ticket=ticket, reason=calling.DANGER, now=now)
    record(facts.DangerReported(ticket_id=ticket.pk, risk=said.risk), customer_id=ticket.customer_id,
           key=f"danger_reported:{ticket.pk}", happened_at=at)
    return True


def title_of(text: str) -> str:
    """The first line, as lists show it."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:TITLE_CHARACTERS]


def entry(ticket: Ticket, kind: str, *, at: datetime, **more: object) -> LogEntry:
    """One line of the log."""
    line = LogEntry(ticket=ticket, kind=kind, at=at, **more)
    rows.insert([line])
    return line


def settle(ticket: Ticket, *, now: datetime, message_id: int | None = None, public: bool = False) -> Ticket:
    """After a change: read the clocks anew and tell who looks on."""
    deadlines.measure(ticket=ticket, now=now)
    live.tell(ticket, message_id=message_id, public=public)
    return ticket


def set_state(
    *, ticket_id: int, state: str, now: datetime, staff_id: int | None = None, name_id: int | None = None
) -> Ticket:
    """Put the ticket in a category, under one of the brand's names for it. The state it has is no change.

    Raises NoSuchState for what has a way of its own (new, merged, spam), TicketGone.
    """
    ticket = held(ticket_id)
    name = StateName.objects.filter(pk=name_id, state=state, active=True).first() if name_id else None
    if name_id and name is None:
        raise NoSuchState(_("没有这个状态名称。"))
    if ticket.state == state and ticket.state_name_id == name_id:
        return ticket
    enter(ticket, state, now=now, staff_id=staff_id)
    settle(ticket, now=now, public=True)
    ticket.state_name = name
    ticket.save(update_fields=["state_name"])
    return ticket


def enter(ticket: Ticket, state: str, *, now: datetime, staff_id: int | None) -> None:
    """The line of the log for another state; `settle` follows. The state it has is no line. Raises NoSuchState."""
    if state not in set(State) - GONE - {State.NEW}:
        raise NoSuchState(_("不能改成这个状态。"))
    if ticket.state != state:
        entry(ticket, Kind.STATE, at=now, state=state, staff_id=staff_id)


def sort(*, ticket_id: int, kind: str, staff_id: int, now: datetime) -> Ticket:
    """Say what the ticket is about. Priority and promise follow, unless a person has set the priority. Again is once.

    An open clock is measured anew from its start by the promise that fits now.
    """
    ticket = held(ticket_id)
    if kind not in set(TicketKind):
        raise BadInput(_("没有这个工单类型。"))
    if ticket.kind == kind:
        return ticket
    ticket.kind, ticket.kind_by = kind, BY_STAFF
    if ticket.priority_why != BY_STAFF and not ticket.risk:
        rank = ranked(kind=kind, tier=ticket.tier)
        ticket.severity, ticket.priority, ticket.priority_why = rank.severity, rank.priority, rank.why
    entry(ticket, "sorted", at=now, staff_id=staff_id, word=kind)
    version = version_for(kind=kind, tier=ticket.tier)
    if version.policy_id != _policy_id(ticket):
        ticket.policy_version = version
        entry(ticket, Kind.POLICY_CHANGE, at=now, staff_id=staff_id, policy_version=version)
    ticket.save(update_fields=["kind", "kind_by", "severity", "priority", "priority_why", "policy_version"])
    return settle(ticket, now=now)


def _policy_id(ticket: Ticket) -> int | None:
    return ticket.policy_version.policy_id if ticket.policy_version else None


def set_priority(*, ticket_id: int, priority: int, staff_id: int, now: datetime) -> Ticket:
    """A person knows better than the table; what they set stays."""
    ticket = held(ticket_id)
    if priority not in set(Priority):
        raise BadInput(_("没有这个优先级。"))
    if ticket.priority != priority:
        ticket.priority, ticket.priority_why = priority, BY_STAFF
        ticket.save(update_fields=["priority", "priority_why"])
        entry(ticket, "priority", at=now, staff_id=staff_id, word=str(priority))
        live.tell(ticket)
    return ticket


def set_due(
    *, ticket_id: int, clock: str, due_at: datetime | None, staff_id: int, now: datetime
) -> Ticket:
    """Promise another time for an open clock, or take that back with None. Raises UnknownClock, BadInput."""
    ticket = held(ticket_id)
    if due_at is not None and due_at <= now:
        raise BadInput(_("新的期限要在现在之后。"))
    entry(ticket, Kind.DUE_SET, at=now, clock=clock_of(clock).name, due_at=due_at, staff_id=staff_id)
    return settle(ticket, now=now)


def tag(*, ticket_id: int, name: str, staff_id: int, now: datetime) -> Ticket:
    """Put a tag on the ticket. Again is once."""
    ticket, word = held(ticket_id, alive=False), " ".join(name.split())
    if not 0 < len(word) <= TAG_CHARACTERS:
        raise BadInput(_("标签最多 %(most)s 个字。") % {"most": TAG_CHARACTERS})
    if ticket.tags.exclude(name=word).count() >= MOST_TAGS:
        raise BadInput(_("一张工单最多 %(most)s 个标签。") % {"most": MOST_TAGS})
    _row, made = TicketTag.objects.get_or_create(ticket=ticket, name=word)
    if made:
        entry(ticket, "tagged", at=now, staff_id=staff_id, word=word)
    return ticket


def untag(*, ticket_id: int, name: str, staff_id: int, now: datetime) -> Ticket:
    """Take a tag off. Again is nothing."""
    ticket = held(ticket_id, alive=False)
    gone, _each = ticket.tags.filter(name=name).delete()
    if gone:
        entry(ticket, "untagged", at=now, staff_id=staff_id, word=name)
    return ticket


def name_state(*, name: str, state: str) -> StateName:
    """Give a category a name of the brand's own. The same name again is the same row. Raises NoSuchState, BadInput."""
    require_transaction()
    word = " ".join(name.split())
    if not 0 < len(word) <= TAG_CHARACTERS:
        raise BadInput(_("请填写名称，最多 %(most)s 个字。") % {"most": TAG_CHARACTERS})
    if state not in NAMED:
        raise NoSuchState(_("没有这个状态。"))
    row, _made = StateName.objects.get_or_create(name=word, defaults={"state": state})
    if row.state != state:
        raise BadInput(_("已有同名的状态。"))
    return row


def offer_state_name(*, name_id: int, active: bool) -> None:
    """Offer the name for tickets, or no longer; tickets that have it keep it. Again is nothing."""
    require_transaction()
    StateName.objects.filter(pk=name_id).update(active=active)
