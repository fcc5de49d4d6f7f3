"""What one shopper may see of their own: the cart, purchases, and requests about goods."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from liuke.kit.errors import NotYours
from liuke.mall.models import CartLine, Order, OrderGroup, Return, Shipment
from liuke.mall.queries.prices import Buyer, prices_for

ORDERS_PAGE = 20


@dataclass(frozen=True)
class InCart:
    """A line of the cart. No price_fen: it cannot be bought any more. Another than seen_fen: tell the customer."""

    id: int
    shop: str
    sku_id: int
    product: str
    name: str
    values: tuple[str, ...]
    quantity: int
    chosen: bool
    seen_fen: int
    price_fen: int | None


def cart_lines(whose: dict[str, Any], *, who: Buyer, now: datetime) -> list[InCart]:
    """The lines of the cart that `whose` finds (see `services.cart.Owner.find`), oldest first, at today's prices."""
    found = {f"cart__{field}": value for field, value in whose.items()}
    lines = list(CartLine.objects.filter(**found).select_related("sku__product", "shop").order_by("pk"))
    pairs = {(line.shop_id, line.sku_id): line.quantity for line in lines}
    prices = prices_for(pairs, skus={line.sku_id: line.sku for line in lines}, who=who, now=now, quantities=pairs) \
        if lines else {}
    answer = []
    for line in lines:
        sku = line.sku
        sold = line.shop.active and sku.active and sku.product.state == "on_sale"
        price = prices.get((line.shop_id, line.sku_id)) if sold else None
        answer.append(InCart(
            line.pk, line.shop.code, sku.pk, sku.product.code, sku.product.name, tuple(sku.values), line.quantity,
            line.chosen, line.seen_fen, price.price_fen if price else None,
        ))
    return answer


@dataclass(frozen=True)
class OrdersPage:
    orders: list[Order]
    next: int | None


def orders_page(customer_id: int, *, after: int | None = None) -> OrdersPage:
    """The customer's orders of the shop with their lines, newest first; `after` is `next` of the page before."""
    rows = Order.objects.filter(customer_id=customer_id, source="shop").select_related("shop", "group")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.prefetch_related("lines").order_by("-pk")[: ORDERS_PAGE + 1])
    return OrdersPage(found[:ORDERS_PAGE], found[ORDERS_PAGE - 1].pk if len(found) > ORDERS_PAGE else None)


def order_for(customer_id: int, number: str) -> Order:
    """The customer's own order. Raises NotYours."""
    row = Order.objects.filter(customer_id=customer_id, source="shop", number=number).select_related(
        "shop", "group").prefetch_related("lines").first()
    if row is None:
        raise NotYours(_("没有这个订单"))
    return row


def parcels_of(order: Order) -> list[Shipment]:
    """The parcels that have left, with what the carriers said."""
    return list(order.shipments.exclude(shipped_at=None).order_by("pk"))


def purchase_for(customer_id: int, number: str) -> OrderGroup:
    """The customer's own purchase with its orders. Raises NotYours."""
    row = OrderGroup.objects.filter(customer_id=customer_id, number=number).prefetch_related("orders").first()
    if row is None:
        raise NotYours(_("没有这个订单"))
    return row


def return_for(customer_id: int, number: str) -> Return:
    """The customer's own request with lines, steps and quotes. Raises NotYours."""
    row = Return.objects.filter(customer_id=customer_id, number=number).select_related("order").prefetch_related(
        "lines__line", "steps", "quotes__purchase", "photos").first()
    if row is None:
        raise NotYours(_("没有这个售后单"))
    return row


def returns_of(customer_id: int) -> list[Return]:
    """The customer's newest requests."""
    rows = Return.objects.filter(customer_id=customer_id).select_related("order").prefetch_related(
        "lines__line", "steps", "quotes__purchase", "photos")
    return list(rows.order_by("-pk")[:ORDERS_PAGE])
