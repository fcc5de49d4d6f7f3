"""The stored log of a ticket as the clocks read it: after every change, so without the query builder."""

from liuke.desk.history import Event
from liuke.desk.queries.promises import promises
from liuke.desk.rules import MOST_LOG, Kind, State
from liuke.kit import rows

READ = sorted(Kind)
_READ = f"""
SELECT kind, at, message_id, state, policy_version_id, from_customer, reopens, clock, due_at
FROM desk_logentry WHERE ticket_id = %s AND kind = ANY(%s) AND withdrawn_at IS NULL ORDER BY id LIMIT {MOST_LOG}
"""  # noqa: S608  a number of our own


def events_of(ticket_id: int) -> list[Event]:
    """What the clocks read, in the order in which it was stored; lines that were withdrawn are left out."""
    found = rows.fetch(_READ, [ticket_id, READ])
    by_id = promises({version_id for _kind, _at, _message, _state, version_id, *_more in found if version_id})
    return [
        Event(kind=Kind(kind), at=at, message_id=str(message_id or ""), state=State(state or State.OPEN),
              policy=by_id.get(version_id), from_customer=from_customer, reopens=reopens, clock=clock, due_at=due_at)
        for kind, at, message_id, state, version_id, from_customer, reopens, clock, due_at in found
    ]
