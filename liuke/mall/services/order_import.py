"""Order files: what the engine of `intake` needs to know to bring them in."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from liuke.customers.services.gathering import Gathering
from liuke.intake.kinds import Merged, Reading, Staged, Transaction
from liuke.intake.line import Line
from liuke.intake.models import Run
from liuke.mall.services.order_fields import ORDER_FIELDS
from liuke.mall.services.order_matching import PLACE, match_rows
from liuke.mall.services.order_merge import write_orders
from liuke.mall.services.order_quick import QuickOrderRows
from liuke.mall.services.order_rows import COLUMNS

SEEN = "SELECT person, min(placed_at) AS joined_at FROM pg_temp.intake_stage WHERE bad IS NULL GROUP BY person"
# Every order that is named, with its id; new ones are given theirs in the order in which they will be written.
NAMED_ORDERS = (
    "DROP TABLE IF EXISTS pg_temp.gathered_orders",
    """
    CREATE TEMPORARY TABLE gathered_orders AS
    SELECT order_no, coalesce(known_id, nextval('mall_order_id_seq')) AS order_id, known_id IS NULL AS fresh
    FROM (SELECT order_no, o.id AS known_id
          FROM (SELECT DISTINCT slot, order_no FROM pg_temp.intake_stage WHERE order_no <> '') named
          LEFT JOIN mall_order o ON o.source = 'import' AND o.number = order_no
          ORDER BY slot, order_no) sorted""",
    "CREATE UNIQUE INDEX ON pg_temp.gathered_orders (order_no)",
    "ANALYZE pg_temp.gathered_orders",
)
GATHERED = """
    LEFT JOIN pg_temp.gathered_orders o ON o.order_no = s.order_no
    LEFT JOIN pg_temp.gathered_people p ON p.person = s.person AND s.bad IS NULL"""
UNKNOWN_SHOPS = """
    SELECT count(*) FROM pg_temp.intake_stage w
    WHERE bad IS NULL AND shop <> '' AND NOT EXISTS (SELECT FROM org_shop s WHERE w.shop IN (s.code, s.name))"""


class Orders:
    """The kind "orders": a row is a line of an order. One object serves one run.

    Several rows with one order number are one order; the earliest time counts. Rows only add and correct: a line that
    a later file leaves out stays. Orders of the shop itself are never touched.
    """

    name = "orders"
    fields = ORDER_FIELDS
    columns = COLUMNS
    gathered_columns = (("order_id", "o.order_id"), ("fresh", "o.fresh"), ("customer_id", "p.customer_id"))
    gathered_joins = GATHERED
    work_columns = (
        ("line_id", "NULL::bigint"), ("place", PLACE), ("key", "NULL::text"), ("changed", "false"),
    )

    def reader(self, reading: Reading) -> Callable[[Line], Staged]:
        self.people = Gathering(scope=reading.scope)
        self.rows = QuickOrderRows(reading, self.people)
        return self.rows

    def chunk_read(self) -> None:
        self.people.stage()

    def gather(self, run: Run, *, now: datetime, transaction: Transaction) -> None:
        """Find or make every customer the good rows speak of, and find every order."""
        self.people.settle(seen=SEEN, now=now, transaction=transaction)
        with transaction(), connection.cursor() as cursor:
            for statement in NAMED_ORDERS:
                cursor.execute(statement)
            cursor.execute(UNKNOWN_SHOPS)
            if unknown := cursor.fetchone()[0]:
                self.rows.notes["unknown_shop"] = unknown

    def merge(self, run: Run, *, now: datetime) -> Merged:
        match_rows()
        return write_orders(run, now=now)

    def notes(self) -> dict[str, int]:
        return dict(self.rows.notes)
