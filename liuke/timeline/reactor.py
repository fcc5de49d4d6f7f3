"""Carries facts to their handlers. Each handler has its own transaction and its own row for a fact, so a crash repeats
nothing and one failure does not stop the others. The file is not named like the others since it is the one place that
calls upwards: it reads the table that `settings.LIUKE_REACTIONS` names.

Facts wait in a table of their own (ADR 6). `work_off` claims some of them and is what a worker's lanes call.
"""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, update_wrapper
from typing import Any, Generic, TypeVar, cast

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from liuke.kit import rows
from liuke.timeline import rules
from liuke.timeline.facts import FactBody, body_of
from liuke.timeline.models import Fact, Reaction

log = structlog.get_logger(__name__)
Body = TypeVar("Body", bound=FactBody)
Handler = Callable[[Fact, Any], None]
BELL = "timeline_waiting"                # the channel on which it is told that facts wait


@dataclass(frozen=True)
class Row:
    kind: type[FactBody]
    handlers: tuple[Handler, ...]
    in_order: bool


def on(kind: type[Body], *handlers: Callable[[Fact, Body], None], in_order: bool = False) -> Row:
    """One row of the table. A handler for another kind of fact does not pass the type check.

    `in_order`: while one handler is to be tried again for a fact, those after it wait; given up, they go on.
    """
    return Row(kind, cast("tuple[Handler, ...]", handlers), in_order)


class together(Generic[Body]):  # noqa: N801  a decorator
    """A handler that sees several facts of one kind at once: it takes a list of (fact, body).

    All of them are one transaction; it has to take its locks in an order that does not depend on the facts'. When one
    of them fails, nothing has happened, and it sees each alone.
    """

    def __init__(self, many: Callable[[Sequence[tuple[Fact, Body]]], None]) -> None:
        self.many = many
        update_wrapper(self, many)

    def __call__(self, fact: Fact, body: Body) -> None:
        self.many([(fact, body)])


@cache
def table() -> dict[str, tuple[Handler, ...]]:
    """The handlers of each kind, in the order in which they are tried."""
    return {row.kind.__name__: row.handlers for row in _rows()}


@cache
def ordered() -> frozenset[str]:
    """The kinds whose handlers wait for those before them."""
    return frozenset(row.kind.__name__ for row in _rows() if row.in_order)


def _rows() -> Sequence[Row]:
    found: Sequence[Row] = import_string(settings.LIUKE_REACTIONS)
    return found


def heard() -> list[str]:
    """The kinds that some handler wants to hear of; the others need not wait for anybody."""
    return [kind for kind, handlers in table().items() if handlers]


def name_of(handler: Handler) -> str:
    return f"{handler.__module__.removeprefix('liuke.')}.{getattr(handler, '__name__', '')}"


def work_off() -> int:
    """Let handlers see the next facts that are due, at most rules.CLAIMED_FACTS; returns how many were claimed.

    Any number may work at once, each on facts of its own. Killed in the middle, what was not finished is due again
    after rules.CLAIM_SECONDS, and what was done is not done twice. Behind a handler that takes long, facts are given
    back for others after rules.BUSY_SECONDS; what this process has in hand, no other lane of it waits for.
    """
    with _claiming:
        claimed = rows.fetch(_claim(), [list(_in_hand)])
        facts = rows.made(Fact, [each[2:] for each in claimed])
        _in_hand.update(fact.pk for fact in facts)
    try:
        if facts:
            _work_off(facts, until=claimed[0][0], asked=[each[1] for each in claimed])
    finally:
        with _claiming:
            _in_hand.difference_update(fact.pk for fact in facts)
    return len(facts)


def take_up(facts: Sequence[Fact]) -> None:
    """Let handlers see these facts now, whether they wait or not; what fails waits for its next try.

    Killed in the middle, what was not finished is due after rules.CLAIM_SECONDS, as in `work_off`. Safe to call again.
    """
    until = timezone.now() + timedelta(seconds=rules.CLAIM_SECONDS)
    make_due(dict.fromkeys((fact.pk for fact in facts), until))
    _finish(facts, until=until, again=react(facts))


