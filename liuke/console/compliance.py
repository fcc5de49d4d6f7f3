"""Every rule of the guard: what it looks at, where it acts, and what it finds in the living brand at this moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from liuke.loyalty.rules import guard as promises
from liuke.mall.queries.pricing import sales_for_profiles
from liuke.org.access import StaffRequest, staff_may
from liuke.outreach.queries import sent_without_consent
from liuke.payouts.queries.taxes import missing_quarters
from liuke.referral import guard, words
from liuke.referral.guard import Finding, Profile, Severity
from liuke.referral.models import PlanVersion
from liuke.referral.queries.network import open_lines
from liuke.referral.queries.plans import findings_of, live_version
from liuke.referral.queries.screening import waiting

SHOWN = 5                                     # places of one rule
MOST = 200                                    # lines and screenings that are looked at
PLAN, START, ORDER, TEXT = _("起草与启用方案时"), _("启用方案时"), _("确认每笔佣金前"), _("填写文案时")
ACTS: dict[str, Promise] = {
    **dict.fromkeys(("G01", "G02", "G03", "G04", "G05", "G07", "G08", "G09", "G10", "G11"), PLAN),
    "G06": _("每晚检查推广网络"), "G12": _("启用方案和每次提现时"), "G13": _("每晚检查和提现页面"), "G14": TEXT,
    "G15": _("公布抽奖时"), "G16": _("起草方案和奖励规则时"), "G17": _("每条营销消息发出前"),
    "G18": _("每条营销消息发出前"), "G19": _("保存限时价时"), "G20": _("发放现金红包时，超限的排队"),
    "G21": ORDER, "G22": START,
}
PAGES = {"G06": ("referral:network", "referral.view"), "G13": ("payouts:payouts", "payouts.view"),
         "G19": ("mall:prices", "prices.view"), "G21": ("referral:screening", "referral.view")}


@dataclass(frozen=True)
class Line:
    """One rule. `found`: what it has found now, with a colour for its weight; `href` is where to look."""

    code: str
    says: Promise
    acts: Promise
    found: tuple[Finding, ...]
    href: str

    @property
    def paths(self) -> list[str]:
        return list(dict.fromkeys(each.path for each in self.found))[:SHOWN]

    @property
    def basis(self) -> str:
        """The clause, in the language of the page."""
        return gettext(self.found[0].basis if self.found else BASES[self.code])

    @property
    def worst(self) -> tuple[Promise, str]:
        return words.SEVERITIES[max((each.severity for each in self.found), key=WEIGHTS.index)]


WEIGHTS = (Severity.WARN, Severity.ALARM, Severity.FREEZE, Severity.BLOCK, Severity.REJECT)
BASES = {
    **{rule.code: rule.basis for rule in guard.RULES}, "G06": guard.BASIS_CRIMINAL, "G13": guard.BASIS_REPORT,
    "G17": guard.BASIS_CONSENT, "G18": guard.BASIS_REFUSAL, "G19": guard.BASIS_PRICE, "G21": guard.BASIS_SELF,
    "G22": guard.BASIS_VERSION, "G15": promises.CLAUSES[promises.Code.G15],
    "G20": promises.CLAUSES[promises.Code.G20],
}


@staff_may("referral.view")
@require_GET
def compliance(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    version = live_version(at=now)
    found = list(_found(version, now))
    lines = [_line(request, version, code, [each for each in found if each.code == code]) for code in sorted(ACTS)]
    return render(request, "console/compliance.html", {
        "lines": sorted(lines, key=lambda line: not line.found), "open": sum(bool(line.found) for line in lines),
        "profile": version.profile if version else Profile.CN})


def _found(version: PlanVersion | None, now: datetime) -> Iterator[Finding]:
    """What a name was put under is settled, and no finding any more."""
    profile = Profile(version.profile) if version else Profile.CN
    if version:
        signed = set(version.sign_offs.values_list("code", flat=True))
        yield from (each for each in findings_of(version, to_release=True) if each.code not in signed)
        yield from guard.copy_findings([version.notice], "version.notice", profile)
    for line in open_lines()[:MOST]:
        yield from guard.network_findings(
            longest_paid_chain=line.chain, people_under_head=line.people, profile=profile)
    yield from guard.quarter_findings(missing_quarters(now))
    yield from guard.message_findings(*sent_without_consent())
    yield from guard.price_findings(*sales_for_profiles(now=now), profile=profile)
    for row in waiting()[:MOST]:
        yield from guard.beneficiary_findings({name for name, *_figures in row.fired})


def _line(request: StaffRequest, version: PlanVersion | None, code: str, found: list[Finding]) -> Line:
    view, permission = PAGES.get(code, ("", ""))
    href = reverse(view) if found and view and request.user.has_perm(permission) else ""
    if found and not view and version and code not in ("G17", "G18"):
        href = reverse("referral:plan", args=[version.pk])
    return Line(code, words.CHECKS[code], ACTS[code], tuple(found), href)
