"""Pages of reward plans: drafted from a preset, judged by the guard, played, signed for, put into force, stopped."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from liuke.coupons.queries.templates import templates_named
from liuke.kit.charts import BARS, MONEY, PERCENT, STACKED, Chart, Series
from liuke.kit.errors import Refused
from liuke.kit.jobs import later
from liuke.mall.models import Product
from liuke.org.access import StaffRequest, staff_may
from liuke.referral import guard, words
from liuke.referral.console.plan_form import PlanForm, initial_of
from liuke.referral.guard import Severity
from liuke.referral.models import PlanVersion, Replay
from liuke.referral.packs import PackWorth
from liuke.referral.plan_reader import read_plan
from liuke.referral.plans import Plan
from liuke.referral.presets import PRESETS
from liuke.referral.queries.packs import Priced, promised
from liuke.referral.queries.plans import findings_of, live_version, unsigned, versions
from liuke.referral.services import plans
from liuke.referral.simulator import Outcome, simulated

LISTED = 50
JOINERS = 10_000


class StartForm(forms.Form):
    starts_at = forms.DateTimeField(label=gettext_lazy("生效时间"), widget=forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    notice = forms.CharField(label=gettext_lazy("给推广者的公告"), required=False, max_length=plans.NOTICE_CHARACTERS,
                             widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=gettext_lazy("替换已生效的方案时必填，并须在生效前告知。"))


@staff_may("referral.view")
def plans_page(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    rows = [(row, words.standing_of(row, now=now), guard.verdict(findings_of(row, to_release=True)))
            for row in versions()[:LISTED]]
    return render(request, "referral/plans.html", {
        "rows": rows, "live": live_version(at=now), "presets": [(name, words.PRESETS[name]) for name in PRESETS],
        "verdicts": words.VERDICTS, "may_edit": request.user.has_perm("referral.edit"),
    })


@staff_may("referral.edit")
def plan_new(request: StaffRequest) -> HttpResponse:
    asked = request.GET.get("preset", "")
    form = PlanForm(request.POST or None, initial=initial_of(asked if asked in PRESETS else PRESETS[0]))
    if request.method == "POST" and form.is_valid() and (made := _draft(request, form)):
        messages.success(request, _("草稿已保存，请查看合规结论和模拟结果"))
        return redirect("referral:plan", made.pk)
    return render(request, "referral/plan_new.html", {"form": form}, status=422 if form.errors else 200)


@staff_may("referral.view")
def plan(request: StaffRequest, version_id: int) -> HttpResponse:
    return _page(request, version_id)


@staff_may("referral.edit")
@require_POST
def plan_replay(request: StaffRequest, version_id: int) -> HttpResponse:
    """Play it on last year's orders anew."""
    get_object_or_404(PlanVersion, pk=version_id)
    later("referral.replay", once=f"referral.replay:{version_id}", version_id=version_id)
    request.audit_target = f"plan_version:{version_id}"
    messages.success(request, _("正在重放，完成后刷新页面就能看到"))
    return redirect("referral:plan", version_id)


def _page(request: StaffRequest, version_id: int, form: StartForm | None = None) -> HttpResponse:
    """One version: what it says, what the guard finds, what becomes of 10,000 joiners."""
    whole = PlanVersion.objects.select_related("plan", "seen_by", "entry_product", "replay")
    row = get_object_or_404(whole, pk=version_id)
    found, signed = findings_of(row, to_release=True), {each.code: each for each in row.sign_offs.all()}
    read = read_plan(row.terms, kind=row.kind)
    promise = promised(read)
    outcomes = _played(json.dumps(row.terms, sort_keys=True), row.kind, promise.worth)
    return render(request, "referral/plan.html", {
        "row": row, "standing": words.standing_of(row, now=timezone.now()), "verdict": guard.verdict(found),
        "verdicts": words.VERDICTS, "findings": [_finding(each, signed) for each in found], "signed": signed.values(),
        "unsigned": unsigned(row) if row.starts_at is None else [], "outcomes": [
            (words.SHAPES[each.shape], each) for each in outcomes],
        "chart": _chart(outcomes, chain=row.kind == "chain21"), "joiners": JOINERS,
        **_replay(getattr(row, "replay", None)),
        "terms": json.dumps(row.terms, ensure_ascii=False, indent=2),
        "packs": [(word, _pack(each)) for word, each in (
            (_("新客礼包"), promise.referee), (_("推荐人礼包"), promise.referrer)) if each],
        **_beside_cash(read),
        "form": form or StartForm(), "may_edit": request.user.has_perm("referral.edit"),
        "may_sign": request.user.has_perm("referral.sign"),
    }, status=422 if form and form.errors else 200)


