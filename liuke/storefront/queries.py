"""The front page as it is now."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from liuke.kit.errors import NotYours
from liuke.mall.queries import catalogue
from liuke.mall.queries.catalogue import Item, Shelf
from liuke.mall.queries.prices import Buyer
from liuke.mall.services.providers import providers
from liuke.org.models import Shop
from liuke.storefront.models import Block, Front
from liuke.storefront.rules import MOST_BLOCKS, MOST_PRODUCTS, Kind


@dataclass(frozen=True)
class Part:
    """A block with the products that it shows."""

    block: Block
    products: list[Item]


def front() -> Front | None:
    return Front.objects.select_related("shop").order_by("pk").first()


def shop_of(front: Front | None) -> Shop:
    """The shop that the pages sell for: the chosen one while it is open, else the oldest open one. Raises NotYours."""
    if front is not None and front.shop.active:
        return front.shop
    shop = Shop.objects.filter(active=True).order_by("pk").first()
    if shop is None:
        raise NotYours
    return shop


def blocks(*, hidden: bool = False) -> QuerySet[Block]:
    """In the order of the page; those that are taken off it only when asked for."""
    rows = Block.objects.order_by("position", "pk")
    return rows if hidden else rows.filter(hidden_at=None)


def block(block_id: int) -> Block:
    """Raises NotYours."""
    row = Block.objects.filter(pk=block_id).first()
    if row is None:
        raise NotYours
    return row


def parts(shop: Shop, *, who: Buyer, now: datetime) -> list[Part]:
    """What the page shows; a block of products that has none (any more) is left out."""
    found = [Part(row, _products(row, shop, who, now)) for row in blocks()[:MOST_BLOCKS]]
    return [part for part in found if part.products or part.block.kind != Kind.PRODUCTS]


def _products(row: Block, shop: Shop, who: Buyer, now: datetime) -> list[Item]:
    if row.kind != Kind.PRODUCTS:
        return []
    shelf = Shelf(shop=shop.code, codes=tuple(row.codes), category_id=None if row.codes else row.category_id)
    items = catalogue.page(shelf, who=who, now=now).items
    place = {code: at for at, code in enumerate(row.codes)}
    return sorted(items, key=lambda item: place.get(item.code, 0))[:MOST_PRODUCTS]


def ways() -> list[tuple[str, str]]:
    """How one may pay, as (provider, way), the usual one first."""
    return [(provider.name, way) for provider in providers().values() for way in provider.ways]
