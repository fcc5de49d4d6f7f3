"""The stored log of a ticket as the clocks read it."""

from liuke.desk.history import Event
from liuke.desk.models import LogEntry
from liuke.desk.queries.promises import promises
from liuke.desk.rules import MOST_LOG, Kind, State

READ = frozenset(Kind)


def events_of(ticket_id: int) -> list[Event]:
    """What the clocks read, in the order in which it was stored; lines that were withdrawn are left out."""
    found = LogEntry.objects.filter(ticket_id=ticket_id, kind__in=READ, withdrawn_at=None).order_by("pk")
    entries = list(found[:MOST_LOG])
    by_id = promises({entry.policy_version_id for entry in entries if entry.policy_version_id})
    return [
        Event(
            kind=Kind(entry.kind), at=entry.at, message_id=str(entry.message_id or ""),
            state=State(entry.state or State.OPEN),
            policy=by_id.get(entry.policy_version_id) if entry.policy_version_id else None,
            from_customer=entry.from_customer, reopens=entry.reopens, clock=entry.clock, due_at=entry.due_at,
        )
        for entry in entries
    ]
