"""Changing many products at once, and back: categories and prices. Sale states: `catalogue.put_on_sale`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Min, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.mall.models import Category, Product, Sku
from liuke.mall.rules import repricing as rules
from liuke.mall.rules.repricing import Move, Priced, Which
from liuke.mall.services.catalogue import MAX_AT_ONCE


class PricesMoved(Refused):
    """Prices changed since the preview. Look at it again."""

    code = "prices_moved"


def set_categories(*, categories: Mapping[int, int], now: datetime) -> dict[int, int]:
    """Each product (id) stands in this category (id) from now on; returns what was before, of those that changed.

    Products that are gone are passed over, so that an undo can be late. Raises BadInput for an unknown category.
    """
    require_transaction()
    _few(categories)
    wanted = set(categories.values())
    if Category.objects.filter(pk__in=wanted).count() != len(wanted):
        raise BadInput(_("没有这个分类"))
    rows = Product.objects.select_for_update().filter(pk__in=categories).order_by("pk")
    before = {row.pk: row.category_id for row in rows if row.category_id != categories[row.pk]}
    for category_id in wanted:
        Product.objects.filter(pk__in=[pk for pk in before if categories[pk] == category_id]).update(
            category_id=category_id, version=F("version") + 1, changed_at=now)
    return before


def planned(*, product_ids: Sequence[int], move: Move, lock: bool = False) -> list[Priced]:
    """What `change_prices` would do to the active SKUs of these products, by product and SKU. Raises BadMove."""
    rows = Sku.objects.filter(product_id__in=product_ids, active=True).order_by("product_id", "pk")
    if lock:
        rows = rows.select_for_update()
    return rules.plan([
        Priced(row.pk, row.supply_fen, row.list_fen, row.floor_fen, row.ceiling_fen) for row in rows
    ], move)


def change_prices(
    *, product_ids: Sequence[int], move: Move, seen: Mapping[int, int], now: datetime
) -> dict[int, tuple[int, int]]:
    """Change the prices as the preview showed them (`seen`: SKU id to new price); returns {SKU: (before, after)}.

    What would leave its floor or ceiling stays as it is. Raises BadMove, and PricesMoved when the preview is old.
    """
    require_transaction()
    _few(product_ids)
    list(Product.objects.select_for_update().filter(pk__in=product_ids).order_by("pk").values_list("pk"))
    plan = [each for each in planned(product_ids=product_ids, move=move, lock=True) if not each.problem]
    if {each.sku_id: each.after_fen for each in plan} != dict(seen):
        raise PricesMoved(_("预览之后有人改过价格，请再看一遍"))
    before = {each.sku_id: each.list_fen if move.which == Which.LIST else each.supply_fen for each in plan}
    changes = {each.sku_id: (before[each.sku_id], each.after_fen) for each in plan}
    _write(changes, move.which, now)
    return changes


def put_prices_back(*, changes: Mapping[int, tuple[int, int]], which: Which, now: datetime) -> int:
    """Undo of `change_prices`; a price that somebody changed since stays. Returns how many went back."""
    require_transaction()
    column = f"{which}_fen"
    touched = Product.objects.filter(skus__in=list(changes)).order_by("pk").values_list("pk", flat=True)
    list(Product.objects.select_for_update().filter(pk__in=set(touched)).order_by("pk").values_list("pk"))
    rows = Sku.objects.select_for_update().filter(pk__in=changes).order_by("pk")
    back = {row.pk: (changes[row.pk][1], changes[row.pk][0]) for row in rows
            if getattr(row, column) == changes[row.pk][1] and _fits(row, changes[row.pk][0], which)}
    _write(back, which, now)
    return len(back)


def _fits(row: Sku, fen: int, which: Which) -> bool:
    return which == Which.SUPPLY or (row.floor_fen <= fen and (row.ceiling_fen is None or fen <= row.ceiling_fen))


def _write(changes: Mapping[int, tuple[int, int]], which: Which, now: datetime) -> None:
    """The caller holds the locks."""
    rows = list(Sku.objects.filter(pk__in=changes))
    for row in rows:
        setattr(row, f"{which}_fen", changes[row.pk][1])
    Sku.objects.bulk_update(rows, [f"{which}_fen"], batch_size=500)
    note_prices(product_ids={row.product_id for row in rows}, now=now)


def note_prices(*, product_ids: Collection[int], now: datetime) -> None:
    """Prices of SKUs of these products were written: the price they are sorted by follows, and open forms are stale."""
    require_transaction()
    active = Sku.objects.filter(product=OuterRef("pk"), active=True).order_by().values("product")
    Product.objects.filter(pk__in=product_ids).update(
        from_fen=Coalesce(Subquery(active.annotate(low=Min("list_fen")).values("low")), Value(0)),
        version=F("version") + 1, changed_at=now,
    )


def _few(products: Mapping[int, int] | Sequence[int]) -> None:
    if not products:
        raise NotYours(_("没有选中商品"))
    if len(products) > MAX_AT_ONCE:
        raise BadInput(_("一次最多处理 %(most)s 件商品") % {"most": MAX_AT_ONCE})
