"""The good rows of one slot of a product file, a product at a time: nothing of a row that is refused stays.

What is known already is read in a few statements for the whole slot; only what a file changes goes through the
services that staff use. Rows add and correct: a SKU that a file leaves out stays as it is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from liuke.intake.rules import Reason
from liuke.kit.errors import Refused
from liuke.mall.models import Product, ShopPrice, Sku, StockLevel, Warehouse
from liuke.mall.rules.catalogue import PriceBounds, ProductState, check_prices
from liuke.mall.services import catalogue, pricing, product_fields, stock
from liuke.mall.services.catalogue import About, Piece

BAD_SPEC = f"{Reason.BAD_SPEC}:{product_fields.SPEC}"
BAD_PRICE = f"{Reason.PRICE_BOUNDS}:{product_fields.LIST}"
ELSEWHERE = f"{Reason.SKU_ELSEWHERE}:{product_fields.SKU}"
REASONS = {                              # code of a refusal -> what the row is told
    "duplicate_code": ELSEWHERE, "sku_values": BAD_SPEC, "too_many_skus": BAD_SPEC, "price_bounds": BAD_PRICE,
    "product_not_ready": f"{Reason.NOT_READY}:{product_fields.STATE}",
}


class RowRefused(Exception):
    """One row cannot be taken; the others of its product are tried without it."""

    def __init__(self, row: "Said", why: str) -> None:
        super().__init__(why)
        self.row, self.why = row, why


@dataclass
class Said:
    """One row. `news` turns true when it changed anything; `why` is set when it was refused."""

    line: int
    product: str
    sku: str
    about: dict[str, Any]
    piece: dict[str, Any]
    stock: dict[str, int]
    shops: dict[str, list[Any]]
    news: bool = False
    why: str = ""


@dataclass
class World:
    """What rows refer to: ids of suppliers, categories and labels by what a file calls them, warehouses by id."""

    suppliers: Mapping[str, int]
    categories: Mapping[tuple[str, ...], int]
    labels: Mapping[str, int]
    places: Mapping[int, Warehouse]
    only_supplier: int | None


@dataclass
class Slot:
    """What the products of a slot are before it."""

    products: dict[str, Product]
    owners: dict[str, str]                                                 # SKU -> code of its product
    levels: dict[tuple[int, int], StockLevel]
    prices: dict[tuple[int, int], ShopPrice]
    counts: dict[int, tuple[int, Said]] = field(default_factory=dict)     # level -> pieces, and the row that says so


def merge(
    rows: Sequence[Said], *, world: World, key: str, reason: str, staff_id: int | None, now: datetime
) -> None:
    """Bring the rows in; afterwards each is `news`, or has a `why`, or was so already. In the caller's transaction."""
    slot = _known(rows)
    for said in rows:
        said.product = said.product or slot.owners.get(said.sku, said.sku)
    products = defaultdict(list)
    for said in _once(rows):
        products[said.product].append(said)
    for code, group in products.items():
        _bring(code, group, slot, world, now)
    counts = {level: pieces for level, (pieces, _row) in slot.counts.items()}
    for level in stock.take_many(counts=counts, key=key, reason=reason, staff_id=staff_id):
        slot.counts[level][1].why = Reason.PROMISED     # promised meanwhile; seen only when a buyer was faster


def _known(rows: Sequence[Said]) -> Slot:
    skus = list(Sku.objects.filter(code__in={said.sku for said in rows}).values_list("code", "product__code"))
    codes = {said.product for said in rows} | {code for _sku, code in skus}
    products = Product.objects.filter(code__in=codes).prefetch_related("skus").order_by("pk")
    levels = StockLevel.objects.filter(sku__product__code__in=codes)
    prices = ShopPrice.objects.filter(sku__product__code__in=codes)
    return Slot(
        products={row.code: row for row in products}, owners=dict(skus),
        levels={(row.sku_id, row.warehouse_id): row for row in levels},
        prices={(row.shop_id, row.sku_id): row for row in prices if row.sku_id},
    )


def _once(rows: Sequence[Said]) -> list[Said]:
    """A SKU is told once; a further row of it, and one of another product's SKU, is refused."""
    seen = set[str]()
    for said in rows:
        if said.sku in seen:
            said.why = f"{Reason.SKU_TWICE}:{product_fields.SKU}"
        seen.add(said.sku)
    return [said for said in rows if not said.why]


