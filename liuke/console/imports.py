"""Bring a file in: upload, say which column is what, watch it, mend what was rejected."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.services.customer_import import CUSTOMER_FIELDS
from liuke.intake import preview, queries, reasons, services, uploads
from liuke.intake.header import Fields
from liuke.intake.models import Run
from liuke.intake.rules import FILES_KEPT_DAYS, MOVING, FileRefused, RunState
from liuke.kit.errors import Refused
from liuke.kit.jobs import later
from liuke.kit.push import ticket_for
from liuke.mall.services.order_fields import ORDER_FIELDS
from liuke.mall.services.product_fields import product_fields
from liuke.mall.services.tracking_import import TRACKING_FIELDS
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

# what can be brought in: its word, its fields as they are now, the job that does it
KINDS: dict[str, tuple[Any, Callable[[], Fields], str]] = {
    "orders": (gettext_lazy("订单"), lambda: ORDER_FIELDS, "mall.import_orders"),
    "customers": (gettext_lazy("客户"), lambda: CUSTOMER_FIELDS, "customers.import_customers"),
    "products": (gettext_lazy("商品"), product_fields, "mall.import_products"),
    "tracking": (gettext_lazy("物流轨迹"), lambda: TRACKING_FIELDS, "mall.import_tracking"),
}
DATE_ORDERS = (("ymd", gettext_lazy("年/月/日")), ("mdy", gettext_lazy("月/日/年")), ("dmy", gettext_lazy("日/月/年")))
MENDABLE = (".csv", ".xlsx")


@staff_may("imports.run")
@require_GET
def imports(request: StaffRequest) -> HttpResponse:
    return _page(request)


def _page(request: StaffRequest, error: str = "", status: int = 200) -> HttpResponse:
    ticket = _ticket(request)
    return render(request, "console/imports.html", {
        **_listed(), "ticket": ticket, "topic": services.TOPIC, "kept_days": FILES_KEPT_DAYS, "error": error,
        "kinds": [(name, word) for name, (word, _fields, _job) in KINDS.items()],
    }, status=status)


@staff_may("imports.run")
@require_GET
def imports_list(request: StaffRequest) -> HttpResponse:
    """The part of the page that changes while files are brought in."""
    return render(request, "console/parts/import_list.html", _listed())


def _listed() -> dict[str, Any]:
    runs = [(run, KINDS[run.kind][0]) for run in queries.runs() if run.kind in KINDS]
    return {"runs": runs, "moving": MOVING}


def _ticket(request: StaffRequest) -> str:
    """To hear how runs go on; asked for before anything is read."""
    return ticket_for(topics=[services.TOPIC], holder=f"staff:{request.user.pk}")


@staff_may("imports.run")
@require_POST
def imports_new(request: StaffRequest) -> HttpResponse:
    """Take the file and show what was recognised; nothing is brought in yet."""
    kind, file = request.POST.get("kind", ""), request.FILES.get("file")
    if kind not in KINDS or file is None:
        return _page(request, _("请选择文件，并说明里面是什么。"), 422)
    now, path = timezone.now(), None
    try:
        path = uploads.store(chunks=file.chunks(), size=file.size or 0, now=now)
        look = preview.look(path, fields=KINDS[kind][1](), mapping={})
    except FileRefused as refused:
        if path:
            path.unlink(missing_ok=True)
        return _page(request, refused.message, refused.status)
    brand = org.brand()
    options = services.Options(zone=brand.zone if brand else "Asia/Shanghai")
    run = services.new_run(kind=kind, path=path, file_name=file.name or "file", options=options, by_id=request.user.pk)
    run.state, run.sha256, run.delete_files_at = RunState.UPLOADED, look.table.sha256, services.files_until(now)
    run.save()
    request.audit_target, request.audit_detail = f"import:{run.pk}", {"kind": kind}
    return redirect("console:imports_run", run.pk)


@staff_may("imports.run")
@require_GET
def imports_run(request: StaffRequest, run_id: int) -> HttpResponse:
    ticket = _ticket(request)
    return _run_page(request, _run(run_id), ticket=ticket)


@staff_may("imports.run")
@require_GET
def imports_progress(request: StaffRequest, run_id: int) -> HttpResponse:
    """The part of the page that changes while the run is under way."""
    return render(request, "console/parts/import_progress.html", _told(_run(run_id)))


@staff_may("imports.run")
@require_POST
def imports_start(request: StaffRequest, run_id: int) -> HttpResponse:
    """The columns are right: let the worker bring the file in."""
    run = _run(run_id)
    _word, fields_now, job = KINDS[run.kind]
    fields = fields_now()
    chosen = {field.name: request.POST.get(f"field-{field.name}", "") for field in fields.known}
    mapping = {name: column for name, column in chosen.items() if column}
    zone, date_order = request.POST.get("zone", run.zone), request.POST.get("date_order", "ymd")
    try:
        services.check_zone(zone)
        look = preview.look(Path(run.path), fields=fields, mapping=mapping)
        if look.refusal:
            return _run_page(request, run, mapping=mapping, error=look.refusal, status=422)
        uploads.start(run=run, mapping=mapping, zone=zone,
                      date_order=date_order if date_order in dict(DATE_ORDERS) else "ymd")
    except Refused as refused:
        return _run_page(request, run, mapping=mapping, error=refused.message, status=refused.status)
    later(job, run_id=run.pk)
    request.audit_target, request.audit_detail = f"import:{run.pk}", {"kind": run.kind}
    return redirect("console:imports_run", run.pk)


@staff_may("imports.run")
@require_GET
def imports_errors(request: StaffRequest, run_id: int) -> HttpResponseBase:
    """The error file."""
    run = _run(run_id)
    path = Path(run.error_file)
    if not run.error_file or path.suffix not in MENDABLE or not path.is_file():
        raise Http404
    name = _("%(name)s-错误行") % {"name": Path(run.file_name).stem} + path.suffix
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def _run(run_id: int) -> Run:
    run = queries.run(run_id)
    if run.kind not in KINDS:
        raise Http404
    return run


def _run_page(
    request: StaffRequest, run: Run, *, mapping: dict[str, str] | None = None, error: str = "", status: int = 200,
    ticket: str = ""
) -> HttpResponse:
    told: dict[str, Any] = _told(run) | {"ticket": ticket, "topic": services.TOPIC}
    if run.state == RunState.UPLOADED:
        fields = KINDS[run.kind][1]()
        look = preview.look(Path(run.path), fields=fields, mapping={})
        sources = look.sources if mapping is None else mapping
        told |= {
            "look": look, "date_orders": DATE_ORDERS, "error": error or look.refusal,
            "fields": [(field.name, field.label, sources.get(field.name, "")) for field in fields.known],
            "needed": ["/".join(fields.label(name) for name in group) for group in fields.needed],
        }
    return render(request, "console/import.html", told, status=status)


def _told(run: Run) -> dict[str, Any]:
    return {
        "run": run, "word": KINDS[run.kind][0], "active": run.state in MOVING,
        "reasons": [(reasons.words(code), rows) for rows, code in sorted(
            ((rows, code) for code, rows in run.reasons.items()), reverse=True)],
        "notes": sorted((reasons.note(code), rows) for code, rows in run.notes.items()),
    }
