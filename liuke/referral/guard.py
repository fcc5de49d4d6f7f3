"""The legal guard on plans: each finding has a code, a severity, the clause or case behind it, and the plan path.

Beside rules.py because it judges plans and pays nobody. Profile CN is the default; in profile OTHER what Chinese law
refuses becomes a warning that the brand's counsel must have signed for, while what keeps the books honest (reversal,
verified pay-out, no retroactive change) stays refused everywhere. A refused plan may be played, never activated.
Nothing here is legal advice: counsel signs the profile a brand runs under.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from liuke.referral.plans import (
    DEFAULT_SHARE_CAP_PPM,
    PAID_TIERS_AT_MOST,
    PPM,
    RETURN_WINDOW_DAYS,
    Chain21,
    PaidIn,
    Plan,
    TwoTier,
)
from liuke.referral.rules import TIER_REWARDS, part

CHAIN_ALARM, CHAIN_FREEZE = 2, 3              # paid levels in a row
PEOPLE_ALARM, PEOPLE_FREEZE = 15, 30          # participants under one head
FORBIDDEN_COPY = re.compile(
    "躺赚|躺着赚|静态收益|见点奖|见单奖|直推奖|对碰|领导奖|平级奖|一夜暴富|稳赚|保本|零风险|财务自由|财富自由"
    r"|(?:日|月|年)(?:入|赚)\s*(?:过|上)?\s*[\d一二三五十百千万]"
)

NOT_REWARDED = {"own_order": "order.buyer", "device": "order.device", "payee": "order.payee",
                "staff": "beneficiary.staff"}


class Profile(StrEnum):
    CN = "CN"
    OTHER = "OTHER"


class Severity(StrEnum):
    REJECT = "reject"
    BLOCK = "block"                           # stops the pay-out, not the plan
    FREEZE = "freeze"                         # stops the pay-outs under one head until somebody has looked
    ALARM = "alarm"
    WARN = "warn"                             # needs a named sign-off


class Verdict(StrEnum):
    PASSES = "passes"
    NEEDS_SIGNATURE = "needs_signature"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Severity
    basis: str                                # the clause or case
    path: str                                 # what in the plan triggered it


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the guard: how it weighs in each profile, what it rests on, where in a plan it finds something."""

    code: str
    in_cn: Severity
    elsewhere: Severity
    basis: str
    paths: Callable[[Plan, Profile], Iterable[str]]

    def findings(self, plan: Plan, profile: Profile) -> list[Finding]:
        severity = self.in_cn if profile is Profile.CN else self.elsewhere
        return [Finding(self.code, severity, self.basis, path) for path in self.paths(plan, profile)]


def plan_findings(plan: Plan, profile: Profile = Profile.CN) -> list[Finding]:
    """What the guard finds in what the plan says, ordered by code."""
    return [finding for rule in RULES for finding in rule.findings(plan, profile)]


def release_findings(plan: Plan, profile: Profile = Profile.CN) -> list[Finding]:
    """The same, and what a plan must say before it may be activated: return window (G11) and pay-out terms (G12)."""
    missing = []
    terms = plan.terms
    if terms.confirm_after_days is None:
        missing.append(Finding("G11", Severity.REJECT, BASIS_RETURN, "plan.confirm_after_days"))
    if isinstance(plan, Chain21) and not plan.holds_until_confirm:
        missing.append(Finding("G11", Severity.REJECT, BASIS_RETURN, "plan.hold"))
    if terms.payout is None:
        missing.append(Finding("G12", Severity.BLOCK, BASIS_TAX, "plan.payout"))
    return sorted([*plan_findings(plan, profile), *missing], key=lambda finding: finding.code)


def codes(findings: Iterable[Finding]) -> list[str]:
    return sorted({finding.code for finding in findings})


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Refused by anything that rejects or blocks; a warning needs somebody's name; nothing found passes."""
    found = {finding.severity for finding in findings}
    if found - {Severity.WARN, Severity.ALARM}:
        return Verdict.REFUSED
    return Verdict.NEEDS_SIGNATURE if found else Verdict.PASSES


def network_findings(
    *, longest_paid_chain: int, people_under_head: int, profile: Profile = Profile.CN
) -> list[Finding]:
    """G06: how near the live network under one head is to the criminal filing threshold (3 levels and 30 people).

    Where counsel has signed for another law, the same sizes alarm and freeze nothing.
    """
    worst = Severity.FREEZE if profile is Profile.CN else Severity.ALARM
    sizes = (("network.longest_paid_chain", longest_paid_chain, CHAIN_ALARM, CHAIN_FREEZE),
             ("network.people_under_head", people_under_head, PEOPLE_ALARM, PEOPLE_FREEZE))
    return [
        Finding("G06", worst if size >= freeze else Severity.ALARM, BASIS_CRIMINAL, path)
        for path, size, alarm, freeze in sizes
        if size >= alarm
    ]


def quarter_findings(quarters: Iterable[str]) -> list[Finding]:
    """G13: closed quarters whose identities and incomes nobody has exported: 2026Q3."""
    return [Finding("G13", Severity.ALARM, BASIS_REPORT, f"payouts.quarters[{quarter}]") for quarter in quarters]