def _bring(code: str, rows: list[Said], slot: Slot, world: World, now: datetime) -> None:
    """One product, all that its rows say or nothing; a row that cannot be is left out and the rest tried again."""
    while rows:
        try:
            with transaction.atomic():
                counts = _write(code, rows, slot, world, now)
        except RowRefused as refused:
            refused.row.why = refused.why
            rows = [said for said in rows if said is not refused.row]
        except Refused as refused:
            for said in rows:
                said.why = REASONS.get(refused.code, Reason.REFUSED)
            return
        else:
            slot.counts.update(counts)
            return


def _write(code: str, rows: Sequence[Said], slot: Slot, world: World, now: datetime) -> dict[int, tuple[int, Said]]:
    product = slot.products.get(code)
    for said in rows:
        said.news = False
        if slot.owners.get(said.sku, code) != code:
            raise RowRefused(said, ELSEWHERE)
    told = _told(rows)
    state = told.pop("state", None)
    about = _about(code, product, told, rows, world)
    skus = {sku.code: sku for sku in product.skus.all()} if product else {}
    pieces = {said.sku: _piece(said, skus.get(said.sku), product) for said in rows}
    about = _with_options(about, rows, product)
    if product is None:
        product = catalogue.open_product(about=about, pieces=list(pieces.values()), now=now)
        _news(rows)
    else:
        product = _change(product, about, pieces, skus, rows, now=now)
    _set_state(product, state, rows, now)
    ids = {code: sku.pk for code, sku in skus.items()}
    if not pieces.keys() <= ids.keys():
        ids = dict(product.skus.values_list("code", "pk"))
    counts = dict[int, tuple[int, Said]]()
    for said in rows:
        _price(said, ids[said.sku], slot)
        counts |= _count(said, ids[said.sku], product.supplier_id, slot, world)
    return counts


def _told(rows: Sequence[Said]) -> dict[str, Any]:
    """What all rows together say of the product. The first that says something is believed."""
    told = dict[str, Any]()
    for said in rows:
        for name, value in said.about.items():
            if told.setdefault(name, value) != value:
                raise RowRefused(said, f"{Reason.MIXED_PRODUCT}:{FIELD_OF[name]}")
    return told


FIELD_OF = {
    "name": product_fields.NAME, "supplier": product_fields.SUPPLIER, "category": product_fields.CATEGORY,
    "label": product_fields.LABEL, "summary": product_fields.SUMMARY, "care": product_fields.CARE,
    "serial_numbered": product_fields.SERIAL, "warranty_months": product_fields.WARRANTY,
    "return_days": product_fields.RETURN_DAYS, "position": product_fields.POSITION, "state": product_fields.STATE,
}


def _about(
    code: str, product: Product | None, told: dict[str, Any], rows: Sequence[Said], world: World
) -> About:
    said = rows[0]
    given = dict(told)
    supplier, path, label = given.pop("supplier", None), given.pop("category", None), given.pop("label", None)
    if supplier is not None or product is None:
        found = world.suppliers.get(supplier) if supplier else world.only_supplier
        if found is None:
            raise RowRefused(said, f"{Reason.UNKNOWN_SUPPLIER}:{product_fields.SUPPLIER}")
        given["supplier_id"] = found
    if path is not None:
        if tuple(path) not in world.categories:
            raise RowRefused(said, f"{Reason.BAD_CATEGORY}:{product_fields.CATEGORY}")
        given["category_id"] = world.categories[tuple(path)]
    if label is not None:
        given["label_id"] = world.labels[label]
    if product is not None:
        return replace(about_of(product), **given)
    for name, reason in (("name", Reason.MISSING_NAME), ("category_id", Reason.MISSING_CATEGORY)):
        if name not in given:
            raise RowRefused(said, reason)
    return About(code=code, **given)


def about_of(product: Product) -> About:
    """What is said of a product now."""
    names = [name for name in About.__dataclass_fields__ if name != "options"]
    return About(options=tuple(product.options), **{name: getattr(product, name) for name in names})


def piece_of(sku: Sku) -> Piece:
    """What is said of a SKU now."""
    names = [name for name in Piece.__dataclass_fields__ if name != "values"]
    return Piece(values=tuple(sku.values), **{name: getattr(sku, name) for name in names})


