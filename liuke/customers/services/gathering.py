"""The people a file speaks of: gathered while it is read, found or made when it has been read.

What is gathered lies encrypted in a temporary table of this connection, so that a file with a million people needs
no more memory than one with ten, and no name or phone is ever written to the disk in the clear.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import lru_cache

from django.db import connection

from liuke.customers.rules import identities
from liuke.customers.services.bulk import Reference
from liuke.customers.services.matching import MEMBER_SCOPE, Person, match_people
from liuke.kit import crypto
from liuke.kit.errors import BadInput

Transaction = Callable[[], AbstractContextManager[None]]

BATCH = 5_000                  # people in one transaction
REMEMBERED = 100_000           # people known to be staged already
CACHED_VALUES = 16_384
STRONGEST_FIRST = (identities.NUMBER, identities.EXTERNAL, identities.PHONE, identities.EMAIL)


class NobodyNamed(BadInput):
    """The row gives no reference to a customer; `unreadable` are the kinds that were given but cannot be read."""

    code = "nobody_named"

    def __init__(self, unreadable: tuple[str, ...]) -> None:
        super().__init__()
        self.unreadable = unreadable


class ReservedScope(BadInput):
    """The source of external ids may not be called like this."""

    code = "scope_reserved"


class Gathering:
    """One file's people. `person` and `stage` while it is read, then `settle`, then `gathered_people` holds the ids.

    The table gathered_people has (person uuid, customer_id bigint) for every person of the rows given to `settle`.
    """

    def __init__(self, *, scope: str) -> None:
        if scope == MEMBER_SCOPE or not 0 < len(scope) <= identities.SCOPE_CHARACTERS:
            raise ReservedScope(f"{scope!r} cannot be the source of external ids")
        self.scope = scope
        self.fresh = dict[str, tuple[int, str]]()
        self.staged = set[str]()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.gathered_secrets, pg_temp.gathered_people")
            cursor.execute("CREATE TEMPORARY TABLE gathered_secrets (person uuid, strength int, secret bytea)")

    def person(self, given: tuple[tuple[str, str], ...], name: str) -> tuple[str, tuple[str, ...]]:
        """A token for whoever holds these (kind, value) references, and the kinds that were left aside as unreadable.

        The same references and name always give the same token. Raises NobodyNamed when nothing readable is left.
        """
        references, unreadable = [], []
        for kind in STRONGEST_FIRST:
            for value in [value for its_kind, value in given if its_kind == kind and value]:
                normal = _normal(kind, value)
                if normal:
                    references.append((kind, self.scope if kind == identities.EXTERNAL else "", normal))
                else:
                    unreadable.append(kind)
        if not references:
            raise NobodyNamed(tuple(unreadable))
        content = json.dumps([references, name], ensure_ascii=False)
        token = crypto.blind("person", content).hex()
        if token not in self.staged:
            self.fresh[token] = (STRONGEST_FIRST.index(references[0][0]), content)
        return token, tuple(unreadable)

    def stage(self) -> None:
        """Move what was gathered since the last call out of memory."""
        with connection.cursor() as cursor, cursor.copy("COPY pg_temp.gathered_secrets FROM STDIN") as copy:
            for token, (strength, content) in self.fresh.items():
                copy.write_row((token, strength, crypto.encrypt(content)))
        if len(self.staged) > REMEMBERED:
            self.staged.clear()
        self.staged.update(self.fresh)
        self.fresh.clear()

    def settle(
        self, *, seen: str, now: datetime, transaction: Transaction, source: str = "import"
    ) -> None:
        """Find or make everybody. `seen` is a SELECT of (person, joined_at): whom to settle, and since when known.

        Works in transactions of its own, a batch each; interrupted and called again it makes nobody twice.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                CREATE TEMPORARY TABLE gathered_people AS
                SELECT row_number() OVER (ORDER BY strength, person) AS turn, person, secret, joined_at,
                       NULL::bigint AS customer_id
                FROM (SELECT DISTINCT ON (person) person, strength, secret FROM pg_temp.gathered_secrets) secrets
                JOIN ({seen}) seen USING (person)
                """  # noqa: S608  the caller's own SELECT
            )
            cursor.execute("CREATE UNIQUE INDEX ON pg_temp.gathered_people (turn)")
            cursor.execute("SELECT count(*) FROM pg_temp.gathered_people")
            total = cursor.fetchone()[0]
            for first in range(1, total + 1, BATCH):
                with transaction():
                    _settle_batch(first, now, source)
            cursor.execute("CREATE UNIQUE INDEX ON pg_temp.gathered_people (person) INCLUDE (customer_id)")
            cursor.execute("ANALYZE pg_temp.gathered_people")


def _settle_batch(first: int, now: datetime, source: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT turn, secret, joined_at FROM pg_temp.gathered_people WHERE turn >= %s AND turn < %s ORDER BY turn",
            [first, first + BATCH],
        )
        turns, people = [], []
        for turn, secret, joined_at in cursor.fetchall():
            people.append(unsealed(secret, joined_at))
            turns.append(turn)
        ids = [match.customer_id for match in match_people(people=people, now=now, source=source)]
        cursor.execute(
            "UPDATE pg_temp.gathered_people SET customer_id = found.id, secret = NULL "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS found (turn, id) WHERE gathered_people.turn = found.turn",
            [turns, ids],
        )


def unsealed(secret: bytes | memoryview, joined_at: datetime | None) -> Person:
    """The person that `Gathering.stage` sealed."""
    references, name = json.loads(crypto.decrypt(secret))
    return Person(tuple(Reference(*each) for each in references), name, joined_at)


@lru_cache(maxsize=CACHED_VALUES)
def _normal(kind: str, value: str) -> str:
    """The normal form, or nothing when the value cannot be read."""
    try:
        return identities.normal_value(kind, value)
    except identities.BadIdentity:
        return ""
