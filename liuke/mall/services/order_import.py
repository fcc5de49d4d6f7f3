"""Order files: what the engine of `intake` needs to know to bring them in."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from liuke.customers.services.gathering import Gathering
from liuke.intake.kinds import Reading, Staged, Transaction
from liuke.intake.line import Line
from liuke.intake.models import Run
from liuke.mall.services.order_fields import ORDER_FIELDS
from liuke.mall.services.order_matching import match_rows
from liuke.mall.services.order_merge import write_orders
from liuke.mall.services.order_quick import QuickOrderRows
from liuke.mall.services.order_rows import COLUMNS

SEEN = "SELECT person, min(placed_at) AS joined_at FROM pg_temp.intake_stage WHERE bad IS NULL GROUP BY person"
ORDER_ID = "(SELECT id FROM mall_order WHERE source = 'import' AND number = s.order_no AND s.order_no <> '')"
CUSTOMER_ID = """
    CASE WHEN bad IS NULL THEN (SELECT customer_id FROM pg_temp.gathered_people p WHERE p.person = s.person) END"""
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
    work_columns = (
        ("order_id", ORDER_ID), ("customer_id", CUSTOMER_ID),
        ("line_id", "NULL::bigint"), ("place", "NULL::int"), ("key", "NULL::text"), ("fresh", "NULL::bool"),
        ("changed", "NULL::bool"),
    )

    def reader(self, reading: Reading) -> Callable[[Line], Staged]:
        self.people = Gathering(scope=reading.scope)
        self.rows = QuickOrderRows(reading, self.people)
        return self.rows

    def chunk_read(self) -> None:
        self.people.stage()

    def gather(self, run: Run, *, now: datetime, transaction: Transaction) -> None:
        """Find or make every customer the good rows speak of."""
        self.people.settle(seen=SEEN, now=now, transaction=transaction)
        with connection.cursor() as cursor:
            cursor.execute(UNKNOWN_SHOPS)
            if unknown := cursor.fetchone()[0]:
                self.rows.notes["unknown_shop"] = unknown

    def merge(self, run: Run, *, now: datetime) -> None:
        match_rows()
        write_orders(run, now=now)

    def notes(self) -> dict[str, int]:
        return dict(self.rows.notes)
