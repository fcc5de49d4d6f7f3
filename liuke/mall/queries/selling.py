"""Where a product is sold, and what it still lacks."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from liuke.mall.models import Product, ShopPrice, Sku
from liuke.mall.queries.prices import GUEST, prices_for
from liuke.mall.rules.catalogue import ProductState
from liuke.org.models import Shop


@dataclass(frozen=True)
class Sold:
    """One shop and this product: what everybody pays there. `own` counts SKUs with a rule of their own."""

    shop: Shop
    offered: int
    skus: int
    low_fen: int | None
    high_fen: int | None
    markup_bp: int | None
    own: int


def shops_selling(product_id: int, shops: list[Shop], *, now: datetime) -> list[Sold]:
    """One line for each of the shops, three queries whatever their number."""
    skus = {row.pk: row for row in Sku.objects.filter(product_id=product_id, active=True)}
    pairs = [(shop.pk, sku) for shop in shops for sku in skus]
    prices = prices_for(pairs, who=GUEST, now=now)
    rules = list(ShopPrice.objects.filter(Q(sku__in=skus) | Q(sku=None), shop__in=shops))
    usual = {rule.shop_id: rule.markup_bp for rule in rules if rule.sku_id is None}
    found = []
    for shop in shops:
        fen = [prices[shop.pk, sku].price_fen for sku in skus if (shop.pk, sku) in prices]
        own = sum(rule.shop_id == shop.pk and rule.sku_id is not None for rule in rules)
        found.append(Sold(shop, len(fen), len(skus), min(fen, default=None), max(fen, default=None),
                          usual.get(shop.pk), own))
    return found


def lacking(product: Product, skus: list[Sku], *, pictures: int) -> list[str]:
    """What should be there before customers see it, by name: skus, supplier, price, picture, stock.

    The first two are needed; the others are advice. A product on sale is asked the same.
    """
    found = []
    if not any(sku.active for sku in skus):
        found.append("skus")
    if not product.supplier.active:
        found.append("supplier")
    if any(sku.active and not sku.list_fen for sku in skus):
        found.append("price")
    if not pictures:
        found.append("picture")
    if skus and not any(getattr(sku, "free", 0) > 0 for sku in skus):
        found.append("stock")
    return found


def is_sellable(product: Product, found: list[str]) -> bool:
    """Whether it may go on sale now."""
    return product.state != ProductState.ON_SALE and not {"skus", "supplier"} & set(found)
