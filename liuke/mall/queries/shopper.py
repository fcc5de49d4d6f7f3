"""What one shopper may see of their own: purchases, orders, and requests about goods."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from liuke.kit import rows
from liuke.kit.errors import NotYours
from liuke.mall.models import Order, OrderGroup, Return, Shipment, TrackingEvent
from liuke.mall.queries.order_page import carrier_steps
from liuke.mall.queries.orders import sent

PAGE = 20


@dataclass(frozen=True)
class OrdersPage:
    orders: list[Order]
    next: int | None


@dataclass(frozen=True)
class ReturnsPage:
    returns: list[Return]
    next: int | None


def orders_page(customer_id: int, *, after: int | None = None) -> OrdersPage:
    """The customer's orders with their lines, newest first; `after` is `next` of the page before. Gifts from when they
    are claimed on."""
    orders = sent(Order.objects.filter(customer_id=customer_id)).select_related("shop", "group")
    if after is not None:
        orders = orders.filter(pk__lt=after)
    found = list(orders.prefetch_related("lines").order_by("-pk")[: PAGE + 1])
    return OrdersPage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


def order_for(customer_id: int, number: str) -> Order:
    """The customer's own order. Raises NotYours."""
    row = sent(Order.objects.filter(customer_id=customer_id, number=number)).select_related(
        "shop", "group").prefetch_related("lines").first()
    if row is None:
        raise NotYours(_("没有这个订单"))
    return row


def parcels_of(order: Order) -> list[tuple[Shipment, Sequence[TrackingEvent]]]:
    """The parcels that have left, each with what its carrier said, the newest first."""
    left = list(order.shipments.exclude(shipped_at=None).order_by("pk"))
    steps = carrier_steps(left) if left else {}
    return [(row, steps.get((row.carrier, row.tracking), ())) for row in left]


def purchase_for(customer_id: int, number: str) -> OrderGroup:
    """The customer's own purchase. Raises NotYours."""
    found = rows.select(OrderGroup, "customer_id = %s AND number = %s", [customer_id, number])
    if not found:
        raise NotYours(_("没有这个订单"))
    return found[0]


def numbers_of(group: OrderGroup) -> list[str]:
    """Of the orders of a purchase, in the order of the cart they came from."""
    found = rows.fetch("SELECT number FROM mall_order WHERE group_id = %s ORDER BY id", [group.pk])
    return [number for (number,) in found]


def return_for(customer_id: int, number: str) -> Return:
    """The customer's own request with lines, steps and quotes. Raises NotYours."""
    row = Return.objects.filter(customer_id=customer_id, number=number).select_related("order").prefetch_related(
        "lines__line", "steps", "quotes__purchase", "photos").first()
    if row is None:
        raise NotYours(_("没有这个售后单"))
    return row


def returns_page(customer_id: int, *, after: int | None = None) -> ReturnsPage:
    """The customer's requests with lines, steps and quotes, newest first; `after` is `next` of the page before."""
    requests = Return.objects.filter(customer_id=customer_id).select_related("order").prefetch_related(
        "lines__line", "steps", "quotes__purchase", "photos")
    if after is not None:
        requests = requests.filter(pk__lt=after)
    found = list(requests.order_by("-pk")[: PAGE + 1])
    return ReturnsPage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)
