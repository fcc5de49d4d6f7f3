"""Products as staff see them: the list with its filters, and one product with everything that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from liuke.kit.errors import NotYours
from liuke.kit.pictures import Size, url
from liuke.mall.models import Category, Label, Picture, Product, Sku, StockLevel, Supplier
from liuke.mall.rules.catalogue import ProductState, needles

MOST_CHOICES = 1_000                     # of suppliers, labels or categories to choose from


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What to list. `state` is a ProductState or empty; a category stands for everything below it."""

    text: str = ""
    category_id: int | None = None
    supplier_id: int | None = None
    label_id: int | None = None
    state: str = ""


@dataclass(frozen=True)
class Node:
    """A category as a choice: `depth` is 0 at the root, `word` its full way down, `products` with all below it."""

    id: int
    name: str
    depth: int
    word: str
    parent_id: int | None = None
    products: int = 0
    position: int = 0


def products(ask: Ask) -> QuerySet[Product]:
    """The products that are asked for, as few joins as a list needs; order and limit are the caller's."""
    rows = _found(ask)
    return rows.filter(state=ask.state) if ask.state else rows


def on_sale() -> list[tuple[str, str]]:
    """(code, name) of the newest products that are for sale, to choose from."""
    rows = products(Ask(state=ProductState.ON_SALE)).order_by("-pk")
    return list(rows.values_list("code", "name")[:MOST_CHOICES])


def by_state(ask: Ask) -> dict[str, int]:
    """How many of what is asked for are in each state, and in all ("")."""
    counted = dict(_found(ask).order_by().values_list("state").annotate(count=Count("pk")))
    return {"": sum(counted.values()), **{state.value: counted.get(state.value, 0) for state in ProductState}}


def _found(ask: Ask) -> QuerySet[Product]:
    rows = Product.objects.all()
    if ask.category_id is not None:
        below = Category.objects.filter(path__contains=[ask.category_id]).values("pk")
        rows = rows.filter(category__in=below)
    if ask.supplier_id is not None:
        rows = rows.filter(supplier_id=ask.supplier_id)
    if ask.label_id is not None:
        rows = rows.filter(label_id=ask.label_id)
    for needle in needles(ask.text):
        rows = rows.filter(search__contains=needle)
    return rows


def listed(rows: QuerySet[Product]) -> QuerySet[Product]:
    """With what one line of the list says: `cover`, `skus`, `low_fen`, `high_fen`, `free`."""
    active = Sku.objects.filter(product=OuterRef("pk"), active=True).order_by().values("product")
    free = Sum("on_hand") - Sum("reserved")
    stock = StockLevel.objects.filter(sku__product=OuterRef("pk"), sku__active=True, warehouse__active=True)
    pictures = Picture.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return rows.select_related("category", "supplier", "label").annotate(
        cover=Subquery(pictures.values("file")[:1]),
        skus_count=Coalesce(Subquery(active.annotate(count=Count("pk")).values("count")), Value(0)),
        low_fen=Subquery(active.annotate(low=Min("list_fen")).values("low")),
        high_fen=Subquery(active.annotate(high=Max("list_fen")).values("high")),
        free=Coalesce(Subquery(stock.order_by().values("sku__product").annotate(free=free).values("free"),
                               output_field=IntegerField()), Value(0)),
    )


def product(product_id: int) -> Product:
    """Raises NotYours."""
    row = Product.objects.select_related("supplier", "label", "category").filter(pk=product_id).first()
    if row is None:
        raise NotYours
    return row


def skus_of(product_id: int, *, all_of_them: bool = False) -> list[Sku]:
    """The SKUs on offer, with `free` (for sale now) of all open warehouses; those let go after them when asked for."""
    there = Q(levels__warehouse__active=True)
    free = Coalesce(Sum("levels__on_hand", filter=there) - Sum("levels__reserved", filter=there), Value(0))
    rows = Sku.objects.filter(product_id=product_id).order_by("-active", "pk").annotate(free=free)
    return list(rows if all_of_them else rows.filter(active=True))


def sku_called(text: str) -> Sku | None:
    """The SKU with this code, or the only active one with this barcode."""
    row = Sku.objects.select_related("product").filter(code__iexact=text).first()
    if row is not None or not text:
        return row
    found = list(Sku.objects.select_related("product").filter(barcode=text, active=True)[:2])
    return found[0] if len(found) == 1 else None


def product_called(code: str) -> Product | None:
    return Product.objects.filter(code__iexact=code).first()


def nodes(*, with_products: bool = False) -> list[Node]:
    """The tree of categories in reading order: a parent, then everything below it."""
    rows = Category.objects.order_by("position", "pk")
    if with_products:
        rows = rows.annotate(count=Count("products"))
    below: dict[int | None, list[Category]] = {}
    for row in rows[:MOST_CHOICES]:
        below.setdefault(row.parent_id, []).append(row)
    found: list[Node] = []
    _walk(below, None, (), found)
    return found


def _walk(below: dict[int | None, list[Category]], parent: int | None, way: tuple[str, ...], found: list[Node]) -> int:
    """Append the nodes below this parent; returns how many products stand there."""
    total = 0
    for row in below.get(parent, ()):
        here, place, under = (*way, row.name), len(found), list[Node]()
        count = getattr(row, "count", 0) + _walk(below, row.pk, here, under)
        found[place:] = [Node(row.pk, row.name, len(way), " / ".join(here), parent, count, row.position), *under]
        total += count
    return total


def suppliers() -> list[Supplier]:
    """By name, those that sell nothing any more last."""
    return list(Supplier.objects.order_by("-active", "name", "pk")[:MOST_CHOICES])


def labels() -> QuerySet[Label]:
    """With `count`, the number of their products."""
    return Label.objects.annotate(count=Count("products")).order_by("name", "pk")


def skus_by_id(sku_ids: Sequence[int]) -> dict[int, Sku]:
    return {row.pk: row for row in Sku.objects.select_related("product").filter(pk__in=sku_ids)}


def picture_url(file: str) -> str:
    """Where a browser finds a picture of the storage."""
    return url(file, Size.SMALL)
