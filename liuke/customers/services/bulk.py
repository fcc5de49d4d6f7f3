"""Many customers at once, for imports: known ones are found, unknown ones are made."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from liuke.customers.queries import marks
from liuke.customers.rules import identities, names, numbers
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.timeline import facts
from liuke.timeline.services import NewFact, PastFact, record_history, record_many

Key = tuple[str, str, bytes]           # kind, scope, blind


@dataclass(frozen=True)
class Reference:
    """What a foreign record says about who the customer is: one identity, or the kind "number" for a member number.

    Name and joined_at are used only when the customer is not known yet, and do not count when two are compared.
    """

    kind: str
    scope: str
    value: str
    name: str = field(default="", compare=False)
    joined_at: datetime | None = field(default=None, compare=False)


@dataclass
class _New:
    """A customer to be made, from every reference in the call that means the same one."""

    normal: tuple[str, str, str]
    name: str
    joined_at: datetime


def find_or_create_many(
    *, references: Collection[Reference], now: datetime, source: str = "import", joining: bool = False
) -> dict[Reference, int]:
    """The customer id of each reference; customers not known yet are made, with CustomerJoined as history.

    `joining`: they come of themselves at this moment, so CustomerJoined is news that others react to.
    References that cannot be understood are missing from the answer (`rules.identities.normal` says why). A merged
    record answers with the one that stays, a forgotten person with the blank record, to which nothing is added.
    Called again, or by two imports at once, nobody is made twice. Call it once per transaction: two transactions that
    each call it several times may wait for each other in a circle.
    """
    require_transaction()
    by_key, by_number, fresh = _sorted_out(references, now)
    found = _known(by_key, by_number, fresh)
    missing = {key: new for key, new in fresh.items() if key not in found}
    if missing:
        found |= _create(missing, now=now, source=source, joining=joining)
    return _answer(found, by_key, by_number)


def find_many(*, references: Collection[Reference]) -> dict[Reference, int]:
    """The customer id of each reference that is known, as `find_or_create_many` would answer; nothing is made."""
    by_key, by_number, fresh = _sorted_out(references, datetime.max.replace(tzinfo=UTC))
    return _answer(_known(by_key, by_number, fresh), by_key, by_number)


def _known(by_key: Collection[Key], by_number: Collection[str], fresh: Mapping[Key | str, _New]) -> dict[Any, int]:
    found: dict[Any, int] = {**_owners(by_key), **_holders(by_number)}
    if missing := {key: new for key, new in fresh.items() if key not in found}:
        found |= _forgotten(missing)
    return found


def _answer(found: Mapping[Any, int], *groups: Mapping[Any, list[Reference]]) -> dict[Reference, int]:
    return {
        reference: found[key]
        for keys in groups for key, same in keys.items() if key in found for reference in same
    }


def _sorted_out(
    references: Iterable[Reference], now: datetime
) -> tuple[dict[Key, list[Reference]], dict[str, list[Reference]], dict[Key | str, _New]]:
    by_key: dict[Key, list[Reference]] = defaultdict(list)
    by_number: dict[str, list[Reference]] = defaultdict(list)
    fresh: dict[Key | str, _New] = {}
    for each in references:
        try:
            kind, scope, value = normal = identities.normal(each.kind, each.scope, each.value)
        except identities.BadIdentity:
            continue
        key: Key | str
        if kind == identities.NUMBER:
            key = value
            by_number[value].append(each)
        else:
            key = (kind, scope, marks.identity_mark(kind, value))
            by_key[key].append(each)
        joined_at = each.joined_at or now
        known = fresh.setdefault(key, _New(normal, each.name, joined_at))
        known.name, known.joined_at = known.name or each.name, min(known.joined_at, joined_at)
    return by_key, by_number, fresh


def _owners(keys: Iterable[Key]) -> dict[Key, int]:
    """Who owns these identities, one query per kind and scope."""
    groups: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    for kind, scope, blind in keys:
        groups[kind, scope].append(blind)
    owners: dict[Key, int] = {}
    with connection.cursor() as cursor:
        for (kind, scope), blinds in groups.items():
            cursor.execute(
                "SELECT blind, customer_id FROM customers_identity WHERE kind = %s AND scope = %s AND blind = ANY(%s)",
                [kind, scope, blinds],
            )
            owners.update({(kind, scope, bytes(blind)): owner for blind, owner in cursor.fetchall()})
    return owners


def _holders(numbers_: Collection[str]) -> dict[str, int]:
    """Who has these member numbers; a merged record's number leads to the record that stays."""
    if not numbers_:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE chain AS (
                SELECT number, id, merged_into_id FROM customers_customer WHERE number = ANY(%s)
                UNION ALL
                SELECT chain.number, next.id, next.merged_into_id
                FROM chain JOIN customers_customer next ON next.id = chain.merged_into_id)
            SELECT number, id FROM chain WHERE merged_into_id IS NULL
            """,
            [list(numbers_)],
        )
        return dict(cursor.fetchall())


def _forgotten(missing: Mapping[Key | str, _New]) -> dict[Any, int]:
    """Whom these references meant before that person was forgotten."""
    keys = {
        (kind, scope, marks.forgotten_mark(kind, value)): key
        for key, new in missing.items() for kind, scope, value in [new.normal]
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, scope, mark, customer_id FROM customers_forgottenmark WHERE mark = ANY(%s)",
            [[mark for _, _, mark in keys]],
        )
        return {
            keys[kind, scope, bytes(mark)]: owner
            for kind, scope, mark, owner in cursor.fetchall() if (kind, scope, bytes(mark)) in keys
        }


def _create(missing: Mapping[Any, _New], *, now: datetime, source: str, joining: bool) -> dict[Any, int]:
    """Make them all. An identity that somebody else has just made wins over ours, and no empty record is left.

    Identities go in first, in one order for everybody; their foreign key is checked at the end of the transaction.
    """
    ids = _next("customers_customer_id_seq", len(missing))
    wanted = dict(zip(sorted(missing, key=str), ids, strict=True))
    ours = _insert_identities({key: (wanted[key], missing[key]) for key in wanted if not isinstance(key, str)})
    made = {key: pk for key, pk in wanted.items() if isinstance(key, str) or key in ours}
    lost = [key for key in wanted if key not in made]
    taken = _insert_customers({pk: (key if isinstance(key, str) else None, missing[key]) for key, pk in made.items()})
    gone = [key for key, pk in made.items() if pk in taken]              # member numbers that came in between
    came = [(facts.CustomerJoined(source=source), pk, f"customer_joined:{pk}", missing[key].joined_at)
            for key, pk in made.items() if pk not in taken]
    if joining:
        record_many([NewFact(*each) for each in came])
    else:
        record_history([PastFact(*each) for each in came])
    return {**made, **_owners(lost), **_holders(gone)}


def _insert_identities(new: Mapping[Key, tuple[int, _New]]) -> set[Key]:
    """Returns those that are really ours now; the others exist already, committed by somebody else."""
    rows = [
        (pk, *key, crypto.encrypt(each.normal[2]), identities.hint(each.normal[0], each.normal[2]))
        for key, (pk, each) in new.items()
    ]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_identity (customer_id, kind, scope, blind, value_enc, hint)
            SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::text[])
            ON CONFLICT (kind, scope, blind) DO NOTHING RETURNING kind, scope, blind
            """,
            [list(column) for column in zip(*rows, strict=True)],
        )
        return {(kind, scope, bytes(blind)) for kind, scope, blind in cursor.fetchall()}