@staff_may("referral.edit")
@require_POST
def plan_seen(request: StaffRequest, version_id: int) -> HttpResponse:
    get_object_or_404(PlanVersion, pk=version_id)
    try:
        with transaction.atomic():
            plans.mark_seen(version_id=version_id, by_id=request.user.pk, now=timezone.now())
    except Refused as error:
        messages.error(request, error.message)
        return redirect("referral:plan", version_id)
    request.audit_target = f"plan_version:{version_id}"
    return redirect("referral:plan", version_id)


@staff_may("referral.sign")
@require_POST
def plan_sign(request: StaffRequest, version_id: int) -> HttpResponse:
    """A name under one warning."""
    get_object_or_404(PlanVersion, pk=version_id)
    code = request.POST.get("code", "")[:4]
    try:
        with transaction.atomic():
            plans.sign(version_id=version_id, code=code, signer=request.POST.get("signer", ""),
                       statement=request.POST.get("statement", ""), now=timezone.now(), by_id=request.user.pk)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("referral:plan", version_id)
    request.audit_target, request.audit_detail = f"plan_version:{version_id}", {"code": code}
    messages.success(request, _("已签署 %(code)s") % {"code": code})
    return redirect("referral:plan", version_id)


@staff_may("referral.edit")
@require_POST
def plan_start(request: StaffRequest, version_id: int) -> HttpResponse:
    get_object_or_404(PlanVersion, pk=version_id)
    form = StartForm(request.POST)
    if not form.is_valid():
        return _page(request, version_id, form)
    starts_at: datetime = form.cleaned_data["starts_at"]
    try:
        with transaction.atomic():
            plans.activate(version_id=version_id, starts_at=starts_at, notice=form.cleaned_data["notice"],
                           now=timezone.now())
    except Refused as error:
        form.add_error("starts_at", error.message)
        return _page(request, version_id, form)
    request.audit_target, request.audit_detail = f"plan_version:{version_id}", {"starts_at": starts_at.isoformat()}
    at = timezone.localtime(starts_at).strftime("%Y-%m-%d %H:%M")
    messages.success(request, _("方案将从 %(at)s 起生效") % {"at": at})
    return redirect("referral:plan", version_id)


@staff_may("referral.edit")
@require_POST
def plan_stop(request: StaffRequest) -> HttpResponse:
    with transaction.atomic():
        plans.stop(now=timezone.now())
    messages.success(request, _("推广方案已停止；已产生的佣金照常结算"))
    return redirect("referral:plans")


def _draft(request: StaffRequest, form: PlanForm) -> PlanVersion | None:
    said: dict[str, Any] = form.cleaned_data
    entry = Product.objects.filter(code=said["entry"]).values_list("pk", flat=True).first() if said["entry"] else None
    if said["entry"] and entry is None:
        form.add_error("entry", _("没有这个编码的商品"))
        return None
    terms = form.plan()
    if terms is None:
        return None
    try:
        with transaction.atomic():
            row = plans.draft(name=said["name"], terms=terms, profile=said["profile"], entry_product_id=entry,
                              now=timezone.now(), by_id=request.user.pk)
    except Refused as error:
        form.add_error("name" if error.code == plans.BadPlanName.code else "terms", error.message)
        return None
    later("referral.replay", once=f"referral.replay:{row.pk}", version_id=row.pk)
    request.audit_target, request.audit_detail = f"plan_version:{row.pk}", {"digest": row.digest}
    return row


