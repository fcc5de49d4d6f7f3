"""The shelf as a shopper sees it: pages of products, and one product with all that belongs to it.

A list costs one statement and a product two, whatever their size: prices and stock come with the SKUs.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils.translation import gettext as _
from msgspec import Struct
from msgspec.json import Decoder

from liuke.kit import pictures
from liuke.kit.errors import BadInput, NotYours
from liuke.kit.pictures import Size
from liuke.kit.rows import fetch
from liuke.mall.models import Category
from liuke.mall.queries.prices import OFFERED, PRICED, RULES, WIDTH, Buyer, price_of
from liuke.mall.rules import prices as rules
from liuke.mall.rules.catalogue import PAGE, patterns
from liuke.org.models import Shop

SHOWN_PIECES = 99                        # a shopper is not told of more
NEWEST, CHEAPEST, DEAREST = "newest", "cheapest", "dearest"
SORTS = {                                # name -> (column, comparison with the cursor, direction)
    NEWEST: ("position", "<", "DESC"),
    CHEAPEST: ("from_fen", ">", "ASC"),
    DEAREST: ("from_fen", "<", "DESC"),
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
    codes: tuple[str, ...] = ()          # these alone
    sort: str = NEWEST
    after: str = ""                      # `Page.next` of the page before


class Offer(Struct, frozen=True):
    """One SKU in one shop for one buyer. `price` tells every step and so the supply price: not for shoppers' eyes."""

    sku_id: int
    code: str
    values: tuple[str, ...]
    weight_grams: int
    available: int
    price: rules.Price
    for_some: tuple["ForSome", ...]
    until: datetime | None               # when the timed price ends that gave the price


class ForSome(Struct, frozen=True):
    """What some pay now, under a condition that everybody may read; the lowest first."""

    price_fen: int
    terms: str
    until: datetime


class Item(Struct, frozen=True):
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


class Page(Struct, frozen=True):
    items: list[Item]
    next: str | None


class Image(Struct, frozen=True):
    """`url` fits a phone, `large` a look at the details; width and height are the large one's."""

    url: str
    small: str
    large: str
    width: int
    height: int


class Beside(Struct, frozen=True):
    """A tutorial (title, url) or an accessory (its product code and name)."""

    kind: str
    title: str
    url: str
    product: str


class Detail(Struct, frozen=True):
    """`category` holds the ids from the root down."""

    id: int
    code: str
    name: str
    summary: str
    description: str
    care: str
    label: str
    serial_numbered: bool
    warranty_months: int
    return_days: int
    category: tuple[int, ...]
    options: tuple[str, ...]
    shop_id: int
    offers: tuple[Offer, ...]
    pictures: tuple[Image, ...]
    companions: tuple[Beside, ...]


class Branch(Struct, frozen=True):
    id: int
    parent_id: int | None
    name: str


def page(shelf: Shelf, *, who: Buyer, now: datetime) -> Page:
    """One page of what the shop has on sale, in one statement. Raises NotYours (no such shop), BadCursor, BadInput."""
    sql, values = page_sql(shelf)
    found = [list(rows) for _pk, rows in groupby(fetch(sql, {**who.values(now), **values}), key=itemgetter(0))]
    if not found:
        shop_for(shelf.shop)
    items = [_item(rows, who, now) for rows in found[:PAGE]]
    if len(found) <= PAGE:
        return Page(items, None)
    last = found[PAGE - 1][0]
    return Page(items, f"{last[1]}_{last[0]}")


