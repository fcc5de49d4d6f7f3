"""Calendars as staff set them: opening hours of each weekday, dates that differ, and what two weeks come to."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
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

from liuke.desk.console.roster import WEEKDAYS, allowed, may_arrange
from liuke.desk.models import PolicyTarget, WorkCalendar
from liuke.desk.queries import promises as queries
from liuke.desk.rules import ALERT_DAYS
from liuke.desk.services import promises
from liuke.desk.services.promises import Hours
from liuke.kit.errors import Refused
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

REFUSALS = {                         # what the sums refuse, for people
    "calendar_never_opens": gettext_lazy("日历没有任何上班时间，计时永远不会走。请至少填写一天，或选全天候。"),
    "unknown_zone": gettext_lazy("没有这个时区，请写成 Asia/Shanghai 这样。"),
    "bad_time": gettext_lazy("时间要写成 9:00 或 13:30，从 00:00 到 24:00。"),
    "bad_windows": gettext_lazy("每段时间写成 9:00-12:00，一天最多 24 段。"),
    "due_out_of_reach": gettext_lazy("开门太少：已有的承诺按这个日历十年内都到不了期。"),
}
BETWEEN = re.compile(r"\s*(?:[,，、;；]|\s)\s*")       # two stretches of one day
TO = re.compile(r"\s*(?:-|–|—|~|～|至|到)\s*")       # data, not words
SHORT = re.compile(r"(?<![\d:])(\d{1,2})(?![\d:])")    # 9 means 09:00
ONE_DIGIT = re.compile(r"(?<!\d)(\d:)")


def pairs_of(text: str) -> list[list[str]]:
    """[open, close] pairs from how people type them: 9-12, 13:30-18:00. What is no time is refused when it is saved."""
    clean = text.replace("：", ":").translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    stretches = [part for part in BETWEEN.split(TO.sub("-", clean.strip())) if part]
    return [[_time(edge) for edge in stretch.split("-")] for stretch in stretches]


def _time(text: str) -> str:
    return ONE_DIGIT.sub(r"0\1", SHORT.sub(lambda found: f"{int(found[1]):02}:00", text.strip()))


def text_of(pairs: Any) -> str:
    return "，".join(f"{opens}-{closes}" for opens, closes in pairs)


def week_of(weekly: Any) -> list[tuple[str, str]]:
    """Which days have which hours, days in a row with the same ones together; days of rest are left out."""
    found = []
    for pairs, days in groupby(zip(weekly, WEEKDAYS, strict=True), key=lambda each: each[0]):
        words = [str(word) for _pairs, (_number, word) in days]
        whole = _("每天") if len(words) == len(WEEKDAYS) else _("%(first)s至%(last)s") % {
            "first": words[0], "last": words[-1]} if len(words) > 1 else words[0]
        if pairs:
            found.append((text_of(pairs), whole))
    return found


class CalendarForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=promises.NAME_CHARACTERS)
    zone = forms.CharField(label=gettext_lazy("时区"), max_length=40,
                           help_text=gettext_lazy("例如 Asia/Shanghai、Europe/Berlin。"))
    always_open = forms.BooleanField(label=gettext_lazy("全天候：昼夜不停地计时"), required=False)
    make_up = forms.CharField(label=gettext_lazy("调休上班的日子"), max_length=200, required=False)
    follows_list = forms.BooleanField(label=gettext_lazy("跟随国务院公布的节假日和调休"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, word in WEEKDAYS:
            self.fields[f"day{number}"] = forms.CharField(label=word, max_length=200, required=False)

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day{number}"] for number, _word in WEEKDAYS]

    def hours(self, row: WorkCalendar | None) -> Hours:
        """What the form says, with the dates that were set by hand before."""
        said = self.cleaned_data
        return Hours(zone=said["zone"].strip(), always_open=said["always_open"], follows_list=said["follows_list"],
                     weekly=[pairs_of(said[f"day{number}"]) for number, _word in WEEKDAYS],
                     make_up_hours=pairs_of(said["make_up"]),
                     days=queries.special_days_of(row) if row else ())


class DayForm(forms.Form):
    day = forms.DateField(label=gettext_lazy("日期"), widget=forms.DateInput({"type": "date"}))
    works = forms.TypedChoiceField(label=gettext_lazy("这天"), coerce=lambda value: value == "yes",
                                   choices=[("no", gettext_lazy("休息")), ("yes", gettext_lazy("上班"))])
    name = forms.CharField(label=gettext_lazy("叫什么"), max_length=promises.NAME_CHARACTERS, required=False)


@dataclass(frozen=True)
class Day:
    """One date of the coming weeks as the clocks will count it."""

    on: date
    hours: str
    why: str


@staff_may("desk.view")
@require_GET
def calendars_page(request: StaffRequest) -> HttpResponse:
    """All calendars, and of which the list of holidays ends soon."""
    short = {row.pk for row in queries.short_of_holidays(timezone.localdate())}
    rows = [(row, row.pk in short, [] if row.always_open else week_of(row.weekly), sorted({
        target.version.policy.name for target in row.targets.all()}))
        for row in WorkCalendar.objects.order_by("pk").prefetch_related("targets__version__policy")]
    return render(request, "desk/calendars.html", {"rows": rows, "may_arrange": may_arrange(request)})


@staff_may("desk.view")
def calendar(request: StaffRequest, calendar_id: int | None = None) -> HttpResponse:
    """One calendar, or a new one."""
    row = get_object_or_404(WorkCalendar, pk=calendar_id) if calendar_id else None
    if request.method != "POST":
        return _page(request, row, CalendarForm(initial=_before(row)))
    form = CalendarForm(request.POST)
    if form.is_valid():
        try:
            allowed(request)
            with transaction.atomic():
                saved = promises.save_calendar(name=form.cleaned_data["name"], now=timezone.now(),
                                               calendar_id=calendar_id, hours=form.hours(row))
        except Refused as refused:
            form.add_error(None, str(REFUSALS.get(refused.code, refused.message)))
        else:
            request.audit_target = f"calendar:{saved.pk}"
            messages.success(request, _("已保存日历，还在计时的工单已按它重新计算"))
            return redirect("desk:calendar", saved.pk)
    return _page(request, row, form, status=422)


def _before(row: WorkCalendar | None) -> dict[str, Any]:
    if row is None:
        brand = org.brand()
        return {"zone": brand.zone if brand else "Asia/Shanghai", "follows_list": True,
                **{f"day{number}": "09:00-18:00" for number in range(5)}, "make_up": "09:00-18:00"}
    days = {f"day{number}": text_of(pairs) for number, pairs in enumerate(row.weekly)}
    return {"name": row.name, "zone": row.zone, "always_open": row.always_open, "follows_list": row.follows_list,
            "make_up": text_of(row.make_up_hours), **days}


def _page(request: StaffRequest, row: WorkCalendar | None, form: CalendarForm, *, day: DayForm | None = None,
          status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    special = queries.special_days_of(row) if row else []
    return render(request, "desk/calendar.html", {
        "row": row, "form": form, "day": day or DayForm(), "may_arrange": may_arrange(request),
        "ahead": _ahead(row, today) if row else [],
        "special": [each for each in special if each.day >= today], "ends_soon": row is not None and row.pk in {
            each.pk for each in queries.short_of_holidays(today)},
        "promises": PolicyTarget.objects.filter(calendar=row).values("version__policy").distinct().count()
        if row else 0,
    }, status=status)


def _ahead(row: WorkCalendar, today: date) -> list[Day]:
    """The next two weeks, hour by hour as the clocks count them."""
    special = {each.day: each for each in queries.special_days_of(row)}
    counted, found = queries.calendars([row.pk])[row.pk], []
    for number in range(ALERT_DAYS):
        on = today + timedelta(days=number)
        hours = "，".join(f"{_clock(each.opens)}-{_clock(each.closes)}" for each in counted.windows_on(on))
        known = special.get(on)
        why = known.name or (_("上班") if known.works else _("休息")) if known else ""
        beyond = row.known_until is not None and on > row.known_until
        found.append(Day(on, _("全天") if row.always_open else hours, _("还不知道放不放假") if beyond else why))
    return found


def _clock(since_midnight: timedelta) -> str:
    minutes = since_midnight // timedelta(minutes=1)
    later = _("次日 ") if minutes > 24 * 60 else ""
    minutes = minutes - 24 * 60 if later else minutes
    return f"{later}{minutes // 60:02}:{minutes % 60:02}"


@staff_may("desk.arrange")
@require_POST
def calendar_day(request: StaffRequest, calendar_id: int) -> HttpResponse:
    """A date that is not like its weekday."""
    row = get_object_or_404(WorkCalendar, pk=calendar_id)
    form = DayForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            allowed(request)
            with transaction.atomic():
                promises.set_day(calendar_id=row.pk, day=said["day"], works=said["works"], name=said["name"],
                                 now=timezone.now())
        except Refused as refused:
            form.add_error("day", str(REFUSALS.get(refused.code, refused.message)))
        else:
            request.audit_target = f"calendar:{row.pk}"
            messages.success(request, _("已记下这一天"))
            return redirect("desk:calendar", row.pk)
    return _page(request, row, CalendarForm(initial=_before(row)), day=form, status=422)


@staff_may("desk.arrange")
@require_POST
def calendar_day_drop(request: StaffRequest, calendar_id: int, day: str) -> HttpResponse:
    """Take a date by hand back: the published list counts again."""
    row = get_object_or_404(WorkCalendar, pk=calendar_id)
    try:
        allowed(request)
        with transaction.atomic():
            promises.drop_day(calendar_id=row.pk, day=date.fromisoformat(day), now=timezone.now())
    except (Refused, ValueError) as refused:
        messages.error(request, refused.message if isinstance(refused, Refused) else _("没有这一天。"))
    else:
        request.audit_target = f"calendar:{row.pk}"
        messages.success(request, _("已恢复原来的安排"))
    return redirect("desk:calendar", row.pk)
