"""Ship many orders at once: paste, look at what every line means, ship, and mend the lines that were refused."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext

from liuke.customers.queries import records
from liuke.kit.errors import BadInput
from liuke.mall.console import words
from liuke.mall.queries import board
from liuke.mall.rules.stages import MOST_PICKED
from liuke.mall.services import pasting
from liuke.org import services as org
from liuke.org.access import StaffRequest, staff_may


@staff_may("parcels.ship", atomic=False)
def orders_ship(request: StaffRequest) -> HttpResponse:
    """Nothing is shipped before the person has seen what would be."""
    step = request.POST.get("step", "")
    if request.method != "POST" or step not in ("start", "look", "apply"):
        return _page(request)
    if step == "start":
        picked = request.POST.getlist("pick")[:MOST_PICKED]
        return _page(request, text="\n".join(f"{number}, " for number in picked))
    text, carrier = request.POST.get("text", ""), request.POST.get("carrier", "")
    orders = board.orders_seen(request.user, "parcels.ship")
    try:
        if step == "look":
            return _page(request, text=text, carrier=carrier, lines=pasting.look_at(
                text=text, orders=orders, carrier=carrier))
        lines = _apply(request, text, carrier)
    except BadInput as refused:
        return _page(request, text=text, carrier=carrier, error=refused.message, status=refused.status)
    shipped = sum(not line.error for line in lines)
    messages.success(request, ngettext("%(count)s 单已发货", "%(count)s 单已发货", shipped) % {"count": shipped})
    mend = "\n".join(line.text for line in lines if line.error)
    return _page(request, text=mend, carrier=carrier, lines=lines, done=True)


def _apply(request: StaffRequest, text: str, carrier: str) -> list[pasting.Pasted]:
    with transaction.atomic(durable=True):
        orders = board.orders_seen(request.user, "parcels.ship")
        lines = pasting.ship_pasted(text=text, orders=orders, carrier=carrier, now=timezone.now())
        shipped = [line.order.pk for line in lines if line.order and not line.error and not line.done]
        org.audit(staff_id=request.user.pk, action="mall.console.shipping.orders_ship",
                  target=f"orders:{len(shipped)}", detail={"order_ids": shipped, "refused": _refused(lines)})
    return lines


def _refused(lines: list[pasting.Pasted]) -> int:
    return sum(bool(line.error) for line in lines)


def _page(request: StaffRequest, *, text: str = "", carrier: str = "", lines: list[pasting.Pasted] | None = None,
          error: str = "", done: bool = False, status: int = 200) -> HttpResponse:
    found = lines or []
    names = records.names_of({line.order.customer_id for line in found if line.order})
    rows: list[tuple[pasting.Pasted, str]] = [
        (line, names.get(line.order.customer_id, "") if line.order else "") for line in found
    ]
    context: dict[str, Any] = {
        "text": text, "carrier": carrier, "carriers": words.CARRIERS.items(), "rows": rows, "error": error,
        "done": done, "looked": lines is not None and not done, "wrong": _refused(found),
        "good": sum(not line.error and not line.done for line in found),
        "before": sum(line.done for line in found), "shipped": sum(not line.error for line in found),
    }
    return render(request, "mall/orders_ship.html", context, status=status)
