"""Product files: what the engine of `intake` needs to know to bring them in."""

import json
from collections.abc import Callable
from datetime import datetime

from django.db import connection

from liuke.intake import staging
from liuke.intake.header import Fields
from liuke.intake.kinds import Merged, Reading, Row, Transaction
from liuke.intake.line import Line
from liuke.intake.models import Run
from liuke.kit.errors import Refused
from liuke.mall.models import Category, Label, Supplier, Warehouse
from liuke.mall.services import categories, product_merge
from liuke.mall.services.product_fields import product_fields
from liuke.mall.services.product_rows import ProductRows
from liuke.mall.services.product_said import Said, World

NAMED = """
    SELECT DISTINCT data->'about'->>%s FROM pg_temp.intake_stage WHERE bad IS NULL AND data->'about' ? %s ORDER BY 1"""
GOOD_ROWS = "SELECT line, product, sku, data FROM intake_work WHERE bad IS NULL ORDER BY line"


class Products:
    """The kind "products": a row is a SKU with what is said of its product. One object serves one run.

    Rows add and correct; a SKU that a file leaves out stays as it is, and an empty cell says nothing. Categories and
    labels are opened when they are new; suppliers, warehouses and shops are parties, and must be known. A count of
    stock is a stock take: the difference stands in the journal.
    """

    name = "products"
    columns = (("product", "text"), ("sku", "text"), ("data", "jsonb"))
    gathered_columns, gathered_joins, work_columns = (), "", ()

    @property
    def fields(self) -> Fields:
        return product_fields()

    def reader(self, reading: Reading) -> Callable[[Line], Row]:
        return ProductRows(reading)

    def chunk_read(self) -> None:
        """Nothing is gathered aside."""

    def gather(self, run: Run, *, now: datetime, transaction: Transaction) -> None:
        """Find or open the categories and labels that the good rows speak of, and look at suppliers and warehouses."""
        del run, now
        with transaction():
            self.world = World(
                suppliers=_suppliers(), categories=_categories(_named("category")), labels=_labels(_named("label")),
                places={place.pk: place for place in Warehouse.objects.filter(active=True)},
                only_supplier=_only_supplier(),
                active=frozenset(Supplier.objects.filter(active=True).values_list("pk", flat=True)),
            )

    def merge(self, run: Run, *, now: datetime) -> Merged:
        with connection.cursor() as cursor:
            cursor.execute(GOOD_ROWS)
            rows = [Said(line, product, sku, **json.loads(data)) for line, product, sku, data in cursor.fetchall()]
        product_merge.merge(rows, world=self.world, key=f"import:{run.pk}", reason=run.file_name[:100],
                            staff_id=run.by_id, now=now)
        return staging.judge((said.line, bool(said.news), said.why or None) for said in rows)

    def notes(self) -> dict[str, int]:
        return {}


def _named(field: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [field, field])
        return [row[0] for row in cursor.fetchall()]


def _suppliers() -> dict[str, int]:
    """By name, and by code, which wins."""
    rows = list(Supplier.objects.values_list("pk", "code", "name"))
    return {name: pk for pk, _code, name in rows} | {code: pk for pk, code, _name in rows}


def _only_supplier() -> int | None:
    active = list(Supplier.objects.filter(active=True).values_list("pk", flat=True)[:2])
    return active[0] if len(active) == 1 else None


def _labels(names: list[str]) -> dict[str, int]:
    known = dict(Label.objects.values_list("name", "pk"))
    return known | {name: categories.open_label(name=name).pk for name in names if name not in known}


def _categories(paths: list[str]) -> dict[tuple[str, ...], int]:
    """Every path of names with its id; what cannot be opened (too deep) is left out."""
    rows = {pk: (parent, name) for pk, parent, name in Category.objects.values_list("pk", "parent_id", "name")}
    known = dict[tuple[str, ...], int]()
    for pk in rows:
        names, at = list[str](), pk
        while at is not None:
            above, name = rows[at]
            names.insert(0, name)
            at = above
        known[tuple(names)] = pk
    for path in paths:
        names = json.loads(path)
        for depth in range(1, len(names) + 1):
            part = tuple(names[:depth])
            if part in known:
                continue
            try:
                known[part] = categories.open_category(name=part[-1], parent_id=known.get(part[:-1])).pk
            except Refused:
                break
    return known
