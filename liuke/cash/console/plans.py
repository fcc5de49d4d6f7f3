"""Pages of plans: written by operators, decided by finance, watched by both."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.cash import queries, words
from liuke.cash.models import Plan
from liuke.cash.rules import BEGUN, MAX_PLAN_NAME, MAX_REASON
from liuke.cash.services import planning
from liuke.customers.queries.tags import all_tags
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.kit.paging import page_of
from liuke.ledger.queries import balance
from liuke.loyalty import words as loyalty
from liuke.loyalty.queries.versions import budgets_of_rules
from liuke.loyalty.rules.guard import Against
from liuke.loyalty.rules.limits import DEFAULT_HOLD_OUT_BP, MAX_HOLD_OUT_BP
from liuke.org.access import StaffRequest, staff_may

PERCENT = 100                            # basis points
WHEN = "%Y-%m-%dT%H:%M"
CHOSEN = ("tag", "segment")


class PlanForm(forms.Form):
    """A plan; money is typed in yuan."""

    asked = ("budget_id",)

    name = forms.CharField(label=gettext_lazy("计划名称"), max_length=MAX_PLAN_NAME)
    reason = forms.CharField(label=gettext_lazy("给客户看的原因"), max_length=MAX_REASON,
                             help_text=gettext_lazy("客户在微信收款时看到，例如：周年庆感谢。"))
    amount = forms.DecimalField(label=gettext_lazy("每人金额（元）"), min_value=0, decimal_places=2,
                                help_text=gettext_lazy("微信规定 1 至 200 元。"))
    budget_id = forms.ChoiceField(label=gettext_lazy("从哪个预算出"), required=False)
    send_at = forms.DateTimeField(label=gettext_lazy("什么时候发"), input_formats=[WHEN],
                                  widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WHEN))
    hold_out = forms.DecimalField(label=gettext_lazy("对照组（%）"), initial=DEFAULT_HOLD_OUT_BP / PERCENT, min_value=0,
                                  max_value=MAX_HOLD_OUT_BP / PERCENT, decimal_places=2,
                                  help_text=gettext_lazy("这部分客户不发，用来比较效果。"))
    tag = forms.MultipleChoiceField(label=gettext_lazy("只限这些标签"), required=False,
                                    widget=forms.CheckboxSelectMultiple)
    segment = forms.MultipleChoiceField(label=gettext_lazy("只限这些分层"), required=False,
                                        widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(
            self, budget_id=[("", "—"), *loyalty.budget_choices(budgets_of_rules().filter(unit="fen"))],
            tag=[(tag.pk, tag.name) for tag in all_tags()[:500]], segment=loyalty.SEGMENTS.items())

    def audience(self) -> dict[str, Any]:
        return {name: {"any": [int(each) if each.isdecimal() else each for each in self.cleaned_data[name]]}
                for name in CHOSEN if self.cleaned_data[name]}


@staff_may("cash.view")
@require_GET
def plans_page(request: StaffRequest) -> HttpResponse:
    page = page_of(queries.plans_list(), request)
    given = queries.given_by([row.pk for row in page.rows])
    return render(request, "cash/plans.html", {
        "page": page, "may_plan": request.user.has_perm("cash.plan"),
        "rows": [(row, words.PLANS[row.state], given.get(row.pk, {})) for row in page.rows],
    })


@staff_may("cash.plan")
def plan_new(request: StaffRequest) -> HttpResponse:
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                row = planning.write_plan(
                    name=said["name"], reason=said["reason"], amount_fen=int(said["amount"] * 100),
                    audience=form.audience(), send_at=said["send_at"], now=timezone.now(), by_id=request.user.pk,
                    hold_out_bp=int(said["hold_out"] * PERCENT),
                    budget_id=int(said["budget_id"]) if said["budget_id"] else None)
        except Refused as error:
            about = error.finding.path if isinstance(error, Against) else getattr(error, "about", "")
            field = {"amount_fen": "amount", "hold_out_bp": "hold_out"}.get(about, about)
            form.add_error(field if field in form.fields else None, words.refused(error))
        else:
            request.audit_target, request.audit_detail = f"plan:{row.pk}", {"amount_fen": row.amount_fen}
            messages.success(request, _("已提交，等财务审批"))
            return redirect("cash:plan", row.pk)
    return render(request, "cash/plan_form.html", {"form": form}, status=422 if form.errors else 200)


@staff_may("cash.view")
@require_GET
def plan(request: StaffRequest, plan_id: int) -> HttpResponse:
    row = get_object_or_404(queries.plans_list(), pk=plan_id)
    shown = {name: [str(loyalty.SEGMENTS.get(each, _tag(each))) for each in condition["any"]]
             for name, condition in row.audience.items()}
    people = queries.reach(row) if row.state in ("approval", "waiting") else None
    return render(request, "cash/plan.html", {
        "people": people, "left_out": row.left_out.count(), "effect": row.state in BEGUN,
        "cost_fen": (people or 0) * row.amount_fen,
        "plan": row, "word": words.PLANS[row.state], "given": queries.given_by([row.pk]).get(row.pk, {}),
        "left": balance(row.budget.address).free, "audience": shown,
        "may_approve": request.user.has_perm("cash.approve"), "may_plan": request.user.has_perm("cash.plan"),
    })


def _tag(pk: Any) -> str:
    return next((tag.name for tag in all_tags() if tag.pk == pk), str(pk))


@staff_may("cash.approve")
@require_POST
def plan_decide(request: StaffRequest, plan_id: int) -> HttpResponse:
    yes = request.POST.get("do") == "approve"
    return _act(request, plan_id, lambda: planning.decide(
        plan_id=plan_id, approved=yes, by_id=request.user.pk, now=timezone.now()),
        _("已同意，到时间自动发放") if yes else _("已拒绝"))


@staff_may("cash.plan")
@require_POST
def plan_cancel(request: StaffRequest, plan_id: int) -> HttpResponse:
    return _act(request, plan_id, lambda: planning.cancel(plan_id=plan_id), _("计划已取消"))


def _act(request: StaffRequest, plan_id: int, act: Any, said: str) -> HttpResponse:
    try:
        row: Plan = act()
    except Refused as error:
        messages.error(request, error.message)
        return redirect("cash:plan", plan_id)
    request.audit_target, request.audit_detail = f"plan:{plan_id}", {"state": row.state}
    messages.success(request, said)
    return redirect("cash:plan", plan_id)
