"""Goods that arrive, from a pasted or scanned list; and stock takes: a sheet, the differences, and then the change."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from liuke.kit.errors import Refused
from liuke.kit.forms import numbers_of
from liuke.kit.paging import page_of
from liuke.mall.console.fields import CountField
from liuke.mall.console.scope import number
from liuke.mall.console.stock import TEXT, need_change
from liuke.mall.models import Sku, StockLevel, Warehouse
from liuke.mall.queries import shelves
from liuke.mall.queries.access import suppliers_of
from liuke.mall.rules import counting
from liuke.mall.services import shelves as services
from liuke.mall.services.shelves import Counted
from liuke.org.access import StaffRequest, staff_may
from liuke.org.services import audit

SHEET = 100                              # rows of a sheet
PROBLEMS: dict[str, Promise] = {
    "quantity": gettext_lazy("数量要是 1 到 1000000 的整数"), "unknown": gettext_lazy("这个供应商没有这个编号或条码"),
}


@dataclass(frozen=True)
class Arriving:
    """A line of the list as the preview shows it."""

    line: counting.Line
    sku: Sku | None
    problem: Promise | str


@staff_may("stock.edit", atomic=False)
def receive(request: StaffRequest) -> HttpResponse:
    """A list is read and shown first; the second button books what can be booked."""
    need_change(request)
    scope = suppliers_of(request.user)
    warehouses = list(shelves.warehouses(scope=scope))
    chosen = number(request.POST or request.GET, "warehouse")
    place = next((each for each in warehouses if each.pk == chosen), warehouses[0] if len(warehouses) == 1 else None)
    text = request.POST.get("lines", "")[: 100 * counting.MAX_LINES]
    shown: dict[str, Any] = {"warehouses": warehouses, "place": place, "text": text,
                             "reason": request.POST.get("reason", "")[:100],
                             "key": request.POST.get("key", "")[:20] or secrets.token_urlsafe(12)}
    if request.method != "POST":
        return render(request, "mall/stock_receive.html", {**shown, "text": request.GET.get("lines", "")[:TEXT]})
    lines = counting.read(text)
    error = "" if place else _("请选择仓库。")
    if not lines or len(lines) > counting.MAX_LINES:
        shown["lines_error"] = _("请填写 1 到 %(most)s 行，每行一个编号和数量。") % {"most": counting.MAX_LINES}
    if place is None or "lines_error" in shown:
        return render(request, "mall/stock_receive.html", {**shown, "place_error": error}, status=422)
    rows = arriving(lines, place)
    wrong = sum(bool(row.problem) for row in rows)
    if request.POST.get("do") == "book" and not wrong:
        return _book(request, place, rows, shown)
    pieces = sum(row.line.quantity for row in rows if not row.problem)
    return render(request, "mall/stock_receive.html", {**shown, "rows": rows, "wrong": wrong, "pieces": pieces},
                  status=422 if wrong else 200)


def arriving(lines: list[counting.Line], place: Warehouse) -> list[Arriving]:
    known = shelves.skus_called([line.code for line in lines], supplier_id=place.supplier_id)
    rows = []
    for line in lines:
        sku = known.get(line.code.lower())
        problem = line.problem or ("" if sku else "unknown")
        rows.append(Arriving(line, sku, PROBLEMS.get(problem, "")))
    return rows


def _book(request: StaffRequest, place: Warehouse, rows: list[Arriving], shown: dict[str, Any]) -> HttpResponse:
    known = {row.line.code.lower(): row.sku.pk for row in rows if row.sku}
    pieces = counting.summed([row.line for row in rows], known)
    with transaction.atomic(durable=True):
        count = services.receive_goods(warehouse_id=place.pk, pieces=pieces, key=f"receive:{shown['key']}",
                                       reason=shown["reason"], staff_id=request.user.pk)
        audit(staff_id=request.user.pk, action="mall.console.stock_take.receive", target=f"warehouse:{place.pk}",
              detail={"skus": len(pieces), "pieces": count})
    said = ngettext("已收货 %(count)s 件", "已收货 %(count)s 件", count) % {"count": count}
    messages.success(request, said)
    return redirect(f"{reverse('mall:stock')}?warehouse={place.pk}")


@dataclass(frozen=True)
class Row:
    """One line of the sheet: what was typed, what is wrong with it, and the difference that it would make."""

    level: StockLevel
    typed: str
    seen: int
    error: str = ""
    counted: int | None = None

    @property
    def difference(self) -> int:
        return 0 if self.counted is None else self.counted - self.level.on_hand


@staff_may("stock.edit")
@require_GET
def take_sheet(request: StaffRequest) -> HttpResponse:
    """Choose a warehouse, then type what lies there; empty fields were not counted."""
    need_change(request)
    warehouses = list(shelves.warehouses(scope=suppliers_of(request.user)))
    chosen = number(request.GET, "warehouse")
    place = next((each for each in warehouses if each.pk == chosen), warehouses[0] if len(warehouses) == 1 else None)
    shown: dict[str, Any] = {"warehouses": warehouses, "place": place, "q": request.GET.get("q", "").strip()[:TEXT]}
    if place is not None:
        page = page_of(shelves.to_count(place, text=shown["q"]), request, size=SHEET)
        shown |= {"page": page, "rows": [Row(each, "", each.on_hand) for each in page.rows]}
    return render(request, "mall/stock_take.html", shown)


@staff_may("stock.edit", atomic=False)
def take(request: StaffRequest) -> HttpResponse:
    """The differences of a sheet, to be read; then the change. What moved in between is not touched, but named."""
    need_change(request)
    if request.method != "POST":
        return redirect("mall:stock_take")
    place = shelves.warehouse(number(request.POST, "warehouse"), scope=suppliers_of(request.user))
    rows = _typed(request, place)
    counted = [row for row in rows if row.counted is not None]
    wrong = [row for row in rows if row.error]
    shown: dict[str, Any] = {
        "place": place, "warehouses": [place], "rows": rows, "reason": request.POST.get("reason", "")[:100],
        "key": request.POST.get("key", "")[:20] or secrets.token_urlsafe(12), "counted": len(counted),
        "differing": [row for row in counted if row.difference],
    }
    if wrong or not counted:
        return render(request, "mall/stock_take.html", {**shown, "nothing": not wrong}, status=422)
    if request.POST.get("do") == "apply":
        return _apply(request, place, counted, shown)
    return render(request, "mall/stock_differences.html", shown)


def _typed(request: StaffRequest, place: Warehouse) -> list[Row]:
    ids = numbers_of(name[5:] for name in request.POST if name.startswith("count"))[:SHEET]
    levels = shelves.to_count(place, empty=True).filter(pk__in=ids).order_by("-pk")
    field = CountField(least=0, most=counting.MAX_PIECES, required=False)
    found = []
    for each in levels:
        typed, error, counted = request.POST.get(f"count{each.pk}", "").strip(), "", None
        seen = number(request.POST, f"seen{each.pk}")
        try:
            counted = field.clean(typed)
        except ValidationError as wrong:
            error = " ".join(wrong.messages)
        if counted is not None and counted < each.reserved:
            error = _("有 %(count)s 件已被订单占用，实数不能更少。") % {"count": each.reserved}
        found.append(Row(each, typed, each.on_hand if seen is None else seen, error, counted))
    return found


def _apply(request: StaffRequest, place: Warehouse, counted: list[Row], shown: dict[str, Any]) -> HttpResponse:
    counts = [Counted(row.level.pk, row.seen, row.counted or 0) for row in counted]
    try:
        with transaction.atomic(durable=True):
            taken = services.take_stock(counts=counts, key=f"take:{shown['key']}", reason=shown["reason"],
                                        staff_id=request.user.pk)
            audit(staff_id=request.user.pk, action="mall.console.stock_take.take", target=f"warehouse:{place.pk}",
                  detail={"counted": len(counted), "differences": len(taken.differences)})
    except Refused as refused:
        return render(request, "mall/stock_differences.html", {**shown, "problem": refused.message}, status=422)
    if left := taken.moved | taken.promised:
        again = [row for row in counted if row.level.pk in left]
        return render(request, "mall/stock_take.html", {
            **shown, "rows": [Row(row.level, row.typed, row.level.on_hand, _("盘点期间有出入库，请再数一遍。"))
                              for row in again], "applied": len(counted) - len(again)})
    said = ngettext("盘点完成：%(count)s 个规格，%(changed)s 处差异", "盘点完成：%(count)s 个规格，%(changed)s 处差异",
                    len(counted))
    changed = sum(bool(each) for each in taken.differences.values())
    messages.success(request, said % {"count": len(counted), "changed": changed})
    return redirect(f"{reverse('mall:stock')}?warehouse={place.pk}")
