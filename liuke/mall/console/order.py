"""One order: what was bought, paid, sent and returned, and what to do next with it."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import NotYours, Refused
from liuke.kit.push import ticket_for
from liuke.mall.console import words
from liuke.mall.console.order_story import story
from liuke.mall.console.orders import may
from liuke.mall.console.saying import say_put_back, saying_why
from liuke.mall.models import Order
from liuke.mall.queries import board
from liuke.mall.queries.access import suppliers_of
from liuke.mall.queries.order_page import LineOf, Whole, order_seen, waiting_parcels, whole
from liuke.mall.rules.orders import State
from liuke.mall.rules.stages import SHIP_WITHIN
from liuke.mall.services import addresses, fulfilment, live, notes, orders, refunds
from liuke.mall.services.fulfilment import Parcel
from liuke.mall.services.live import ORDERS
from liuke.org.access import StaffRequest, staff_may

SERIAL_SIGNS = ",，;；\n\r\t "


@staff_may("parcels.view")
@require_GET
def order(request: StaffRequest, number: str) -> HttpResponse:
    return page(request, _seen(request, number))


def page(request: StaffRequest, row: Order, *, error: str = "", form: Mapping[str, str] | None = None,
         status: int = 200) -> HttpResponse:
    """The page of an order; with an error, what was typed stands in the form again."""
    ticket = ticket_for(topics=[ORDERS], holder=f"staff:{request.user.pk}")
    found = whole(row)
    brand = suppliers_of(request.user) is None
    place = addresses.opened(row.group.address_enc) if row.group else None
    return render(request, "mall/order.html", {
        "ticket": ticket, "found": found, "order": row, "stage": words.said(words.STAGES, found.stage),
        "money": brand, "may": may(request), "story": story(found, money=brand), "error": error, "form": form or {},
        "place": place, "phone": _masked(place.phone) if place else "", "carriers": words.CARRIERS.items(),
        "can_ship": row.state == State.PAID and found.left, "next": _next_word(found),
        "unpaid": [each for each in found.payments if each.provider == "transfer" and each.state in ("new", "open")],
        "late": row.state == State.PAID and row.paid_at and row.paid_at < timezone.now() - SHIP_WITHIN,
        "together": len(found.siblings) + 1,
        "supply_fen": sum(each.line.supply_fen * each.line.quantity for each in found.lines),
    }, status=status)


def _seen(request: StaffRequest, number: str, permission: str = "parcels.view") -> Order:
    """The order, or 404 when it is not this person's to see or to change."""
    return order_seen(board.orders_seen(request.user, permission), number)


