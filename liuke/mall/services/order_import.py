"""Order files: what the engine of `intake` needs to know to bring them in."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from liuke.customers.services.gathering import Gathering
from liuke.intake.kinds import Reading, Row, Transaction
from liuke.intake.line import Line
from liuke.intake.models import Run
from liuke.mall.services.order_fields import ORDER_FIELDS
from liuke.mall.services.order_matching import match_rows
from liuke.mall.services.order_merge import write_orders
from liuke.mall.services.order_rows import COLUMNS, OrderRows

SEEN = "SELECT person, min(placed_at) AS joined_at FROM pg_temp.intake_stage WHERE bad IS NULL GROUP BY person"
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
        ("order_id", "bigint"), ("customer_id", "bigint"), ("line_id", "bigint"), ("place", "int"), ("key", "text"),
        ("fresh", "bool"), ("changed", "bool"),
    )

    def reader(self, reading: Reading) -> Callable[[Line], Row]:
        self.people = Gathering(scope=reading.scope)
        self.rows = OrderRows(reading, self.people)
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
