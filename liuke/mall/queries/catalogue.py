"""The shelf as a shopper sees it: pages of products, and one product with all that belongs to it.

A list costs two statements and a product four, whatever their size: what prices and stock hang on comes with the
SKUs.
"""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from liuke.kit import pictures
from liuke.kit.errors import BadInput, NotYours
from liuke.mall.models import Category, Companion, Picture
from liuke.mall.queries.prices import Buyer
from liuke.mall.rules import prices as rules
from liuke.mall.rules.catalogue import PAGE, patterns
from liuke.org.models import Shop

SHOWN_PIECES = 99                        # a shopper is not told of more
NEWEST, CHEAPEST, DEAREST = "newest", "cheapest", "dearest"
SORTS = {                                # name -> (columns, comparison with the cursor, direction)
    NEWEST: ("position, id", "<", "position DESC, id DESC"),
    CHEAPEST: ("from_fen, id", ">", "from_fen, id"),
    DEAREST: ("from_fen, id", "<", "from_fen DESC, id DESC"),
}

_CURSOR = re.compile(r"-?[0-9]{1,18}_[0-9]{1,18}")
_FILTERS = (("label_id", "label_id", "="), ("least_fen", "from_fen", ">="), ("most_fen", "from_fen", "<="))


class BadCursor(BadInput):
    """This is not where a page ended."""

    code = "bad_cursor"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What to list. The price range and the order by price go by the lowest list price, which no shop changes."""

    shop: str                            # its code
    category_id: int | None = None       # with everything below it
    label_id: int | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    text: str = ""
    sort: str = NEWEST
    after: str = ""                      # `Page.next` of the page before


@dataclass(frozen=True)
class Offer:
    """One SKU in one shop for one buyer. `price` tells every step and so the supply price: not for shoppers' eyes."""

    sku_id: int
    code: str
    values: tuple[str, ...]
    weight_grams: int
    available: int
    price: rules.Price
    until: datetime | None               # when the timed price ends that gave the price


@dataclass(frozen=True)
class Item:
    """A product on a page: the lowest price of the buyer, and what the shop asks others for the same SKU."""

    code: str
    name: str
    summary: str
    cover: str
    price_fen: int
    shop_fen: int
    skus: int
    in_stock: bool
    until: datetime | None


@dataclass(frozen=True)
class Page:
    items: list[Item]
    next: str | None


@dataclass(frozen=True)
class Image:
    """`url` fits a phone, `large` a look at the details; width and height are the large one's."""

    url: str
    small: str
    large: str
    width: int
    height: int


@dataclass(frozen=True)
class Beside:
    """A tutorial (title, url) or an accessory (its product code and name)."""

    kind: str
    title: str
    url: str
    product: str


@dataclass(frozen=True)
class Detail:
    """`category` holds the ids from the root down."""

    code: str
    name: str
    summary: str
    description: str
    care: str
    label: str
    category: tuple[int, ...]
    options: tuple[str, ...]
    serial_numbered: bool
    warranty_months: int
    return_days: int
    shop_id: int
    offers: tuple[Offer, ...]
    pictures: tuple[Image, ...]
    companions: tuple[Beside, ...]


@dataclass(frozen=True)
class Branch:
    id: int
    parent_id: int | None
    name: str


def page(shelf: Shelf, *, who: Buyer, now: datetime) -> Page:
    """One page of what the shop has on sale, in two statements. Raises NotYours (no such shop), BadCursor, BadInput."""
    sql, values = page_sql(shelf)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    if not rows:
        shop_for(shelf.shop)
        return Page([], None)
    shown = rows[:PAGE]
    offers = offers_for([row[0] for row in shown], shop_id=shown[0][5], who=who, now=now)
    items = [_item(row, offers[row[0]]) for row in shown if offers[row[0]]]
    last = shown[-1]
    key = last[6] if shelf.sort == NEWEST else last[7]
    return Page(items, f"{key}_{last[0]}" if len(rows) > PAGE else None)