_in_hand: set[int] = set()
_claiming = threading.Lock()


def _work_off(facts: Sequence[Fact], *, until: datetime, asked: Sequence[str]) -> None:
    traces = {fact.pk: {"request_id": request} for fact, request in zip(facts, asked, strict=True) if request}
    again = react(facts, traces=traces, stop_at=time.monotonic() + rules.BUSY_SECONDS)
    _finish(facts, until=until, again=again)


def _finish(facts: Sequence[Fact], *, until: datetime, again: Mapping[int, datetime]) -> None:
    """They wait no longer, but those which are to be tried again. `until` is what the claim made of `due_at`."""
    done = [fact.pk for fact in facts if fact.pk not in again]
    rows.run(_FINISH, [done, until, list(again), list(again.values()), until])


@cache
def _claim() -> str:
    return _CLAIM.format(columns=rows.columns(Fact))


# Claiming and finishing may be lost with the server: then a fact is looked at once more, and nothing is left to do.
_CLAIM = f"""
WITH lazily AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
clock AS MATERIALIZED (SELECT clock_timestamp() AS at),           -- one moment for all, whatever the plan
due AS MATERIALIZED (
    SELECT fact_id FROM timeline_waiting WHERE due_at <= (SELECT at FROM clock) AND fact_id <> ALL(%s::bigint[])
    ORDER BY due_at, fact_id LIMIT {rules.CLAIMED_FACTS} FOR UPDATE SKIP LOCKED),
claimed AS (
    UPDATE timeline_waiting waiting SET due_at = clock.at + interval '{rules.CLAIM_SECONDS} s'
    FROM due, clock WHERE waiting.fact_id = due.fact_id
    RETURNING waiting.fact_id, waiting.due_at, waiting.request_id)
SELECT claimed.due_at, claimed.request_id, {{columns}}
FROM claimed JOIN timeline_fact ON timeline_fact.id = claimed.fact_id CROSS JOIN lazily ORDER BY timeline_fact.id
"""  # noqa: S608  numbers of our own
# who has moved `due_at` meanwhile (another worker, or a person who wants it tried again) is not overruled
_FINISH = """
WITH lazily AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
done AS (DELETE FROM timeline_waiting USING lazily WHERE fact_id = ANY(%s::bigint[]) AND due_at = %s)
UPDATE timeline_waiting waiting SET due_at = later.try_at
FROM unnest(%s::bigint[], %s::timestamptz[]) later (fact_id, try_at)
WHERE waiting.fact_id = later.fact_id AND waiting.due_at = %s
"""


def make_due(due: Mapping[int, datetime]) -> None:
    """These facts are due for their handlers from these moments on, whatever was planned before."""
    rows.run(_DUE, [list(due), list(due.values())])


_DUE = """
INSERT INTO timeline_waiting (fact_id, due_at, request_id)
SELECT fact_id, due_at, '' FROM unnest(%s::bigint[], %s::timestamptz[]) due (fact_id, due_at) ORDER BY fact_id
ON CONFLICT (fact_id) DO UPDATE SET due_at = EXCLUDED.due_at
"""


def react(
    facts: Sequence[Fact], *, traces: Mapping[int, Mapping[str, str]] | None = None, stop_at: float = math.inf
) -> dict[int, datetime]:
    """Let every handler that has not finished with these facts see them. Returns which are to be tried again, and when.

    Safe to call again and from two workers at once: a finished handler is skipped, a busy one is waited for.
    `traces` go into the lines of the log about a fact, and to the facts and jobs that come of one that is handled
    alone. From `stop_at` (of time.monotonic) on no handler is begun; what is left is to be tried again at once.
    """
    again: dict[int, datetime] = {}
    for group in rules.grouped([(fact.kind, fact.customer_id) for fact in facts]):
        mine = [facts[at] for at in group]
        for handler in table().get(mine[0].kind, ()):
            if time.monotonic() >= stop_at:
                again = {**dict.fromkeys((fact.pk for fact in mine), timezone.now()), **again}
                break
            for fact in _left(mine, handler):
                with structlog.contextvars.bound_contextvars(**(traces or {}).get(fact.pk, {})):
                    try_at = _try(fact, handler)
                if try_at:
                    again[fact.pk] = min(try_at, again.get(fact.pk, try_at))
            if mine[0].kind in ordered():
                mine = [fact for fact in mine if fact.pk not in again]
            if not mine:
                break
    return again


