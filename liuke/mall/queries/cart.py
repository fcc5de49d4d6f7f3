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


TOLD = f"""
SELECT line.id, line.quantity, line.chosen, line.seen_fen, shop.id, shop.code, sku.id, sku.code, sku.values,
       sku.weight_grams, product.id, product.code, product.name, product.supplier_id, category.name, category.path,
       shop.active AND sku.active AND product.state = 'on_sale' AND {OFFERED}, {PRICED}
FROM {{lines}}
JOIN org_shop shop ON shop.id = line.shop_id
JOIN mall_sku sku ON sku.id = line.sku_id
JOIN mall_product product ON product.id = sku.product_id
JOIN mall_category category ON category.id = product.category_id {RULES}
ORDER BY line.id
"""  # noqa: S608  texts of our own
_LINES = "mall_cart cart JOIN mall_cartline line ON line.cart_id = cart.id AND cart.{} = %(whose)s"
_OF = {column: TOLD.format(lines=_LINES.format(column)) for column in ("customer_id", "token_hash")}
_CHOSEN = TOLD.format(lines=f"{_LINES.format('customer_id')} AND line.chosen")


def cart_lines(whose: dict[str, Any], *, who: Buyer, now: datetime) -> list[InCart]:
    """The lines of the cart that `whose` finds (see `services.cart.Owner.find`), oldest first, at today's prices."""
    (column, value), = whose.items()
    return told(_OF[column], value, who=who, now=now)


def chosen_lines(customer_id: int, *, who: Buyer, now: datetime) -> list[InCart]:
    """Those that the customer's next checkout buys."""
    return told(_CHOSEN, customer_id, who=who, now=now)


def told(sql: str, whose: object, *, who: Buyer, now: datetime) -> list[InCart]:
    """What a statement made of TOLD finds; `{lines}` in it stands for rows of mall_cartline called `line`."""
    return [_line(row, who, now) for row in fetch(sql, {**who.values(now), "whose": whose})]


def _line(row: tuple[Any, ...], who: Buyer, now: datetime) -> InCart:
    *about, sold = row[:-WIDTH]
    price, _until = price_of(row[-WIDTH:], who=who, now=now, quantity=row[1])
    return InCart(*(*about, price if sold else None))
