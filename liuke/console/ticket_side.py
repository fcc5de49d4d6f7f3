"""Beside a conversation: who the customer is, what they bought, own and asked before, and what can be done for them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from liuke.console import people
from liuke.customers.queries import records
from liuke.desk.models import Rating, Ticket, TicketProduct
from liuke.desk.queries import macros, talks
from liuke.desk.rules import FORM
from liuke.kit import crypto
from liuke.loyalty.console.compensating import panel_of
from liuke.mailbox.queries import mails
from liuke.mall.console.returns import moves_of
from liuke.mall.console.words import CARRIERS
from liuke.mall.models import Order, Return, ReturnLine, Serial
from liuke.mall.queries import orders, returns_desk
from liuke.mall.queries.batches import bought_lines
from liuke.mall.rules.stages import stage_of
from liuke.org.access import StaffRequest, staff_may
from liuke.points import queries as points
from liuke.tiers import queries as tiers
from liuke.webform import queries as webform

MOST_GOODS = 20                          # lines to choose from: what the matter is about
SHOWN = 5                                # orders, pieces, earlier cases and requests


@dataclass(frozen=True)
class Bought:
    """An order as an agent looks at it."""

    order: Order
    stage: str

    @property
    def goods(self) -> list[Any]:
        return list(self.order.lines.all())


@dataclass(frozen=True)
class Ready:
    """A ready answer with its names filled in."""

    id: int
    name: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A request about goods, with the moves that can be made from here."""

    request: Return
    moves: list[tuple[str, str, list[ReturnLine]]]


@staff_may("desk.view")
@require_GET
def side(request: StaffRequest, number: str) -> HttpResponse:
    """Fetched after the conversation, which never waits for it."""
    row, now = talks.ticket_seen(number), timezone.now()
    customer_id = row.customer_id
    shop_ids = people.shops_of(request, "orders.view") if request.user.has_perm("orders.view") else []
    bought = _bought(customer_id, shop_ids)
    may_points = request.user.has_perm("loyalty.view")
    return render(request, "console/ticket_side.html", {
        "t": row, "person": records.detail(customer_id), "bought": orders.bought(customer_id, shop_ids=shop_ids),
        "orders": bought, "pieces": _pieces(customer_id), "earlier": _earlier(row), "requests": _requests(request, row),
        "tier": tiers.benefits(customer_id, now=now), "outlook": people.outlook(customer_id, request),
        "points": points.balance(customer_id, now=now) if may_points else None,
        "compensation": panel_of(request, row) if request.user.has_perm("loyalty.grant") else None,
        "macros": _ready(request, row, bought) if request.user.has_perm("desk.work") else [],
        "mails": mails.mails_of(row)[:1],
        "about": TicketProduct.objects.filter(ticket=row).select_related("product").first(),
        "goods": bought_lines(customer_id, most=MOST_GOODS) if request.user.has_perm("desk.work") else None,
        "report": webform.beside(row) if row.conversation.channel == FORM else None,
        "next": reverse("desk:ticket", args=[row.number]),
        "may_customers": request.user.has_perm("customers.view"), "need_words": ("refuse", "reject"),
        "with_parcel": ("replace", "ship_out"), "carriers": CARRIERS.items(),
    })


def _bought(customer_id: int, shop_ids: list[int] | None) -> list[Bought]:
    """The newest orders with their stages."""
    rows = orders.orders_of(customer_id, shop_ids=shop_ids).prefetch_related("shipments", "lines__item")[:SHOWN]
    return [Bought(row, stage_of(row.state, [each.state for each in row.shipments.all() if each.request_id is None]))
            for row in rows]


def _pieces(customer_id: int) -> list[tuple[Serial, list[Return]]]:
    """Numbered pieces in the customer's hands, each with its earlier repairs and exchanges."""
    rows = list(Serial.objects.filter(customer=customer_id).select_related("sku__product").order_by("-pk")[:SHOWN])
    lines = ReturnLine.objects.filter(serial__in=rows).select_related("request").order_by("-pk")
    history: dict[int, list[Return]] = {}
    for line in lines:
        history.setdefault(line.serial_id or 0, []).append(line.request)
    return [(row, history.get(row.pk, [])) for row in rows]


def _earlier(row: Ticket) -> list[tuple[Ticket, str, int | None]]:
    """The customer's other cases with their titles, and how the last solution of each was rated."""
    rows = list(Ticket.objects.filter(customer=row.customer_id).exclude(pk=row.pk).exclude(state="spam")
                .select_related("state_name").order_by("-pk")[:SHOWN])
    scores = dict(Rating.objects.filter(ticket__in=rows, score__isnull=False).order_by("pk")
                  .values_list("ticket_id", "score"))
    return [(each, crypto.decrypt(each.title_enc) if each.title_enc else "", scores.get(each.pk)) for each in rows]


def _requests(request: StaffRequest, row: Ticket) -> list[Asked]:
    """Open requests of the customer that this person may see, that of the ticket first, with what can be decided."""
    if not request.user.has_perm("returns.view"):
        return []
    seen = returns_desk.returns_seen(request.user).filter(customer=row.customer_id, state="open")
    rows = sorted(returns_desk.shown(seen).order_by("-pk")[:SHOWN], key=lambda each: each.pk != row.about_return_id)
    may = request.user.has_perm("returns.decide")
    return [Asked(each, moves_of(each, list(each.lines.select_related("line__item__product", "serial")))
                  if may and each.state == "open" else []) for each in rows]


def _ready(request: StaffRequest, row: Ticket, bought: list[Bought]) -> list[Ready]:
    """Macros that fit this ticket and the newest order, filled in."""
    newest = bought[0] if bought else None
    product_ids = {line.item.product_id for line in newest.goods if line.item_id} if newest else set()
    goods = [line.name or line.sku for line in newest.goods] if newest else []
    values = {
        "name": crypto.decrypt(row.customer.name_enc), "number": row.number, "agent": request.user.name,
        "order": newest.order.number if newest else "", "product": goods[0] if goods else "",
    }
    found = macros.fitting(kind=row.kind, stage=newest.stage if newest else "", product_ids=product_ids)
    return [Ready(each.pk, each.name, macros.filled(each.text, values)) for each in found]