def page_sql(shelf: Shelf) -> tuple[str, dict[str, Any]]:
    """The statement of a page: the index of the sort (or of the search) finds the products, the rest is read for those.

    Its values are without those of the buyer.
    """
    if shelf.sort not in SORTS:
        raise BadInput(_("没有这种排序"))
    column, beyond, way = SORTS[shelf.sort]
    where = ["state = 'on_sale'"]
    values: dict[str, Any] = {"shop": shelf.shop}
    for field, filtered, sign in _FILTERS:
        if (value := getattr(shelf, field)) is not None:
            where.append(f"{filtered} {sign} %({field})s")
            values[field] = value
    if shelf.category_id is not None:
        where.append("category_id = ANY(ARRAY(SELECT id FROM mall_category WHERE path @> ARRAY[%(category)s::bigint]))")
        values["category"] = shelf.category_id
    if shelf.codes:
        where.append("code = ANY(%(codes)s)")
        values["codes"] = list(shelf.codes)
    for at, pattern in enumerate(patterns(shelf.text)):
        where.append(f"search LIKE %(word{at})s")
        values[f"word{at}"] = pattern
    if shelf.after:
        where.append(f"({column}, id) {beyond} ({_UNSEEN.format('key')}, {_UNSEEN.format('id')})")
        values["key"], values["id"] = _cursor(shelf.after)
    return _PAGE.format(where=" AND ".join(where), column=column, way=way), values


_UNSEEN = "(SELECT %({})s::bigint)"      # hides the value from the planner, which would plan anew for every page
_STOCK = """
(SELECT COALESCE(SUM(GREATEST(level.on_hand - level.reserved - level.safety, 0)), 0)
 FROM mall_stocklevel level JOIN mall_warehouse place ON place.id = level.warehouse_id AND place.active
 WHERE level.sku_id = sku.id)
"""
_PAGE = f"""
WITH shop AS MATERIALIZED (SELECT id FROM org_shop WHERE code = %(shop)s AND active),
found AS MATERIALIZED (
    SELECT id, {{column}} AS place, code, name, summary,
           (SELECT file FROM mall_picture WHERE product_id = product.id ORDER BY position, id LIMIT 1) AS cover
    FROM mall_product product
    WHERE {{where}} AND EXISTS (
        SELECT 1 FROM mall_sku sku CROSS JOIN shop
        LEFT JOIN mall_shopprice own ON own.shop_id = shop.id AND own.sku_id = sku.id
        LEFT JOIN mall_shopprice rest ON rest.shop_id = shop.id AND rest.sku_id IS NULL
        WHERE sku.product_id = product.id AND sku.active AND {OFFERED})
    ORDER BY {{column}} {{way}}, id {{way}} LIMIT {PAGE + 1})
SELECT found.id, found.place, found.code, found.name, found.summary, found.cover, sku.id, {_STOCK}, {PRICED}
FROM found CROSS JOIN shop
JOIN LATERAL (SELECT * FROM mall_sku WHERE product_id = found.id AND active ORDER BY id) sku ON true {RULES}
WHERE {OFFERED}
ORDER BY found.place {{way}}, found.id {{way}}, sku.id
"""  # noqa: S608  texts of our own


def _cursor(after: str) -> tuple[int, int]:
    if not _CURSOR.fullmatch(after):
        raise BadCursor(_("页码不正确，请从第一页开始"))
    key, _sign, pk = after.partition("_")
    return int(key), int(pk)


def _item(rows: Sequence[tuple[Any, ...]], who: Buyer, now: datetime) -> Item:
    _id, _place, code, name, summary, cover, *_sku = rows[0]
    priced = [price_of(row[-WIDTH:], who=who, now=now) for row in rows]
    best, until = min(priced, key=lambda each: each[0].price_fen)
    return Item(
        code, name, summary, pictures.url(cover, Size.SMALL) if cover else "", best.price_fen, best.shop_fen,
        len(rows), any(row[7] for row in rows), until,
    )


