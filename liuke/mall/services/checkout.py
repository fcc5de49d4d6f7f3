"""From the chosen lines of a cart to a placed purchase: one OrderGroup, one order per shop and supplier."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.coupons import services as coupons
from liuke.kit import rows
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import Refused
from liuke.kit.money import allocate
from liuke.mall.models import Order, OrderGroup, OrderLine
from liuke.mall.queries.cart import InCart, chosen_lines
from liuke.mall.queries.orders import has_ordered
from liuke.mall.queries.prices import Buyer
from liuke.mall.rules import cart as rules
from liuke.mall.rules.freight import Free, Row, freight
from liuke.mall.rules.orders import PAY_WITHIN, State
from liuke.mall.rules.prices import Price
from liuke.mall.services import addresses, notices, stock
from liuke.mall.services.cart import NotForSale, take_chosen
from liuke.points import queries as points_known
from liuke.points import rules as points_rules
from liuke.points import services as points
from liuke.timeline import facts
from liuke.timeline.services import record

GOODS_NAME = 200


class NothingChosen(Refused):
    """The cart has no chosen line."""

    code = "nothing_chosen"


class OtherWish(Refused):
    """The key belongs to a purchase that was asked for otherwise; look at that one, or take a new key."""

    code = "checkout_key_taken"


class PointsNotUsable(Refused):
    """So many points cannot pay this purchase: too few there, too many for it, or not a step of the programme."""

    code = "points_not_usable"


class PriceChanged(Refused):
    """The sum is another one than the customer agreed to; look again and confirm."""

    code = "price_changed"

    def __init__(self, total_fen: int) -> None:
        super().__init__(_("价格有变动, 请确认新的金额"))
        self.total_fen = total_fen


@dataclass(frozen=True)
class Wish:
    """What the customer asks for at checkout: `points` to spend; `expected_fen` is the sum that the page showed."""

    customer_id: int
    address_id: int
    codes: tuple[str, ...] = ()
    points: int = 0
    expected_fen: int | None = None
    remark: str = ""

    def hashed(self) -> bytes:
        """The same for the same wish, whatever sum was expected and whoever the customer has been merged with since."""
        given = asdict(self)
        del given["customer_id"], given["expected_fen"]
        return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).digest()


@dataclass(frozen=True)
class Basket:
    """The chosen lines of a cart at today's prices; `prices` and `bought` stand beside `lines`."""

    lines: tuple[InCart, ...]
    prices: tuple[Price, ...]
    bought: tuple[rules.Line, ...]

    @property
    def goods(self) -> list[coupons.Goods]:
        """As coupons see them."""
        return [
            coupons.Goods(line.sku_id, line.product_id, tuple(line.category_path), line.shop_id, line.quantity,
                          each.amount_fen, on_sale=price.timed is not None)
            for line, price, each in zip(self.lines, self.prices, self.bought, strict=True)
        ]


@dataclass(frozen=True)
class Quote:
    """What the purchase would cost: the lines, the price of each, and the sums of each order by (shop, supplier).

    `given` is what each coupon gives, in the order in which they are applied.
    """

    lines: tuple[InCart, ...]
    prices: tuple[Price, ...]
    sums: dict[tuple[int, int], rules.Sums]
    points: int = 0
    given: tuple[coupons.Discount, ...] = ()

    @property
    def total_fen(self) -> int:
        return sum(each.total_fen for each in self.sums.values())

    @property
    def goods_fen(self) -> int:
        """What points may pay of: the goods after coupons, without freight."""
        return sum(each.goods_fen - sum(each.coupon) for each in self.sums.values())

    @property
    def changed(self) -> list[int]:
        """Cart lines whose price is not the one the customer saw."""
        both = zip(self.lines, self.prices, strict=True)
        return [line.id for line, price in both if price.price_fen != line.seen_fen]


def quote(*, wish: Wish, region: str, who: Buyer, now: datetime, chosen: Basket | None = None) -> Quote:
    """What the chosen lines would cost, sent to the region; `chosen`: the lines, where they were read already.

    Raises NothingChosen, NotForSale, CouponGone and its kinds, PointsNotUsable, NotDelivered.
    """
    return _reckoned(wish, chosen or basket(customer_id=wish.customer_id, who=who, now=now), region, who, now)


