"""Rows of a product file that change nothing but prices of known SKUs: a thousand of them in a few statements.

Everything is looked at before anything is written, so none of these rows can be refused afterwards. What says more than
that, or is not right, is left to the way that goes product by product.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused
from liuke.mall.models import Product, ShopPrice, Sku
from liuke.mall.services import bulk, pricing
from liuke.mall.services.catalogue import Piece
from liuke.mall.services.product_said import (
    Place,
    RowRefused,
    Said,
    Slot,
    World,
    about_of,
    about_said,
    piece_of,
    piece_said,
    told_by,
    with_options,
)

PRICES = ("supply_fen", "list_fen", "floor_fen", "ceiling_fen")
ASKED = ("markup_bp", "price_fen", "offered")
AT_ONCE = 500
Way = tuple[int | None, int | None, bool]            # markup_bp, price_fen, offered
Count = Callable[[Said, int, int], dict[Place, tuple[int, Said]]]


@dataclass
class _Plan:
    """What the rows of one product change."""

    pieces: dict[int, tuple[Piece, Said]] = field(default_factory=dict)            # by SKU
    shops: list[tuple[ShopPrice, Said]] = field(default_factory=list)
    counts: dict[Place, tuple[int, Said]] = field(default_factory=dict)


def reprice(
    products: Mapping[str, Sequence[Said]], slot: Slot, world: World, *, count: Count, now: datetime
) -> set[str]:
    """Write the prices of all products that change in nothing else but prices and counts of their stock, if at all.

    `count` tells what a row (SKU id, supplier id) counts differently, or raises RowRefused. Returns the codes of the
    products with which nothing more is to be done.
    """
    require_transaction()
    plans = dict[str, _Plan]()
    for code, rows in products.items():
        if plan := _plan(code, [said for said in rows if not said.why], slot, world, count):
            plans[code] = plan
    ids = {slot.products[code].pk for code, plan in plans.items() if plan.pieces or plan.shops}
    locked = Product.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", "version")
    versions = {product.pk: product.version for product in slot.products.values()} | dict(locked)
    plans = {code: plan for code, plan in plans.items()
             if versions[slot.products[code].pk] == slot.products[code].version}
    _write_pieces(plans, slot, now)
    _write_shops(plans)
    for plan in plans.values():
        slot.counts.update(plan.counts)
    return set(plans)


def asked_by(said: Said, shop: str, known: ShopPrice | None, list_fen: int) -> Way:
    """What the row wants the shop to ask; a shop that does not offer it keeps its price for another day."""
    way, value = said.shops[shop]
    if way == "markup":
        return value, None, True
    if way == "fixed":
        return None, value, True
    return (known.markup_bp, known.price_fen, False) if known else (None, list_fen, False)


def _plan(
    code: str, rows: Sequence[Said], slot: Slot, world: World, count: Count
) -> _Plan | None:
    """None: these rows say more than prices, or something is wrong with one of them."""
    product = slot.products.get(code)
    if product is None or not rows or any(said.fresh or slot.owners.get(said.sku) != code for said in rows):
        return None
    skus = {sku.code: sku for sku in product.skus.all()}
    try:
        told = told_by(rows)
        if told.pop("state", product.state) != product.state:
            return None
        if with_options(about_said(code, product, told, rows, world), rows) != about_of(product):
            return None
        plan = _Plan()
        for said in rows:
            sku = skus[said.sku]
            piece, before = piece_said(said, sku, product), piece_of(sku)
            if replace(piece, **{name: getattr(before, name) for name in PRICES}) != before:
                return None
            if piece != before:
                plan.pieces[sku.pk] = piece, said
            plan.shops += _shops(said, sku, piece, slot)
            plan.counts |= count(said, sku.pk, product.supplier_id)
    except (RowRefused, Refused):
        return None
    return plan


def _shops(said: Said, sku: Sku, piece: Piece, slot: Slot) -> list[tuple[ShopPrice, Said]]:
    """Raises PriceBounds."""
    found = []
    asked_of = Sku(**{name: getattr(piece, name) for name in PRICES})
    for shop in said.shops:
        known = slot.prices.get((int(shop), sku.pk))
        markup, price, offered = way = asked_by(said, shop, known, piece.list_fen)
        if known and way == (known.markup_bp, known.price_fen, known.offered):
            continue
        pricing.check_shop_price(asked_of, markup_bp=markup, price_fen=price)
        row = ShopPrice(shop_id=int(shop), sku_id=sku.pk, markup_bp=markup, price_fen=price, offered=offered)
        found.append((row, said))
    return found


def _write_pieces(plans: Mapping[str, _Plan], slot: Slot, now: datetime) -> None:
    changed = list[Sku]()
    for code, plan in plans.items():
        for sku in slot.products[code].skus.all():
            if sku.pk in plan.pieces:
                piece, said = plan.pieces[sku.pk]
                for name in PRICES:
                    setattr(sku, name, getattr(piece, name))
                said.news = True
                changed.append(sku)
    Sku.objects.bulk_update(changed, PRICES, batch_size=AT_ONCE)
    moved = {sku.product_id for sku in changed}
    bulk.note_prices(product_ids=moved, now=now)


def _write_shops(plans: Mapping[str, _Plan]) -> None:
    rows = [(row, said) for plan in plans.values() for row, said in plan.shops]
    ShopPrice.objects.bulk_create(
        [row for row, _said in rows], update_conflicts=True, unique_fields=["shop", "sku"], update_fields=ASKED,
        batch_size=AT_ONCE)
    for _row, said in rows:
        said.news = True
