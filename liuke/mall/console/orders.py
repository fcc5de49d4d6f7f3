"""The board and the list of orders: by stage, searched, and what can be done to many of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_GET

from liuke.customers.queries import records
from liuke.kit.forms import number_of
from liuke.kit.pages import day_begins
from liuke.kit.paging import page_of
from liuke.kit.push import ticket_for
from liuke.mall.console import words
from liuke.mall.models import Order, Supplier
from liuke.mall.queries import board
from liuke.mall.queries.access import suppliers_of
from liuke.mall.rules.stages import OPEN, SHIP_WITHIN, Stage, stage_of
from liuke.mall.services.live import ORDERS
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

ALL = "all"
FILTERS = ("q", "shop", "supplier", "since", "until", "late")


@dataclass(frozen=True)
class Row:
    """An order as a line of the list or a card of the board says it."""

    order: Order
    name: str
    stage: Stage
    late: bool
    pieces: int

    @property
    def goods(self) -> list[Any]:
        return list(self.order.lines.all())


@dataclass(frozen=True)
class Tab:
    word: Promise
    href: str
    here: bool
    count: int | None = None


@staff_may("parcels.view")
@require_GET
def orders(request: StaffRequest) -> HttpResponse:
    """The list; what waits to be sent comes first unless something else is asked for."""
    ticket = ticket_for(topics=[ORDERS], holder=f"staff:{request.user.pk}")
    now, seen = timezone.now(), board.orders_seen(request.user)
    counts = board.counts(seen, now=now)
    asked = _asked(request)
    supplier_ids = suppliers_of(request.user)
    found = board.asked_for(seen, asked, now=now, people=supplier_ids is None)
    page = page_of(board.shown(found), request, by="placed_at")
    filters = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return render(request, "mall/orders.html", {
        "ticket": ticket, "page": page, "rows": rows_of(page.rows, now=now), "counts": counts, "asked": asked,
        "tabs": _tabs(request, asked, counts), "filtered": bool(filters), "filters": filters, "stage": _said(request),
        "shops": org.shops(include_closed=True) if supplier_ids is None else [],
        "suppliers": Supplier.objects.order_by("name", "pk") if supplier_ids is None else [],
        "money": supplier_ids is None, "may": may(request),
    })


@staff_may("parcels.view")
@require_GET
def orders_board(request: StaffRequest) -> HttpResponse:
    """Columns by stage, the oldest orders on top; changes by itself."""
    ticket = ticket_for(topics=[ORDERS], holder=f"staff:{request.user.pk}")
    return render(request, "mall/orders_board.html", {"ticket": ticket, "may": may(request), **_columns(request)})


@staff_may("parcels.view")
@require_GET
def orders_columns(request: StaffRequest) -> HttpResponse:
    """The part of the board that changes."""
    return render(request, "mall/_board.html", _columns(request))


@staff_may("parcels.view")
@require_GET
def orders_news(request: StaffRequest) -> HttpResponse:
    """The sentence above the list, after something has changed."""
    counts = board.counts(board.orders_seen(request.user), now=timezone.now())
    return render(request, "mall/_orders_state.html", {"counts": counts, "news": True})


def _columns(request: StaffRequest) -> dict[str, Any]:
    now, seen = timezone.now(), board.orders_seen(request.user)
    counts, found = board.counts(seen, now=now), board.columns(seen)
    names = records.names_of({order.customer_id for orders in found.values() for order in orders})
    return {
        "counts": counts, "money": suppliers_of(request.user) is None,
        "columns": [
            (words.STAGES[stage][0], f"{reverse('mall:orders')}?stage={stage}", counts[stage],
             [_row(order, names, now) for order in orders])
            for stage, orders in found.items()
        ],
    }


def may(request: StaffRequest) -> dict[str, bool]:
    """What this person may do with orders."""
    return {name: request.user.has_perm(permission) for name, permission in (
        ("ship", "parcels.ship"), ("cancel", "orders.cancel"), ("payments", "payments.view"),
        ("settle", "payments.settle"), ("cards", "cards.edit"), ("customers", "customers.view"),
        ("returns", "returns.view"), ("import", "imports.run"),
    )}


def rows_of(orders: Iterable[Order], *, now: datetime) -> list[Row]:
    """The orders with the names of their customers, one statement for all."""
    orders = list(orders)
    names = records.names_of({order.customer_id for order in orders})
    return [_row(order, names, now) for order in orders]


def _row(order: Order, names: dict[int, str], now: datetime) -> Row:
    stage = stage_of(order.state, [
        parcel.state for parcel in order.shipments.all() if parcel.request_id is None])
    late = order.state == "paid" and order.paid_at is not None and order.paid_at < now - SHIP_WITHIN
    return Row(order, names.get(order.customer_id, ""), stage, late, sum(line.quantity for line in order.lines.all()))


def _said(request: StaffRequest) -> str:
    """The stage that is asked for; a search without one looks everywhere."""
    said = request.GET.get("stage", "")
    if said in list(Stage) or said == ALL:
        return said
    return ALL if any(request.GET.get(name) for name in FILTERS) else Stage.TO_PICK


def _asked(request: StaffRequest) -> board.Asked:
    said, until = _said(request), day_begins(request.GET.get("until", ""))
    return board.Asked(
        text=request.GET.get("q", ""), stage=None if said == ALL else Stage(said),
        shop_id=number_of(request.GET.get("shop", "")), supplier_id=number_of(request.GET.get("supplier", "")),
        since=day_begins(request.GET.get("since", "")), until=until + timedelta(days=1) if until else None,
        late=bool(request.GET.get("late")),
    )


def _tabs(request: StaffRequest, asked: board.Asked, counts: dict[str, int]) -> list[Tab]:
    """Every stage with its filters kept; only what is worked on is counted."""
    kept = request.GET.copy()
    for name in ("stage", "after", "before"):
        kept.pop(name, None)

    def tab(word: Promise, stage: str, *, here: bool, count: int | None = None) -> Tab:
        kept["stage"] = stage
        return Tab(word, f"?{kept.urlencode()}", here, count)

    order = [Stage.TO_PICK, Stage.PACKED, Stage.SHIPPED, Stage.IN_TRANSIT, Stage.DELIVERED, Stage.PLACED,
             Stage.RECEIVED, Stage.REFUNDED, Stage.CANCELLED]
    plain = not any(request.GET.get(name) for name in FILTERS)
    return [
        *(tab(words.STAGES[stage][0], stage, here=asked.stage == stage,
              count=counts[stage] if plain and stage in OPEN else None) for stage in order),
        tab(words.ALL, ALL, here=asked.stage is None),
    ]
