"""An order of one kind of goods that points pay wholly, freight included: the points mall's way to send something.

The goods keep their list price and the points are their discount, so parcels, returns, refunds and settlement go the
ways of every order; a refund gives the points back.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.mall.models import Order, OrderGroup, OrderLine, Sku
from liuke.mall.queries.partners import freight_of
from liuke.mall.rules.freight import Free, freight
from liuke.mall.rules.orders import PAY_WITHIN, State
from liuke.mall.services import addresses, notices, stock
from liuke.mall.services.cart import NotForSale
from liuke.points import services as points
from liuke.timeline import facts
from liuke.timeline.services import record

KEY = "points-mall:"                     # before the keys of these purchases, which no shopper's key begins with
GOODS_NAME = 200


@dataclass(frozen=True, kw_only=True)
class ByPoints:
    """So many pieces, for so many points in all, to an address of the customer."""

    customer_id: int
    address_id: int
    shop_id: int | None
    sku_id: int
    quantity: int
    points: int


def order_by_points(*, wish: ByPoints, key: str, now: datetime) -> Order:
    """Place the order, promise its goods, spend the points: paid at once. The same key again is the same order.

    Raises NotYours for the address, NotForSale, NotDelivered, OutOfStock, NotEnoughPoints.
    """
    require_transaction()
    if known := Order.objects.filter(group__customer_id=wish.customer_id, group__key=f"{KEY}{key}").first():
        return known
    address = addresses.address_for(customer_id=wish.customer_id, address_id=wish.address_id)
    sku = Sku.objects.select_related("product__category").filter(pk=wish.sku_id, active=True, list_fen__gt=0).first()
    if sku is None:
        raise NotForSale(_("商品已下架"))
    worth = sku.list_fen * wish.quantity
    freight(freight_of(sku.product.supplier_id).rows, region=address.region, grams=0, goods_fen=worth, free=Free.TIER)
    group = OrderGroup(
        number=f"{now:%y%m%d}{secrets.randbelow(10**10):010}", key=f"{KEY}{key}", customer_id=wish.customer_id,
        total_fen=0, state=State.PLACED, expires_at=now + PAY_WITHIN, placed_at=now, region=address.region,
        address_enc=addresses.in_the_clear(address).sealed(),
    )
    rows.insert([group])
    order, line = _frozen(group, wish, sku)
    stock.reserve(wanted=[stock.Wanted(line.pk, sku.pk, wish.quantity, None)], expires_at=group.expires_at)
    points.reserve(customer_id=wish.customer_id, amount=wish.points, key=group.number, now=now)
    record(facts.OrderPlaced(group_id=group.pk, total_fen=0), customer_id=wish.customer_id,
           key=f"order_placed:{group.pk}", happened_at=now)
    notices.mark_free(group_id=group.pk, now=now)
    order.refresh_from_db()
    return order


def _frozen(group: OrderGroup, wish: ByPoints, sku: Sku) -> tuple[Order, OrderLine]:
    worth = sku.list_fen * wish.quantity
    order = Order(
        source="shop", number=f"{group.number}-1", group=group, customer_id=wish.customer_id, shop_id=wish.shop_id,
        supplier_id=sku.product.supplier_id, state=State.PLACED, placed_at=group.placed_at, goods_fen=worth,
        discount_fen=worth,
    )
    rows.insert([order])
    line = OrderLine(
        order_id=order.pk, key=sku.code, item_id=sku.pk, sku=sku.code, quantity=wish.quantity,
        name=" ".join([sku.product.name, *map(str, sku.values)])[:GOODS_NAME], category=sku.product.category.name,
        price_fen=sku.list_fen, supply_fen=sku.supply_fen, shop_fen=sku.list_fen, discount_fen=worth,
        points_fen=worth, points=wish.points, amount_fen=0,
    )
    rows.insert([line])
    return order, line
