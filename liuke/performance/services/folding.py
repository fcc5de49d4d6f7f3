"""Brings the days to what the logs say: takes the tickets whose log has grown and folds the difference in."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from liuke.kit import rows as plain
from liuke.kit.db import advisory_lock, require_transaction
from liuke.performance import queries
from liuke.performance.models import StaffDay, TicketShare
from liuke.performance.rules import FOLD_BATCH, MEASURES, Shares, shares

Cell = tuple[int | None, date, str]
TAKE = """DELETE FROM performance_staleticket WHERE id IN (
    SELECT id FROM performance_staleticket ORDER BY id LIMIT %(most)s) RETURNING ticket_id"""


def fold(*, now: datetime, limit: int = FOLD_BATCH) -> int:
    """Fold the tickets that were noted longest ago; returns how many notes were taken.

    One at a time: two workers take turns. A log that grows meanwhile has left a note of its own, which is not seen
    here and waits for the next round, so nothing is missed and nothing counts twice.
    """
    require_transaction()
    advisory_lock("performance.fold")
    taken = [ticket_id for (ticket_id,) in plain.fetch(TAKE, {"most": limit})]
    if not taken:
        return 0
    told = queries.stories(set(taken), now=now)
    before = {row.ticket_id: row for row in TicketShare.objects.filter(ticket_id__in=told)}
    changes: dict[Cell, Counter[str]] = {}
    kept = []
    for pk, (kind, story) in sorted(told.items()):
        found = shares(story, day_of=timezone.localdate)
        _add(changes, found, kind, sign=1)
        if pk in before:
            _add(changes, _stored(before[pk].parts), before[pk].kind, sign=-1)
        kept.append(TicketShare(ticket_id=pk, kind=kind, parts=_plain(found)))
    TicketShare.objects.bulk_create(kept, update_conflicts=True, unique_fields=["ticket"],
                                    update_fields=["kind", "parts"])
    _apply({cell: change for cell, change in changes.items() if any(change.values())})
    return len(taken)


def _add(changes: dict[Cell, Counter[str]], found: Shares, kind: str, *, sign: int) -> None:
    for (staff_id, day), figures in found.items():
        cell = changes.setdefault((staff_id, day, kind), Counter())
        for name, count in figures.items():
            cell[name] += sign * count


def _apply(changes: Mapping[Cell, Counter[str]]) -> None:
    """Add each change to its day, which is made when it is new."""
    StaffDay.objects.bulk_create(
        [StaffDay(staff_id=staff_id, day=day, kind=kind) for staff_id, day, kind in changes], ignore_conflicts=True)
    for (staff_id, day, kind), change in changes.items():
        whose = Q(staff=None) if staff_id is None else Q(staff_id=staff_id)
        StaffDay.objects.filter(whose, day=day, kind=kind).update(
            **{name: F(name) + change[name] for name in MEASURES if change[name]})


def _plain(found: Shares) -> list[list[Any]]:
    return [[staff_id, day.isoformat(), dict(figures)] for (staff_id, day), figures in found.items()]


def _stored(parts: Iterable[list[Any]]) -> Shares:
    return {(staff_id, date.fromisoformat(day)): Counter(figures) for staff_id, day, figures in parts}
