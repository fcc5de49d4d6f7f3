"""The clocks of a ticket as rows: read anew from its log whenever that grows, and taken by the worker when due.

Whoever changes a ticket holds its row first and its clocks afterwards; the worker never waits for either. So a row
always says what the log says, and which of the two notices a breach makes no difference to what is written down.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from liuke.desk.clocks import Correction, Reading, Sheet, Status, measured
from liuke.desk.history import History, history_of
from liuke.desk.models import Deadline, LogEntry, Ticket
from liuke.desk.queries.log import events_of
from liuke.desk.rules import CLOCK_NAMES, DUE_BATCH, FINAL, NEXT_RESPONSE
from liuke.desk.services import live
from liuke.kit import rows as plain
from liuke.kit.db import require_transaction
from liuke.timeline import facts
from liuke.timeline.services import NewFact, record, record_many

Key = tuple[str, datetime]
SECOND = timedelta(seconds=1)
STORED = ("policy_version_id", "status", "target_seconds", "used_seconds", "remaining_seconds", "due_at",
        "computed_due_at", "warn_at", "breached_at", "stopped_at", "ended_at", "provisional")


def measure(*, ticket: Ticket, now: datetime) -> Sheet:
    """Read the ticket's clocks and state from its log and store what has changed. The caller holds the ticket's row.

    Again changes nothing. Breaches that appear, move or are withdrawn by what came in late are written in the log.
    """
    require_transaction()
    history = history_of(events_of(ticket.pk), until=now)
    assert history is not None, "the log of a ticket begins when it was opened"
    sheet = measured(history, now=now)
    known = {(row.clock, row.started_at): row for row in plain.select(Deadline, "ticket_id = %s", [ticket.pk])}
    before = {key: row.breached_at for key, row in known.items() if row.breached_at}
    rows = _stored(ticket, sheet, known)
    after = {(row.clock, row.started_at): row.breached_at for row in rows if row.breached_at}
    _tell([(ticket, each) for each in _changes(before, after)], now=now)
    if not history.gone:
        _enter(ticket, str(history.state), now=now)
    _show(ticket, rows)
    ticket.waiting_since_at = None if history.gone else _waiting_since(history)
    plain.update(ticket, "state", "state_name", "last_said_at", "done_at", "due_at", "due_clock", "overdue_since_at",
                 "waiting_since_at")
    return sheet


def measure_open(*, calendar_id: int, now: datetime) -> None:
    """Read anew every ticket with a clock that still counts by this calendar, each in a transaction of its own."""
    waiting = Deadline.objects.filter(
        ended_at=None, policy_version__targets__calendar_id=calendar_id, policy_version__targets__clock=F("clock"))
    for pk in list(waiting.order_by("ticket_id").values_list("ticket_id", flat=True).distinct()):
        with transaction.atomic():
            ticket = Ticket.objects.select_for_update(no_key=True).get(pk=pk)
            measure(ticket=ticket, now=now)
            live.tell(ticket)


def _waiting_since(history: History) -> datetime | None:
    """The first word of the customer that nobody has answered yet."""
    turns = [run for run in history.runs if run.clock.name == NEXT_RESPONSE and run.ended_at is None]
    return turns[-1].started_at if turns else None


def _enter(ticket: Ticket, state: str, *, now: datetime) -> None:
    """Follow the log into another state, and say so when that ends the matter or takes it up again."""
    was_done, is_done = ticket.done_at is not None, state in FINAL
    if ticket.state != state:
        ticket.state, ticket.state_name = state, None
    if was_done == is_done:
        return
    ticket.done_at = now if is_done else None
    body: facts.FactBody = (facts.TicketSolved(ticket_id=ticket.pk) if is_done
                            else facts.TicketReopened(ticket_id=ticket.pk))
    word = "ticket_solved" if is_done else "ticket_reopened"
    record(body, customer_id=ticket.customer_id, key=f"{word}:{ticket.pk}:{now:%Y%m%d%H%M%S%f}", happened_at=now)


def _show(ticket: Ticket, rows: Iterable[Deadline]) -> None:
    """What lists show of the clocks."""
    running = [row for row in rows if row.status == Status.RUNNING and row.due_at]
    first = min(running, key=lambda row: (row.due_at, CLOCK_NAMES.index(row.clock)), default=None)
    late = [row.breached_at for row in rows if row.breached_at and row.ended_at is None]
    ticket.due_at, ticket.due_clock = (first.due_at, first.clock) if first else (None, "")
    ticket.overdue_since_at = min(late, default=None)


def _stored(ticket: Ticket, sheet: Sheet, known: Mapping[Key, Deadline]) -> list[Deadline]:
    """Bring the rows to what the sheet says; a run that had ended as it ends now keeps its figures."""
    rows, fresh, changed = [], [], []
    for reading in sheet.readings:
        row = known.get((reading.clock, reading.started_at))
        if row is None:
            row = Deadline(ticket=ticket, clock=reading.clock, started_at=reading.started_at)
            fresh.append(row)
        elif row.ended_at is not None and row.ended_at == reading.ended_at:
            rows.append(row)
            continue
        before = [getattr(row, name) for name in STORED]
        _fill(row, reading)
        if row.pk and before != [getattr(row, name) for name in STORED]:
            if row.warned_at and row.warn_at and row.warn_at > row.warned_at:
                row.warned_at = None                 # the due has moved away: warn again
            changed.append(row)
        rows.append(row)
    kept = {(reading.clock, reading.started_at) for reading in sheet.readings}
    if gone := [row.pk for key, row in known.items() if key not in kept]:
        Deadline.objects.filter(pk__in=gone).delete()
    plain.insert(fresh)
    for row in changed:
        plain.update(row, *STORED, "warned_at")
    return rows


def _fill(row: Deadline, reading: Reading) -> None:
    row.policy_version_id, row.status = int(reading.policy), str(reading.status)
    row.target_seconds = reading.target // SECOND
    row.used_seconds = reading.used // SECOND if reading.ended_at else 0
    row.remaining_seconds = reading.remaining // SECOND if reading.status is Status.PAUSED else None
    row.due_at, row.computed_due_at, row.warn_at = reading.due_at, reading.computed_due_at, reading.warn_at
    row.breached_at, row.stopped_at, row.ended_at = reading.breached_at, reading.stopped_at, reading.ended_at
    row.provisional = reading.provisional


def _changes(before: Mapping[Key, datetime], after: Mapping[Key, datetime]) -> list[Correction]:
    return [Correction(*key, before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys())
            if before.get(key) != after.get(key)]


def mark_due(*, now: datetime, limit: int = DUE_BATCH) -> int:
    """Date what has become due at its due instant; returns how many clocks. Several workers are welcome."""
    require_transaction()
    due = Deadline.objects.filter(status=Status.RUNNING, due_at__lte=now).select_related("ticket")
    rows = list(_taken(due.order_by("due_at", "pk"), limit))
    if not rows:
        return 0
    Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.BREACHED, breached_at=F("due_at"), warn_at=None)
    tickets = {row.ticket_id: row.ticket for row in rows}
    every: dict[int, list[Deadline]] = {pk: [] for pk in tickets}
    for row in Deadline.objects.filter(ticket__in=tickets).order_by("pk"):
        every[row.ticket_id].append(row)
    for pk, ticket in tickets.items():
        _show(ticket, every[pk])
    Ticket.objects.bulk_update(tickets.values(), ["due_at", "due_clock", "overdue_since_at"])
    _tell([(tickets[row.ticket_id], Correction(row.clock, row.started_at, None, row.due_at)) for row in rows], now=now)
    for ticket in tickets.values():
        live.tell(ticket)
    return len(rows)


def warn_due(*, now: datetime, limit: int = DUE_BATCH) -> int:
    """Say once of each clock that it is soon due; returns how many."""
    require_transaction()
    soon = Deadline.objects.filter(status=Status.RUNNING, warned_at=None, warn_at__lte=now).select_related("ticket")
    rows = list(_taken(soon.order_by("warn_at", "pk"), limit))
    if not rows:
        return 0
    Deadline.objects.filter(pk__in=[row.pk for row in rows]).update(warned_at=now)
    LogEntry.objects.bulk_create([
        LogEntry(ticket_id=row.ticket_id, kind="warned", at=row.warn_at or now, clock=row.clock, due_at=row.due_at)
        for row in rows])
    for ticket in {row.ticket_id: row.ticket for row in rows}.values():
        live.tell(ticket)
    return len(rows)


def _taken(rows: QuerySet[Deadline], limit: int) -> QuerySet[Deadline]:
    """These clocks with their tickets, locked; what somebody else works on is left to them or to the next round."""
    return rows.select_for_update(of=("self", "ticket"), skip_locked=True, no_key=True)[:limit]


def _tell(changes: Sequence[tuple[Ticket, Correction]], *, now: datetime) -> None:
    """Write breaches down: in the ticket's log, and as facts when they are new."""
    if not changes:
        return
    words = {(True, False): "breached", (False, True): "withdrawn", (False, False): "moved"}
    LogEntry.objects.bulk_create([
        LogEntry(ticket=ticket, kind="breach", at=now, clock=each.clock, due_at=each.after or each.before,
                 word=words[each.before is None, each.after is None]) for ticket, each in changes])
    new = [
        NewFact(facts.TicketOverdue(ticket_id=ticket.pk, clock=each.clock), ticket.customer_id,
                f"ticket_overdue:{ticket.pk}:{each.clock}:{each.started_at:%Y%m%d%H%M%S%f}", each.after)
        for ticket, each in changes if each.before is None and each.after is not None
    ]
    if new:
        record_many(new)