def page_sql(shelf: Shelf) -> tuple[str, dict[str, Any]]:
    """The statement of a page: the index of the sort (or of the search) finds the ids, covers are read for those."""
    if shelf.sort not in SORTS:
        raise BadInput(_("没有这种排序"))
    columns, beyond, order = SORTS[shelf.sort]
    where = ["state = 'on_sale'"]
    values: dict[str, Any] = {"shop": shelf.shop, "limit": PAGE + 1}
    for field, column, sign in _FILTERS:
        if (value := getattr(shelf, field)) is not None:
            where.append(f"{column} {sign} %({field})s")
            values[field] = value
    if shelf.category_id is not None:
        where.append("category_id = ANY(ARRAY(SELECT id FROM mall_category WHERE path @> ARRAY[%(category)s::bigint]))")
        values["category"] = shelf.category_id
    for at, pattern in enumerate(patterns(shelf.text)):
        where.append(f"search LIKE %(word{at})s")
        values[f"word{at}"] = pattern
    if shelf.after:
        where.append(f"({columns}) {beyond} (%(key)s, %(id)s)")
        values["key"], values["id"] = _cursor(shelf.after)
    return _PAGE.format(where=" AND ".join(where), order=order), values


_PAGE = """
WITH shop AS MATERIALIZED (SELECT id FROM org_shop WHERE code = %(shop)s AND active),
found AS (
    SELECT id, code, name, summary, position, from_fen FROM mall_product product
    WHERE {where} AND EXISTS (
        SELECT 1 FROM mall_sku sku CROSS JOIN shop
        LEFT JOIN mall_shopprice own ON own.shop_id = shop.id AND own.sku_id = sku.id
        LEFT JOIN mall_shopprice rest ON rest.shop_id = shop.id AND rest.sku_id IS NULL
        WHERE sku.product_id = product.id AND sku.active AND COALESCE(own.offered, rest.offered, true))
    ORDER BY {order} LIMIT %(limit)s)
SELECT id, code, name, summary,
       (SELECT file FROM mall_picture WHERE product_id = found.id ORDER BY position, id LIMIT 1),
       (SELECT id FROM shop) AS shop_id, position, from_fen
FROM found ORDER BY {order}
"""


def _cursor(after: str) -> tuple[int, int]:
    if not _CURSOR.fullmatch(after):
        raise BadCursor(_("页码不正确，请从第一页开始"))
    key, _sign, pk = after.partition("_")
    return int(key), int(pk)


def _item(row: tuple[Any, ...], offers: Sequence[Offer]) -> Item:
    _id, code, name, summary, cover, *_rest = row
    best = min(offers, key=lambda each: (each.price.price_fen, each.sku_id))
    image = pictures.url(cover, pictures.Size.SMALL) if cover else ""
    return Item(
        code, name, summary, image, best.price.price_fen, best.price.shop_fen,
        len(offers), any(each.available > 0 for each in offers), best.until,
    )


_OFFERS = """
SELECT sku.product_id, sku.id, sku.code, sku.values, sku.weight_grams,
       sku.supply_fen, sku.list_fen, sku.floor_fen, sku.ceiling_fen,
       rule.markup_bp, rule.price_fen, tier.off_bp, tier.price_fen,
       (SELECT COALESCE(SUM(GREATEST(level.on_hand - level.reserved - level.safety, 0)), 0)
        FROM mall_stocklevel level JOIN mall_warehouse place ON place.id = level.warehouse_id AND place.active
        WHERE level.sku_id = sku.id),
       (SELECT JSONB_AGG(JSONB_BUILD_ARRAY(timed.id, timed.price_fen, timed.starts_at, timed.ends_at,
                                           timed.quantity - timed.sold))
        FROM mall_timedprice timed
        WHERE timed.sku_id = sku.id AND timed.ends_at > %(now)s AND timed.starts_at <= %(now)s
              AND (timed.shop_id = %(shop)s OR timed.shop_id IS NULL)
              AND (timed.audience_kind = '' OR timed.audience_kind || ':' || timed.audience = ANY(%(audiences)s)))
FROM mall_sku sku
LEFT JOIN LATERAL (
    SELECT markup_bp, price_fen, offered FROM mall_shopprice
    WHERE shop_id = %(shop)s AND (sku_id = sku.id OR sku_id IS NULL) ORDER BY sku_id NULLS LAST LIMIT 1) rule ON true
LEFT JOIN LATERAL (
    SELECT off_bp, price_fen FROM mall_tierprice
    WHERE tier = %(tier)s AND (sku_id = sku.id OR sku_id IS NULL) ORDER BY sku_id NULLS LAST LIMIT 1) tier ON true
WHERE sku.product_id = ANY(%(products)s) AND sku.active AND COALESCE(rule.offered, true)
ORDER BY sku.id
"""


