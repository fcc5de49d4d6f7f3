"""Gifts that the brand sends: an order of one line that costs nothing, whose goods are promised before there is an
address.

It is placed when the gift is given, and called off like an unpaid purchase when its time runs out. With an address it
is paid, and then parcels, carriers and settlement go the ways of every order. It is no purchase: `source` is gift, and
nothing says that it was placed or paid. The supplier is owed its price, which the brand pays.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from liuke.kit import rows
from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.mall.models import Order, OrderGroup, OrderLine, Reservation, Sku
from liuke.mall.queries.partners import freight_of
from liuke.mall.rules.freight import Free, freight
from liuke.mall.rules.orders import State
from liuke.mall.rules.stock import Held
from liuke.mall.services import addresses, live, notices, orders, refunds, stock

SOURCE, KEY = "gift", "gift:"
HELD_MOST = timedelta(days=500)          # until it is known when the time to claim it ends
GOODS_NAME = 200


class GiftOver(Refused):
    """The time to claim it is over, has not begun, or it was taken back."""

    code = "gift_over"


@dataclass(frozen=True, kw_only=True)
class Present:
    """So many pieces for a customer, to be claimed until then; None: not yet. `key` is of what gives it."""

    customer_id: int
    shop_id: int | None
    sku_id: int
    pieces: int
    key: str
    claim_by: datetime | None


def lock_room(wanted: Iterable[tuple[int, int]]) -> list[bool]:
    """For each of (SKU, pieces), whether it can be promised beside those before it. Nobody else promises any of these
    SKUs until the transaction ends.
    """
    asked = list(wanted)
    free: Counter[int] = Counter()
    for level in stock.lock_levels({sku_id for sku_id, _pieces in asked}):
        free[level.sku_id] += max(0, level.free)
    answers = []
    for sku_id, pieces in asked:
        answers.append(free[sku_id] >= pieces)
        free[sku_id] -= pieces if answers[-1] else 0
    return answers


def place(*, presents: Sequence[Present], now: datetime) -> list[Order]:
    """Promise the goods of each; one order each, in their order. The caller has asked `lock_room`: OutOfStock is a
    bug, and so is a key that was used.
    """
    require_transaction()
    skus = Sku.objects.select_related("product__category").in_bulk({each.sku_id for each in presents})
    groups = [OrderGroup(
        number=f"{now:%y%m%d}{secrets.randbelow(10**10):010}", key=f"{KEY}{each.key}", customer_id=each.customer_id,
        total_fen=0, state=State.PLACED, expires_at=each.claim_by, placed_at=now) for each in presents]
    rows.insert(groups)
    placed = [Order(
        source=SOURCE, number=f"{group.number}-1", group=group, customer_id=each.customer_id, shop_id=each.shop_id,
        supplier_id=skus[each.sku_id].product.supplier_id, state=State.PLACED, placed_at=now)
        for each, group in zip(presents, groups, strict=True)]
    rows.insert(placed)
    lines = [_line(order, skus[each.sku_id], each.pieces) for each, order in zip(presents, placed, strict=True)]
    rows.insert(lines)
    for until in {each.claim_by for each in presents}:
        stock.reserve(expires_at=until or now + HELD_MOST, wanted=[
            stock.Wanted(line.pk, each.sku_id, each.pieces) for each, line in zip(presents, lines, strict=True)
            if each.claim_by == until])
    return placed


def _line(order: Order, sku: Sku, pieces: int) -> OrderLine:
    """Free for the customer; what the shop asks is the supply price, so that the brand alone pays for it."""
    return OrderLine(
        order_id=order.pk, key=sku.code, item_id=sku.pk, sku=sku.code, quantity=pieces, price_fen=0, amount_fen=0,
        name=" ".join([sku.product.name, *map(str, sku.values)])[:GOODS_NAME], category=sku.product.category.name,
        supply_fen=sku.supply_fen, shop_fen=sku.supply_fen,
    )


def open_until(*, order_ids: Collection[int], claim_by: datetime) -> None:
    """From now on they can be claimed, until then. What was called off stays so."""
    require_transaction()
    groups = OrderGroup.objects.select_for_update().filter(orders__in=order_ids, state=State.PLACED)
    mine = list(groups.order_by("pk").values_list("pk", flat=True))
    OrderGroup.objects.filter(pk__in=mine).update(expires_at=claim_by)
    Reservation.objects.filter(line__order__group__in=mine, state=Held.HELD).update(expires_at=claim_by)


def claim(*, order_id: int, address_id: int, now: datetime) -> Order:
    """It is to be sent to this address of the customer. Again, with whatever address, is the order as it stands.

    Raises GiftOver, NotYours for the address, NotDelivered for its region.
    """
    require_transaction()
    group = _locked(order_id)
    if group.state == State.PLACED:
        if group.expires_at is None or group.expires_at <= now:
            raise GiftOver(_("领取时间已过"))
        _send(group, order_id, address_id, now)
    elif group.state == State.CANCELLED:
        raise GiftOver(_("礼品已失效"))
    return Order.objects.select_related("group").get(pk=order_id)


def _send(group: OrderGroup, order_id: int, address_id: int, now: datetime) -> None:
    address = addresses.address_for(customer_id=group.customer_id, address_id=address_id)
    order = Order.objects.get(pk=order_id)
    if order.supplier_id:
        freight(freight_of(order.supplier_id).rows, region=address.region, grams=0, goods_fen=0, free=Free.TIER)
    group.address_enc, group.region, group.placed_at = addresses.in_the_clear(address).sealed(), address.region, now
    group.save(update_fields=["address_enc", "region", "placed_at"])
    Order.objects.filter(pk=order_id).update(placed_at=now)
    notices.mark_free(group_id=group.pk, now=now)


def call_off(*, order_id: int, reason: str, now: datetime) -> bool:
    """It is not to be sent; its goods are free again. False, and nothing happened, when some of it has left.

    Again is once.
    """
    require_transaction()
    group = _locked(order_id)
    if group.state == State.PLACED:
        orders.call_off(group=group, now=now)
        return True
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.state in (State.CANCELLED, State.REFUNDED):
        return True
    if order.state != State.PAID or order.lines.filter(shipped__gt=0).exists():
        return False
    refunds.refund_rest(order_id=order_id, key=f"{KEY}{order_id}", reason=reason, now=now)
    live.tell_orders()
    return True


def _locked(order_id: int) -> OrderGroup:
    group = OrderGroup.objects.select_for_update().filter(orders=order_id, orders__source=SOURCE).first()
    if group is None:
        raise NotYours
    return group
