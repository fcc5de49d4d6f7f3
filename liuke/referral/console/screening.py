"""Commissions that wait for somebody to look: why, with every figure; let go or void, with a reason; the policy."""

from typing import Any

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
from liuke.kit.paging import page_of
from liuke.org.access import StaffRequest, staff_may
from liuke.referral import guard, words
from liuke.referral.fraud import MAX_FIGURE, MAX_WEIGHT, BadPolicy, Policy, Rule, Signal
from liuke.referral.models import Commission, Screening
from liuke.referral.queries.screening import policies, policy, screenings, waiting
from liuke.referral.services import screening

VIEWS = {"": gettext_lazy("待核查"), "released": gettext_lazy("已放行"), "voided": gettext_lazy("已作废"),
         "pass": gettext_lazy("有信号但放行")}


@staff_may("referral.view")
@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    rows = waiting() if not view else screenings().filter(
        **({"verdict": "pass"} if view == "pass" else {"decision": view}))
    page = page_of(rows, request)
    names = names_of([row.customer_id for row in page.rows])
    return render(request, "referral/screenings.html", {
        "page": page, "view": view, "views": VIEWS.items(), "waiting": waiting().count(), "rows": [
            {"row": row, "name": names.get(row.customer_id) or _("未留姓名"), "word": _word(row),
             "why": words.SIGNALS[row.fired[0][0]]} for row in page.rows]})


@staff_may("referral.view")
@require_GET
def screened(request: StaffRequest, screening_id: int) -> HttpResponse:
    """Every figure that was measured, what fired, and what came of it."""
    row = get_object_or_404(screenings(), pk=screening_id)
    fired = {name: (threshold, weight) for name, _figure, threshold, weight in row.fired}
    measured = [{"says": words.SIGNALS[name], "figure": row.figures[name], "threshold": fired.get(name, ("", 0))[0],
                 "weight": fired.get(name, ("", 0))[1]} for name in Signal if name in row.figures]
    return render(request, "referral/screened.html", {
        "row": row, "name": names_of([row.customer_id]).get(row.customer_id) or _("未留姓名"), "word": _word(row),
        "measured": sorted(measured, key=lambda each: -each["weight"]), "told": words.HELD[row.fired[0][0]],
        "commissions": Commission.objects.filter(order_id=row.order_id, customer_id=row.customer_id).order_by("pk"),
        "findings": guard.beneficiary_findings(fired),
        "waits": not row.decision and row.verdict != "pass", "may_decide": request.user.has_perm("referral.screen")})


@staff_may("referral.screen")
@require_POST
def decide(request: StaffRequest, screening_id: int) -> HttpResponse:
    get_object_or_404(Screening, pk=screening_id)
    go = request.POST.get("do") == "release"
    act = screening.release if go else screening.void
    try:
        row = act(screening_id=screening_id, reason=request.POST.get("reason", ""), by_id=request.user.pk,
                  now=timezone.now())
    except Refused as error:
        messages.error(request, error.message)
        return redirect("referral:screened", screening_id)
    request.audit_target = f"screening:{row.pk}"
    request.audit_detail = {"decision": row.decision, "score": row.score, "customer_id": row.customer_id}
    messages.success(request, _("已放行，到期后照常到账") if go else _("已作废，佣金已收回"))
    return redirect("referral:screening")


class PolicyForm(forms.Form):
    """Two numbers for each signal, and the two limits."""

    hold_from = forms.IntegerField(label=gettext_lazy("几分起暂缓"), min_value=1, max_value=MAX_FIGURE)
    block_from = forms.IntegerField(label=gettext_lazy("几分起停提现"), min_value=1, max_value=MAX_FIGURE)

    def __init__(self, data: Any, *, now: Policy) -> None:
        super().__init__(data, initial={"hold_from": now.hold_from, "block_from": now.block_from})
        for signal in Signal:
            for name, most, first in (("threshold", MAX_FIGURE, now.rules[signal].threshold),
                                      ("weight", MAX_WEIGHT, now.rules[signal].weight)):
                self.fields[f"{signal}_{name}"] = forms.IntegerField(
                    label=str(words.SIGNALS[signal]), min_value=0, max_value=most, initial=first)

    def pairs(self) -> list[tuple[Any, Any, Any]]:
        """(signal's words, threshold, weight) for the table."""
        return [(words.SIGNALS[signal], self[f"{signal}_threshold"], self[f"{signal}_weight"]) for signal in Signal]

    def policy(self) -> Policy:
        said = self.cleaned_data
        return Policy(hold_from=said["hold_from"], block_from=said["block_from"], rules={
            signal: Rule(said[f"{signal}_threshold"], said[f"{signal}_weight"]) for signal in Signal})


@staff_may("referral.screen")
def policy_page(request: StaffRequest) -> HttpResponse:
    """What counts how much; each change is a version of its own."""
    form = PolicyForm(request.POST or None, now=policy()[0])
    if request.method == "POST" and form.is_valid():
        try:
            row = screening.set_policy(new=form.policy(), now=timezone.now(), by_id=request.user.pk)
        except BadPolicy as error:
            form.add_error(error.about if error.about in form.fields else None, _("停提现的分数不能低于暂缓的分数"))
        else:
            request.audit_target = f"fraud_policy:{row.pk}"
            request.audit_detail = {"hold_from": row.hold_from, "block_from": row.block_from}
            messages.success(request, _("防作弊规则已更新，对之后的核查生效"))
            return redirect("referral:screening_policy")
    return render(request, "referral/screening_policy.html", {"form": form, "policies": policies()},
                  status=422 if form.errors else 200)


def _word(row: Screening) -> tuple[Any, str]:
    return words.JUDGED[row.decision or row.verdict]
