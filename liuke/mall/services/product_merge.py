"""The good rows of one slot of a product file, a product at a time: nothing of a row that is refused stays.

What is known already is read in a few statements for the whole slot; only what a file changes goes through the
services that staff use. Rows add and correct: a SKU that a file leaves out stays as it is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from liuke.intake.rules import Reason
from liuke.kit.errors import Refused
from liuke.mall.models import Product, ShopPrice, Sku, StockLevel, Warehouse
from liuke.mall.rules.catalogue import ProductState
from liuke.mall.services import catalogue, pricing, product_fields, stock
from liuke.mall.services.catalogue import About, Piece
from liuke.mall.services.catalogue_bulk import AT_ONCE, New, open_products
from liuke.mall.services.product_prices import asked_by, reprice
from liuke.mall.services.product_said import (
    ELSEWHERE,
    REASONS,
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
    _open(products, slot, world, now)
    done = reprice(products, slot, world, now=now, count=lambda said, sku_id, supplier_id: _count(
        said, sku_id, supplier_id, slot, world))
    for code, group in products.items():
        if code in done:
            continue
        _bring(code, [said for said in group if not said.why], slot, world, now)
    _take(slot, key=key, reason=reason, staff_id=staff_id)


def _open(products: Mapping[str, list[Said]], slot: Slot, world: World, now: datetime) -> None:
    """The products that are not there yet, all at once; what their rows say of prices and stock comes after."""
    news = dict[str, New]()
    for code, group in products.items():
        rows = group if code not in slot.products else []
        while rows and code not in news:
            try:
                news[code] = _new(code, rows, slot, world)
            except RowRefused as refused:
                refused.row.why = refused.why
                rows = [said for said in rows if said is not refused.row]
            except Refused as refused:
                for said in rows:
                    said.why = REASONS.get(refused.code, Reason.REFUSED)
                rows = []
        for said in rows:
            said.fresh = True
    open_products(news=list(news.values()), now=now)
    for product in Product.objects.filter(code__in=news).prefetch_related("skus").order_by("pk"):
        slot.products[product.code] = product


def _new(code: str, rows: Sequence[Said], slot: Slot, world: World) -> New:
    """The product as the rows say it; everything that could be refused later is looked at here."""
    for said in rows:
        if slot.owners.get(said.sku, code) != code:
            raise RowRefused(said, ELSEWHERE)
    told = told_by(rows)
    state = told.pop("state", None)
    about = with_options(about_said(code, None, told, rows, world), rows)
    pieces = [piece_said(said, None, None) for said in rows]
    catalogue.fields_of(about)
    catalogue.check_pieces(about, pieces)
    for said, piece in zip(rows, pieces, strict=True):
        sku = catalogue.fill(Sku(), piece)
        for shop, (way, value) in said.shops.items():
            _check_price(said, sku, shop, way, value)
        for where in said.stock:
            _place(said, where, about.supplier_id, world)
    on_sale = state == ProductState.ON_SALE
    if on_sale and not (about.supplier_id in world.active and any(piece.active for piece in pieces)):
        raise catalogue.NotReady
    return New(about, tuple(pieces), on_sale=on_sale)


def _check_price(said: Said, sku: Sku, shop: str, way: str, value: int) -> None:
    try:
        pricing.check_shop_price(sku, markup_bp=value if way == "markup" else None,
                                 price_fen=value if way == "fixed" else None)
    except Refused as refused:
        raise RowRefused(said, f"{Reason.PRICE_BOUNDS}:shop-{shop}") from refused


def _take(slot: Slot, *, key: str, reason: str, staff_id: int | None) -> None:
    """All counts at once, so that buyers wait for a moment only."""
    StockLevel.objects.bulk_create(
        [StockLevel(sku_id=sku, warehouse_id=place) for sku, place in slot.counts if (sku, place) not in slot.levels],
        ignore_conflicts=True, batch_size=AT_ONCE)
    levels = StockLevel.objects.filter(sku_id__in={sku for sku, _place in slot.counts})
    places = {row.pk: (row.sku_id, row.warehouse_id) for row in levels}
    counts = {pk: slot.counts[place][0] for pk, place in places.items() if place in slot.counts}
    for pk in stock.take_many(counts=counts, key=key, reason=reason, staff_id=staff_id):
        slot.counts[places[pk]][1].why = Reason.PROMISED     # promised meanwhile: a buyer was faster


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


def _write(code: str, rows: Sequence[Said], slot: Slot, world: World, now: datetime) -> dict[Place, tuple[int, Said]]:
    product = slot.products[code]
    for said in rows:
        said.news = said.fresh
        if slot.owners.get(said.sku, code) != code:
            raise RowRefused(said, ELSEWHERE)
    told = told_by(rows)
    state = told.pop("state", None)
    about = about_said(code, product, told, rows, world)
    skus = {sku.code: sku for sku in product.skus.all()}
    pieces = {said.sku: piece_said(said, skus.get(said.sku), product) for said in rows}
    product = _change(product, with_options(about, rows), pieces, skus, rows, now=now)
    _set_state(product, state, rows, now)
    ids = {code: sku.pk for code, sku in skus.items()}
    if not pieces.keys() <= ids.keys():
        ids = dict(product.skus.values_list("code", "pk"))
    counts = dict[Place, tuple[int, Said]]()
    for said in rows:
        _price(said, ids[said.sku], slot)
        counts |= _count(said, ids[said.sku], product.supplier_id, slot, world)
    return counts


def _change(
    product: Product, about: About, pieces: Mapping[str, Piece], skus: Mapping[str, Sku], rows: Sequence[Said],
    *, now: datetime,
) -> Product:
    """Say what is new; what is not named stays as it is. A SKU that is not sold any more is told only when changed."""
    before = {code: piece_of(sku) for code, sku in skus.items()}
    changed = {code: piece for code, piece in pieces.items() if before.get(code) != piece}
    other = about != about_of(product)
    if not changed and not other:
        return product
    for said in rows:
        said.news = said.news or other or said.sku in changed
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
    for shop in said.shops:
        known = slot.prices.get((int(shop), sku_id))
        unknown = known is None and said.shops[shop][0] == "not_offered"
        list_fen = Sku.objects.values_list("list_fen", flat=True).get(pk=sku_id) if unknown else 0
        markup, price, offered = asked_by(said, shop, known, list_fen)
        if known and (known.markup_bp, known.price_fen, known.offered) == (markup, price, offered):
            continue
        try:
            pricing.set_shop_price(shop_id=int(shop), sku_id=sku_id, markup_bp=markup, price_fen=price, offered=offered)
        except Refused as refused:
            raise RowRefused(said, f"{Reason.PRICE_BOUNDS}:shop-{shop}") from refused
        said.news = True


def _count(said: Said, sku_id: int, supplier_id: int, slot: Slot, world: World) -> dict[Place, tuple[int, Said]]:
    """Where this row counts differently from what we know, with the pieces it counts."""
    counts = dict[Place, tuple[int, Said]]()
    for where, pieces in said.stock.items():
        place = _place(said, where, supplier_id, world)
        level = slot.levels.get((sku_id, place.pk))
        if pieces == (level.on_hand if level else 0):
            continue
        if level and pieces < level.reserved:
            raise RowRefused(said, f"{Reason.PROMISED}:{_stock_field(where)}")
        counts[sku_id, place.pk] = (pieces, said)
        said.news = True
    return counts


def _place(said: Said, where: str, supplier_id: int, world: World) -> Warehouse:
    """The warehouse that a column means; 库存 alone is the first of the supplier."""
    mine = [place for place in world.places.values() if place.supplier_id == supplier_id]
    mine = [place for place in mine if not where or place.pk == int(where)]
    if not mine:
        raise RowRefused(said, f"{Reason.WRONG_WAREHOUSE}:{_stock_field(where)}")
    return min(mine, key=lambda place: (place.position, place.pk))


def _stock_field(where: str) -> str:
    return f"stock-{where}" if where else product_fields.STOCK


def _news(rows: Sequence[Said]) -> None:
    for said in rows:
        said.news = True
