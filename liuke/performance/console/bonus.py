"""Service bonuses of a month: what is suggested and why, yes or no, what wages have paid, and the terms."""

import csv
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.intake.tables import safe
from liuke.kit import money
from liuke.kit.errors import Refused
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may
from liuke.performance import queries
from liuke.performance.models import Bonus
from liuke.performance.rules import MOST_BONUS_FEN, Terms
from liuke.performance.services import bonus
from liuke.performance.words import REASONS

HUNDRED = 100


class TermsForm(forms.Form):
    """The terms; money in yuan, shares in percent."""

    on_time = forms.DecimalField(label=gettext_lazy("首次响应准时率不低于（%）"), min_value=0, max_value=100,
                                 decimal_places=2)
    on_time_fen = forms.DecimalField(label=gettext_lazy("达到给多少（元）"), min_value=0, decimal_places=2)
    satisfied = forms.DecimalField(label=gettext_lazy("平均满意度不低于（分）"), min_value=0, max_value=5,
                                   decimal_places=2)
    satisfied_fen = forms.DecimalField(label=gettext_lazy("达到给多少（元）"), min_value=0, decimal_places=2)
    stays = forms.DecimalField(label=gettext_lazy("一次解决率不低于（%）"), min_value=0, max_value=100,
                               decimal_places=2)
    stays_fen = forms.DecimalField(label=gettext_lazy("达到给多少（元）"), min_value=0, decimal_places=2)
    piece_fen = forms.DecimalField(
        label=gettext_lazy("每解决一张（元）"), min_value=0, decimal_places=2,
        help_text=gettext_lazy("按类型的难度折算：比平均费时的算得多，从 0.5 张到 2 张；又被打开的不算。"))
    most_fen = forms.DecimalField(label=gettext_lazy("每人每月最多（元）"), min_value=0,
                                  max_value=MOST_BONUS_FEN // 100, decimal_places=2)
    least = forms.IntegerField(label=gettext_lazy("至少有几次才算比率"), min_value=1, max_value=10_000,
                               help_text=gettext_lazy("次数太少时，比率说明不了什么。"))

    def terms(self) -> Terms:
        said = self.cleaned_data
        return Terms(least=said["least"], **{
            name: int((said[name] * HUNDRED).to_integral_value()) for name in said if name != "least"})


@staff_may("performance.view")
@require_GET
def bonuses(request: StaffRequest) -> HttpResponse:
    """One month: by default the last that is over."""
    return _page(request, _month(request.GET.get("month", "")))


def _month(text: str) -> date:
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return bonus.month_of(last)


def _page(request: StaffRequest, month: date, *, form: TermsForm | None = None, status: int = 200) -> HttpResponse:
    terms = queries.terms()
    rows = [(row, [(REASONS[reason], reason, hundredths, fen) for reason, hundredths, fen in row.parts])
            for row in queries.bonuses(month)]
    before = {name: Decimal(value) / HUNDRED if name != "least" else value for name, value in asdict(terms).items()}
    return render(request, "performance/bonuses.html", {
        "month": month, "rows": rows, "months": queries.months(), "terms": terms, "opens": form is not None,
        "total_fen": sum(row.fen if row.state != bonus.SUGGESTED else row.suggested_fen for row, _parts in rows),
        "form": form or TermsForm(initial=before), "may_decide": _may(request),
        "over": bonus.after(month) <= timezone.localdate(),
        "approved": any(row.state == bonus.APPROVED for row, _parts in rows)}, status=status)


def _may(request: StaffRequest) -> bool:
    return org.everywhere(request.user, "performance.decide")


def _allowed(request: StaffRequest) -> None:
    """Bonuses are the whole brand's."""
    if not _may(request):
        raise PermissionDenied


def _back(month: date) -> HttpResponse:
    return redirect(f"{reverse('performance:bonuses')}?month={month:%Y-%m}")


@staff_may("performance.decide")
@require_POST
def suggest(request: StaffRequest) -> HttpResponse:
    """Reckon the month now, or anew."""
    _allowed(request)
    month = _month(request.POST.get("month", ""))
    try:
        with transaction.atomic():
            count = bonus.suggest(month=month, today=timezone.localdate(), now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        request.audit_target = f"bonus:{month:%Y-%m}"
        messages.success(request, _("已算好 %(count)s 条建议") % {"count": count})
    return _back(month)


@staff_may("performance.decide")
@require_POST
def decide(request: StaffRequest, bonus_id: int) -> HttpResponse:
    """Yes, yes with another amount, or no."""
    _allowed(request)
    month = get_object_or_404(Bonus, pk=bonus_id).month
    agree, typed = request.POST.get("agree") == "yes", request.POST.get("amount", "").strip()
    try:
        fen = money.fen(typed) if typed else None
    except ValueError:
        messages.error(request, _("请填写金额，例如 120 或 99.50。"))
        return _back(month)
    try:
        with transaction.atomic():
            row = bonus.decide(bonus_id=bonus_id, agree=agree, fen=fen, note=request.POST.get("note", ""),
                               by_id=request.user.pk, now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
        return _back(month)
    request.audit_target, request.audit_detail = f"bonus:{row.pk}", {"fen": row.fen, "state": row.state}
    messages.success(request, _("已同意，等随工资发放") if agree else _("已记下不同意"))
    return _back(month)


@staff_may("performance.decide")
@require_POST
def paid(request: StaffRequest) -> HttpResponse:
    """Wages have paid what was approved."""
    _allowed(request)
    month = _month(request.POST.get("month", ""))
    count = bonus.mark_paid(month=month, now=timezone.now())
    request.audit_target = f"bonus:{month:%Y-%m}"
    messages.success(request, _("已标记 %(count)s 笔为已发放") % {"count": count})
    return _back(month)


@staff_may("performance.view")
@require_GET
def bonus_file(request: StaffRequest) -> HttpResponse:
    """For the wages office: who gets how much, as a table."""
    month = _month(request.GET.get("month", ""))
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="service-bonus-{month:%Y-%m}.csv"'
    table = csv.writer(answer)
    table.writerow([_("登录名"), _("姓名"), _("月份"), _("金额（元）")])
    for row in queries.bonuses(month):
        if row.state in (bonus.APPROVED, bonus.PAID):
            cells = (row.staff.username, row.staff.name, f"{month:%Y-%m}", money.decimal(row.fen))
            table.writerow([safe(cell) for cell in cells])
    return answer


@staff_may("performance.decide")
@require_POST
def terms(request: StaffRequest) -> HttpResponse:
    """What bonuses are made of from now on."""
    _allowed(request)
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _page(request, _month(""), form=form, status=422)
    try:
        with transaction.atomic():
            bonus.set_terms(terms=form.terms(), by=request.user, now=timezone.now())
    except Refused:
        form.add_error(None, _("这些条件不成立，请检查金额和比率。"))
        return _page(request, _month(""), form=form, status=422)
    messages.success(request, _("已保存奖金办法；已决定的不变"))
    return _back(_month(""))
