"""The staging table: every row of the file once, parsed, in a temporary table of this connection.

A killed run takes its staging table with it, so there is never anything to clean up.
"""

from collections.abc import Sequence
from contextlib import suppress

from django.db import Error, connection, transaction

from liuke.intake.kinds import Staged

OWN_COLUMNS = (("line", "int"), ("slot", "int"), ("row_key", "text"), ("bad", "text"))

# `work` holds the rows of one slot while it is merged; at the end each has an outcome or a reason (bad), never both.
ACCEPTED, UNCHANGED = "accepted", "unchanged"

# Of the server's process, for the temporary tables and sorts of one slot. Plans are cheap here, and compiling is not.
TEMPORARY_BUFFERS = "64MB"
SLOT_SETTINGS = ("SET LOCAL work_mem = '64MB'", "SET LOCAL jit = off", "SET LOCAL default_statistics_target = 20")


def create(columns: Sequence[tuple[str, str]]) -> None:
    """An empty staging table with the engine's own columns and those of the kind."""
    wanted = ", ".join(f"{name} {sort}" for name, sort in (*OWN_COLUMNS, *columns))
    with suppress(Error), transaction.atomic(), connection.cursor() as cursor:   # only before the first temporary table
        cursor.execute(f"SET temp_buffers = '{TEMPORARY_BUFFERS}'")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_stage")
        cursor.execute(f"CREATE TEMPORARY TABLE intake_stage ({wanted}) ON COMMIT PRESERVE ROWS")


def fill(columns: Sequence[tuple[str, str]], rows: Sequence[Staged]) -> None:
    """Copy one chunk of rows, whichever way each is given."""
    names = ", ".join(name for name, _sort in (*OWN_COLUMNS, *columns))
    with connection.cursor() as cursor, cursor.copy(f"COPY pg_temp.intake_stage ({names}) FROM STDIN") as copy:
        copy.write("".join([row for row in rows if isinstance(row, str)]))
        for row in rows:
            if not isinstance(row, str):
                copy.write_row(row)


def ready() -> None:
    """All rows are in: make slots quick to find."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON pg_temp.intake_stage (slot)")
        cursor.execute("ANALYZE pg_temp.intake_stage (slot)")


def take_slot(low: int, high: int, columns: Sequence[tuple[str, str]]) -> None:
    """The rows of one slot into the work table, which lasts until the commit.

    `columns` are added: name, SQL expression over the staged row `s`.
    """
    added = "".join(f", {expression} AS {name}" for name, expression in columns)
    with connection.cursor() as cursor:
        for setting in SLOT_SETTINGS:
            cursor.execute(setting)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_work")
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE intake_work ON COMMIT DROP AS
            SELECT s.*, NULL::text AS outcome{added}
            FROM pg_temp.intake_stage s WHERE slot >= %s AND slot < %s
            """,  # noqa: S608  expressions of the kind
            [low, high],
        )


def outcomes() -> tuple[int, int, dict[str, int]]:
    """Accepted, unchanged, and how many rows were rejected for which first reason. Every row must have one outcome."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, split_part(split_part(bad, ' ', 1), ':', 1), count(*) "
            "FROM pg_temp.intake_work GROUP BY 1, 2"
        )
        counts = cursor.fetchall()
    lost = [row for row in counts if (row[0] is None) == (row[1] is None)]
    assert not lost, f"rows without an outcome, or with two: {lost}"
    good = {outcome: rows for outcome, _bad, rows in counts if outcome}
    return good.get(ACCEPTED, 0), good.get(UNCHANGED, 0), {bad: rows for _outcome, bad, rows in counts if bad}


def keep_rejections(run_id: int) -> None:
    """Remember which rows of the work table were not taken, in the same transaction as the ones that were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_rejection (run_id, line, bad, row_key) "
            "SELECT %s, line, bad, coalesce(row_key, '') FROM pg_temp.intake_work WHERE bad IS NOT NULL",
            [run_id],
        )


def drop() -> None:
    """Also when it is not there."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_stage")