def beneficiary_findings(fired: Collection[str]) -> list[Finding]:
    """G21: who may not be rewarded for an order, by the signals that have fired. Minors are stopped at the pay-out."""
    paths = [path for signal, path in NOT_REWARDED.items() if signal in fired]
    return [Finding("G21", Severity.BLOCK, BASIS_SELF, path) for path in paths]


def copy_findings(texts: Iterable[str], path: str = "copy", profile: Profile = Profile.CN) -> list[Finding]:
    """G14: texts that promise income or speak as pyramids do."""
    severity = Severity.REJECT if profile is Profile.CN else Severity.WARN
    return [Finding("G14", severity, BASIS_COPY, f"{path}[{at}]") for at, text in enumerate(texts)
            if FORBIDDEN_COPY.search(text)]


def message_findings(unasked: Iterable[int], refused: Iterable[int]) -> list[Finding]:
    """G17, G18: marketing messages that went out without a consent on record, or after it was withdrawn."""
    return [*(Finding("G17", Severity.BLOCK, BASIS_CONSENT, f"messages[{message}]") for message in unasked),
            *(Finding("G18", Severity.BLOCK, BASIS_REFUSAL, f"messages[{message}]") for message in refused)]


def price_findings(hidden: Iterable[int], stated: Iterable[int], profile: Profile = Profile.CN) -> list[Finding]:
    """G19: the same goods at the same time at another price for a segment or a tag. One whose condition everybody
    reads is for a person to look at: is it true? A price for members of a tier or a group is none.
    """
    worst = Severity.REJECT if profile is Profile.CN else Severity.WARN
    return [*(Finding("G19", worst, BASIS_PRICE, f"prices[{price}]") for price in hidden),
            *(Finding("G19", Severity.WARN, BASIS_PRICE, f"prices[{price}]") for price in stated)]


def version_findings(
    *, version: int, replaces: int | None, effective_at: datetime, noticed_at: datetime | None, now: datetime
) -> list[Finding]:
    """G22: a changed plan needs a new version number, a notice before it takes effect, and no effect in the past."""
    wrong = []
    if replaces is not None and version <= replaces:
        wrong.append("version.number")
    if effective_at < now:
        wrong.append("version.effective_at")
    if replaces is not None and (noticed_at is None or noticed_at >= effective_at):
        wrong.append("version.noticed_at")
    return [Finding("G22", Severity.REJECT, BASIS_VERSION, path) for path in wrong]


def _more_than_two_levels(plan: Plan, _profile: Profile) -> Iterator[str]:
    """Team and peer rewards have no level to count; they are G05."""
    if isinstance(plan, TwoTier) and _levels(plan) > PAID_TIERS_AT_MOST:
        yield f"plan.tiers_pct[{PAID_TIERS_AT_MOST}]"


def _entry_needed(plan: Plan, _profile: Profile) -> Iterator[str]:
    if isinstance(plan, Chain21) and plan.entry_amount:
        yield "plan.entry_amount"
    if isinstance(plan, TwoTier) and plan.entry_purchase_required:
        yield "plan.entry_purchase_required"


def _paid_for_joining(plan: Plan, _profile: Profile) -> Iterator[str]:
    if isinstance(plan, Chain21) and plan.boss_rate:
        yield "plan.agent_rate" if plan.agent_rate else "plan.boss_rate"
    pack = plan.terms.welcome_pack
    if pack and pack.paid_in is PaidIn.CASH:
        yield "plan.welcome_pack.paid_in"
    if pack and pack.cap_per_referrer is None:
        yield "plan.welcome_pack.cap_per_referrer"


def _rank_by_headcount(plan: Plan, _profile: Profile) -> Iterator[str]:
    if isinstance(plan, Chain21):
        yield "plan.graduate_directs"


def _unbounded_team(plan: Plan, _profile: Profile) -> Iterator[str]:
    if isinstance(plan, Chain21):
        if plan.differential:
            yield "plan.boss_rate"
        if plan.peer_ppm:
            yield "plan.peer"
        if plan.differential and plan.repurchase and plan.repurchase.team_differential:
            yield "plan.repurchase.team_differential"


def _share_too_large(plan: Plan, profile: Profile) -> Iterator[str]:
    """All rewards of one order, in whatever they are paid, against the cap and the margin. A brand may cap lower."""
    terms = plan.terms
    ceiling = min(terms.share_cap_ppm, DEFAULT_SHARE_CAP_PPM) if profile is Profile.CN else terms.share_cap_ppm
    if isinstance(plan, Chain21):
        rewards, order, path = plan.boss_rate + part(plan.boss_rate, plan.peer_ppm), plan.entry_amount, "plan.boss_rate"
    else:
        rewards, order, path = sum(plan.tiers_ppm), PPM, "plan.tiers_pct"
    if rewards * PPM > ceiling * order:
        yield path
    if terms.gross_margin_ppm is not None and rewards * PPM > terms.gross_margin_ppm * order:
        yield "plan.gross_margin_pct"