def _piece(said: Said, sku: Sku | None, product: Product | None) -> Piece:
    given = dict(said.piece)
    _options, values = given.pop("spec", (None, None))
    if values is not None:
        given["values"] = tuple(values)
    if sku is not None:
        piece = replace(piece_of(sku), **given)
    elif "list_fen" not in given or "supply_fen" not in given:
        where = product_fields.LIST if "list_fen" not in given else product_fields.SUPPLY
        raise RowRefused(said, f"{Reason.MISSING_PRICE}:{where}")
    else:
        piece = Piece(code=said.sku, **given)
    if product and values is None and sku is None and product.options:
        raise RowRefused(said, BAD_SPEC)
    try:
        check_prices(supply_fen=piece.supply_fen, list_fen=piece.list_fen, floor_fen=piece.floor_fen,
                     ceiling_fen=piece.ceiling_fen)
    except PriceBounds as error:
        raise RowRefused(said, BAD_PRICE) from error
    return piece


def _with_options(about: About, rows: Sequence[Said], product: Product | None) -> About:
    """The names of the specifications are those that the first row with any gives; all rows have the same ones."""
    told: tuple[str, ...] | None = None
    for said in rows:
        if "spec" not in said.piece:
            continue
        names = tuple(said.piece["spec"][0])
        if told is not None and names != told:
            raise RowRefused(said, BAD_SPEC)
        told = names
    return about if told is None else replace(about, options=told)


def _change(
    product: Product, about: About, pieces: Mapping[str, Piece], skus: Mapping[str, Sku], rows: Sequence[Said],
    *, now: datetime,
) -> Product:
    """Say what is new; what is not named stays as it is. A SKU that is not sold any more is told only when changed."""
    before = {code: piece_of(sku) for code, sku in skus.items()}
    changed = {code: piece for code, piece in pieces.items() if before.get(code) != piece}
    if about != about_of(product):
        _news(rows)
    for said in rows:
        said.news = said.news or said.sku in changed
    if not changed and not any(said.news for said in rows):
        return product
    wanted = {code: piece for code, piece in before.items() if piece.active} | changed if changed else None
    return catalogue.change_product(
        product_id=product.pk, version=product.version, about=about,
        pieces=None if wanted is None else list(wanted.values()), now=now,
    )


def _set_state(product: Product, state: str | None, rows: Sequence[Said], now: datetime) -> None:
    moved = 0
    if state == ProductState.ON_SALE != product.state:
        moved = catalogue.put_on_sale(product_ids=[product.pk], now=now)
    elif state == ProductState.OFF_SALE:
        moved = catalogue.take_off_sale(product_ids=[product.pk], now=now)
    if moved:
        _news(rows)


def _price(said: Said, sku_id: int, slot: Slot) -> None:
    for shop, (way, value) in said.shops.items():
        known = slot.prices.get((int(shop), sku_id))
        if way == "not_offered":
            markup, price, offered = (known.markup_bp, known.price_fen, False) if known else (0, None, False)
        else:
            markup, price, offered = (value, None, True) if way == "markup" else (None, value, True)
        if known and (known.markup_bp, known.price_fen, known.offered) == (markup, price, offered):
            continue
        try:
            pricing.set_shop_price(shop_id=int(shop), sku_id=sku_id, markup_bp=markup, price_fen=price, offered=offered)
        except Refused as refused:
            raise RowRefused(said, f"{Reason.PRICE_BOUNDS}:shop-{shop}") from refused
        said.news = True


def _count(said: Said, sku_id: int, supplier_id: int, slot: Slot, world: World) -> dict[int, tuple[int, Said]]:
    """The levels that this row counts differently from what we know, with the pieces it counts."""
    counts = dict[int, tuple[int, Said]]()
    for where, pieces in said.stock.items():
        place = world.places.get(int(where)) if where else _first_place(supplier_id, world)
        name = f"stock-{where}" if where else product_fields.STOCK
        if place is None or place.supplier_id != supplier_id:
            raise RowRefused(said, f"{Reason.WRONG_WAREHOUSE}:{name}")
        level = slot.levels.get((sku_id, place.pk))
        if level is None and pieces:
            level, _created = StockLevel.objects.get_or_create(sku_id=sku_id, warehouse=place)
        if level is None or level.on_hand == pieces:
            continue
        if pieces < level.reserved:
            raise RowRefused(said, f"{Reason.PROMISED}:{name}")
        counts[level.pk] = (pieces, said)
        said.news = True
    return counts


def _first_place(supplier_id: int, world: World) -> Warehouse | None:
    mine = [place for place in world.places.values() if place.supplier_id == supplier_id]
    return min(mine, key=lambda place: (place.position, place.pk), default=None)


def _news(rows: Sequence[Said]) -> None:
    for said in rows:
        said.news = True
