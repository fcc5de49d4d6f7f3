"""Pages of causes and improvements: what rises, the weeks behind it, who mends it, and whether it helped."""

import csv
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.desk.queries.duty import workers
from liuke.desk.words import KINDS, word
from liuke.improve import words
from liuke.improve.models import Improvement
from liuke.improve.queries import causes as rows
from liuke.improve.rules import (
    DONE,
    KEY_CHARACTERS,
    MOVES,
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    WEEK,
    WEEKS,
    Cause,
    NotAllowed,
    monday,
    rate,
)
from liuke.improve.services import tasks as services
from liuke.intake.tables import safe
from liuke.kit.charts import BARS, NUMBER, Chart, Series
from liuke.kit.errors import NotYours, Refused
from liuke.kit.forms import offer_choices
from liuke.org.access import StaffRequest, staff_may

DUE_DAYS = 28                        # that a new improvement gets unless somebody says otherwise


class OpenForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("标题"), max_length=TITLE_CHARACTERS)
    text = forms.CharField(label=gettext_lazy("打算怎么做"), max_length=TEXT_CHARACTERS, required=False,
                           widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ChoiceField(label=gettext_lazy("负责人"))
    due_on = forms.DateField(label=gettext_lazy("期限"), widget=forms.DateInput(
        format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, owner=[("", _("请选择")), *((each.pk, each.name) for each in workers())])


@staff_may("desk.view")
@require_GET
def causes(request: StaffRequest) -> HttpResponse:
    """Every cause of the last weeks, what rose first."""
    week = rows.last_week()
    found = rows.lines(timezone.localdate(), week)
    return render(request, "improve/causes.html", {
        "rows": [(line, link(line.cause), word(KINDS, line.cause.kind)) for line in found], "week": week,
        "risen": sum(line.finding is not None for line in found)})


@staff_may("desk.view")
@require_GET
def causes_file(request: StaffRequest) -> HttpResponse:
    """The same as a table."""
    del request
    found = rows.lines(timezone.localdate(), rows.last_week())
    return _file("causes", (
        _("商品"), _("类型"), _("批号"), _("工单"), _("件周"), _("对照工单"), _("对照件周"), _("倍数"), "p", "q"), (
        (line.product, word(KINDS, line.cause.kind), line.cause.batch, line.pair.tickets, round(line.pair.exposure, 1),
         line.pair.other_tickets, round(line.pair.other_exposure, 1), *_finding_cells(line)) for line in found))


def _finding_cells(line: rows.Line) -> Sequence[object]:
    found = line.finding
    return (_two(found.ratio), f"{found.p:.4g}", f"{found.q:.4g}") if found else ("", "", "")


def _two(number: float | None) -> str:
    return "" if number is None else f"{number:.2f}"


def _file(name: str, head: Sequence[str], lines: Iterable[Sequence[object]]) -> HttpResponse:
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate()}.csv"'
    table = csv.writer(answer)
    table.writerow(head)
    table.writerows([safe(cell) for cell in line] for line in lines)
    return answer


def link(cause: Cause) -> str:
    """The page of a cause."""
    return f"{reverse('improve:cause')}?{urlencode(_asked(cause))}"


def _asked(cause: Cause) -> dict[str, int | str]:
    return {"product": cause.product_id, "kind": cause.kind, **({"batch": cause.batch} if cause.batch else {})}


def _cause(values: Any) -> Cause:
    """What the address names. Raises NotYours."""
    number, kind = values.get("product", ""), values.get("kind", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19) or kind not in KINDS:
        raise NotYours
    return Cause(int(number), kind, values.get("batch", "")[:40])


@staff_may("desk.view")
@require_GET
def cause(request: StaffRequest) -> HttpResponse:
    """One cause: its weeks, the tickets behind it, what is done about it."""
    return _cause_page(request, _cause(request.GET))


def _cause_page(request: StaffRequest, asked: Cause, *, form: OpenForm | None = None,
                status: int = 200) -> HttpResponse:
    product, today = rows.product(asked.product_id), timezone.localdate()
    name = f"{product.name} · {word(KINDS, asked.kind)}" + (f" · {asked.batch}" if asked.batch else "")
    first = {"title": name[:TITLE_CHARACTERS], "due_on": today + timedelta(days=DUE_DAYS)}
    return render(request, "improve/cause.html", {
        "product": product, "name": name, "cause": asked, "finding": rows.finding(asked),
        "chart": chart(asked, monday(today)), "tickets": rows.tickets_of(asked), "asked": _asked(asked).items(),
        "tasks": rows.improvements(product=asked.product_id, kind=asked.kind),
        "form": form or OpenForm(initial=first), "key": _key(request),
        "may_open": request.user.has_perm("desk.arrange")}, status=status)


def _key(request: StaffRequest) -> str:
    """What the form carries, so that sending it twice is once; a new one for a new form."""
    typed = request.POST.get("key", "")
    return typed if typed.isascii() and typed.isalnum() and len(typed) <= KEY_CHARACTERS else secrets.token_hex(8)


def chart(asked: Cause, until: date, *, weeks: int = WEEKS, done_on: date | None = None) -> Chart:
    """Tickets for each thousand unit-weeks, week by week."""
    counted = rows.weekly(asked, until=until, weeks=weeks)
    labels = [f"{until - (weeks - at) * WEEK:%m-%d}" for at in range(weeks)]
    said, units = rows.whole(counted)
    mean = rate(said, units)
    lines = [Series(name=_("每千件周的工单"), values=[rate(*each) for each in counted])]
    if mean is not None:
        lines.append(Series(name=_("平均"), values=[mean] * weeks, dashed=True))
    says = _("%(weeks)s 周内 %(tickets)s 张工单，平均每千件周 %(rate)s 张") % {
        "weeks": weeks, "tickets": said, "rate": _two(mean) or "—"}
    if done_on:
        says += _("；%(day)s 完成改进") % {"day": f"{done_on:%m-%d}"}
    return Chart(name="weeks", kind=BARS, unit=NUMBER, says=says, axis=_("周（星期一）"), labels=labels, series=lines)


@staff_may("desk.arrange")
@require_POST
def open_task(request: StaffRequest) -> HttpResponse:
    """Ask somebody to mend it."""
    asked, form = _cause(request.POST), OpenForm(request.POST)
    rows.product(asked.product_id)
    if not form.is_valid():
        return _cause_page(request, asked, form=form, status=422)
    try:
        row = services.open_improvement(
            cause=asked, title=form.cleaned_data["title"], text=form.cleaned_data["text"],
            owner_id=int(form.cleaned_data["owner"]), due_on=form.cleaned_data["due_on"], staff_id=request.user.pk,
            key=_key(request), today=timezone.localdate(), now=timezone.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return _cause_page(request, asked, form=form, status=422)
    request.audit_target = f"improvement:{row.pk}"
    messages.success(request, _("已建改进任务"))
    return redirect("improve:task", row.pk)


@staff_may("desk.view")
@require_GET
def tasks(request: StaffRequest) -> HttpResponse:
    """What is to be done and what was done."""
    every, today = list(rows.improvements()), timezone.localdate()
    return render(request, "improve/tasks.html", {
        "rows": [(row, *_said(row), row.is_late(today)) for row in every],
        "late": sum(row.is_late(today) for row in every), "waiting": sum(not row.is_over for row in every)})


def _said(row: Improvement) -> tuple[Any, ...]:
    return word(KINDS, row.kind), words.STATES[row.state], words.VERDICTS[row.verdict]


@staff_may("desk.view")
@require_GET
def tasks_file(request: StaffRequest) -> HttpResponse:
    """The same as a table."""
    del request
    return _file("improvements", (
        _("标题"), _("商品"), _("类型"), _("批号"), _("负责人"), _("期限"), _("状态"), _("完成日期"), _("之前"),
        _("之后"), _("倍数"), _("下限"), _("上限"), _("结论")), (
        (row.title, row.product.name, word(KINDS, row.kind), row.batch, row.owner.name, row.due_on,
         str(words.STATES[row.state][0]), row.done_on or "", _two(rate(row.before_tickets, row.before_exposure)),
         _two(rate(row.after_tickets, row.after_exposure)), _two(row.ratio), _two(row.low), _two(row.high),
         str(words.VERDICTS[row.verdict][0]) if row.state == DONE else "") for row in rows.improvements()))


@staff_may("desk.view")
@require_GET
def task(request: StaffRequest, task_id: int) -> HttpResponse:
    """One improvement, with the rate before and after."""
    return _task_page(request, rows.improvement(task_id))


def _task_page(request: StaffRequest, row: Improvement, *, error: str = "", text: str = "",
               status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    moves = [(name, words.MOVES[name]) for name, state in MOVES if state == row.state]
    weeks = min(WEEKS + row.after_weeks + 1, WEEKS * 2) if row.state == DONE else WEEKS
    kind, state, verdict = _said(row)
    return render(request, "improve/task.html", {
        "row": row, "kind": kind, "state": state, "verdict": verdict, "error": error, "text": text,
        "moves": moves if _may(request, row) else [], "cause": link(Cause(row.product_id, row.kind, row.batch)),
        "late": row.is_late(today),
        "before": rate(row.before_tickets, row.before_exposure), "after": rate(row.after_tickets, row.after_exposure),
        "chart": chart(Cause(row.product_id, row.kind), monday(today), weeks=weeks, done_on=row.done_on),
    }, status=status)


def _may(request: StaffRequest, row: Improvement) -> bool:
    return request.user.pk == row.owner_id or request.user.has_perm("desk.arrange")


@staff_may("desk.view")
@require_POST
def move(request: StaffRequest, task_id: int) -> HttpResponse:
    """Its owner, or who arranges the desk, moves it."""
    row = rows.improvement(task_id)
    if not _may(request, row):
        raise PermissionDenied
    name, text = request.POST.get("move", ""), request.POST.get("result", "")
    try:
        services.move(improvement_id=row.pk, name=name, result=text, today=timezone.localdate())
    except Refused as refused:
        said = _("现在不能这样做，请刷新页面。") if isinstance(refused, NotAllowed) else refused.message
        return _task_page(request, rows.improvement(task_id), error=said, text=text, status=refused.status)
    request.audit_target, request.audit_detail = f"improvement:{row.pk}", {"move": name}
    messages.success(request, _("已更新"))
    return redirect("improve:task", row.pk)
