"""How each kind of thing is delivered for points, and taken back. A kind is one class here and one row in KINDS."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from liuke.coupons import services as coupons
from liuke.coupons.queries.templates import templates_list
from liuke.draws.services import tickets
from liuke.kit.errors import Refused
from liuke.loyalty.services import benefits
from liuke.mall.models import Order, Sku
from liuke.mall.rules.orders import State as OrderState
from liuke.mall.services import refunds
from liuke.mall.services.by_points import ByPoints, order_by_points
from liuke.points import services as points
from liuke.pointsmall.models import Exchange
from liuke.pointsmall.rules import BadItem

MOST_CHOICES = 500
TICKET = "draw_ticket"                   # as loyalty's registry calls them, which knows the draws to choose from
WITHDRAWN = "withdrawn"                  # what becomes of a coupon that nobody has used


class NotDeliverable(Refused):
    """It cannot be had just now: the coupon is stopped, the draw is over."""

    code = "points_mall_not_deliverable"


class TooLateToUndo(Refused):
    """The parcel is on its way, or the coupon or ticket is used: it cannot be undone any more."""

    code = "points_mall_too_late"


class AddressNeeded(Refused):
    """Goods are sent to an address; choose one."""

    code = "points_mall_address"
    status = 422


@dataclass(frozen=True)
class Delivered:
    """What came of it: an order for goods, a word to show."""

    reference: str = ""
    order_id: int | None = None


class Delivery(Protocol):
    """One kind. It takes the points itself, so that goods are paid with them as every order is."""

    def choices(self) -> Sequence[tuple[int, str]]:
        """What can be chosen now, for a form."""

    def check(self, what: int, *, shop_id: int | None) -> None:
        """Raises BadItem when it names nothing that can be delivered."""

    def deliver(self, exchange: Exchange, *, address_id: int | None, now: datetime) -> Delivered:
        """Take the points and deliver, once per exchange."""

    def undo(self, exchange: Exchange, *, now: datetime) -> None:
        """Take it back and give the points back. Raises TooLateToUndo."""


class Goods:
    """An order that points pay."""

    def choices(self) -> Sequence[tuple[int, str]]:
        rows = Sku.objects.filter(active=True, list_fen__gt=0).select_related("product").order_by("product__name", "pk")
        return [(row.pk, f"{row.product.name} {row.code}") for row in rows[:MOST_CHOICES]]

    def check(self, what: int, *, shop_id: int | None) -> None:
        if shop_id is None:
            raise BadItem("shop_id")
        if not Sku.objects.filter(pk=what, active=True, list_fen__gt=0).exists():
            raise BadItem("what")

    def deliver(self, exchange: Exchange, *, address_id: int | None, now: datetime) -> Delivered:
        if address_id is None:
            raise AddressNeeded(_("请选择收货地址"))
        wish = ByPoints(customer_id=exchange.customer_id, address_id=address_id, shop_id=exchange.item.shop_id,
                        sku_id=exchange.item.what, quantity=exchange.quantity, points=exchange.points)
        order = order_by_points(wish=wish, key=str(exchange.pk), now=now)
        return Delivered(order.number, order.pk)

    def undo(self, exchange: Exchange, *, now: datetime) -> None:
        order = Order.objects.get(pk=exchange.order_id or 0)
        if order.state == OrderState.REFUNDED:
            return
        if order.state != OrderState.PAID:
            raise TooLateToUndo(_("订单已发货，请走售后退回"))
        refunds.refund_rest(order_id=order.pk, key=f"exchange:{exchange.pk}", reason=_("撤销积分兑换"), now=now)


class Coupon:
    """A coupon of a kind, for each piece."""

    def choices(self) -> Sequence[tuple[int, str]]:
        return [(row.pk, row.name) for row in templates_list()[:MOST_CHOICES]]

    def check(self, what: int, *, shop_id: int | None) -> None:
        del shop_id
        if not templates_list().filter(pk=what).exists():
            raise BadItem("what")

    def deliver(self, exchange: Exchange, *, address_id: int | None, now: datetime) -> Delivered:
        del address_id
        _spend(exchange, now)
        try:
            coupons.issue(now=now, issue=coupons.Issue(
                customer_id=exchange.customer_id, template_id=exchange.item.what, key=str(exchange),
                count=exchange.quantity))
        except coupons.NotIssued as refused:
            raise NotDeliverable(refused.message) from refused
        return Delivered()

    def undo(self, exchange: Exchange, *, now: datetime) -> None:
        became = coupons.take_back(of=str(exchange), given=exchange.quantity, amount=exchange.quantity,
                                   key=f"undo:{exchange}", now=now)
        if became[WITHDRAWN] != exchange.quantity:
            raise TooLateToUndo(_("优惠券已使用"))
        _give_back(exchange, now)


class Ticket:
    """Tickets of a published draw, one for each piece."""

    def choices(self) -> Sequence[tuple[int, str]]:
        return benefits.benefit_of(TICKET).choices()

    def check(self, what: int, *, shop_id: int | None) -> None:
        del shop_id
        if what not in dict(self.choices()):
            raise BadItem("what")

    def deliver(self, exchange: Exchange, *, address_id: int | None, now: datetime) -> Delivered:
        del address_id
        _spend(exchange, now)
        given = tickets.Tickets(draw_id=exchange.item.what, customer_id=exchange.customer_id, amount=exchange.quantity,
                                key=str(exchange), source="points")
        (why,) = tickets.give_tickets(given=[given], now=now)
        if why:
            raise NotDeliverable(_("这次抽奖已经结束"))
        return Delivered()

    def undo(self, exchange: Exchange, *, now: datetime) -> None:
        if tickets.take_back(key=str(exchange), left=0) != exchange.quantity:
            raise TooLateToUndo(_("抽奖机会已使用"))
        _give_back(exchange, now)


KINDS: dict[str, Delivery] = {"goods": Goods(), "coupon": Coupon(), "ticket": Ticket()}


def kinds() -> dict[str, Delivery]:
    """What can be had for points, by its code."""
    return KINDS


def delivery_of(kind: str) -> Delivery:
    """Raises BadItem for a kind that nobody delivers."""
    if found := kinds().get(kind):
        return found
    raise BadItem("kind")


def _spend(exchange: Exchange, now: datetime) -> None:
    points.spend(customer_id=exchange.customer_id, amount=exchange.points, key=str(exchange), now=now)


def _give_back(exchange: Exchange, now: datetime) -> None:
    points.give_back(key=str(exchange), part=exchange.points, part_key=f"undo:{exchange}", now=now)
