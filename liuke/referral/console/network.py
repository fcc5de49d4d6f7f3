"""Lines near the limits of the law (G06), and their release by named staff."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.customers.queries.records import names_of
from liuke.kit.errors import Refused
from liuke.kit.jobs import later
from liuke.kit.paging import page_of
from liuke.org.access import StaffRequest, staff_may
from liuke.referral import guard
from liuke.referral.models import WatchedLine
from liuke.referral.queries.network import ended_lines, open_lines
from liuke.referral.services import watching

LISTED = 100
MEMBERS = 50
MOST = 10_000_000


class ReleaseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("复核结论"), max_length=watching.REASON_CHARACTERS,
                             widget=forms.Textarea(attrs={"rows": 3}))
    until_chain = forms.IntegerField(label=gettext_lazy("层数上限"), min_value=1, max_value=MOST,
                                     help_text=gettext_lazy("超过以后重新冻结。"))
    until_people = forms.IntegerField(label=gettext_lazy("人数上限"), min_value=1, max_value=MOST,
                                      help_text=gettext_lazy("超过以后重新冻结。"))


@staff_may("referral.view")
@require_GET
def lines(request: StaffRequest) -> HttpResponse:
    ended = request.GET.get("view") == "ended"
    rows = list((ended_lines() if ended else open_lines())[:LISTED])
    names = names_of([row.head_id for row in rows])
    return render(request, "referral/network.html", {
        "rows": [(row, names.get(row.head_id) or _("未留姓名")) for row in rows], "ended": ended,
        "frozen": open_lines().filter(frozen=True).count(), "guard": guard,
        "may_edit": request.user.has_perm("referral.edit"),
    })


@staff_may("referral.view")
@require_GET
def line(request: StaffRequest, line_id: int) -> HttpResponse:
    return _page(request, line_id)


def _page(request: StaffRequest, line_id: int, form: ReleaseForm | None = None) -> HttpResponse:
    row = get_object_or_404(WatchedLine.objects.select_related("head", "released_by"), pk=line_id)
    page = page_of(row.members.select_related("customer"), request, size=MEMBERS)
    names = names_of([row.head_id, *(each.customer_id for each in page.rows)])
    return render(request, "referral/line.html", {
        "row": row, "name": names.get(row.head_id) or _("未留姓名"), "page": page,
        "members": [(each.customer, names.get(each.customer_id) or _("未留姓名")) for each in page.rows],
        "form": form or ReleaseForm(initial={"until_chain": row.chain + 1, "until_people": row.people * 2}),
        "may_sign": request.user.has_perm("referral.sign"),
    }, status=422 if form else 200)


@staff_may("referral.sign")
@require_POST
def line_release(request: StaffRequest, line_id: int) -> HttpResponse:
    """Pay-outs of the line go on, under the name of who is logged in."""
    get_object_or_404(WatchedLine, pk=line_id)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _page(request, line_id, form)
    try:
        row = watching.release(line_id=line_id, by_id=request.user.pk, now=timezone.now(), **form.cleaned_data)
    except Refused as error:
        form.add_error(None, error.message)
        return _page(request, line_id, form)
    request.audit_target = f"watched_line:{line_id}"
    request.audit_detail = {"customer_id": row.head_id, "chain": row.chain, "people": row.people}
    messages.success(request, _("已解除冻结，这些人可以提现"))
    return redirect("referral:network")


@staff_may("referral.edit")
@require_POST
def watch_now(request: StaffRequest) -> HttpResponse:
    """Look at the network now instead of at night."""
    later("referral.watch", once="referral.watch")
    messages.success(request, _("正在检查，完成后刷新页面就能看到"))
    return redirect("referral:network")
