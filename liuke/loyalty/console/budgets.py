"""Pages of budgets: finance opens them, fills them and takes out; everybody else sees what is left."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from liuke.customers.queries import records
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.ledger.queries import balance
from liuke.ledger.rules import BadMove
from liuke.loyalty import words
from liuke.loyalty.models import Budget
from liuke.loyalty.queries.budget_story import BudgetStory, budget_story
from liuke.loyalty.queries.versions import budgets_list
from liuke.loyalty.rules.limits import MAX_BUDGET, NAME_CHARACTERS
from liuke.loyalty.services import budgets
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

MAX_DIGITS = 18                          # of what is typed; int() refuses very long ones


class BudgetForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("预算名称"), max_length=NAME_CHARACTERS)
    unit = forms.ChoiceField(label=gettext_lazy("单位"),
                             choices=[(unit, words.UNITS[unit]) for unit in budgets.HOUSES])
    amount = forms.IntegerField(label=gettext_lazy("数额"), min_value=1, max_value=MAX_BUDGET,
                                help_text=gettext_lazy("积分写个数，金额写元。"))
    staff_id = forms.ChoiceField(label=gettext_lazy("给谁用"), required=False,
                                 help_text=gettext_lazy("选一位员工，就是此人亲手赠送积分的额度；不选则给规则用。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(each.pk, each.name) for each in org.staff_people() if each.has_perm("loyalty.grant")]
        offer_choices(self, staff_id=[("", _("规则")), *people])


@staff_may("loyalty.view")
def budgets_page(request: StaffRequest) -> HttpResponse:
    form = BudgetForm(request.POST or None)
    if request.method == "POST":
        if not request.user.has_perm("budgets.set"):
            return HttpResponse(status=403)
        if form.is_valid() and (made := _open(request, form)):
            messages.success(request, _("已设立预算"))
            return redirect("loyalty:budget", made.pk)
    rows = [(row, balance(row.address), words.UNITS[row.unit]) for row in budgets_list()]
    return render(request, "loyalty/budgets.html", {
        "rows": rows, "form": form, "may_set": request.user.has_perm("budgets.set"),
    }, status=422 if form.errors else 200)


def _open(request: StaffRequest, form: BudgetForm) -> Budget | None:
    said, now = form.cleaned_data, timezone.now()
    amount = _amount(said["unit"], said["amount"])
    try:
        with transaction.atomic():
            row = budgets.open_budget(name=said["name"], unit=said["unit"], now=now, by_id=request.user.pk,
                                      staff_id=int(said["staff_id"]) if said["staff_id"] else None)
            budgets.change_budget(budget_id=row.pk, amount=amount, key="opened", now=now)
    except Refused as error:
        about = {"loyalty_budget_staff": "staff_id"}.get(error.code, getattr(error, "about", "name"))
        form.add_error(about if about in form.fields else "name", words.refused(error))
        return None
    request.audit_target, request.audit_detail = f"budget:{row.pk}", {"amount": amount, "unit": row.unit}
    return row


@staff_may("loyalty.view")
def budget(request: StaffRequest, budget_id: int) -> HttpResponse:
    row = get_object_or_404(Budget, pk=budget_id)
    story = _story(row, request.GET.get("before", ""))
    names = records.names_of([each.customer_id for each in story.entries if each.customer_id])
    return render(request, "loyalty/budget.html", {
        "budget": row, "balance": balance(row.address), "unit": words.UNITS[row.unit], "before": story.before,
        "lines": [(each, words.MOVES[each.move], names.get(each.customer_id or 0, "")) for each in story.entries],
        "rules": row.versions.filter(rule__stopped_at=None).select_related("rule").order_by("rule_id", "-number")
        .distinct("rule_id"), "may_set": request.user.has_perm("budgets.set"), "key": secrets.token_hex(8),
    })


def _story(row: Budget, before: str) -> BudgetStory:
    try:
        return budget_story(row, before=before)
    except BadMove as error:
        raise Http404 from error


@staff_may("budgets.set")
@require_POST
def budget_change(request: StaffRequest, budget_id: int) -> HttpResponse:
    """Put in or take out; the form brings a key, so that a double click is one change."""
    row = get_object_or_404(Budget, pk=budget_id)
    said = request.POST.get("amount", "").strip().replace(",", "")
    out = request.POST.get("way") == "out"
    if not said.isdecimal() or len(said) > MAX_DIGITS or not 0 < int(said) <= MAX_BUDGET:
        messages.error(request, _("请填写 1 到 %(most)s 的整数") % {"most": f"{MAX_BUDGET:,}"})
        return redirect("loyalty:budget", budget_id)
    amount = _amount(row.unit, int(said)) * (-1 if out else 1)
    try:
        with transaction.atomic():
            budgets.change_budget(budget_id=row.pk, amount=amount, key=request.POST.get("key", "")[:40] or "once",
                                  now=timezone.now())
    except Refused as error:
        messages.error(request, words.refused(error))
        return redirect("loyalty:budget", budget_id)
    request.audit_target, request.audit_detail = f"budget:{row.pk}", {"amount": amount, "unit": row.unit}
    messages.success(request, _("预算已更新"))
    return redirect("loyalty:budget", budget_id)


def _amount(unit: str, said: int) -> int:
    """Money is typed in yuan and kept in fen."""
    return said * 100 if unit == "fen" else said
