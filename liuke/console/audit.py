"""Who changed what and when: the list of staff actions, filtered, and as a file."""

import csv
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from liuke.console import words_actions
from liuke.kit.forms import number_of
from liuke.kit.pages import day_begins
from liuke.kit.paging import page_of
from liuke.org import queries
from liuke.org.access import StaffRequest, staff_may
from liuke.org.models import AuditEntry

MOST_EXPORTED = 100_000
BOM = "\ufeff"                          # spreadsheet programs take UTF-8 for something else without it


@staff_may("audit.view")
@require_GET
def audit(request: StaffRequest) -> HttpResponse:
    page = page_of(_asked(request), request, by="at")
    filters = {name: request.GET[name] for name in ("who", "what", "target", "since", "until") if request.GET.get(name)}
    return render(request, "console/audit.html", {
        "page": page, "people": queries.staff_people(), "actions": words_actions.actions(), "asked": request.GET,
        "filtered": bool(filters),
    })


@staff_may("audit.view")
@require_GET
def audit_csv(request: StaffRequest) -> StreamingHttpResponse:
    """The same filters as a CSV file, at most MOST_EXPORTED rows."""
    name = timezone.localtime().strftime("audit-%Y%m%d-%H%M.csv")
    response = StreamingHttpResponse(_lines(_asked(request)[:MOST_EXPORTED]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked(request: StaffRequest) -> QuerySet[AuditEntry]:
    rows = queries.audit_entries()
    if (who := number_of(request.GET.get("who", ""))) is not None:
        rows = rows.filter(staff_id=who)
    if what := request.GET.get("what"):
        rows = rows.filter(action=what)
    if target := request.GET.get("target"):
        rows = rows.filter(target=target)
    if since := day_begins(request.GET.get("since", "")):
        rows = rows.filter(at__gte=since)
    if until := day_begins(request.GET.get("until", "")):
        rows = rows.filter(at__lt=until + timedelta(days=1))
    return rows


class _Echo:
    def write(self, line: str) -> str:
        return line


def _lines(rows: QuerySet[AuditEntry]) -> Iterator[str]:
    write = csv.writer(_Echo()).writerow
    yield BOM + write([_("时间"), _("员工"), _("做了什么"), _("对象"), _("门店"), _("详情"), _("请求编号")])
    for row in rows.iterator(chunk_size=1000):
        at = timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S")
        said = words_actions.action(row.action)
        yield write([at, row.staff or "", said, row.target, row.shop or "", row.detail, row.request_id])
