"""Stock: what is there, what runs out, the journal, and the page of one SKU in one warehouse."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import Refused
from liuke.kit.paging import page_of
from liuke.mall.console.fields import CountField
from liuke.mall.console.scope import number
from liuke.mall.models import StockLevel
from liuke.mall.queries import shelves
from liuke.mall.queries.access import suppliers_of
from liuke.mall.rules.counting import MAX_PIECES
from liuke.mall.rules.stock import MovementKind
from liuke.mall.services import shelves as services
from liuke.mall.services import stock as stock_services
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

KINDS: dict[str, tuple[Promise, str]] = {
    MovementKind.RECEIVE: (gettext_lazy("收货"), "good"), MovementKind.RESERVE: (gettext_lazy("下单占用"), "info"),
    MovementKind.RELEASE: (gettext_lazy("释放占用"), ""), MovementKind.SHIP: (gettext_lazy("发货"), "brand"),
    MovementKind.TAKE: (gettext_lazy("盘点"), "warn"), MovementKind.RETURN: (gettext_lazy("退货入库"), "good"),
}
TEXT = 60
NEWEST = 30                              # movements on the page of one level


def may_change(request: StaffRequest) -> bool:
    """Staff of the brand with the permission for all of it; a supplier's staff in its own warehouses."""
    staff = request.user
    return staff.has_perm("stock.edit") and (suppliers_of(staff) is not None or org.everywhere(staff, "stock.edit"))


def need_change(request: StaffRequest) -> None:
    """Raises PermissionDenied."""
    if not may_change(request):
        raise PermissionDenied("stock.edit")


@staff_may("stock.view")
@require_GET
def stock(request: StaffRequest) -> HttpResponse:
    scope, low = suppliers_of(request.user), request.GET.get("view") == "low"
    ask = shelves.Ask(text=request.GET.get("q", "").strip()[:TEXT], low=low,
                      warehouse_id=number(request.GET, "warehouse"))
    return render(request, "mall/stock.html", {
        "page": page_of(shelves.levels(ask, scope=scope), request), "ask": ask, "low": shelves.low_count(scope=scope),
        "view": "low" if low else "all", "warehouses": list(shelves.warehouses(scope=scope)),
        "filtered": bool(ask.text or ask.warehouse_id), "may_edit": may_change(request),
    })


@staff_may("stock.view")
@require_GET
def movements(request: StaffRequest) -> HttpResponse:
    """The journal of everything that came and went."""
    scope, get = suppliers_of(request.user), request.GET
    text, kind, place = get.get("q", "").strip()[:TEXT], get.get("kind", ""), number(get, "warehouse")
    rows = shelves.movements(scope=scope, text=text, warehouse_id=place, kind=kind if kind in KINDS else "")
    return render(request, "mall/stock_movements.html", {
        "page": page_of(rows, request), "q": text, "kind": kind, "kinds": KINDS, "warehouse_id": place,
        "view": "journal", "low": shelves.low_count(scope=scope),
        "warehouses": list(shelves.warehouses(scope=scope, closed=True)),
        "filtered": bool(text or kind or place), "may_edit": may_change(request),
    })


@staff_may("stock.view")
@require_GET
def level(request: StaffRequest, level_id: int) -> HttpResponse:
    return _level(request, shelves.level(level_id, scope=suppliers_of(request.user)))


def _level(request: StaffRequest, row: StockLevel, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = shelves.movements(scope=None, level_id=row.pk)
    return render(request, "mall/stock_level.html", {
        "level": row, "page": page_of(rows, request, size=NEWEST), "sums": shelves.sums_of(row.pk), "kinds": KINDS,
        "may_edit": may_change(request), "key": secrets.token_urlsafe(12), **more,
    }, status=status)


@staff_may("stock.edit")
@require_POST
def level_change(request: StaffRequest, level_id: int) -> HttpResponse:
    """Receive, put right, or set the safety stock of one level."""
    need_change(request)
    row = shelves.level(level_id, scope=suppliers_of(request.user))
    do, key = request.POST.get("do", ""), request.POST.get("key", "")[:20] or secrets.token_urlsafe(12)
    count, problem = _count(request.POST.get("count", ""), least=1 if do == "receive" else 0)
    if not problem and do in DOING:
        request.audit_target, request.audit_detail = f"stock:{row.pk}", {"do": do, "count": count}
        try:
            with transaction.atomic():
                said = DOING[do](request, row, count, key)
        except stock_services.OutOfStock:
            problem = _("有 %(count)s 件已被订单占用，实数不能更少。先取消或发出这些订单。") % {"count": row.reserved}
        except Refused as refused:
            problem = refused.message
        else:
            messages.success(request, said)
            return redirect("mall:stock_level", row.pk)
    return _level(request, row, status=422, wrong=do, why=problem, typed=request.POST)


def _count(text: str, *, least: int) -> tuple[int, str]:
    """The number, and what is wrong with it."""
    try:
        return CountField(least=least, most=MAX_PIECES).clean(text) or 0, ""
    except ValidationError as error:
        return 0, " ".join(error.messages)


def _receive(request: StaffRequest, row: StockLevel, count: int, key: str) -> str:
    services.receive_goods(warehouse_id=row.warehouse_id, pieces={row.sku_id: count}, key=f"receive:{key}",
                           reason=request.POST.get("reason", "")[:100], staff_id=request.user.pk)
    return _("已收货 %(count)s 件") % {"count": count}


def _take(request: StaffRequest, row: StockLevel, count: int, key: str) -> str:
    difference = stock_services.take(level_id=row.pk, counted=count, key=f"take:{key}",
                                     reason=request.POST.get("reason", "")[:100], staff_id=request.user.pk)
    return _("盘点已记下，差异 %(difference)s 件") % {"difference": f"{difference:+}"}


def _safety(request: StaffRequest, row: StockLevel, count: int, key: str) -> str:
    del request, key
    services.set_safety(level_id=row.pk, safety=count)
    return _("安全库存已设为 %(count)s 件") % {"count": count}


DOING = {"receive": _receive, "take": _take, "safety": _safety}
