"""The cart of a customer or of a guest; a guest's cart is found by the hash of a token and merged at login."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.mall.models import Cart, CartLine, Sku
from liuke.mall.queries.prices import Buyer, prices_for
from liuke.mall.rules.cart import checked
from liuke.mall.rules.orders import MAX_LINES, MAX_PIECES
from liuke.org.models import Shop


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


def cart_of(owner: Owner) -> Cart:
    """The owner's cart; made when there is none."""
    require_transaction()
    cart, _created = Cart.objects.get_or_create(**owner.find())
    return cart


def put(*, owner: Owner, shop_id: int, sku_id: int, quantity: int, who: Buyer, now: datetime) -> CartLine:
    """Put so many more pieces into the cart, at the price of this moment. Raises BadQuantity, NotForSale, CartFull."""
    require_transaction()
    checked(quantity)
    price = price_now(shop_id=shop_id, sku_id=sku_id, quantity=quantity, who=who, now=now)
    cart = cart_of(owner)
    line, created = CartLine.objects.get_or_create(
        cart=cart, shop_id=shop_id, sku_id=sku_id, defaults={"quantity": quantity, "seen_fen": price}
    )
    if created:
        if cart.lines.count() > MAX_LINES:
            raise CartFull(_("购物车最多放 %(most)s 种商品") % {"most": MAX_LINES})
        return line
    CartLine.objects.filter(pk=line.pk).update(
        quantity=Least(F("quantity") + quantity, MAX_PIECES), seen_fen=price, chosen=True
    )
    line.refresh_from_db()
    return line


def price_now(*, shop_id: int, sku_id: int, quantity: int, who: Buyer, now: datetime) -> int:
    """Fen per piece here and now. Raises NotForSale."""
    sku = Sku.objects.select_related("product").filter(pk=sku_id).first()
    if sku is None or not sku.active or sku.product.state != "on_sale":
        raise NotForSale(_("该商品已下架"))
    if not Shop.objects.filter(pk=shop_id, active=True).exists():
        raise NotForSale(_("该门店已停止营业"))
    pair = (shop_id, sku_id)
    found = prices_for([pair], skus={sku_id: sku}, who=who, now=now, quantities={pair: quantity})
    if pair not in found:
        raise NotForSale(_("该门店不销售这件商品"))
    return found[pair].price_fen


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


def _line(owner: Owner, line_id: int) -> CartLine:
    line = CartLine.objects.select_for_update().filter(
        pk=line_id, **{f"cart__{field}": value for field, value in owner.find().items()}
    ).first()
    if line is None:
        raise NotYours(_("购物车里没有这件商品"))
    return line


def merge(*, token: str, customer_id: int) -> int:
    """At login the guest's lines move into the customer's cart; returns how many. Again finds no guest cart: 0."""
    require_transaction()
    guest = Cart.objects.select_for_update().filter(**Owner(token=token).find()).first()
    if guest is None:
        return 0
    own = cart_of(Owner(customer_id=customer_id))
    mine = {(line.shop_id, line.sku_id): line for line in own.lines.select_for_update().order_by("pk")}
    moved = 0
    for line in guest.lines.order_by("pk"):
        moved += 1
        if same := mine.get((line.shop_id, line.sku_id)):
            same.quantity = min(same.quantity + line.quantity, MAX_PIECES)
            same.save(update_fields=["quantity"])
        elif len(mine) < MAX_LINES:
            line.cart = own
            line.save(update_fields=["cart"])
            mine[line.shop_id, line.sku_id] = line
    guest.delete()
    return moved
