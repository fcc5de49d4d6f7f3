"""What lies in a cart, with all that a page, a price or an order needs of it, in one statement."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from liuke.kit.rows import fetch
from liuke.mall.queries.prices import OFFERED, PRICED, RULES, WIDTH, Buyer, price_of
from liuke.mall.rules.prices import Price


class InCart(Struct, frozen=True):
    """One line of a cart. No price: it cannot be bought (any more). Another than seen_fen: tell the customer."""

    id: int
    quantity: int
    chosen: bool
    seen_fen: int
    shop_id: int
    shop: str
    sku_id: int
    sku: str
    values: list[str]
    grams: int
    product_id: int
    product: str
    name: str
    supplier_id: int
    category: str
    category_path: list[int]
    price: Price | None


_LINES = f"""
SELECT line.id, line.quantity, line.chosen, line.seen_fen, shop.id, shop.code, sku.id, sku.code, sku.values,
       sku.weight_grams, product.id, product.code, product.name, product.supplier_id, category.name, category.path,
       shop.active AND sku.active AND product.state = 'on_sale' AND {OFFERED}, {PRICED}
FROM mall_cart cart
JOIN mall_cartline line ON line.cart_id = cart.id
JOIN org_shop shop ON shop.id = line.shop_id
JOIN mall_sku sku ON sku.id = line.sku_id
JOIN mall_product product ON product.id = sku.product_id
JOIN mall_category category ON category.id = product.category_id {RULES}
WHERE cart.{{whose}} = %(whose)s AND (line.chosen OR NOT %(chosen)s)
ORDER BY line.id
"""  # noqa: S608  texts of our own
_OF = {column: _LINES.format(whose=column) for column in ("customer_id", "token_hash")}


def cart_lines(whose: dict[str, Any], *, who: Buyer, now: datetime, chosen: bool = False) -> list[InCart]:
    """The lines of the cart that `whose` finds (see `services.cart.Owner.find`), oldest first, at today's prices.

    `chosen`: only those that the next checkout buys.
    """
    (column, value), = whose.items()
    rows = fetch(_OF[column], {**who.values(now), "whose": value, "chosen": chosen})
    return [_line(row, who, now) for row in rows]


def _line(row: tuple[Any, ...], who: Buyer, now: datetime) -> InCart:
    *about, sold = row[:-WIDTH]
    price, _until = price_of(row[-WIDTH:], who=who, now=now, quantity=row[1])
    return InCart(*(*about, price if sold else None))
