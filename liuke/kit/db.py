"""What every service needs of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import pq
from psycopg.conninfo import make_conninfo

from liuke.kit import rows


def require_transaction() -> None:
    """Services change several rows or none: doors open the transaction, services insist on it."""
    assert transaction.get_connection().in_atomic_block, "a service was called outside a transaction"


def require_no_transaction() -> None:
    """No network inside a transaction: adapters insist on it. The transaction around a test does not count."""
    blocks = transaction.get_connection().atomic_blocks
    assert not blocks or getattr(blocks[-1], "_from_testcase", False), "the network was called inside a transaction"


def conninfo() -> str:
    """Where Django's connection goes, in libpq's words: for another connection, or another process."""
    given = connection.get_connection_params()
    libpq = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    return make_conninfo(**{word: value for word, value in given.items() if word in libpq})


def unapplied_migrations() -> int:
    """How many changes of this version's tables the database has not seen. Dear: it reads every migration there is."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def lock_timeout(milliseconds: int) -> Iterator[None]:
    """Wait at most so long for row locks inside this block (raises OperationalError after it)."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])
        yield
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def advisory_lock(name: str) -> None:
    """Hold a named lock until the end of the transaction; waits for whoever holds it."""
    require_transaction()
    rows.fetch("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