def _beside_cash(plan: Plan) -> dict[str, Any]:
    """The packs and the coupon that a plan names."""
    named = dict(templates_named([plan.terms.coupon_template])) if plan.terms.coupon_template else {}
    return {"pack": plan.terms.welcome_pack, "coupon": named.get(plan.terms.coupon_template or 0, "")}


def _pack(priced: Priced) -> dict[str, Any]:
    return {"name": priced.name, "fen": priced.fen, "missing": priced.missing,
            "contents": [(each, words.BASES[each.basis]) for each in priced.contents]}


def _finding(found: guard.Finding, signed: dict[str, Any]) -> dict[str, Any]:
    word, colour = words.SEVERITIES[found.severity]
    return {"code": found.code, "says": words.CHECKS.get(found.code, ""), "basis": _(found.basis), "path": found.path,
            "word": word, "colour": colour, "signed": signed.get(found.code),
            "to_sign": found.severity is Severity.WARN and found.code not in signed}


@lru_cache(maxsize=32)
def _played(terms: str, kind: str, packs: PackWorth) -> tuple[Outcome, ...]:
    """The same plan always plays the same; a second or two of work the first time."""
    return tuple(simulated(read_plan(json.loads(terms), kind=kind), joiners=JOINERS, packs=packs))


def _replay(row: Replay | None) -> dict[str, Any]:
    """What the plan would have paid on real orders: beside what was really owed, and how it would have been shared."""
    if row is None or not row.net_fen:
        return {"replay": row}
    new, old = row.cash_fen / row.net_fen, row.really_fen / row.net_fen
    packs = row.pack_fen / row.net_fen
    said = {"new": f"{new:.1%}", "packs": f"{packs:.1%}", "old": f"{old:.1%}"}
    part = f"{row.top_10_fen / row.cash_fen:.0%}" if row.cash_fen else "0%"
    return {
        "replay": row, "less_share": row.less_than_paid / row.promoters if row.promoters else 0.0,
        "cost": Chart(
            name="replay-cost", kind=BARS, unit=PERCENT, axis=_("付出"), low_box=True,
            says=_("现金佣金占货款 %(new)s，礼包约占 %(packs)s，实际付出的现金是 %(old)s") % said if packs else _(
                "现金佣金占货款 %(new)s，实际付出的是 %(old)s") % said,
            labels=[_("这个方案，现金"), _("这个方案，积分等"), _("这个方案，礼包"), _("去年实际，现金")],
            series=[Series(name=_("占货款"), values=[new, row.other_fen / row.net_fen, packs, old])]),
        "shares": Chart(
            name="replay-shares", kind=STACKED, unit=MONEY, axis=_("推广者"), low_box=True,
            says=_("收入最高的一成推广者拿走 %(part)s 的现金") % {"part": part}, labels=[_("现金佣金")],
            series=[Series(name=_("最高的百分之一"), values=[row.top_1_fen]),
                    Series(name=_("其余前一成"), values=[row.top_10_fen - row.top_1_fen]),
                    Series(name=_("其他人"), values=[row.cash_fen - row.top_10_fen])]),
    }


def _chart(outcomes: tuple[Outcome, ...], *, chain: bool) -> Chart:
    worst = max(each.earn_less_than_paid for each in outcomes)
    dearest = max(each.payout_share + each.other_share + each.pack_share for each in outcomes)
    says = _("最差的情形下，%(part)s 的人赚不回自己付的钱") % {"part": f"{worst:.1%}"} if chain else _(
        "佣金、等值积分和礼包最多占销售额的 %(part)s") % {"part": f"{dearest:.1%}"}
    packs = [Series(name=_("礼包占收入"), values=[each.pack_share for each in outcomes])]
    return Chart(
        name="joiners", kind=BARS, unit=PERCENT, axis=_("招募方式"),
        labels=[str(words.SHAPES[each.shape]) for each in outcomes],
        says=says,
        series=[Series(name=_("赚不回本"), values=[each.earn_less_than_paid for each in outcomes]),
                Series(name=_("一分未得"), values=[each.earn_nothing for each in outcomes]),
                Series(name=_("付出占收入"), values=[each.payout_share for each in outcomes]),
                *(packs if any(each.pack_fen for each in outcomes) else [])],
    )
