"""The only ways in which a fact comes to stand on the timeline."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.kit.jobs import trace
from liuke.timeline import rules
from liuke.timeline.facts import FactBody
from liuke.timeline.models import Fact, Reaction
from liuke.timeline.reactor import BELL, heard, make_due

Row = tuple[str, int, str, datetime, str]


class OtherFact(Refused):
    """The key belongs to another fact already."""

    code = "fact_key_taken"


@dataclass(frozen=True)
class NewFact:
    body: FactBody
    customer_id: int
    key: str
    happened_at: datetime


def record(
    body: FactBody, *, customer_id: int, key: str, happened_at: datetime, cause: Fact | None = None
) -> Fact:
    """Write a fact and let it wait for its reactions, in the caller's transaction.

    Called again with the same key it returns the first fact; the same key with another body raises OtherFact.
    A chain deeper than rules.MAX_DEPTH is a bug and fails loudly.
    """
    return record_many([NewFact(body, customer_id, key, happened_at)], cause=cause)[0]


def record_many(new: Sequence[NewFact], *, cause: Fact | None = None) -> list[Fact]:
    """The same for several facts at once, each with a key of its own: one statement, whatever their number.

    Those wait that somebody in the table of reactions wants to hear of, and the workers' bell is rung once.
    """
    require_transaction()
    depth = cause.depth + 1 if cause else 0
    assert depth <= rules.MAX_DEPTH, f"facts cause facts too deeply at {[each.key for each in new]}"
    values = {
        "new": json.dumps([{
            "kind": type(each.body).__name__, "customer_id": each.customer_id, "key": each.key,
            "happened_at": each.happened_at.isoformat(), "data": each.body.data(),
        } for each in new]),
        "heard": heard(), "cause": cause.pk if cause else None, "depth": depth,
        "request_id": trace().get("request_id", ""),
    }
    fresh = {fact.key: fact for fact in rows.made(Fact, rows.fetch(_RECORD, values))}
    if len(fresh) < len(new):
        fresh |= _known([each for each in new if each.key not in fresh])
    return [fresh[each.key] for each in new]


_RECORD = f"""
WITH fresh AS (
INSERT INTO timeline_fact (kind, customer_id, key, happened_at, data, cause_id, depth, history)
SELECT kind, customer_id, key, happened_at, data, %(cause)s::bigint, %(depth)s, false
FROM jsonb_to_recordset(%(new)s::jsonb)
     AS new (kind text, customer_id bigint, key text, happened_at timestamptz, data jsonb)
ON CONFLICT (key) DO NOTHING RETURNING *),
waiting AS (
    INSERT INTO timeline_waiting (fact_id, due_at, request_id)
    SELECT id, now(), %(request_id)s FROM fresh WHERE kind = ANY(%(heard)s) RETURNING 1),
rung AS MATERIALIZED (SELECT pg_notify('{BELL}', '') FROM waiting HAVING count(*) > 0)
SELECT {rows.columns(Fact)} FROM fresh AS timeline_fact CROSS JOIN (SELECT count(*) FROM rung) bell
"""  # noqa: S608  texts of our own


def _known(again: Sequence[NewFact]) -> dict[str, Fact]:
    """The facts that stand there already under these keys. Raises OtherFact when one says something else."""
    known = {fact.key: fact for fact in Fact.objects.filter(key__in=[each.key for each in again])}
    for each in again:
        fact = known[each.key]
        if (fact.kind, fact.data) != (type(each.body).__name__, each.body.data()):
            raise OtherFact(f"{each.key} is already the key of another {fact.kind}")
    return known


@dataclass(frozen=True)
class PastFact:
    body: FactBody
    customer_id: int
    key: str
    happened_at: datetime


def record_history(past: Iterable[PastFact]) -> int:
    """Write facts from before Liuke, many at once, and let nobody react to them. Returns how many were new.

    Keys that exist already are left as they are. `liuke replay` can let the handlers see them later.
    """
    require_transaction()
    rows = [
        (type(each.body).__name__, each.customer_id, each.key, each.happened_at, json.dumps(each.body.data()))
        for each in past
    ]
    with connection.cursor() as cursor:
        return sum(_insert_history(cursor, batch) for batch in _batches(rows))


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[at : at + rules.HISTORY_BATCH] for at in range(0, len(rows), rules.HISTORY_BATCH))


def _insert_history(cursor: CursorWrapper, rows: Sequence[Row]) -> int:
    cursor.execute(
        """
        INSERT INTO timeline_fact (kind, customer_id, key, happened_at, data, depth, history)
        SELECT kind, customer_id, key, happened_at, data::jsonb, 0, true
        FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::timestamptz[], %s::text[])
             AS past (kind, customer_id, key, happened_at, data)
        ON CONFLICT (key) DO NOTHING
        """,
        [list(column) for column in zip(*rows, strict=True)],
    )
    return int(cursor.rowcount)


def record_history_from(
    *, kind: type[FactBody], table: str, customer_id: str, key: str, happened_at: str, body: Mapping[str, str]
) -> int:
    """The same as record_history for every row of `table`, without taking the rows out of the database.

    The texts are SQL expressions over that table, the caller's own and never a person's input; `body` has one for each
    field of the kind. Returns how many facts were new.
    """
    require_transaction()
    assert body.keys() == {field.name for field in fields(kind)}, f"the body of {kind.__name__} has other fields"
    data = ", ".join(f"'{name}', {expression}" for name, expression in body.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO timeline_fact (kind, customer_id, key, happened_at, data, depth, history)
            SELECT '{kind.__name__}', {customer_id}, {key}, {happened_at}, jsonb_build_object({data}), 0, true
            FROM {table} ORDER BY 2, 4
            ON CONFLICT (key) DO NOTHING
            """  # noqa: S608  expressions of the caller, see above
        )
        return int(cursor.rowcount)


class NotDead(Refused):
    """Only a reaction that was given up can be tried again by hand."""

    code = "reaction_not_dead"


def retry(*, reaction_id: int) -> Reaction:
    """Give a dead reaction all its tries again and make its fact due. Raises NotDead; so twice is refused."""
    require_transaction()
    reaction = Reaction.objects.select_for_update().get(pk=reaction_id)
    if reaction.state != rules.DEAD:
        raise NotDead
    reaction.state, reaction.tries, reaction.try_at = rules.FAILING, 0, None
    reaction.save(update_fields=["state", "tries", "try_at"])
    make_due({reaction.fact_id: timezone.now()})
    return reaction
