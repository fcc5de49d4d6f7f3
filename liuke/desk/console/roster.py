"""The duty roster: who serves when in the next two weeks, what replaces it, where nobody does, and who is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.desk import words
from liuke.desk.models import DutyRotation
from liuke.desk.queries import duty as queries
from liuke.desk.rules import ALERT_DAYS, MOST_CALL_STEPS, TARGETS, WAYS
from liuke.desk.services import duty
from liuke.desk.services.duty import Turns
from liuke.desk.services.live import staff_topic
from liuke.kit.errors import BadInput, Refused
from liuke.kit.forms import numbers_of, offer_choices
from liuke.kit.push import ticket_for
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

TURNS = 8
WEEKDAYS = ((0, gettext_lazy("周一")), (1, gettext_lazy("周二")), (2, gettext_lazy("周三")), (3, gettext_lazy("周四")),
            (4, gettext_lazy("周五")), (5, gettext_lazy("周六")), (6, gettext_lazy("周日")))


@dataclass(frozen=True)
class Stretch:
    """Some hours of one day, as they are shown."""

    begins: datetime
    ends: datetime
    names: str
    source: str


@dataclass(frozen=True)
class Day:
    on: date
    stretches: tuple[Stretch, ...]


class RotationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=duty.NAME_CHARACTERS)
    starts_on = forms.DateField(label=gettext_lazy("从哪天开始"), widget=forms.DateInput({"type": "date"}))
    days = forms.IntegerField(label=gettext_lazy("每轮几天"), min_value=1, max_value=366, initial=7)
    begins = forms.TimeField(label=gettext_lazy("上班"), widget=forms.TimeInput({"type": "time"}), initial="09:00")
    ends = forms.TimeField(label=gettext_lazy("下班"), widget=forms.TimeInput({"type": "time"}), initial="21:00",
                           help_text=gettext_lazy("早于或等于上班时间表示到第二天。"))
    weekdays = forms.MultipleChoiceField(label=gettext_lazy("哪几天"), choices=WEEKDAYS,
                                         widget=forms.CheckboxSelectMultiple, initial=[day for day, _word in WEEKDAYS])
    priority = forms.IntegerField(label=gettext_lazy("优先级"), min_value=-99, max_value=99, initial=0,
                                  help_text=gettext_lazy("时间重叠时，数字大的当班；一样大的一起当班。"))


class ChangeForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("怎么变"), choices=list(words.CHANGES.items()))
    staff = forms.TypedChoiceField(label=gettext_lazy("谁"), coerce=int)
    taker = forms.TypedChoiceField(label=gettext_lazy("换给谁"), coerce=int, required=False, empty_value=None,
                                   help_text=gettext_lazy("只有换班要填。"))
    starts_at = forms.DateTimeField(label=gettext_lazy("从"), widget=forms.DateTimeInput({"type": "datetime-local"}))
    ends_at = forms.DateTimeField(label=gettext_lazy("到"), widget=forms.DateTimeInput({"type": "datetime-local"}))


@staff_may("desk.view")
@require_GET
def roster(request: StaffRequest) -> HttpResponse:
    return _page(request)


def _page(request: StaffRequest, *, rotation: RotationForm | None = None, change: ChangeForm | None = None,
          error: str = "", opens: str = "", status: int = 200) -> HttpResponse:
    ticket = ticket_for(topics=[staff_topic(request.user.pk)], holder=f"staff:{request.user.pk}")
    now = timezone.now()
    people = queries.workers()
    names = {person.pk: person.name for person in org.staff_people()}
    choices = [("", "—"), *((person.pk, person.name) for person in people)]
    change = change or ChangeForm()
    offer_choices(change, staff=choices, taker=choices)
    gaps = queries.gaps(now=now)
    steps = [*duty.call_rules(), *[("", "", "")] * 3][:MOST_CALL_STEPS]
    return render(request, "desk/roster.html", {
        "ticket": ticket, "days": _days(now, names), "gaps": gaps, "quality": queries.quality(now=now),
        "now_on_duty": ", ".join(names.get(pk, "?") for pk in queries.on_duty(now=now)),
        "rotations": [(row, [", ".join(names.get(each.staff_id, "?") for each in row.people.all() if each.turn == turn)
                             for turn in range(row.turns)])
                      for row in DutyRotation.objects.prefetch_related("people").order_by("-priority", "name")],
        "changes": [(row, words.word(words.CHANGES, row.kind)) for row in queries.changes_ahead(now=now)],
        "rotation": rotation or RotationForm(), "change": change, "people": people, "turns": range(1, TURNS + 1),
        "steps": steps, "ways": words.WAYS.items(), "targets": words.TARGETS.items(), "error": error, "opens": opens,
        "may_arrange": may_arrange(request),
    }, status=status)


def may_arrange(request: StaffRequest) -> bool:
    """Whether this person manages the whole brand: roster, promises and calendars are for all shops at once."""
    return org.everywhere(request.user, "desk.arrange")


def _days(now: datetime, names: dict[int, str]) -> list[Day]:
    """The roster by local days, from today on."""
    first = timezone.localdate(now)
    start = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(first + timedelta(days=ALERT_DAYS), time.min))
    found = queries.duties(start=start, end=end)
    days = []
    for number in range(ALERT_DAYS):
        begins = timezone.make_aware(datetime.combine(first + timedelta(days=number), time.min))
        ends = timezone.make_aware(datetime.combine(first + timedelta(days=number + 1), time.min))
        days.append(Day(first + timedelta(days=number), tuple(
            Stretch(max(each.span.opens, begins), min(each.span.closes, ends),
                    ", ".join(names.get(pk, "?") for pk in each.staff), each.source)
            for each in found if each.span.opens < ends and each.span.closes > begins)))
    return days


@staff_may("desk.arrange")
@require_POST
def rotation_add(request: StaffRequest) -> HttpResponse:
    """A rotation: the people in the order in which they serve."""
    form = RotationForm(request.POST)
    if not form.is_valid():
        return _page(request, rotation=form, opens="rotation", status=422)
    said, brand = form.cleaned_data, org.brand()
    hours = [[f"{said['begins']:%H:%M}", f"{said['ends']:%H:%M}"]]
    weekly = [hours if str(day) in said["weekdays"] else [] for day, _word in WEEKDAYS]
    people = [[pk] for pk in numbers_of(request.POST.getlist("turn"))]
    try:
        allowed(request)
        with transaction.atomic():
            row = duty.save_rotation(name=said["name"], now=timezone.now(), turns=Turns(
                starts_on=said["starts_on"], turns=people, weekly=weekly, days=said["days"],
                priority=said["priority"], zone=brand.zone if brand else "Asia/Shanghai"))
    except Refused as refused:
        return _page(request, rotation=form, error=refused.message, opens="rotation", status=refused.status)
    request.audit_target = f"rotation:{row.pk}"
    messages.success(request, _("已加入轮班"))
    return redirect("desk:roster")


def allowed(request: StaffRequest) -> None:
    """Roster, promises and calendars are the whole brand's. Raises BadInput."""
    if not may_arrange(request):
        raise BadInput(_("只有管理整个品牌的人可以改这里的设置。"))


