"""Statements: what each supplier and shop is owed, line by line down to the order, closed and paid."""

import re
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.intake.tables import write_sheet
from liuke.kit.errors import NotYours
from liuke.kit.paging import page_of
from liuke.mall.console.saying import saying_why
from liuke.mall.models import Statement, Supplier
from liuke.mall.queries import settlement as queries
from liuke.mall.queries.access import suppliers_of
from liuke.mall.rules.settlement import StatementState
from liuke.mall.services import settlement as services
from liuke.mall.services.settlement import Party
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

PK = re.compile(r"[0-9]{1,18}")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _mine(request: StaffRequest) -> dict[str, Any]:
    """Whose statements this person may see: all, their suppliers' or their shops'."""
    supplier_ids = suppliers_of(request.user)
    if supplier_ids is not None:
        return {"supplier_ids": supplier_ids, "shop_ids": ()}
    if org.everywhere(request.user, "statements.view"):
        return {}
    shops = org.shops_where(request.user, "statements.view").values_list("pk", flat=True)
    return {"supplier_ids": (), "shop_ids": list(shops)}


@staff_may("statements.view")
@require_GET
def statements(request: StaffRequest) -> HttpResponse:
    mine = _mine(request)
    rows = queries.statements_list(**mine)
    state = request.GET.get("state", "")
    if state in list(StatementState):
        rows = rows.filter(state=state)
    page = page_of(rows, request)
    may_close = request.user.has_perm("statements.close")
    return render(request, "mall/statements.html", {
        "page": page, "state": state, "standings": queries.standings(now=timezone.now(), **mine),
        "may_close": may_close, "suppliers": Supplier.objects.order_by("name", "pk") if may_close else [],
        "shops": org.shops(include_closed=True) if may_close else [], "today": timezone.localdate().isoformat(),
    })


@staff_may("statements.view")
@require_GET
def statement(request: StaffRequest, number: str) -> HttpResponse:
    """The sums, and every line with the order it comes from."""
    return _page(request, queries.statement_for(number, **_mine(request)))


def _page(request: StaffRequest, row: Statement, *, error: str = "", status: int = 200) -> HttpResponse:
    return render(request, "mall/statement.html", {
        "statement": row, "figures": queries.figures_of(row), "page": page_of(queries.lines_of(row), request),
        "may_close": request.user.has_perm("statements.close"), "error": error,
        "over": timezone.now() >= queries.start_of(row.until_on),
    }, status=status)


@staff_may("statements.view")
@require_GET
def statement_file(request: StaffRequest, number: str) -> HttpResponse:
    """The statement as a workbook."""
    row = queries.statement_for(number, **_mine(request))
    with TemporaryDirectory() as place:
        path = Path(place) / "statement.xlsx"
        write_sheet(path, queries.statement_sheet(row))
        response = HttpResponse(path.read_bytes(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{row.number}.xlsx"'
    return response


@staff_may("statements.close")
@require_POST
@saying_why
def statement_new(request: StaffRequest) -> HttpResponse:
    """A draft for one party and the days that the form names, both included."""
    kind, _sign, pk = request.POST.get("party", "").partition(":")
    from_on, last_on = (_day(request.POST.get(name, "")) for name in ("from", "last"))
    if kind not in ("supplier", "shop") or not PK.fullmatch(pk) or not from_on or not last_on:
        messages.error(request, _("请选择结算对象，填写起止日期。"))
        return redirect("mall:statements")
    party = Party(supplier_id=int(pk)) if kind == "supplier" else Party(shop_id=int(pk))
    known = Supplier.objects.filter(pk=int(pk)).exists() if kind == "supplier" else any(
        shop.pk == int(pk) for shop in org.shops(include_closed=True))
    if not known:
        raise Http404
    row = services.open_statement(party=party, from_on=from_on, until_on=last_on + timedelta(days=1))
    request.audit_target = f"statement:{row.pk}"
    messages.success(request, _("已建立结算单草稿"))
    return redirect("mall:statement", row.number)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@staff_may("statements.close")
@require_POST
def statement_close(request: StaffRequest, number: str) -> HttpResponse:
    """Freeze the draft; later refunds stand on the next one."""
    row = queries.statement_for(number)
    services.close_statement(statement_id=row.pk, staff_id=request.user.pk, now=timezone.now())
    request.audit_target = f"statement:{row.pk}"
    messages.success(request, _("结算单已关闭，金额不再变化"))
    return redirect("mall:statement", number)


@staff_may("statements.close")
@require_POST
@saying_why
def statement_paid(request: StaffRequest, number: str) -> HttpResponse:
    row = queries.statement_for(number)
    if row.state == StatementState.OPEN:
        raise NotYours
    done = services.mark_statement_paid(statement_id=row.pk, reference=request.POST.get("reference", ""),
                                        staff_id=request.user.pk, now=timezone.now())
    request.audit_target, request.audit_detail = f"statement:{row.pk}", {"total_fen": done.total_fen}
    messages.success(request, _("已记为付清"))
    return redirect("mall:statement", number)