_OFFERS = f"""
SELECT sku.id, sku.code, sku.values, sku.weight_grams, {_STOCK},
       (SELECT JSONB_AGG(JSONB_BUILD_OBJECT('price_fen', timed.price_fen, 'terms', timed.open_terms,
                                            'until', timed.ends_at) ORDER BY timed.price_fen, timed.id)
        FROM mall_timedprice timed
        WHERE timed.sku_id = sku.id AND timed.open_terms <> '' AND timed.sold < timed.quantity
              AND timed.starts_at <= %(now)s AND timed.ends_at > %(now)s
              AND (timed.shop_id = shop.id OR timed.shop_id IS NULL)), {PRICED}
FROM mall_sku sku JOIN org_shop shop ON shop.id = %(shop)s {RULES}
WHERE sku.product_id = %(product)s AND sku.active AND {OFFERED}
ORDER BY sku.id
"""  # noqa: S608  texts of our own


def offers_of(product_id: int, *, shop_id: int, who: Buyer, now: datetime) -> list[Offer]:
    """What the shop offers of a product, priced for the buyer, in one statement."""
    found = fetch(_OFFERS, {**who.values(now), "shop": shop_id, "product": product_id})
    return [_offer(row, who, now) for row in found]


def _offer(row: tuple[Any, ...], who: Buyer, now: datetime) -> Offer:
    sku_id, code, values, grams, stock, some, *priced = row
    price, until = price_of(priced, who=who, now=now)
    return Offer(sku_id, code, tuple(values), grams, min(stock, SHOWN_PIECES), price,
                 tuple(_for_some(some)) if some else (), until)


def detail(*, shop: str, code: str, who: Buyer, now: datetime) -> Detail:
    """One product on sale with all that belongs to it, in two statements. Raises NotYours."""
    found = fetch(_DETAIL, {"shop": shop, "code": code})
    if not found:
        raise NotYours(_("没有这件商品，或者它已下架"))
    pk, shop_id, category, options, files, beside, *about = found[0]
    offers = offers_of(pk, shop_id=shop_id, who=who, now=now)
    if not offers:
        raise NotYours(_("该门店不销售这件商品"))
    return Detail(*(
        pk, *about, tuple(category), tuple(options), shop_id, tuple(offers),
        tuple(_image(*each) for each in _files(files)) if files else (),
        tuple(Beside(*each) for each in _besides(beside)) if beside else (),
    ))


_DETAIL = """
SELECT product.id, shop.id, category.path, product.options,
       (SELECT JSONB_AGG(JSONB_BUILD_ARRAY(file, width, height) ORDER BY position, id)
        FROM mall_picture WHERE product_id = product.id),
       (SELECT JSONB_AGG(JSONB_BUILD_ARRAY(beside.kind, COALESCE(NULLIF(beside.title, ''), other.name, ''), beside.url,
                                           COALESCE(other.code, '')) ORDER BY beside.position, beside.id)
        FROM mall_companion beside LEFT JOIN mall_product other ON other.id = beside.accessory_id
        WHERE beside.product_id = product.id AND (other.id IS NULL OR other.state = 'on_sale')),
       product.code, product.name, product.summary, product.description, product.care, COALESCE(label.name, ''),
       product.serial_numbered, product.warranty_months, product.return_days
FROM mall_product product
JOIN mall_category category ON category.id = product.category_id
LEFT JOIN mall_label label ON label.id = product.label_id
JOIN org_shop shop ON shop.code = %(shop)s AND shop.active
WHERE product.code = %(code)s AND product.state = 'on_sale'
"""
_files = Decoder(list[tuple[str, int, int]]).decode
_for_some = Decoder(list[ForSome]).decode
_besides = Decoder(list[tuple[str, str, str, str]]).decode


def _image(file: str, width: int, height: int) -> Image:
    return Image(pictures.url(file), pictures.url(file, Size.SMALL), pictures.url(file, Size.LARGE), width, height)


def category_names(category_ids: Collection[int]) -> frozenset[str]:
    """Of these categories and of every one below them."""
    rows = Category.objects.filter(path__overlap=list(category_ids)) if category_ids else Category.objects.none()
    return frozenset(rows.values_list("name", flat=True))


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
