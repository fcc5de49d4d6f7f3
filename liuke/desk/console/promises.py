"""What is promised to whom: policies in order, each with its times by clock, and which one a ticket would get."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from liuke.desk import words
from liuke.desk.console.roster import allowed, may_arrange
from liuke.desk.models import Policy, PolicyVersion, WorkCalendar
from liuke.desk.queries import promises as queries
from liuke.desk.rules import CLOCK_NAMES, LONGEST_TARGET, RESOLUTION
from liuke.desk.services import promises
from liuke.desk.services.promises import MINUTE, Terms
from liuke.desk.triage import TIERS, TicketKind
from liuke.kit.errors import Refused
from liuke.kit.forms import offer_choices
from liuke.org.access import StaffRequest, staff_may

HOUR, DAY = 60, 24 * 60
LENGTH = re.compile(r"(\d{1,6})\s*(分钟|分|m|min|小时|时|h|天|d)?", re.IGNORECASE)     # data, not words
UNITS = {"小时": HOUR, "时": HOUR, "h": HOUR, "天": DAY, "d": DAY}         # data, not words
TIER_WORDS = {"vip": gettext_lazy("VIP 客户"), "plain": gettext_lazy("普通客户")}


def minutes_of(text: str) -> int:
    """15, 2h, 48 小时, 3 天 in minutes. Raises ValidationError."""
    found = LENGTH.fullmatch(text.strip())
    minutes = int(found[1]) * UNITS.get((found[2] or "").lower(), 1) if found else 0
    if not 0 < minutes <= LONGEST_TARGET // MINUTE:
        raise forms.ValidationError(_("请写成 15 分钟、2 小时或 3 天这样，最多 366 天。"))
    return minutes


def length_of(minutes: int) -> str:
    """As people say it: 15 分钟, 48 小时."""
    if minutes % HOUR:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}
    return ngettext("%(n)s 小时", "%(n)s 小时", minutes // HOUR) % {"n": minutes // HOUR}


class PromiseForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=promises.NAME_CHARACTERS)
    kinds = forms.MultipleChoiceField(label=gettext_lazy("哪些工单"), required=False,
                                      choices=[(str(code), words.KINDS[code]) for code in TicketKind],
                                      widget=forms.CheckboxSelectMultiple)
    tiers = forms.MultipleChoiceField(label=gettext_lazy("哪些客户"), required=False, choices=list(TIER_WORDS.items()),
                                      widget=forms.CheckboxSelectMultiple)
    warn_before = forms.IntegerField(label=gettext_lazy("提前几分钟提醒"), min_value=0, max_value=7 * DAY, initial=5,
                                     help_text=gettext_lazy("按各自的日历计算；0 表示不提醒。"))
    pauses = forms.MultipleChoiceField(
        label=gettext_lazy("等客户或搁置时暂停的计时"), required=False, choices=list(words.CLOCKS.items()),
        widget=forms.CheckboxSelectMultiple, initial=[RESOLUTION])
    first_message_counts = forms.BooleanField(
        label=gettext_lazy("客户的第一条消息也开始“再次回复”的计时"), required=False)
    reopens = forms.BooleanField(label=gettext_lazy("解决之后客户再说话，重新打开工单"), required=False, initial=True)

    def __init__(self, *args: Any, default: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if default:
            del self.fields["kinds"], self.fields["tiers"]
        calendars = [(row.pk, row.name) for row in WorkCalendar.objects.order_by("pk")]
        for clock in CLOCK_NAMES:
            self.fields[f"time_{clock}"] = forms.CharField(
                label=str(words.CLOCKS[clock]), max_length=20, required=False)
            self.fields[f"by_{clock}"] = forms.TypedChoiceField(label=_("按哪个日历"), coerce=int)
            offer_choices(self, **{f"by_{clock}": calendars})

    @property
    def clocks(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"time_{clock}"], self[f"by_{clock}"]) for clock in CLOCK_NAMES]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        said["targets"] = {}
        for clock in CLOCK_NAMES:
            if text := said.get(f"time_{clock}", "").strip():
                try:
                    said["targets"][clock] = (minutes_of(text), said.get(f"by_{clock}", 0))
                except forms.ValidationError as error:
                    self.add_error(f"time_{clock}", error)
        if not said["targets"] and not self.errors:
            self.add_error(None, _("请至少承诺一个时限。"))
        return said

    def terms(self) -> Terms:
        said = self.cleaned_data
        return Terms(targets=said["targets"], pauses=said["pauses"], warn_before_minutes=said["warn_before"],
                     first_message_counts=said["first_message_counts"], reopens=said["reopens"])


@staff_may("desk.view")
@require_GET
def promises_page(request: StaffRequest) -> HttpResponse:
    """All promises in the order in which they are tried, and what every kind of ticket would get."""
    rows, versions = list(queries.policies()), queries.latest_versions()
    shown = [(row, versions[row.pk], _targets(versions[row.pk]), [words.word(words.KINDS, code) for code in row.kinds],
              [str(TIER_WORDS[code]) for code in row.tiers]) for row in rows]
    names = {row.pk: row.name for row in rows}
    table = [(words.KINDS[kind], [names[pk] for pk in (queries.policy_for(rows, kind=kind, tier=tier)
                                                       for tier in TIERS)]) for kind in TicketKind] if rows else []
    return render(request, "desk/promises.html", {
        "rows": shown, "table": table, "tiers": [TIER_WORDS[tier] for tier in TIERS],
        "short": queries.short_of_holidays(timezone.localdate()), "may_arrange": may_arrange(request)})


def _targets(version: PolicyVersion) -> list[tuple[str, str, str]]:
    """Clock, time and calendar of each promise, in the order of the clocks."""
    by_clock = {target.clock: target for target in version.targets.all()}
    return [(words.word(words.CLOCKS, clock), length_of(by_clock[clock].minutes), by_clock[clock].calendar.name)
            for clock in CLOCK_NAMES if clock in by_clock]


@staff_may("desk.arrange")
@require_POST
def promises_begin(request: StaffRequest) -> HttpResponse:
    """The usual calendars and promises, to begin with."""
    promises.set_up(now=timezone.now())
    messages.success(request, _("已放好常用的日历和承诺，可以改成您自己的"))
    return redirect("desk:promises")


@staff_may("desk.arrange")
def promise(request: StaffRequest, policy_id: int | None = None) -> HttpResponse:
    """One promise, or a new one. What is saved is its next version."""
    row = get_object_or_404(Policy, pk=policy_id) if policy_id else None
    default = row is not None and row.is_default
    form = PromiseForm(request.POST if request.method == "POST" else None, initial=_before(row), default=default)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            allowed(request)
            with transaction.atomic():
                saved = promises.save_policy(
                    policy_id=policy_id, name=said["name"], terms=form.terms(), kinds=said.get("kinds", ()),
                    tiers=said.get("tiers", ()), staff_id=request.user.pk, now=timezone.now())
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            request.audit_target = f"policy:{saved.pk}"
            messages.success(request, _("已保存，从现在起新开的工单按它计时"))
            return redirect("desk:promises")
    return render(request, "desk/promise.html", {"form": form, "row": row, "default": default},
                  status=422 if form.errors else 200)


def _before(row: Policy | None) -> Mapping[str, Any]:
    if row is None:
        return {}
    version = queries.latest_versions()[row.pk]
    times = {f"time_{target.clock}": length_of(target.minutes) for target in version.targets.all()}
    by = {f"by_{target.clock}": target.calendar_id for target in version.targets.all()}
    return {"name": row.name, "kinds": row.kinds, "tiers": row.tiers, "pauses": version.pauses,
            "warn_before": version.warn_before_minutes, "first_message_counts": version.first_message_counts,
            "reopens": version.reopens, **times, **by}


@staff_may("desk.arrange")
@require_POST
def promise_move(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Try it one place earlier or later."""
    order = [row.pk for row in queries.policies() if not row.is_default]
    step = {"up": -1, "down": 1}.get(request.POST.get("to", ""), 0)
    if policy_id in order:
        at = order.index(policy_id)
        to = min(max(at + step, 0), len(order) - 1)
        order.insert(to, order.pop(at))
    return _done(request, policy_id, lambda: promises.order_policies(policy_ids=order), _("已换顺序"))


@staff_may("desk.arrange")
@require_POST
def promise_active(request: StaffRequest, policy_id: int) -> HttpResponse:
    """Use it for new tickets no longer, or again."""
    row = get_object_or_404(Policy, pk=policy_id)
    active = not row.active
    return _done(request, policy_id, lambda: promises.mark_policy_active(policy_id=policy_id, active=active),
                 _("已重新启用") if active else _("已停用；它承诺过的工单照旧"))


def _done(request: StaffRequest, policy_id: int, act: Any, said: str) -> HttpResponse:
    try:
        allowed(request)
        with transaction.atomic():
            act()
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        request.audit_target = f"policy:{policy_id}"
        messages.success(request, said)
    return redirect("desk:promises")
