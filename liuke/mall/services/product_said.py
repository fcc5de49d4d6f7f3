"""What the rows of a product file say, put together: of a product, and of each SKU, laid over what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from liuke.intake.rules import Reason
from liuke.mall.models import Product, ShopPrice, Sku, StockLevel, Warehouse
from liuke.mall.rules.catalogue import PriceBounds, check_prices
from liuke.mall.services import product_fields
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


Place = tuple[int, int]                  # a SKU in a warehouse


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
    fresh: bool = False              # its product is new
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
    active: frozenset[int]               # suppliers that sell


@dataclass
class Slot:
    """What the products of a slot are before it."""

    products: dict[str, Product]
    owners: dict[str, str]                                                 # SKU -> code of its product
    levels: dict[tuple[int, int], StockLevel]
    prices: dict[tuple[int, int], ShopPrice]
    counts: dict[Place, tuple[int, Said]] = field(default_factory=dict)   # pieces, and the row that says so


def told_by(rows: Sequence[Said]) -> dict[str, Any]:
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


def about_said(
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


def piece_said(said: Said, sku: Sku | None, product: Product | None) -> Piece:
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


def with_options(about: About, rows: Sequence[Said]) -> About:
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
