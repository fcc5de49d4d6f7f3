"""The staging tables: every row of the file once, parsed, in temporary tables of this connection.

`intake_stage` holds the rows as they were read, `intake_rows` the same in the order of their slots with what was
gathered for them, `intake_work` those of one slot while they are merged. A killed run takes its tables with it, so
there is never anything to clean up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice

from django.db import Error, connection, transaction

from liuke.intake.kinds import Kind, Merged, Staged

OWN_COLUMNS = (("line", "int"), ("slot", "int"), ("row_key", "text"), ("bad", "text"))

# Of the server's process, for the temporary tables and sorts of one slot. Plans are cheap here, and compiling is not.
TEMPORARY_BUFFERS = "64MB"
SLOT_SETTINGS = ("SET LOCAL work_mem = '64MB'", "SET LOCAL jit = off", "SET LOCAL default_statistics_target = 20")
PART_ROWS = 500                       # in one write: less than what a socket holds


def create(columns: Sequence[tuple[str, str]]) -> None:
    """An empty staging table with the engine's own columns and those of the kind."""
    wanted = ", ".join(f"{name} {sort}" for name, sort in (*OWN_COLUMNS, *columns))
    with suppress(Error), transaction.atomic(), connection.cursor() as cursor:   # only before the first temporary table
        cursor.execute(f"SET temp_buffers = '{TEMPORARY_BUFFERS}'")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_stage, pg_temp.intake_rows")
        cursor.execute(f"CREATE TEMPORARY TABLE intake_stage ({wanted}) ON COMMIT PRESERVE ROWS")


def fill(columns: Sequence[tuple[str, str]], rows: Iterator[Staged]) -> int:
    """Copy the rows, whichever way each is given, as they come; returns how many there were.

    The next part is read while the server still takes in the last one, so the two work side by side. Whatever makes
    the rows must leave the connection alone.
    """
    names = ", ".join(name for name, _sort in (*OWN_COLUMNS, *columns))
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY pg_temp.intake_stage ({names}) FROM STDIN") as copy:
        while part := list(islice(rows, PART_ROWS)):
            copy.write("".join([row for row in part if isinstance(row, str)]))
            for row in part:
                if not isinstance(row, str):
                    copy.write_row(row)
            count += len(part)
    return count


def ready(kind: Kind) -> None:
    """All rows are in, and all that they refer to is gathered: put them together, in the order of the slots.

    So each slot lies in one place, and is read without looking at the others.
    """
    with connection.cursor() as cursor:
        for setting in SLOT_SETTINGS:
            cursor.execute(setting)
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE intake_rows ON COMMIT PRESERVE ROWS AS
            SELECT s.*{_added(kind.gathered_columns)}
            FROM pg_temp.intake_stage s {kind.gathered_joins} ORDER BY s.slot
            """  # noqa: S608  expressions of the kind
        )
        cursor.execute("DROP TABLE pg_temp.intake_stage")
        cursor.execute("CREATE INDEX ON pg_temp.intake_rows (slot)")
        cursor.execute("ANALYZE pg_temp.intake_rows (slot)")


def take_slot(low: int, high: int, kind: Kind) -> int:
    """The rows of one slot into the work table, which lasts until the commit; returns how many they are."""
    with connection.cursor() as cursor:
        for setting in SLOT_SETTINGS:
            cursor.execute(setting)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_work")
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE intake_work ON COMMIT DROP AS
            SELECT s.*{_added(kind.work_columns)} FROM pg_temp.intake_rows s WHERE slot >= %s AND slot < %s
            """,  # noqa: S608  expressions of the kind
            [low, high],
        )
        return int(cursor.rowcount)


def _added(columns: Sequence[tuple[str, str]]) -> str:
    return "".join(f", {expression} AS {name}" for name, expression in columns)


def judge(results: Iterable[tuple[int, bool, str | None]]) -> Merged:
    """What a kind says of each row of the work table that was good so far: (line, accepted, why not taken)."""
    refused, counts = list[tuple[int, str]](), Counter[bool]()
    for line, accepted, bad in results:
        if bad:
            refused.append((line, bad))
        else:
            counts[accepted] += 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE intake_work w SET bad = refused.bad "
            "FROM unnest(%s::int[], %s::text[]) AS refused (line, bad) WHERE w.line = refused.line",
            [[line for line, _bad in refused], [bad for _line, bad in refused]],
        )
    return Merged(accepted=counts[True], unchanged=counts[False])


def refusals() -> dict[str, int]:
    """How many rows of the work table were not taken, by the first reason of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_part(split_part(bad, ' ', 1), ':', 1), count(*) "
            "FROM pg_temp.intake_work WHERE bad IS NOT NULL GROUP BY 1"
        )
        return dict(cursor.fetchall())


def keep_rejections(run_id: int) -> None:
    """Remember which rows of the work table were not taken, in the same transaction as the ones that were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_rejection (run_id, line, bad, row_key) "
            "SELECT %s, line, bad, coalesce(row_key, '') FROM pg_temp.intake_work WHERE bad IS NOT NULL",
            [run_id],
        )


def drop() -> None:
    """Everything temporary of this connection, also what a kind has gathered."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD TEMP")
