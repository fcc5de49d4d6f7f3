"""Looking around: products, one product, the tree of categories. The hottest reads leave as msgspec's bytes."""

from datetime import datetime
from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from liuke.mall.api import base
from liuke.mall.queries import catalogue

router = Router(tags=["shop"], throttle=base.reads)
encode = msgspec.json.Encoder().encode


class ShelfItemOut(Schema):
    code: str
    name: str
    summary: str
    cover: str
    price_fen: int
    shop_fen: int
    skus: int
    in_stock: bool
    until: datetime | None


class PageOut(Schema):
    items: list[ShelfItemOut]
    next: str | None


class ForSomeOut(Schema):
    price_fen: int
    terms: str
    until: datetime


class SkuOut(Schema):
    """`steps` says why this price, from the shop's price on: what the shop itself pays is nobody's business.

    `for_some`: what customers pay of whom `terms` is true, whoever asks.
    """

    id: int
    code: str
    values: list[str]
    price_fen: int
    shop_fen: int
    steps: list[dict[str, str | int]]
    for_some: list[ForSomeOut]
    available: int
    weight_grams: int
    until: datetime | None


class ImageOut(Schema):
    """`url` fits a phone, `small` a list, `large` (a JPEG) a look at the details; the measures are the large one's."""

    url: str
    small: str
    large: str
    width: int
    height: int


class BesideOut(Schema):
    kind: str
    title: str
    url: str
    product: str


class ProductOut(Schema):
    id: int
    code: str
    name: str
    summary: str
    description: str
    care: str
    label: str
    category: list[int]
    options: list[str]
    serial_numbered: bool
    warranty_months: int
    return_days: int
    skus: list[SkuOut]
    pictures: list[ImageOut]
    companions: list[BesideOut]


class BranchOut(Schema):
    id: int
    parent_id: int | None
    name: str


class ShelfIn(Schema):
    shop: base.Word
    category: base.Id | None = None
    label: base.Id | None = None
    least_fen: base.Fen | None = None
    most_fen: base.Fen | None = None
    q: Annotated[base.Text, Field(max_length=100)] = ""
    sort: base.Word = catalogue.NEWEST
    after: base.Word = ""


@router.get("/products", response={200: PageOut, 404: base.Said, 422: base.Said})
def products(request: HttpRequest, asked: Query[ShelfIn]) -> HttpResponse:
    """Twenty products of a shop: filtered, searched by Chinese, pinyin, initials or code, and sorted."""
    shelf = catalogue.Shelf(
        shop=asked.shop, category_id=asked.category, label_id=asked.label, least_fen=asked.least_fen,
        most_fen=asked.most_fen, text=asked.q, sort=asked.sort, after=asked.after,
    )
    return _bytes(catalogue.page(shelf, who=base.who(request), now=timezone.now()))


@router.get("/products/{path:code}", response={200: ProductOut, 404: base.Said, 422: base.Said})
def product(request: HttpRequest, code: base.Word, shop: Query[base.Word]) -> HttpResponse:
    """One product with its SKUs, prices, stock (at most 99 is told), pictures, tutorials and accessories."""
    found = catalogue.detail(shop=shop, code=code, who=base.who(request), now=timezone.now())
    shown = {name: getattr(found, name) for name in ProductOut.model_fields if name != "skus"}
    return _bytes({**shown, "skus": [_sku(offer) for offer in found.offers]})


@router.get("/categories", response=list[BranchOut])
def categories(request: HttpRequest) -> HttpResponse:
    """The whole tree, parents before children."""
    return _bytes(catalogue.branches())


def _sku(offer: catalogue.Offer) -> dict[str, object]:
    price = offer.price
    steps = [{"rule": "shop", "price_fen": price.shop_fen, "note": ""}]
    steps += [{"rule": each.rule, "price_fen": each.price_fen, "note": each.note}
              for each in price.steps if each.rule in ("tier", "timed")]
    return {
        "id": offer.sku_id, "code": offer.code, "values": offer.values, "price_fen": price.price_fen,
        "shop_fen": price.shop_fen, "steps": steps,
        "for_some": offer.for_some, "available": offer.available, "weight_grams": offer.weight_grams,
        "until": offer.until,
    }


def _bytes(answer: object) -> HttpResponse:
    return HttpResponse(encode(answer), content_type="application/json")