def _left(facts: Sequence[Fact], handler: Handler) -> Sequence[Fact]:
    """Those which the handler has to see alone: none when it could see all of them at once."""
    if len(facts) == 1 or not isinstance(handler, together):
        return facts
    try:
        with transaction.atomic():
            mine = _begin(facts, handler)
            if mine:
                handler.many([(fact, body_of(fact.kind, fact.data)) for fact in facts if fact.pk in mine])
    except Exception as error:          # whichever of them it was is found by trying each
        log.warning("reactions_one_by_one", handler=name_of(handler), facts=len(facts), error=type(error).__name__)
        return facts
    return ()


def _try(fact: Fact, handler: Handler) -> datetime | None:
    """Run one handler once. Returns when to try again, or None when it is done or dead."""
    try:
        with transaction.atomic():
            if _begin([fact], handler):
                handler(fact, body_of(fact.kind, fact.data))
            return None
    except Exception as error:          # whatever a handler raises must not stop the others
        log.exception("reaction_failed", handler=name_of(handler), fact_id=fact.pk)
        return _noted(fact, handler, error)


def _noted(fact: Fact, handler: Handler, error: Exception) -> datetime | None:
    """The same as _failed. When that cannot be written, the fact is tried again as if its worker had been killed: the
    others of its claim do not wait for it. Without a line to the database nothing can be done, and the claim ends.
    """
    try:
        return _failed(fact, handler, error)
    except Exception:
        if not connection.is_usable():
            raise
        log.exception("failure_not_noted", handler=name_of(handler), fact_id=fact.pk)
        return timezone.now() + timedelta(seconds=rules.CLAIM_SECONDS)


def _begin(facts: Sequence[Fact], handler: Handler) -> set[int]:
    """Mark these as done by the handler, which is so if the transaction commits. Returns those that were not done or
    dead; the rows stay locked. Waits for whoever holds one.
    """
    given = [name_of(handler), rules.DONE, timezone.now(), [fact.pk for fact in facts], rules.FAILING]
    return {fact_id for (fact_id,) in rows.fetch(_BEGIN, given)}


_BEGIN = """
INSERT INTO timeline_reaction AS reaction (fact_id, handler, state, tries, error, finished_at)
SELECT fact_id, %s, %s, 0, '', %s FROM unnest(%s::bigint[]) fact_id ORDER BY fact_id
ON CONFLICT (fact_id, handler) DO UPDATE
    SET state = EXCLUDED.state, finished_at = EXCLUDED.finished_at, try_at = NULL, error = ''
    WHERE reaction.state = %s
RETURNING fact_id
"""


@transaction.atomic
def _failed(fact: Fact, handler: Handler, error: Exception) -> datetime | None:
    """Note the failure, cut to length, and plan the next try or give up."""
    found = rows.fetch(_LOCK.format(columns=rows.columns(Reaction)), [fact.pk, name_of(handler), rules.FAILING])
    row = rows.made(Reaction, found)[0]
    if row.state == rules.DONE:
        return None
    row.tries += 1
    wait = rules.next_try(row.tries)
    row.error = rules.told(error)
    row.state = rules.FAILING if wait else rules.DEAD
    row.try_at = timezone.now() + wait if wait else None
    row.save(update_fields=["tries", "error", "state", "try_at"])
    return row.try_at


_LOCK = """
INSERT INTO timeline_reaction (fact_id, handler, state, tries, error) VALUES (%s, %s, %s, 0, '')
ON CONFLICT (fact_id, handler) DO UPDATE SET state = timeline_reaction.state
RETURNING {columns}
"""
