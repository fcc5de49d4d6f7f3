"""The cart of a customer or of a guest; a guest's cart is found by the hash of a token and merged at login."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.mall.models import Cart, CartLine
from liuke.mall.queries.cart import TOLD, InCart, told
from liuke.mall.queries.prices import OFFERED, PRICED, RULES, Buyer, price_of
from liuke.mall.rules.cart import checked
from liuke.mall.rules.orders import MAX_LINES, MAX_PIECES


class NotForSale(Refused):
    """The shop does not sell this, or not any more."""

    code = "not_for_sale"


class CartFull(Refused):
    """A cart holds at most MAX_LINES different things."""

    code = "cart_full"


@dataclass(frozen=True)
class Owner:
    """Whose cart: a customer's, or a guest's by token."""

    customer_id: int | None = None
    token: str = ""

    def find(self) -> dict[str, Any]:
        """How the cart is looked up."""
        if self.customer_id:
            return {"customer_id": self.customer_id}
        return {"token_hash": hashlib.sha256(self.token.encode()).digest()}


def put(*, owner: Owner, shop: str, sku_id: int, quantity: int, who: Buyer, now: datetime) -> CartLine:
    """Put so many more pieces into the cart, at the price of this moment. `shop` is a code.

    Raises BadQuantity, NotYours (no such shop), NotForSale, CartFull.
    """
    require_transaction()
    checked(quantity)
    shop_id, price_fen = _price_now(shop=shop, sku_id=sku_id, quantity=quantity, who=who, now=now)
    (column, whose), = owner.find().items()
    row, = rows.fetch(_PUT[column], {
        "whose": whose, "shop": shop_id, "sku": sku_id, "quantity": quantity, "price": price_fen, "most": MAX_PIECES,
    })
    *stored, is_new, before = row
    if is_new and before >= MAX_LINES:
        raise CartFull(_("购物车最多放 %(most)s 种商品") % {"most": MAX_LINES})
    return rows.made(CartLine, [tuple(stored)])[0]


_PUT = {column: f"""
WITH mine AS (
    INSERT INTO mall_cart ({column}) VALUES (%(whose)s) ON CONFLICT ({column}) DO UPDATE SET changed_at = now()
    RETURNING id)
INSERT INTO mall_cartline (cart_id, shop_id, sku_id, quantity, seen_fen, chosen)
SELECT id, %(shop)s, %(sku)s, %(quantity)s, %(price)s, true FROM mine
ON CONFLICT (cart_id, shop_id, sku_id) DO UPDATE SET chosen = true, seen_fen = EXCLUDED.seen_fen,
    quantity = LEAST(mall_cartline.quantity + EXCLUDED.quantity, %(most)s)
RETURNING {rows.columns(CartLine)}, mall_cartline.xmax = 0,
    (SELECT count(*) FROM mall_cartline other JOIN mine ON mine.id = other.cart_id)
""" for column in ("customer_id", "token_hash")}  # noqa: S608  texts of our own


def _price_now(*, shop: str, sku_id: int, quantity: int, who: Buyer, now: datetime) -> tuple[int, int]:
    """The shop's id, and fen per piece here and now."""
    found = rows.fetch(_PRICE, {**who.values(now), "shop": shop, "sku": sku_id})
    if not found:
        raise NotYours(_("没有这家门店"))
    shop_id, on_sale, offered, *priced = found[0]
    if not on_sale:
        raise NotForSale(_("该商品已下架"))
    if not offered:
        raise NotForSale(_("该门店不销售这件商品"))
    return shop_id, price_of(priced, who=who, now=now, quantity=quantity)[0].price_fen


_PRICE = f"""
SELECT shop.id, sku.active AND product.state = 'on_sale', {OFFERED}, {PRICED}
FROM org_shop shop
LEFT JOIN mall_sku sku ON sku.id = %(sku)s
LEFT JOIN mall_product product ON product.id = sku.product_id {RULES}
WHERE shop.code = %(shop)s AND shop.active
"""  # noqa: S608  texts of our own


def change(*, owner: Owner, line_id: int, quantity: int | None = None, chosen: bool | None = None) -> CartLine:
    """Set the quantity, or whether the line is part of the next checkout. Raises NotYours, BadQuantity."""
    require_transaction()
    line = _line(owner, line_id)
    if quantity is not None:
        line.quantity = checked(quantity)
    if chosen is not None:
        line.chosen = chosen
    line.save(update_fields=["quantity", "chosen"])
    return line


def take_out(*, owner: Owner, line_id: int) -> None:
    """Raises NotYours when it is not in the cart (any more)."""
    require_transaction()
    _line(owner, line_id).delete()


def take_chosen(*, customer_id: int, who: Buyer, now: datetime) -> list[InCart]:
    """The chosen lines leave the cart for a purchase, at today's prices. Again finds none."""
    require_transaction()
    return told(_TAKE, customer_id, who=who, now=now)


_TAKE = f"""
WITH line AS (
    DELETE FROM mall_cartline WHERE chosen AND cart_id = (SELECT id FROM mall_cart WHERE customer_id = %(whose)s)
    RETURNING *)
{TOLD.format(lines="line")}
"""  # noqa: S608  texts of our own


def _line(owner: Owner, line_id: int) -> CartLine:
    line = CartLine.objects.select_for_update().filter(
        pk=line_id, **{f"cart__{field}": value for field, value in owner.find().items()}
    ).first()
    if line is None:
        raise NotYours(_("购物车里没有这件商品"))
    return line


def merge(*, token: str, customer_id: int) -> int:
    """At login the guest's lines move into the customer's cart; returns how many. Again finds no guest cart: 0.

    What does not fit any more (MAX_LINES) is left out; the same thing in both carts is one line with both quantities.
    """
    require_transaction()
    guest = rows.select(Cart, "token_hash = %s FOR UPDATE", [Owner(token=token).find()["token_hash"]])
    if not guest:
        return 0
    (moved,), = rows.fetch(_MERGE, {
        "guest": guest[0].pk, "customer": customer_id, "pieces": MAX_PIECES, "lines": MAX_LINES,
    })
    return int(moved)


_MERGE = """
WITH mine AS (
    INSERT INTO mall_cart (customer_id) VALUES (%(customer)s) ON CONFLICT (customer_id) DO UPDATE SET changed_at = now()
    RETURNING id),
known AS (SELECT line.shop_id, line.sku_id FROM mall_cartline line JOIN mine ON line.cart_id = mine.id),
guest AS (SELECT line.*, known.sku_id IS NOT NULL AS again,
                 row_number() OVER (PARTITION BY known.sku_id IS NULL ORDER BY line.id) AS place
          FROM mall_cartline line LEFT JOIN known USING (shop_id, sku_id) WHERE line.cart_id = %(guest)s),
moved AS (
    INSERT INTO mall_cartline (cart_id, shop_id, sku_id, quantity, seen_fen, chosen)
    SELECT mine.id, guest.shop_id, guest.sku_id, guest.quantity, guest.seen_fen, guest.chosen FROM guest, mine
    WHERE again OR place + (SELECT count(*) FROM known) <= %(lines)s ORDER BY guest.id
    ON CONFLICT (cart_id, shop_id, sku_id) DO UPDATE SET quantity = LEAST(
        mall_cartline.quantity + EXCLUDED.quantity, %(pieces)s)
    RETURNING 1),
emptied AS (DELETE FROM mall_cartline WHERE cart_id = %(guest)s),
gone AS (DELETE FROM mall_cart WHERE id = %(guest)s)
SELECT count(*) FROM moved
"""
