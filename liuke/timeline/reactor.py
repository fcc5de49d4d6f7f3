"""Carries a fact to its handlers. Each handler has its own transaction and its own row, so a crash repeats nothing
and one failure does not stop the others. The file is not named like the others since it is the one place that calls
upwards: it reads the table that `settings.LIUKE_REACTIONS` names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from liuke.kit import rows
from liuke.kit.jobs import later
from liuke.timeline import rules
from liuke.timeline.facts import FactBody, body_of
from liuke.timeline.models import Fact, Reaction

log = structlog.get_logger(__name__)
Body = TypeVar("Body", bound=FactBody)
Handler = Callable[[Fact, Any], None]


@dataclass(frozen=True)
class Row:
    kind: type[FactBody]
    handlers: tuple[Handler, ...]


def on(kind: type[Body], *handlers: Callable[[Fact, Body], None]) -> Row:
    """One row of the table. A handler for another kind of fact does not pass the type check."""
    return Row(kind, cast("tuple[Handler, ...]", handlers))


@cache
def table() -> dict[str, tuple[Handler, ...]]:
    """The handlers of each kind, in the order in which they are tried."""
    rows: Sequence[Row] = import_string(settings.LIUKE_REACTIONS)
    return {row.kind.__name__: row.handlers for row in rows}


def heard() -> list[str]:
    """The kinds that some handler wants to hear of; of the others no job need be queued."""
    return [kind for kind, handlers in table().items() if handlers]


def name_of(handler: Handler) -> str:
    return f"{handler.__module__.removeprefix('liuke.')}.{handler.__name__}"


def react(fact_id: int) -> bool:
    """Let every handler that has not finished with this fact see it. True when nothing is left to try.

    Safe to call again and from two workers at once: a finished handler is skipped, a busy one is waited for.
    """
    found = rows.select(Fact, "id = %s", [fact_id])
    if not found:
        raise Fact.DoesNotExist(fact_id)
    fact = found[0]
    handlers = table().get(fact.kind, ())
    body = body_of(fact.kind, fact.data)
    waits = [wait for handler in handlers if (wait := _try(fact, body, handler)) is not None]
    if waits:
        later("timeline.react", fact_id=fact.pk, run_at=min(waits))
    return not waits


def _try(fact: Fact, body: FactBody, handler: Handler) -> datetime | None:
    """Run one handler once. Returns when to try again, or None when it is done or dead."""
    try:
        with transaction.atomic():
            if _lock(fact, handler).state != rules.FAILING:
                return None
            handler(fact, body)
            rows.run(_DONE, [rules.DONE, timezone.now(), fact.pk, name_of(handler)])
            return None
    except Exception as error:          # whatever a handler raises must not stop the others
        log.exception("reaction_failed", handler=name_of(handler), fact_id=fact.pk)
        return _failed(fact, handler, error)


def _lock(fact: Fact, handler: Handler) -> Reaction:
    """The row of this handler, made if there is none, and locked; one statement. Waits for whoever holds it."""
    found = rows.fetch(_LOCK.format(columns=rows.columns(Reaction)), [fact.pk, name_of(handler), rules.FAILING])
    return rows.made(Reaction, found)[0]


_LOCK = """
INSERT INTO timeline_reaction (fact_id, handler, state, tries, error) VALUES (%s, %s, %s, 0, '')
ON CONFLICT (fact_id, handler) DO UPDATE SET state = timeline_reaction.state
RETURNING {columns}
"""
_DONE = """
UPDATE timeline_reaction SET state = %s, finished_at = %s, try_at = NULL, error = '' WHERE fact_id = %s AND handler = %s
"""


@transaction.atomic
def _failed(fact: Fact, handler: Handler, error: Exception) -> datetime | None:
    """Note the failure, cut to length, and plan the next try or give up."""
    row = _lock(fact, handler)
    if row.state == rules.DONE:
        return None
    row.tries += 1
    wait = rules.next_try(row.tries)
    row.error = rules.told(error)
    row.state = rules.FAILING if wait else rules.DEAD
    row.try_at = timezone.now() + wait if wait else None
    row.save(update_fields=["tries", "error", "state", "try_at"])
    return row.try_at
