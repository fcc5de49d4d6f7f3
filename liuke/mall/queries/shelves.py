"""Stock as staff see it: the counters of each SKU in each warehouse, and the movements that made them so."""

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from liuke.kit.errors import NotYours
from liuke.mall.models import Movement, Sku, StockLevel, Warehouse
from liuke.mall.rules.catalogue import needles

Scope = frozenset[int] | None            # supplier ids that a person is held to; None: all


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What to list; `low`: only where nothing, or no more than the safety stock, is left."""

    text: str = ""
    warehouse_id: int | None = None
    low: bool = False


@dataclass(frozen=True)
class Sums:
    """What all movements of a level add up to; it is the level itself, always."""

    on_hand: int
    reserved: int


def levels(ask: Ask, *, scope: Scope) -> QuerySet[StockLevel]:
    """With `free`: on hand, less promised, less safety stock."""
    rows = StockLevel.objects.select_related("sku__product", "warehouse__supplier").annotate(
        free=F("on_hand") - F("reserved") - F("safety"))
    if scope is not None:
        rows = rows.filter(warehouse__supplier__in=scope)
    if ask.warehouse_id is not None:
        rows = rows.filter(warehouse=ask.warehouse_id)
    for needle in needles(ask.text):
        rows = rows.filter(sku__product__search__contains=needle)
    return rows.filter(free__lte=0, sku__active=True, warehouse__active=True) if ask.low else rows


def low_count(*, scope: Scope) -> int:
    """How many levels of what is on offer are down to their safety stock."""
    return levels(Ask(low=True), scope=scope).count()


def level(level_id: int, *, scope: Scope) -> StockLevel:
    """Raises NotYours."""
    row = levels(Ask(), scope=scope).filter(pk=level_id).first()
    if row is None:
        raise NotYours
    return row


def sums_of(level_id: int) -> Sums:
    """The movements of a level, added up."""
    found = Movement.objects.filter(level=level_id).aggregate(
        on_hand=Coalesce(Sum("on_hand"), 0), reserved=Coalesce(Sum("reserved"), 0))
    return Sums(**found)


def movements(*, scope: Scope, text: str = "", warehouse_id: int | None = None, kind: str = "",
              level_id: int | None = None) -> QuerySet[Movement]:
    """The journal; newest first is the caller's order."""
    rows = Movement.objects.select_related("level__sku__product", "level__warehouse", "staff")
    if scope is not None:
        rows = rows.filter(level__warehouse__supplier__in=scope)
    if level_id is not None:
        rows = rows.filter(level=level_id)
    if warehouse_id is not None:
        rows = rows.filter(level__warehouse=warehouse_id)
    if kind:
        rows = rows.filter(kind=kind)
    for needle in needles(text):
        rows = rows.filter(level__sku__product__search__contains=needle)
    return rows


def warehouses(*, scope: Scope, closed: bool = False) -> QuerySet[Warehouse]:
    """By supplier and in the order in which they are emptied; closed ones only when asked for."""
    rows = Warehouse.objects.select_related("supplier").order_by("supplier__name", "position", "pk")
    if scope is not None:
        rows = rows.filter(supplier__in=scope)
    return rows if closed else rows.filter(active=True)


def warehouse(warehouse_id: int | None, *, scope: Scope) -> Warehouse:
    """An open one. Raises NotYours."""
    row = None if warehouse_id is None else warehouses(scope=scope).filter(pk=warehouse_id).first()
    if row is None:
        raise NotYours
    return row


def skus_called(texts: list[str], *, supplier_id: int) -> dict[str, Sku]:
    """Those of the supplier with these codes, or barcodes that only one active SKU has; by the text in lower case."""
    rows = Sku.objects.select_related("product").filter(product__supplier=supplier_id)
    words = [text.lower() for text in texts]
    found: dict[str, Sku] = {}
    twice = set()
    for row in rows.filter(Q(barcode__in=texts), active=True).order_by("pk"):
        twice |= {row.barcode.lower()} & set(found)
        found[row.barcode.lower()] = row
    found = {word: row for word, row in found.items() if word not in twice}
    by_code = rows.filter(code__in=[*texts, *words, *(word.upper() for word in words)])
    return {**found, **{row.code.lower(): row for row in by_code}}


def to_count(warehouse: Warehouse, *, text: str = "", empty: bool = False) -> QuerySet[StockLevel]:
    """The levels of a warehouse that a stock take goes through, by SKU code is the caller's order."""
    rows = StockLevel.objects.select_related("sku__product").filter(warehouse=warehouse)
    for needle in needles(text):
        rows = rows.filter(sku__product__search__contains=needle)
    return rows if empty else rows.filter(Q(sku__active=True) | Q(on_hand__gt=0))
