"""Pages of pay-outs: what waits and why, many approved or refused at once, one with its tax explained, runs, terms."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.cash.words import failure
from liuke.customers.queries import records
from liuke.kit.errors import Refused
from liuke.kit.forms import numbers_of
from liuke.kit.money import decimal
from liuke.kit.paging import page_of
from liuke.org.access import StaffRequest, staff_may
from liuke.payouts import words
from liuke.payouts.queries import lists, people, taxes
from liuke.payouts.rules import WAITING, BadPayout, State, Terms
from liuke.payouts.services import approving
from liuke.payouts.services import people as setting

VIEWS = {
    "waiting": WAITING, "sending": (State.SENDING,), "paid": (State.PAID,),
    "ended": (State.FAILED, State.REFUSED, State.CANCELLED),
}
TITLES = {
    "": gettext_lazy("全部"), "waiting": gettext_lazy("待处理"), "sending": gettext_lazy("付款中"),
    "paid": gettext_lazy("已付"), "ended": gettext_lazy("未付"),
}
RUNS_SHOWN = 20


@staff_may("payouts.view")
@require_GET
def payouts_page(request: StaffRequest) -> HttpResponse:
    view = request.GET.get("view", "")
    rows = lists.payouts_list()
    if view in VIEWS:
        rows = rows.filter(state__in=VIEWS[view])
    page, found = page_of(rows, request), lists.counts()
    names = records.names_of([row.customer_id for row in page.rows])
    waiting = [found.get(state, (0, 0)) for state in WAITING]
    return render(request, "payouts/payouts.html", {
        "page": page, "view": view, "may_decide": request.user.has_perm("payouts.decide"),
        "tabs": [(code, word, sum(found.get(state, (0, 0))[0] for state in VIEWS.get(code, ()))) for code, word in
                 TITLES.items()],
        "waiting": (sum(each[0] for each in waiting), sum(each[1] for each in waiting)),
        "missing": taxes.missing_quarters(timezone.now()), "terms": people.terms(),
        "rows": [{"payout": row, "name": names.get(row.customer_id, ""), "state": words.STATES[row.state],
                  "way": words.WAYS[row.way], "why": failure(row.why), "held": words.HELD.get(row.held_for, "")}
                 for row in page.rows],
    })


@staff_may("payouts.view")
@require_GET
def payout_page(request: StaffRequest, payout_id: int) -> HttpResponse:
    row = get_object_or_404(lists.payouts_list(), pk=payout_id)
    return render(request, "payouts/payout.html", {
        "payout": row, "name": records.names_of([row.customer_id]).get(row.customer_id, ""),
        "person": people.person_of(row.customer_id), "account": people.account_of(row.customer_id),
        "state": words.STATES[row.state], "way": words.WAYS[row.way], "told": words.told_to_member(row),
        "method": words.METHODS.get(row.tax_method, ""), "basis": row.tax_basis,
        "parts": [(part, words.PARTS[part.state], failure(part.why)) for part in row.parts.order_by("pk")],
        "may_decide": request.user.has_perm("payouts.decide"), "waits": row.state in WAITING,
    })


@staff_may("payouts.decide")
@require_POST
def decide(request: StaffRequest) -> HttpResponse:
    """Say yes or no to the picked ones; a no wants a reason."""
    ids = numbers_of(request.POST.getlist("pick"))
    yes, now, by_id = request.POST.get("do") == "approve", timezone.now(), request.user.pk
    request.audit_target = f"payouts:{'approve' if yes else 'refuse'}"
    request.audit_detail = {"payouts": ids, "count": 0}
    try:
        count = approving.approve(payout_ids=ids, by_id=by_id, now=now) if yes else approving.refuse(
            payout_ids=ids, reason=request.POST.get("reason", ""), by_id=by_id, now=now)
    except Refused as error:
        messages.error(request, _refusal(error))
        return redirect("/console/payouts/?view=waiting")
    request.audit_detail["count"] = count
    said = _("已同意 %(count)s 笔，正在付款") if yes else _("已拒绝 %(count)s 笔，金额退回余额")
    messages.success(request, said % {"count": count})
    return redirect("payouts:payouts")


@staff_may("payouts.decide")
def runs_page(request: StaffRequest) -> HttpResponse:
    """What runs have paid, and the start of another."""
    if request.method == "POST":
        try:
            run = approving.start_run(way=request.POST.get("way", ""), now=timezone.now(), by_id=request.user.pk)
        except Refused as error:
            messages.error(request, _refusal(error))
            return redirect("payouts:runs")
        request.audit_target, request.audit_detail = f"payout_run:{run.pk}", {"way": run.way}
        messages.success(request, _("正在生成提现，完成后由另一位同事审批"))
        return redirect("payouts:runs")
    return render(request, "payouts/runs.html", {
        "terms": people.terms(), "ways": words.WAYS.items(), "rows": [
            {"run": row, "way": words.WAYS[row.way], "passed": [
                (words.HINDRANCES.get(code, code), count) for code, count in sorted(row.passed_over.items())]}
            for row in lists.runs_list()[:RUNS_SHOWN]]})


class TermsForm(forms.Form):
    """Money is typed in yuan."""

    minimum = forms.DecimalField(label=gettext_lazy("最低提现金额（元）"), min_value=0, decimal_places=2)
    approve_from = forms.DecimalField(label=gettext_lazy("满多少元须审批"), min_value=0, decimal_places=2,
                                      help_text=gettext_lazy("员工发起的打款一律须另一位同事审批。"))


@staff_may("payouts.decide")
def terms_page(request: StaffRequest) -> HttpResponse:
    now = people.terms()
    form = TermsForm(request.POST or None, initial={
        "minimum": decimal(now.minimum_fen), "approve_from": decimal(now.approve_from_fen)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        new = Terms(minimum_fen=int(said["minimum"] * 100), approve_from_fen=int(said["approve_from"] * 100))
        try:
            setting.set_terms(new=new, now=timezone.now(), by_id=request.user.pk)
        except BadPayout as error:
            form.add_error(error.about.removesuffix("_fen"), str(words.FIELDS[error.about]))
        else:
            request.audit_target, request.audit_detail = "payouts:terms", dict(vars(new))
            messages.success(request, _("提现条件已更新"))
            return redirect("payouts:terms")
    return render(request, "payouts/terms.html", {"form": form}, status=422 if form.errors else 200)


def _refusal(error: Refused) -> str:
    about = error.about if isinstance(error, BadPayout) else ""
    return str(words.FIELDS.get(about, error.message))
