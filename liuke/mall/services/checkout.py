"""From the chosen lines of a cart to a placed purchase: one OrderGroup, one order per shop and supplier."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.coupons import services as coupons
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import Refused
from liuke.mall.models import CartLine, FreightRow, Order, OrderGroup, OrderLine
from liuke.mall.queries.prices import Buyer, prices_for
from liuke.mall.rules import cart as rules
from liuke.mall.rules.freight import Row, freight_fen
from liuke.mall.rules.orders import PAY_WITHIN, State
from liuke.mall.rules.prices import Price
from liuke.mall.services import addresses, stock
from liuke.mall.services.cart import NotForSale
from liuke.timeline import facts
from liuke.timeline.services import record

GOODS_NAME = 200


class NothingChosen(Refused):
    """The cart has no chosen line."""

    code = "nothing_chosen"


class PriceChanged(Refused):
    """The sum is another one than the customer agreed to; look again and confirm."""

    code = "price_changed"

    def __init__(self, total_fen: int) -> None:
        super().__init__(_("价格有变动, 请确认新的金额"))
        self.total_fen = total_fen


@dataclass(frozen=True)
class Wish:
    """What the customer asks for at checkout. `expected_fen` is the sum that the page showed."""

    customer_id: int
    address_id: int
    codes: tuple[str, ...] = ()
    points_fen: int = 0
    expected_fen: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class Quote:
    """What the purchase would cost: the lines with their prices, and the sums of each order by (shop, supplier)."""

    lines: tuple[CartLine, ...]
    prices: dict[tuple[int, int], Price]
    sums: dict[tuple[int, int], rules.Sums]

    @property
    def total_fen(self) -> int:
        return sum(each.total_fen for each in self.sums.values())

    @property
    def changed(self) -> list[int]:
        """Cart lines whose price is not the one the customer saw."""
        return [line.pk for line in self.lines if self.prices[line.shop_id, line.sku_id].price_fen != line.seen_fen]


def quote(*, wish: Wish, region: str, who: Buyer, now: datetime) -> Quote:
    """What the chosen lines would cost, sent to the region.

    Raises NothingChosen, NotForSale, CouponGone, NotDelivered.
    """
    lines = list(
        CartLine.objects.filter(cart__customer_id=wish.customer_id, chosen=True)
        .select_related("sku__product__category", "shop").order_by("pk")
    )
    if not lines:
        raise NothingChosen(_("请先选择要结算的商品"))
    pairs = {(line.shop_id, line.sku_id): line.quantity for line in lines}
    skus = {line.sku_id: line.sku for line in lines}
    prices = prices_for(pairs, skus=skus, who=who, now=now, quantities=pairs)
    for line in lines:
        if not (line.shop.active and line.sku.active and line.sku.product.state == "on_sale"
                and (line.shop_id, line.sku_id) in prices):
            raise NotForSale(_("%(name)s 已下架, 请从购物车移除") % {"name": line.sku.product.name})
    bought = [
        rules.Line((line.shop_id, line.sku.product.supplier_id), line.quantity,
                   prices[line.shop_id, line.sku_id].price_fen, line.sku.weight_grams) for line in lines
    ]
    given = coupons.discounts(customer_id=wish.customer_id, codes=wish.codes, goods=_goods(lines, bought))
    sums = rules.add_up(bought, coupons=[(each.amount_fen, each.lines) for each in given], points_fen=wish.points_fen)
    _add_freight(sums, bought, region, free=any(each.free_freight for each in given))
    return Quote(tuple(lines), prices, sums)


def _goods(lines: Sequence[CartLine], bought: Sequence[rules.Line]) -> list[coupons.Goods]:
    return [
        coupons.Goods(line.sku_id, line.sku.product_id, tuple(line.sku.product.category.path), line.shop_id,
                      line.quantity, each.amount_fen) for line, each in zip(lines, bought, strict=True)
    ]


def _add_freight(
    sums: dict[tuple[int, int], rules.Sums], bought: Sequence[rules.Line], region: str, *, free: bool
) -> None:
    rows: dict[int, list[Row]] = {}
    suppliers = {supplier for _shop, supplier in sums}
    for row in FreightRow.objects.filter(template__supplier_id__in=suppliers).select_related("template"):
        rows.setdefault(row.template.supplier_id, []).append(Row(
            row.region, row.delivers, row.first_grams, row.first_fen, row.step_grams, row.step_fen, row.free_from_fen
        ))
    for party, grams in rules.weights(bought, sums).items():
        worth = sums[party].goods_fen - sums[party].discount_fen
        sums[party].freight_fen = freight_fen(
            rows.get(party[1], []), region=region, grams=grams, goods_fen=worth, free=free
        )


def place(*, wish: Wish, key: str, who: Buyer, now: datetime) -> OrderGroup:
    """Freeze the purchase and promise its goods for rules.PAY_WITHIN. The same key again gives the same purchase.

    Raises what `quote` raises, and PriceChanged, OutOfStock, SaleOver; then nothing is placed and the cart stays.
    """
    require_transaction()
    advisory_lock(f"checkout:{wish.customer_id}")
    if known := OrderGroup.objects.filter(customer_id=wish.customer_id, key=key).first():
        return known
    address = addresses.address_for(customer_id=wish.customer_id, address_id=wish.address_id)
    asked = quote(wish=wish, region=address.region, who=who, now=now)
    if wish.expected_fen is not None and wish.expected_fen != asked.total_fen:
        raise PriceChanged(asked.total_fen)
    group = OrderGroup.objects.create(
        number=f"{now:%y%m%d}{secrets.randbelow(10**10):010}", key=key, customer_id=wish.customer_id,
        total_fen=asked.total_fen, state=State.PLACED, expires_at=now + PAY_WITHIN, placed_at=now,
        address_enc=addresses.in_the_clear(address).sealed(), region=address.region,
    )
    lines = _freeze(group, asked, wish.remark)
    stock.reserve(
        wanted=[stock.Wanted(line.pk, line.item_id or 0, line.quantity, price.timed) for line, price in lines],
        expires_at=group.expires_at,
    )
    coupons.reserve(customer_id=wish.customer_id, codes=wish.codes, key=group.number)
    CartLine.objects.filter(pk__in=[line.pk for line in asked.lines]).delete()
    record(facts.OrderPlaced(group_id=group.pk, total_fen=group.total_fen), customer_id=wish.customer_id,
           key=f"order_placed:{group.pk}", happened_at=now)
    return group


def _freeze(group: OrderGroup, asked: Quote, remark: str) -> list[tuple[OrderLine, Price]]:
    """Write the orders and their lines as they are sold."""
    orders = {
        party: Order(
            source="shop", number=f"{group.number}-{at}", group=group, customer_id=group.customer_id, shop_id=party[0],
            supplier_id=party[1], state=State.PLACED, placed_at=group.placed_at, goods_fen=sums.goods_fen,
            discount_fen=sums.discount_fen, freight_fen=sums.freight_fen, total_fen=sums.total_fen, remark=remark[:200],
        )
        for at, (party, sums) in enumerate(asked.sums.items(), start=1)
    }
    Order.objects.bulk_create(orders.values())
    frozen = []
    for party, sums in asked.sums.items():
        for at, coupon_fen, points_fen in zip(sums.lines, sums.coupon, sums.points, strict=True):
            line = asked.lines[at]
            price = asked.prices[line.shop_id, line.sku_id]
            frozen.append((_line(orders[party], line, price, coupon_fen, points_fen), price))
    OrderLine.objects.bulk_create([line for line, _price in frozen])
    return frozen


def _line(order: Order, line: CartLine, price: Price, coupon_fen: int, points_fen: int) -> OrderLine:
    product, off = line.sku.product, coupon_fen + points_fen
    return OrderLine(
        order=order, key=line.sku.code, item=line.sku, sku=line.sku.code,
        name=" ".join([product.name, *line.sku.values])[:GOODS_NAME], category=product.category.name[:60],
        quantity=line.quantity, price_fen=price.price_fen, supply_fen=price.supply_fen, shop_fen=price.shop_fen,
        discount_fen=off, coupon_fen=coupon_fen, points_fen=points_fen,
        amount_fen=line.quantity * price.price_fen - off, price_steps=price.story(),
    )
