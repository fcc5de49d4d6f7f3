"""Counters of lists: triggers add rows (`migrations/sql/counts_v1.sql`), a clock folds them to one for each name."""

from django.db import connection

from liuke.kit.db import require_transaction

FOLD = 10_000                            # rows at once
_FOLD = """
WITH gone AS (DELETE FROM desk_ticketcount WHERE id IN (
         SELECT id FROM desk_ticketcount WHERE name IN (
             SELECT name FROM desk_ticketcount GROUP BY name HAVING count(*) > 1)
         ORDER BY id FOR UPDATE SKIP LOCKED LIMIT %s) RETURNING name, count),
     kept AS (INSERT INTO desk_ticketcount (name, count)
         SELECT name, sum(count) FROM gone GROUP BY name HAVING sum(count) <> 0)
SELECT count(*) - count(DISTINCT name) FROM gone
"""


def fold() -> int:
    """Make one row of the rows of each name; returns how many fewer there are. Several workers are welcome."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [FOLD])
        fewer: int = cursor.fetchone()[0]
    return fewer