def _withheld_until_rank(plan: Plan, _profile: Profile) -> Iterator[str]:
    if isinstance(plan, Chain21) and plan.help_fund_ppm:
        yield "plan.help_fund.pct"


def _forced_purchase(plan: Plan, _profile: Profile) -> Iterator[str]:
    if plan.terms.payout and plan.terms.payout.forced_purchase_ppm:
        yield "plan.payout.forced_purchase_pct"


def _two_cash_levels(plan: Plan, _profile: Profile) -> Iterator[str]:
    if isinstance(plan, TwoTier) and _levels(plan) == PAID_TIERS_AT_MOST:
        paid = zip(TIER_REWARDS, plan.paid_tiers_ppm, strict=False)
        in_cash = [reward for reward, ppm in paid if ppm and plan.terms.currency_of(reward) is PaidIn.CASH]
        if len(in_cash) == PAID_TIERS_AT_MOST:
            yield "plan.tiers_pct[1]"


def _confirmed_too_early(plan: Plan, _profile: Profile) -> Iterator[str]:
    days = plan.terms.confirm_after_days
    if days is not None and days < RETURN_WINDOW_DAYS:
        yield "plan.confirm_after_days"


def _unverified_payout(plan: Plan, _profile: Profile) -> Iterator[str]:
    payout = plan.terms.payout
    if payout and not payout.identity_check:
        yield "plan.payout.identity_check"
    if payout and payout.tax_method is None:
        yield "plan.payout.tax_method"


def _forbidden_copy(plan: Plan, profile: Profile) -> Iterator[str]:
    for each in copy_findings(plan.terms.copy, "plan.copy", profile):
        yield each.path


def _share_gate(plan: Plan, _profile: Profile) -> Iterator[str]:
    if plan.terms.share_gate:
        yield "plan.share_gate"


def _levels(plan: TwoTier) -> int:
    return sum(1 for ppm in plan.tiers_ppm if ppm)


def _(text: str) -> str:
    """Marks a text for the catalogues of other languages; whoever shows it looks there."""
    return text


BASIS_RECRUIT = _("禁止传销条例第七条第一项：按发展人数计酬")
BASIS_ENTRY = _("禁止传销条例第七条第二项：交纳费用或认购商品取得加入资格")
BASIS_TEAM = _("禁止传销条例第七条第三项：以下线销售业绩计酬")
BASIS_CRIMINAL = _("立案追诉标准（二）第七十八条：三级以上且三十人以上")
BASIS_TWO_CASH = _("重庆巴南2022年处罚案：一级12%、二级13%+3%，罚款5000元")
BASIS_LEVELS = _("贵阳白酒2024年案：三级分佣15%、5%、5%；微信公众平台2015、2016年公告")
BASIS_RETURN = _("签收后七日退货期；已发奖励须可冲回")
BASIS_TAX = _("国务院令第810号（2025）；国家税务总局公告2025年第16号")
BASIS_REPORT = _("国务院令第810号（2025）：按季报送平台内从业人员身份和收入")
BASIS_SELF = _("自购、员工与未成年人不计推广报酬；自己的设备视为自购")
BASIS_COPY = _("传销用语及收益承诺：禁止传销条例第七条；花生日记2019年案")
BASIS_SHARE = _("微信外部链接与分享规范：诱导分享")
BASIS_CONSENT = _("个人信息保护法第十三条；通信短信息服务管理规定（2015）第十八条：先同意，留凭证")
BASIS_REFUSAL = _("通信短信息服务管理规定（2015）：拒绝后立即停止，且每条说明如何拒绝")
BASIS_PRICE = _("个人信息保护法第二十四条：不得以自动化决策在价格上不合理差别对待")
BASIS_CAP = _("奖励占实付净额的上限（默认30%）与毛利")
BASIS_VERSION = _("规则变更须有新版本、生效时间和公告，不得溯及既往")

_R, _W = Severity.REJECT, Severity.WARN
RULES = (
    Rule("G01", _R, _W, BASIS_LEVELS, _more_than_two_levels),
    Rule("G02", _R, _W, BASIS_ENTRY, _entry_needed),
    Rule("G03", _R, _W, BASIS_RECRUIT, _paid_for_joining),
    Rule("G04", _R, _W, BASIS_RECRUIT, _rank_by_headcount),
    Rule("G05", _R, _W, BASIS_TEAM, _unbounded_team),
    Rule("G07", _R, _W, BASIS_CAP, _share_too_large),
    Rule("G08", _R, _W, BASIS_RECRUIT, _withheld_until_rank),
    Rule("G09", _R, _W, BASIS_ENTRY, _forced_purchase),
    Rule("G10", _W, _W, BASIS_TWO_CASH, _two_cash_levels),
    Rule("G11", _R, _R, BASIS_RETURN, _confirmed_too_early),
    Rule("G12", Severity.BLOCK, Severity.BLOCK, BASIS_TAX, _unverified_payout),
    Rule("G14", _R, _W, BASIS_COPY, _forbidden_copy),
    Rule("G16", _R, _W, BASIS_SHARE, _share_gate),
)