def offers_for(
    product_ids: Sequence[int], *, shop_id: int, who: Buyer, now: datetime
) -> dict[int, list[Offer]]:
    """What the shop offers of each product, priced for the buyer, in one statement. Agrees with `prices_for`."""
    audiences = [f"{kind}:{name}" for kind, name in who.audiences]
    values: dict[str, Any] = {
        "now": now, "shop": shop_id, "tier": who.tier, "audiences": audiences, "products": list(product_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OFFERS, values)
        rows = cursor.fetchall()
    found: dict[int, list[Offer]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(_offer(row, who, now))
    return found


def _offer(row: tuple[Any, ...], who: Buyer, now: datetime) -> Offer:
    _product, sku_id, code, values, grams, supply, ask, floor, ceiling, markup, fixed, off, member, stock, timed = row
    sales = [
        rules.Timed(pk, fen, datetime.fromisoformat(start), datetime.fromisoformat(end), left)
        for pk, fen, start, end, left in json.loads(timed or "[]")
    ]
    price = rules.price(
        rules.Base(supply, ask, floor, ceiling), now=now, shop=rules.Shop(markup, fixed),
        tier=None if off is None and member is None else rules.Tier(who.tier, off, member), timed=sales,
    )
    until = next((sale.ends_at for sale in sales if sale.pk == price.timed), None)
    return Offer(sku_id, code, tuple(values), grams, min(stock, SHOWN_PIECES), price, until)


def detail(*, shop: str, code: str, who: Buyer, now: datetime) -> Detail:
    """One product on sale with all that belongs to it, in four statements. Raises NotYours."""
    with connection.cursor() as cursor:
        cursor.execute(_DETAIL, {"shop": shop, "code": code})
        row = cursor.fetchone()
    if row is None:
        raise NotYours(_("没有这件商品，或者它已下架"))
    pk, shop_id, category, *about = row
    offers = offers_for([pk], shop_id=shop_id, who=who, now=now)[pk]
    if not offers:
        raise NotYours(_("该门店不销售这件商品"))
    code, name, summary, description, care, label, options, serials, warranty, days = about
    rows = Picture.objects.filter(product_id=pk).order_by("position", "pk")
    images = tuple(Image(each.medium_url, each.small_url, each.large_url, each.width, each.height) for each in rows)
    return Detail(
        code, name, summary, description, care, label, tuple(category), tuple(options), serials, warranty, days,
        shop_id, tuple(offers), images, tuple(_companions(pk)),
    )


_DETAIL = """
SELECT product.id, shop.id, category.path, product.code, product.name, product.summary, product.description,
       product.care, COALESCE(label.name, ''), product.options, product.serial_numbered, product.warranty_months,
       product.return_days
FROM mall_product product
JOIN mall_category category ON category.id = product.category_id
LEFT JOIN mall_label label ON label.id = product.label_id
JOIN org_shop shop ON shop.code = %(shop)s AND shop.active
WHERE product.code = %(code)s AND product.state = 'on_sale'
"""


def _companions(product_id: int) -> list[Beside]:
    rows = Companion.objects.filter(product_id=product_id).select_related("accessory").order_by("position", "pk")
    return [
        Beside(row.kind, row.title or (row.accessory.name if row.accessory else ""), row.url,
               row.accessory.code if row.accessory else "")
        for row in rows if row.accessory is None or row.accessory.state == "on_sale"
    ]


def branches() -> list[Branch]:
    """The whole tree of categories, parents before children."""
    rows = Category.objects.order_by("position", "pk").values_list("pk", "parent_id", "name", "path")
    return [Branch(pk, parent, name) for pk, parent, name, _path in sorted(rows, key=lambda row: len(row[3]))]


def shop_for(code: str) -> Shop:
    """The open shop with this code. Raises NotYours."""
    shop = Shop.objects.filter(code=code, active=True).first()
    if shop is None:
        raise NotYours(_("没有这家门店"))
    return shop
