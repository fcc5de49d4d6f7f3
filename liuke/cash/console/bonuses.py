"""Pages of bonuses: where each is and why, many approved or refused at once, limits, and lost transfers."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.cash import queries, words
from liuke.cash.models import Transfer
from liuke.cash.rules import State, Terms
from liuke.cash.services import approving, sending
from liuke.customers.queries import records
from liuke.kit.errors import Refused
from liuke.kit.forms import numbers_of
from liuke.kit.money import decimal
from liuke.kit.paging import page_of
from liuke.org.access import StaffRequest, staff_may

VIEWS = {
    "approval": (State.APPROVAL,), "queued": (State.QUEUED, State.PENDING), "asked": (State.ASKED,),
    "sent": (State.SENT,), "failed": (State.FAILED, State.REFUSED, State.CANCELLED),
}
TITLES = {
    "": gettext_lazy("全部"), "approval": gettext_lazy("待审批"), "queued": gettext_lazy("排队中"),
    "asked": gettext_lazy("转账中"), "sent": gettext_lazy("已到账"), "failed": gettext_lazy("未发放"),
}


@staff_may("cash.view")
@require_GET
def bonuses_page(request: StaffRequest) -> HttpResponse:
    view = request.GET.get("view", "")
    rows = queries.bonuses_list()
    if view in VIEWS:
        rows = rows.filter(state__in=VIEWS[view])
    page, found = page_of(rows, request), queries.counts()
    names = records.names_of([row.customer_id for row in page.rows])
    return render(request, "cash/bonuses.html", {
        "page": page, "view": view, "may_approve": request.user.has_perm("cash.approve"),
        "tabs": [(code, word, sum(found.get(state, (0, 0))[0] for state in VIEWS.get(code, ()))) for code, word in
                 TITLES.items()],
        "waiting": found.get(State.APPROVAL, (0, 0)), "sent": found.get(State.SENT, (0, 0)),
        "stuck": list(queries.stuck()[:20]),
        "rows": [{"bonus": row, "name": names.get(row.customer_id, ""), "state": words.STATES[words.state_of(row)],
                  "origin": words.ORIGINS.get(row.origin, row.origin), "waits": words.waits_for(row),
                  "why": words.failure(row.refusal)} for row in page.rows],
    })


@staff_may("cash.approve")
@require_POST
def decide(request: StaffRequest) -> HttpResponse:
    """Say yes or no to the picked ones; a no wants a reason."""
    ids = numbers_of(request.POST.getlist("pick"))
    if not ids:
        messages.error(request, _("请先选中要处理的红包"))
        return redirect(f"{reverse('cash:bonuses')}?view=approval")
    yes, now, by_id = request.POST.get("do") == "approve", timezone.now(), request.user.pk
    request.audit_target = f"cash:{'approve' if yes else 'refuse'}"
    request.audit_detail = {"bonuses": ids, "count": 0}
    try:
        if yes:
            count = approving.approve(bonus_ids=ids, by_id=by_id, now=now)
        else:
            count = approving.refuse(bonus_ids=ids, reason=request.POST.get("reason", ""), by_id=by_id, now=now)
    except Refused:
        messages.error(request, _("请写明拒绝的原因"))
        return redirect(f"{reverse('cash:bonuses')}?view=approval")
    request.audit_detail["count"] = count
    said = _("已同意 %(count)s 笔，正在发放") if yes else _("已拒绝 %(count)s 笔，金额退回预算")
    messages.success(request, said % {"count": count})
    return redirect("cash:bonuses")


@staff_may("cash.approve")
@require_POST
def again(request: StaffRequest, bonus_id: int) -> HttpResponse:
    """Send a failed bonus once more."""
    try:
        row = approving.send_again(bonus_id=bonus_id, by_id=request.user.pk, now=timezone.now())
    except Refused as error:
        messages.error(request, error.message)
        return redirect("cash:bonuses")
    request.audit_target, request.audit_detail = f"bonus:{row.pk}", {"amount_fen": row.kept_fen}
    messages.success(request, _("已重新排队发放"))
    return redirect("cash:bonuses")


@staff_may("cash.approve")
@require_POST
def stuck(request: StaffRequest, transfer_id: int) -> HttpResponse:
    """A transfer of which nobody can say what became of it: ask again, or note that it never was."""
    now, give_up = timezone.now(), request.POST.get("do") == "give_up"
    get_object_or_404(Transfer, pk=transfer_id)
    act = sending.give_up if give_up else sending.look_again
    row = act(transfer_id=transfer_id, now=now)
    request.audit_target, request.audit_detail = f"transfer:{row.number}", {"give_up": give_up}
    messages.success(request, _("已退回预算") if give_up else _("正在重新查询"))
    return redirect("cash:bonuses")


class TermsForm(forms.Form):
    """Money is typed in yuan."""

    approve_from = forms.DecimalField(label=gettext_lazy("满多少元要审批"), min_value=0, decimal_places=2)
    minute_most = forms.IntegerField(label=gettext_lazy("每分钟最多几笔"), min_value=1)
    person_day_times = forms.IntegerField(label=gettext_lazy("每人每天最多几次"), min_value=1)
    person_day = forms.DecimalField(label=gettext_lazy("每人每天最多多少元"), min_value=0, decimal_places=2)


@staff_may("cash.approve")
def terms_page(request: StaffRequest) -> HttpResponse:
    now = queries.terms()
    form = TermsForm(request.POST or None, initial={
        "approve_from": decimal(now.approve_from_fen), "minute_most": now.minute_most,
        "person_day_times": now.person_day_times, "person_day": decimal(now.person_day_fen)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        new = Terms(approve_from_fen=int(said["approve_from"] * 100), minute_most=said["minute_most"],
                    person_day_times=said["person_day_times"], person_day_fen=int(said["person_day"] * 100))
        try:
            approving.set_terms(new=new, now=timezone.now(), by_id=request.user.pk)
        except Refused as error:
            form.add_error(getattr(error, "about", "").removesuffix("_fen") or None, words.refused(error))
        else:
            request.audit_target, request.audit_detail = "cash:terms", dict(vars(new))
            messages.success(request, _("限额已更新"))
            return redirect("cash:terms")
    return render(request, "cash/terms.html", {"form": form}, status=422 if form.errors else 200)