def _reckoned(wish: Wish, chosen: Basket, region: str, who: Buyer, now: datetime) -> Quote:
    given = _discounts(wish, chosen, who, now)
    off = [(each.amount_fen, each.lines) for each in given]
    sums = rules.add_up(chosen.bought, coupons=off)
    asked = Quote(chosen.lines, chosen.prices, sums, wish.points)
    if wish.points:
        worth = _points_fen(wish, asked.goods_fen, now)
        sums.update(rules.add_up(chosen.bought, coupons=off, points_fen=worth))
    _add_freight(sums, chosen.bought, region, who)
    return replace(asked, given=tuple(_with_freight(each, sums) for each in given))


def basket(*, customer_id: int, who: Buyer, now: datetime) -> Basket:
    """What the next checkout buys. Raises NothingChosen, NotForSale."""
    return _basket(chosen_lines(customer_id, who=who, now=now))


def _basket(lines: Sequence[InCart]) -> Basket:
    if not lines:
        raise NothingChosen(_("请先选择要结算的商品"))
    prices = []
    for line in lines:
        if line.price is None:
            raise NotForSale(_("%(name)s 已下架, 请从购物车移除") % {"name": line.name})
        prices.append(line.price)
    bought = (
        rules.Line((line.shop_id, line.supplier_id), line.quantity, price.price_fen, line.grams)
        for line, price in zip(lines, prices, strict=True)
    )
    return Basket(tuple(lines), tuple(prices), tuple(bought))


def audiences_of(who: Buyer) -> frozenset[str]:
    """What the buyer belongs to, in the words of coupons: "tier:gold", "tag:12"."""
    tier = {f"tier:{who.tier}"} if who.tier else set()
    return frozenset({f"{kind}:{name}" for kind, name in who.audiences} | tier)


def shopper_of(customer_id: int, who: Buyer) -> coupons.Shopper:
    """The buyer as coupons see them."""
    return coupons.Shopper(audiences_of(who), first_order=not has_ordered(customer_id))


def _discounts(wish: Wish, chosen: Basket, who: Buyer, now: datetime) -> list[coupons.Discount]:
    """Without codes nothing is asked."""
    if not wish.codes:
        return []
    return coupons.discounts(customer_id=wish.customer_id, codes=wish.codes, goods=chosen.goods,
                             who=shopper_of(wish.customer_id, who), now=now)


def _with_freight(given: coupons.Discount, sums: dict[tuple[int, int], rules.Sums]) -> coupons.Discount:
    """A coupon for sending says what it really gives. Raises CouponUnfit where sending costs nothing anyway."""
    if not given.free_freight:
        return given
    saved = rules.take_off_freight(sums, given.freight_fen)
    if not saved:
        raise coupons.CouponUnfit(coupons.Why.NOTHING)
    return replace(given, amount_fen=saved)


def _points_fen(wish: Wish, goods_fen: int, now: datetime) -> int:
    """What the points pay of the goods, by the terms of the programme; reserving them is what counts."""
    there = points_known.balance(wish.customer_id, now=now).spendable
    terms = points_known.terms()
    try:
        return points_rules.offer(wish.points, goods_fen, there, terms).fen
    except points_rules.BadPoints as error:
        most = points_rules.most(goods_fen, there, terms).points
        raise PointsNotUsable(_("积分不能这样使用, 本单最多可用 %(most)s 积分") % {"most": most}) from error


def _add_freight(
    sums: dict[tuple[int, int], rules.Sums], bought: Sequence[rules.Line], region: str, who: Buyer
) -> None:
    templates: dict[int, list[Row]] = {}
    by_tier = set()
    for supplier, for_tier, *row in rows.fetch(_FREIGHT, [who.tier, sorted({supplier for _shop, supplier in sums})]):
        templates.setdefault(supplier, []).append(Row(*row))
        if for_tier or who.free_freight:
            by_tier.add(supplier)
    for party, grams in rules.weights(bought, sums).items():
        each = sums[party]
        asked = freight(
            templates.get(party[1], []), region=region, grams=grams, goods_fen=each.goods_fen - each.discount_fen,
            free=Free.TIER if party[1] in by_tier else Free.NO,
        )
        each.freight_fen, each.freight_free = asked.fen, asked.free


