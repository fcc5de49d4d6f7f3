"""What others may ask about orders: a customer's purchases, the rows behind a number, an order found by its number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from liuke.mall.models import Order
from liuke.mall.rules.orders import SENT, State

SOURCES = ("shop", "import")
PAID_STATES = (State.PAID, State.SHIPPED, State.DELIVERED, State.RECEIVED, State.REFUNDED)


@dataclass(frozen=True)
class Bought:
    """What was paid for and kept: refunds are taken off the money, wholly refunded orders are not counted."""

    orders: int
    net_fen: int
    first_at: datetime | None
    last_at: datetime | None


def bought(customer_id: int, *, shop_ids: Collection[int] | None = None) -> Bought:
    """One query. `shop_ids` narrows to those shops; None is everywhere."""
    rows = _in_shops(_purchases().filter(customer_id=customer_id), shop_ids)
    kept = ~Q(state=State.REFUNDED)
    found = rows.aggregate(
        orders=Count("pk", filter=kept), net_fen=Coalesce(Sum(F("total_fen") - F("refunded_fen")), 0),
        first_at=Min("placed_at", filter=kept), last_at=Max("placed_at", filter=kept),
    )
    return Bought(**found)


def has_ordered(customer_id: int) -> bool:
    """Whether the customer has bought before, or has a purchase that waits to be paid."""
    return Order.objects.filter(customer_id=customer_id, source__in=SOURCES).exclude(state=State.CANCELLED).exists()


@dataclass(frozen=True)
class Sales:
    """Paid orders placed in a span of time, less what was refunded since; imported returns lower the money alone."""

    orders: int
    net_fen: int


def sales(*, since: datetime, until: datetime, shop_ids: Collection[int] | None = None) -> Sales:
    """From `since` on and before `until`; one query."""
    rows = _purchases().filter(placed_at__gte=since, placed_at__lt=until)
    found = _in_shops(rows, shop_ids).aggregate(
        orders=Count("pk", filter=Q(total_fen__gte=0)), net_fen=Coalesce(Sum(F("total_fen") - F("refunded_fen")), 0)
    )
    return Sales(**found)


def placed_between(*, since: datetime, until: datetime, shop_ids: Collection[int] | None = None) -> QuerySet[Order]:
    """The orders behind `sales`, with shop and lines, for a page that orders them."""
    rows = _purchases().filter(placed_at__gte=since, placed_at__lt=until)
    return _in_shops(rows, shop_ids).select_related("shop").prefetch_related("lines")


def orders_of(customer_id: int, *, shop_ids: Collection[int] | None = None) -> QuerySet[Order]:
    """A customer's orders with their lines, newest first."""
    rows = _in_shops(Order.objects.filter(customer_id=customer_id), shop_ids)
    return rows.select_related("shop").prefetch_related("lines").order_by("-placed_at", "-pk")


def orders_by_id(order_ids: Collection[int]) -> dict[int, Order]:
    """Orders that facts speak of; those that are gone are left out. One query."""
    return Order.objects.in_bulk(list(order_ids))


def orders_numbered(number: str, *, shop_ids: Collection[int] | None = None) -> list[Order]:
    """The orders of this number, one per source at most, with their customers."""
    rows = _in_shops(Order.objects.filter(source__in=SOURCES, number=number), shop_ids)
    return list(rows.select_related("customer").order_by("-placed_at", "-pk"))


def sent(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Those whose goods the brand sends: what the shop sold, and gifts that were claimed."""
    return rows.filter(source__in=SENT).exclude(source="gift", state__in=(State.PLACED, State.CANCELLED))


def _purchases() -> QuerySet[Order]:
    """What was paid for; the fee of a repair and a gift are no purchases."""
    return Order.objects.filter(source__in=SOURCES, state__in=PAID_STATES)


def _in_shops(rows: QuerySet[Order], shop_ids: Collection[int] | None) -> QuerySet[Order]:
    return rows if shop_ids is None else rows.filter(shop_id__in=shop_ids)