def _masked(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else "****"


def _next_word(found: Whole) -> str:
    """What to do next, in one sentence."""
    state = found.order.state
    if state == State.PLACED:
        return _("等待顾客付款，时间一到会自动取消。")
    if state == State.PAID:
        packed = any(parcel.packed for parcel in found.parcels)
        return _("已打包，填上运单号就能寄出。") if packed else _("装箱，填运单号，发货。")
    if state == State.SHIPPED:
        return _("包裹在路上，送达后会自动更新。")
    if state == State.DELIVERED:
        return _("已送达；顾客不说话，10 天后自动签收。")
    return ""


@staff_may("parcels.ship")
@require_POST
def order_ship(request: StaffRequest, number: str) -> HttpResponse:
    """Pack some pieces, or all that is left; with a tracking number the parcel leaves at once."""
    row = _seen(request, number, "parcels.ship")
    now, post = timezone.now(), request.POST
    leaves = post.get("do") == "ship"
    try:
        with transaction.atomic():
            key = f"console:{row.pk}:{post.get('key', '')[:40]}"
            parcel = fulfilment.pack(order_id=row.pk, parcel=_parcel(post, whole(row).left), key=key, now=now)
            if leaves:
                fulfilment.send(shipment_id=parcel.pk, carrier=post.get("carrier", ""),
                                tracking=post.get("tracking", ""), now=now)
    except Refused as refused:
        return page(request, row, error=refused.message, form=post.dict(), status=refused.status)
    live.tell_orders()
    request.audit_target, request.audit_detail = f"order:{row.pk}", {"shipment_id": parcel.pk}
    if leaves:
        messages.success(request, _("已发货"))
    else:
        messages.success(request, _("已打包，包裹号 %(number)s") % {"number": parcel.number},
                         extra_tags=reverse("mall:parcel_unpack", args=[number, parcel.number]))
    return redirect("mall:order", number)


def _parcel(post: Mapping[str, str], left: Sequence[LineOf]) -> Parcel:
    """What the form puts into the parcel: pieces, serial numbers and batches by line."""
    pieces, serials, batches = {}, {}, {}
    for each in left:
        said = post.get(f"pieces-{each.line.pk}", "").strip()
        if said and said != "0":
            pieces[each.line.pk] = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else -1
            text = post.get(f"serials-{each.line.pk}", "")
            serials[each.line.pk] = "".join("\n" if sign in SERIAL_SIGNS else sign for sign in text).split("\n")
            batches[each.line.pk] = post.get(f"batch-{each.line.pk}", "")
    return Parcel(pieces, serials, batches)


@staff_may("parcels.ship")
@require_POST
def parcel_ship(request: StaffRequest, number: str, parcel: str) -> HttpResponse:
    """A packed parcel gets its tracking number and leaves."""
    row = _seen(request, number, "parcels.ship")
    shipment = row.shipments.filter(number=parcel).first()
    if shipment is None:
        raise NotYours
    post = request.POST
    try:
        with transaction.atomic():
            fulfilment.ship(shipment_id=shipment.pk, carrier=post.get("carrier", ""),
                            tracking=post.get("tracking", ""), now=timezone.now())
    except Refused as refused:
        return page(request, row, error=refused.message, form=post.dict(), status=refused.status)
    request.audit_target, request.audit_detail = f"order:{row.pk}", {"shipment_id": shipment.pk}
    messages.success(request, _("已发货"))
    return redirect("mall:order", number)


@staff_may("parcels.ship")
@require_POST
def parcel_unpack(request: StaffRequest, number: str, parcel: str) -> HttpResponse:
    """Take a parcel apart that has not left."""
    row = _seen(request, number, "parcels.ship")
    shipment = row.shipments.filter(number=parcel).first()
    if shipment is None:
        raise NotYours
    fulfilment.unpack(shipment_id=shipment.pk)
    live.tell_orders()
    request.audit_target, request.audit_detail = f"order:{row.pk}", {"shipment_id": shipment.pk}
    messages.success(request, _("已拆开包裹，商品等待重新打包"))
    return redirect("mall:order", number)


@staff_may("orders.cancel")
@require_POST
def order_cancel(request: StaffRequest, number: str) -> HttpResponse:
    """Call an unpaid purchase off, or give the money of a paid order back before anything was sent."""
    row = _seen(request, number, "orders.cancel")
    request.audit_target, now = f"order:{row.pk}", timezone.now()
    if row.state == State.PLACED and row.group:
        orders.cancel(number=row.group.number, customer_id=row.customer_id, now=now)
        messages.success(request, _("已取消，商品回到库存"))
    elif row.state == State.PAID and not row.shipped_at:
        packed = waiting_parcels(row.pk)
        refund = refunds.refund_rest(order_id=row.pk, key=f"cancel:{row.pk}", reason=_("发货前取消"), now=now)
        request.audit_detail = {"refund_id": refund.pk, "amount_fen": refund.amount_fen}
        messages.success(request, _("已取消，退款正在处理"))
        say_put_back(request, row.pk, packed)
    else:
        messages.error(request, _("已经发货的订单请走售后。"))
    return redirect("mall:order", number)


@staff_may("parcels.ship")
@require_POST
def order_phone(request: StaffRequest, number: str) -> HttpResponse:
    """Show the receiver's phone in full; who looked is in the audit."""
    row = _seen(request, number, "parcels.ship")
    place = addresses.opened(row.group.address_enc) if row.group else None
    if place is None:
        raise NotYours
    request.audit_target = f"order:{row.pk}"
    response = render(request, "mall/_phone.html", {"phone": place.phone, "number": number})
    response["Cache-Control"] = "no-store"
    return response


@staff_may("parcels.view")
@require_POST
@saying_why
def note_add(request: StaffRequest, number: str) -> HttpResponse:
    row = _seen(request, number)
    note = notes.add_note(order_id=row.pk, staff_id=request.user.pk, text=request.POST.get("text", ""),
                          now=timezone.now())
    request.audit_target, request.audit_detail = f"order:{row.pk}", {"note_id": note.pk}
    messages.success(request, _("已记下"), extra_tags=reverse("mall:note_remove", args=[number, note.pk]))
    return redirect("mall:order", number)


@staff_may("parcels.view")
@require_POST
def note_remove(request: StaffRequest, number: str, note_id: int) -> HttpResponse:
    row = _seen(request, number)
    notes.remove_note(order_id=row.pk, note_id=note_id, staff_id=request.user.pk)
    request.audit_target, request.audit_detail = f"order:{row.pk}", {"note_id": note_id}
    messages.success(request, _("已删除备注"))
    return redirect("mall:order", number)
