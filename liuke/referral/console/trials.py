"""The effect of a plan: a trial beside the plan in force, both arms by inviter, and what can be said of them."""

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

from liuke.insight.rules.uplift import LEAST_OF_MEANS, Difference
from liuke.kit.charts import BARS, MONEY, NUMBER, Chart, Series
from liuke.kit.errors import Refused
from liuke.kit.money import yuan
from liuke.org.access import StaffRequest, staff_may
from liuke.referral.models import PlanVersion, Trial
from liuke.referral.queries.trials import Reading, reading
from liuke.referral.services import plans, trials

LISTED = 50
DRAFTS = 50


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's takes no parameter at run time
    """Drafts, by the names of their plans."""

    def label_from_instance(self, obj: PlanVersion) -> str:
        return _("%(name)s 第 %(number)s 版") % {"name": obj.plan.name, "number": obj.number}


class TrialForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("试验名称"), max_length=plans.NAME_CHARACTERS)
    version = VersionField(
        label=gettext_lazy("试验的方案"), queryset=PlanVersion.objects.none(),
        help_text=gettext_lazy("草稿，须已通过合规检查、看过模拟并签署。"))
    percent = forms.IntegerField(label=gettext_lazy("参加试验的推荐人比例（%）"), min_value=5, max_value=95, initial=50)
    starts_at = forms.DateTimeField(label=gettext_lazy("开始时间"), widget=forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    notice = forms.CharField(label=gettext_lazy("给推广者的公告"), max_length=plans.NOTICE_CHARACTERS,
                             widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        drafts = PlanVersion.objects.filter(starts_at=None, seen_at__isnull=False).order_by("-pk")
        field = self.fields["version"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = PlanVersion.objects.filter(pk__in=drafts.values("pk")[:DRAFTS]).select_related("plan")


@staff_may("referral.view")
@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    return _listed(request)


def _listed(request: StaffRequest, form: TrialForm | None = None) -> HttpResponse:
    rows = list(Trial.objects.select_related("candidate__plan").order_by("-pk")[:LISTED])
    return render(request, "referral/trials.html", {
        "rows": rows, "running": next((row for row in rows if row.ends_at is None), None), "form": form or TrialForm(),
        "may_edit": request.user.has_perm("referral.edit"),
    }, status=422 if form else 200)


@staff_may("referral.edit")
@require_POST
def start(request: StaffRequest) -> HttpResponse:
    form = TrialForm(request.POST)
    if not form.is_valid():
        return _listed(request, form)
    said = form.cleaned_data
    try:
        with transaction.atomic():
            row = trials.start(
                name=said["name"], version_id=said["version"].pk, share_bp=said["percent"] * 100,
                starts_at=said["starts_at"], notice=said["notice"], now=timezone.now(), by_id=request.user.pk)
    except Refused as error:
        form.add_error(None, error.message)
        return _listed(request, form)
    request.audit_target, request.audit_detail = f"trial:{row.pk}", {"version_id": row.candidate_id}
    messages.success(request, _("试验已安排"))
    return redirect("referral:trial", row.pk)


@staff_may("referral.view")
@require_GET
def one(request: StaffRequest, trial_id: int) -> HttpResponse:
    """Both arms, the differences with their intervals, and one sentence that says what they come to."""
    row = get_object_or_404(Trial.objects.select_related("candidate__plan"), pk=trial_id)
    found = reading(row, now=timezone.now())
    return render(request, "referral/trial.html", {
        "row": row, "found": found, "says": verdict_says(found), "lines": _lines(found), "money": _money_chart(found),
        "newcomers": _newcomer_chart(found), "least": LEAST_OF_MEANS, "now": timezone.now(),
        "may_edit": request.user.has_perm("referral.edit"),
    })


@staff_may("referral.edit")
@require_POST
def end(request: StaffRequest, trial_id: int) -> HttpResponse:
    get_object_or_404(Trial, pk=trial_id)
    trials.end(trial_id=trial_id, now=timezone.now())
    request.audit_target = f"trial:{trial_id}"
    messages.success(request, _("试验已结束；此后所有推荐人都按生效的方案计算"))
    return redirect("referral:trial", trial_id)


def verdict_says(found: Reading) -> str:
    if not found.fair:
        return _("两组人数与设定的比例不符，差别不能算在方案头上")
    worth = found.worth
    if worth is None:
        return _("每组至少 %(least)s 位推荐人才能比较") % {"least": LEAST_OF_MEANS}
    said = {"low": f"¥{yuan(round(worth.low))}", "high": f"¥{yuan(round(worth.high))}"}
    if worth.low > 0:
        return _("新方案更划算：每位推荐人多带来 %(low)s 至 %(high)s 毛利（已扣佣金和礼包）") % said
    if worth.high < 0:
        return _("新方案更亏：每位推荐人的毛利之差为 %(low)s 至 %(high)s（已扣佣金和礼包）") % said
    return _("还看不出差别：每位推荐人的毛利之差在 %(low)s 至 %(high)s 之间（已扣佣金和礼包）") % said


def _lines(found: Reading) -> list[tuple[str, str, float | None, float | None, Difference | None]]:
    """What, its unit, of both arms, and the difference."""
    one, other = found.treated, found.control
    return [
        (_("每位推荐人带来的新客"), NUMBER, one.newcomers.mean, other.newcomers.mean, found.newcomers),
        (_("每位推荐人带来的货款"), MONEY, one.net.mean, other.net.mean, found.net),
        (_("每位推荐人带来的毛利，已扣佣金和礼包"), MONEY, one.worth.mean, other.worth.mean, found.worth),
        (_("每位新客的佣金和礼包"), MONEY, one.cost_per_new.value, other.cost_per_new.value, found.cost_per_new),
    ]


def _newcomer_chart(found: Reading) -> Chart:
    each = (found.treated.newcomers.mean, found.control.newcomers.mean)
    return Chart(
        name="newcomers", kind=BARS, unit=NUMBER, axis=_("组别"), low_box=True, labels=[_("新方案"), _("现行方案")],
        says=_("每位推荐人带来的新客：新方案 %(one)s，现行方案 %(other)s") % {
            "one": f"{each[0]:.2f}", "other": f"{each[1]:.2f}"},
        series=[Series(name=_("新客"), values=list(each))])


def _money_chart(found: Reading) -> Chart:
    return Chart(
        name="money", kind=BARS, unit=MONEY, axis=_("差别"), low_box=True, says=verdict_says(found),
        labels=[_("货款"), _("毛利，已扣佣金和礼包")],
        series=[Series(name=_("新方案减现行方案"), values=[each.estimate if each else None
                                              for each in (found.net, found.worth)],
                       low=[each.low if each else None for each in (found.net, found.worth)],
                       high=[each.high if each else None for each in (found.net, found.worth)])])