@staff_may("desk.arrange")
@require_POST
def rotation_drop(request: StaffRequest, rotation_id: int) -> HttpResponse:
    allowed(request)
    duty.drop_rotation(rotation_id=rotation_id, now=timezone.now())
    request.audit_target = f"rotation:{rotation_id}"
    messages.success(request, _("已移除轮班"))
    return redirect("desk:roster")


@staff_may("desk.arrange")
@require_POST
def change_add(request: StaffRequest) -> HttpResponse:
    """A leave, a swap, or somebody else for a while."""
    form = ChangeForm(request.POST)
    people = [(person.pk, person.name) for person in queries.workers()]
    offer_choices(form, staff=people, taker=[("", "—"), *people])
    if not form.is_valid():
        return _page(request, change=form, opens="change", status=422)
    said = form.cleaned_data
    try:
        allowed(request)
        with transaction.atomic():
            row = duty.change(kind=said["kind"], staff_id=said["staff"], taker_id=said["taker"],
                              starts_at=said["starts_at"], ends_at=said["ends_at"], by_id=request.user.pk,
                              now=timezone.now())
    except Refused as refused:
        return _page(request, change=form, error=refused.message, opens="change", status=refused.status)
    request.audit_target = f"duty_change:{row.pk}"
    messages.success(request, _("已记下变动"))
    return redirect("desk:roster")


@staff_may("desk.arrange")
@require_POST
def change_drop(request: StaffRequest, change_id: int) -> HttpResponse:
    allowed(request)
    duty.drop_change(change_id=change_id, now=timezone.now())
    request.audit_target = f"duty_change:{change_id}"
    messages.success(request, _("已取消变动"))
    return redirect("desk:roster")


@staff_may("desk.arrange")
@require_POST
def calls(request: StaffRequest) -> HttpResponse:
    """Who is called in which order when a ticket is urgent."""
    try:
        allowed(request)
        with transaction.atomic():
            duty.set_call_rules(steps=_steps(request))
    except Refused as refused:
        return _page(request, error=refused.message, opens="calls", status=refused.status)
    messages.success(request, _("已保存呼叫步骤"))
    return redirect("desk:roster")


def _steps(request: StaffRequest) -> Sequence[tuple[int, str, str]]:
    post = request.POST
    found = []
    for minutes, way, target in zip(post.getlist("minutes"), post.getlist("way"), post.getlist("target"), strict=False):
        if not minutes.strip():
            continue
        number = minutes.isascii() and minutes.isdigit() and len(minutes) < 6
        if not number or way not in WAYS or target not in TARGETS:
            raise BadInput(_("请填写正确的分钟数。"))
        found.append((int(minutes), way, target))
    return found
