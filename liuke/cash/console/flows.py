"""The page of the comparison: each day of the channel's account beside what we sent."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from liuke.cash import queries, words
from liuke.cash.models import FlowDifference
from liuke.kit import comparing
from liuke.kit.errors import Refused
from liuke.org.access import StaffRequest, staff_may

DAYS = 60


@staff_may("cash.approve")
@require_GET
def flows_page(request: StaffRequest) -> HttpResponse:
    return render(request, "cash/flows.html", {
        "days": queries.flow_days()[:DAYS],
        "differences": [(row, words.DIFFERENCES[row.kind]) for row in queries.open_differences()[:200]],
    })


@staff_may("cash.approve")
@require_POST
def explain(request: StaffRequest, difference_id: int) -> HttpResponse:
    get_object_or_404(FlowDifference, pk=difference_id)
    try:
        row = comparing.explain(FlowDifference, difference_id=difference_id, staff_id=request.user.pk,
                                explanation=request.POST.get("explanation", ""))
    except Refused as error:
        messages.error(request, error.message)
        return redirect("cash:flows")
    request.audit_target = f"flow_difference:{row.pk}"
    messages.success(request, _("已记下说明"))
    return redirect("cash:flows")
