"""Files that jobs make: how far they are, found again, and handed to the one who asked."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import NotYours
from liuke.kit.push import ticket_for
from liuke.mall.console.scope import brand_may
from liuke.mall.models import MadeFile
from liuke.mall.queries import made_files as queries
from liuke.mall.services import made_files as services
from liuke.org.access import StaffRequest, staff_may

PERMISSIONS = {"papers": "parcels.ship", "products": "goods.edit"}


@staff_may("home.view")
@require_GET
def made_files(request: StaffRequest) -> HttpResponse:
    """All that one has asked for and that is still there."""
    return render(request, "mall/made_files.html", {"files": queries.made_files(request.user.pk, now=timezone.now())})


@staff_may("home.view")
@require_GET
def made_file(request: StaffRequest, file_id: int) -> HttpResponse:
    ticket = ticket_for(topics=[services.topic(file_id)], holder=f"staff:{request.user.pk}")
    row = _mine(request, file_id)
    return render(request, "mall/made_file.html", {"file": row, "ticket": ticket, "topic": services.topic(file_id)})


@staff_may("home.view")
@require_GET
def made_file_progress(request: StaffRequest, file_id: int) -> HttpResponse:
    """The part of the page that changes while the file is made."""
    return render(request, "mall/_made_file.html", {"file": _mine(request, file_id)})


@staff_may("home.view")
@require_GET
def made_file_get(request: StaffRequest, file_id: int) -> HttpResponse:
    """The file itself; a PDF opens in the browser, for the printer."""
    row = _mine(request, file_id)
    try:
        content = services.content(row, now=timezone.now())
    except services.NotReadyYet:
        return redirect("mall:made_file", row.pk)            # which says how far it is
    ending = row.name[row.name.rindex("."):]
    response = HttpResponse(content, content_type=services.TYPES[ending])
    response["Content-Disposition"] = f'{"inline" if ending == ".pdf" else "attachment"}; filename="{row.name}"'
    response["Cache-Control"] = "no-store"
    return response


@brand_may("goods.edit")
@require_POST
def products_export(request: StaffRequest) -> HttpResponse:
    """The whole catalogue as a file that can be imported again."""
    ending = "csv" if request.POST.get("as") == "csv" else "xlsx"
    now = timezone.now()
    row = services.ask_for_products(name=f"products-{timezone.localtime(now):%Y%m%d-%H%M}.{ending}",
                                    staff_id=request.user.pk, now=now)
    request.audit_target, request.audit_detail = "products", {"file_id": row.pk, "skus": row.total}
    return redirect("mall:made_file", row.pk)


def _mine(request: StaffRequest, file_id: int) -> MadeFile:
    row = queries.made_file(file_id, staff_id=request.user.pk)
    if not request.user.has_perm(PERMISSIONS[row.kind]):
        raise NotYours
    return row
