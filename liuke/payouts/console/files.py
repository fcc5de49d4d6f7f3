"""Pages from which papers leave the house: bank files, the tax office's quarter, one person's statement.

Every file that names people is fetched by POST, so that the audit says who took it and when.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.models import Customer
from liuke.customers.queries import records
from liuke.kit.errors import Refused
from liuke.kit.forms import number_of
from liuke.kit.paging import page_of
from liuke.org.access import StaffRequest, staff_may
from liuke.payouts import words
from liuke.payouts.files import sent
from liuke.payouts.models import BankFile
from liuke.payouts.queries import lists, people, taxes
from liuke.payouts.rules import RESULT_BYTES, BadPayout
from liuke.payouts.services import bank, exporting


@staff_may("payouts.decide")
def files_page(request: StaffRequest) -> HttpResponse:
    """Bank files, and what waits to be put into the next one."""
    if request.method == "POST":
        try:
            row = bank.make_file(now=timezone.now(), by_id=request.user.pk)
        except BadPayout as error:
            messages.error(request, error.message)
            return redirect("payouts:files")
        request.audit_target = f"bank_file:{row.pk}"
        return redirect("payouts:file", row.pk)
    return render(request, "payouts/files.html", {
        "page": page_of(lists.files_list(), request), "waiting": lists.waiting_for_bank()})


@staff_may("payouts.decide")
@require_GET
def file_page(request: StaffRequest, file_id: int) -> HttpResponse:
    row = get_object_or_404(lists.files_list(), pk=file_id)
    page = page_of(lists.lines_of(row), request)
    names = records.names_of([part.payout.customer_id for part in page.rows])
    return render(request, "payouts/file.html", {"file": row, "page": page, "rows": [
        (part, names.get(part.payout.customer_id, ""), words.PARTS[part.state]) for part in page.rows]})


@staff_may("payouts.decide")
@require_POST
def file_take(request: StaffRequest, file_id: int) -> HttpResponse:
    """The file itself, with names and account numbers in full."""
    row = get_object_or_404(BankFile, pk=file_id)
    request.audit_target, request.audit_detail = f"bank_file:{row.pk}", {"lines": row.parts.count()}
    return sent(lists.bank_sheet(row), request.POST.get("as", ""))


@staff_may("payouts.decide")
@require_POST
def file_answer(request: StaffRequest, file_id: int) -> HttpResponse:
    """The bank's answer, or the word that everything without a result has arrived."""
    row = get_object_or_404(BankFile, pk=file_id)
    try:
        count = _answered(request, row)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("payouts:file", row.pk)
    request.audit_target, request.audit_detail = f"bank_file:{row.pk}", {"results": count}
    messages.success(request, _("已记录 %(count)s 笔结果") % {"count": count})
    return redirect("payouts:file", row.pk)


def _answered(request: StaffRequest, row: BankFile) -> int:
    now, upload = timezone.now(), request.FILES.get("answer")
    if request.POST.get("do") == "rest":
        return bank.apply_to_rest(file_id=row.pk, now=now)
    if upload is None or (upload.size or 0) > RESULT_BYTES:
        raise BadPayout("file", _("请选择银行返回的 CSV 或 XLSX 文件，不超过 2 MB"))
    with TemporaryDirectory() as place:
        path = Path(place) / "answer"
        path.write_bytes(upload.read())
        results = bank.read_answer(path)
    return bank.apply_results(file_id=row.pk, results=results, now=now)


@staff_may("payouts.report")
@require_GET
def tax_page(request: StaffRequest) -> HttpResponse:
    """Every quarter with what was paid and withheld, and whether it was reported."""
    now = timezone.now()
    return render(request, "payouts/tax.html", {
        "quarters": taxes.quarters(now), "missing": taxes.missing_quarters(now)})


@staff_may("payouts.report")
@require_POST
def tax_take(request: StaffRequest, year: int, quarter: int) -> HttpResponse:
    """Identities and incomes of one quarter, in full."""
    try:
        sheet = exporting.export_quarter(year=year, quarter=quarter, now=timezone.now(), by_id=request.user.pk)
    except BadPayout as error:
        messages.error(request, error.message)
        return redirect("payouts:tax")
    request.audit_target = f"tax_quarter:{year}Q{quarter}"
    return sent(sheet, "xlsx")


@staff_may("payouts.view")
@require_GET
def statement_page(request: StaffRequest, customer_id: int) -> HttpResponse:
    """One person's months of one year."""
    get_object_or_404(Customer, pk=customer_id)
    years = taxes.years_of(customer_id)
    year = _year(request.GET.get("year", ""), years)
    months = taxes.months_of(customer_id, year=year)
    return render(request, "payouts/statement.html", {
        "customer_id": customer_id, "name": records.names_of([customer_id]).get(customer_id, ""), "years": years,
        "year": year, "months": months, "gross": sum(each.gross_fen for each in months),
        "tax": sum(each.tax_fen for each in months), "free": lists.free_of(customer_id),
        "person": people.person_of(customer_id)})


@staff_may("payouts.view")
@require_POST
def statement_take(request: StaffRequest, customer_id: int) -> HttpResponse:
    get_object_or_404(Customer, pk=customer_id)
    year = _year(request.POST.get("year", ""), taxes.years_of(customer_id))
    request.audit_target, request.audit_detail = f"customer:{customer_id}", {"year": year}
    return sent(taxes.statement_sheet(customer_id, year), "xlsx")


def _year(asked: str, years: list[int]) -> int:
    """The year that was asked for, else the newest."""
    if (year := number_of(asked)) in years:
        return year
    if asked:
        raise Http404
    return years[0] if years else timezone.localdate().year