def _insert_customers(new: Mapping[int, tuple[str | None, _New]]) -> set[int]:
    """Insert the records, with a member number of ours where none is given. Returns ids whose given number is taken."""
    given = {pk: number for pk, (number, _) in new.items() if number is not None}
    taken = given.keys() - _insert(given, new)
    left = [pk for pk, (number, _) in new.items() if number is None]
    while left:                            # ends: a turn comes once, and only foreign numbers can stand in its way
        turns = map(numbers.number_of, _next("customers_number_seq", len(left)))
        done = _insert(dict(zip(left, turns, strict=True)), new)
        left = [pk for pk in left if pk not in done]
    return taken


def _insert(number_of: Mapping[int, str], new: Mapping[int, tuple[str | None, _New]]) -> set[int]:
    rows = [
        (pk, number, crypto.encrypt(name), "{" + ",".join(map(str, marks.name_grams(name))) + "}", each.joined_at)
        for pk, number in number_of.items()
        for each in [new[pk][1]]
        for name in [names.normal_name(each.name)]
    ]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_customer (id, number, name_enc, name_grams, joined_at)
            SELECT pk, number, name, grams::int[], joined_at
            FROM unnest(%s::bigint[], %s::text[], %s::bytea[], %s::text[], %s::timestamptz[])
                 AS new (pk, number, name, grams, joined_at)
            ON CONFLICT (number) DO NOTHING RETURNING id
            """,
            [list(column) for column in zip(*rows, strict=True)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _next(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return [value for (value,) in cursor.fetchall()]