_FREIGHT = """
SELECT template.supplier_id, %s = ANY(template.free_tiers), row.region, row.delivers, row.first_grams, row.first_fen,
       row.step_grams, row.step_fen, row.free_from_fen
FROM mall_freighttemplate template JOIN mall_freightrow row ON row.template_id = template.id
WHERE template.supplier_id = ANY(%s::bigint[])
"""


def place(*, wish: Wish, key: str, who: Buyer, now: datetime) -> OrderGroup:
    """Freeze the purchase and promise its goods for rules.PAY_WITHIN. The same key again gives the same purchase.

    What costs nothing is paid with it. Raises OtherWish for a key of another wish, what `quote` raises, and
    PriceChanged, OutOfStock, SaleOver, NotEnoughPoints: roll back then, and the cart is as it was.
    """
    require_transaction()
    advisory_lock(f"checkout:{wish.customer_id}")
    if known := rows.select(OrderGroup, "customer_id = %s AND key = %s", [wish.customer_id, key]):
        if known[0].wish_hash != wish.hashed():
            raise OtherWish(_("这次提交与订单 %(number)s 的内容不同, 请刷新后再试") % {"number": known[0].number})
        return known[0]
    address = addresses.address_for(customer_id=wish.customer_id, address_id=wish.address_id)
    taken = take_chosen(customer_id=wish.customer_id, who=who, now=now)
    asked = _reckoned(wish, _basket(taken), address.region, who, now)
    if wish.expected_fen is not None and wish.expected_fen != asked.total_fen:
        raise PriceChanged(asked.total_fen)
    group = OrderGroup(
        number=f"{now:%y%m%d}{secrets.randbelow(10**10):010}", key=key, customer_id=wish.customer_id,
        total_fen=asked.total_fen, state=State.PLACED, expires_at=now + PAY_WITHIN, placed_at=now,
        address_enc=addresses.in_the_clear(address).sealed(), region=address.region, wish_hash=wish.hashed(),
        coupons=len(asked.given),
    )
    rows.insert([group])
    lines = _freeze(group, asked, wish.remark)
    stock.reserve(
        wanted=[stock.Wanted(line.pk, line.item_id or 0, line.quantity, price.timed) for line, price in lines],
        expires_at=group.expires_at,
    )
    if asked.given:
        places = [at for sums in asked.sums.values() for at in sums.lines]
        ids = dict(zip(places, (line.pk for line, _price in lines), strict=True))
        coupons.reserve(customer_id=wish.customer_id, given=asked.given, key=group.number,
                        lines=[ids[at] for at in range(len(ids))], now=now)
    if wish.points:
        points.reserve(customer_id=wish.customer_id, amount=wish.points, key=group.number, now=now)
    record(facts.OrderPlaced(group_id=group.pk, total_fen=group.total_fen), customer_id=wish.customer_id,
           key=f"order_placed:{group.pk}", happened_at=now)
    return group if group.total_fen else notices.mark_free(group_id=group.pk, now=now)


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
    rows.insert(list(orders.values()))
    frozen = []
    for party, sums in asked.sums.items():
        for at, coupon_fen, points_fen in zip(sums.lines, sums.coupon, sums.points, strict=True):
            price = asked.prices[at]
            frozen.append((_line(orders[party], asked.lines[at], price, coupon_fen, points_fen), price))
    lines = [line for line, _price in frozen]
    for line, part in zip(lines, allocate(asked.points, [line.points_fen for line in lines]), strict=True):
        line.points = part
    rows.insert(lines)
    return frozen


def _line(order: Order, line: InCart, price: Price, coupon_fen: int, points_fen: int) -> OrderLine:
    off = coupon_fen + points_fen
    return OrderLine(
        order_id=order.pk, key=line.sku, item_id=line.sku_id, sku=line.sku,
        name=" ".join([line.name, *line.values])[:GOODS_NAME], category=line.category,
        quantity=line.quantity, price_fen=price.price_fen, supply_fen=price.supply_fen, shop_fen=price.shop_fen,
        discount_fen=off, coupon_fen=coupon_fen, points_fen=points_fen,
        amount_fen=line.quantity * price.price_fen - off, price_steps=price.story(),
    )
