"""Reconciliation: each day's bill of a provider beside our own books, and what became of every difference."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.kit import comparing
from liuke.kit.jobs import later
from liuke.kit.paging import page_of
from liuke.mall.console.saying import saying_why
from liuke.mall.models import Bill, BillDifference
from liuke.mall.queries import payments
from liuke.org.access import StaffRequest, staff_may


@staff_may("payments.view")
@require_GET
def bills(request: StaffRequest) -> HttpResponse:
    page = page_of(payments.bills_list(), request, size=60)
    return render(request, "mall/bills.html", {
        "page": page, "open": payments.differences_open().count(),
    })


@staff_may("payments.view")
@require_GET
def bill(request: StaffRequest, bill_id: int) -> HttpResponse:
    """One day: the sums, and every difference, those without an explanation first."""
    row = payments.bills_list().filter(pk=bill_id).first()
    if row is None:
        raise Http404
    differences = list(row.differences.select_related("explained_by").order_by("pk"))
    return render(request, "mall/bill.html", {
        "bill": row, "may_settle": request.user.has_perm("payments.settle"),
        "open": [each for each in differences if each.explained_by_id is None],
        "explained": [each for each in differences if each.explained_by_id is not None],
    })


@staff_may("payments.settle")
@require_POST
@saying_why
def bill_explain(request: StaffRequest, difference_id: int) -> HttpResponse:
    row = BillDifference.objects.filter(pk=difference_id).first()
    if row is None:
        raise Http404
    comparing.explain(BillDifference, difference_id=difference_id, staff_id=request.user.pk,
                      explanation=request.POST.get("explanation", ""))
    request.audit_target = f"difference:{difference_id}"
    messages.success(request, _("已记下处理结果"))
    return redirect("mall:bill", row.bill_id)


@staff_may("payments.settle")
@require_POST
def bill_again(request: StaffRequest, bill_id: int) -> HttpResponse:
    """Compare the day anew; the worker fetches the bill."""
    row = Bill.objects.filter(pk=bill_id).first()
    if row is None:
        raise Http404
    day = row.day_on.isoformat()
    later("mall.compare_bill", provider=row.provider, day=day, once=f"compare_bill:{row.provider}:{day}")
    request.audit_target = f"bill:{bill_id}"
    messages.success(request, _("正在重新取账单，一分钟后刷新页面就能看到。"))
    return redirect("mall:bill", bill_id)
