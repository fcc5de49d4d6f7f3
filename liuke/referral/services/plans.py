"""Reward plans: drafted, judged by the guard, looked at in the simulator, signed for, and only then active."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.mall.models import Product
from liuke.referral import guard
from liuke.referral.guard import Finding, Profile, Severity
from liuke.referral.models import Plan, PlanVersion, Replay, SignOff, Trial
from liuke.referral.plan_reader import plan_digest, read_plan
from liuke.referral.plans import Chain21, PaidIn, TwoTier
from liuke.referral.queries.history import has_past_orders
from liuke.referral.queries.plans import findings_of, live_version, unsigned
from liuke.referral.services import couponing, promising

NAME_CHARACTERS = 60
TEXT_CHARACTERS = 500
NOTICE_CHARACTERS = 300


class BadPlanName(BadInput):
    """A plan's name has 1 to 60 characters and is its own."""

    code = "referral_plan_name"


class GuardRefuses(Refused):
    """Law or platform rules stand against the plan, `findings` say where. It can be played, never activated."""

    code = "referral_guard"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("；".join(f"{each.code} {_(each.basis)}（{each.path}）" for each in findings))
        self.findings = findings


class NotSeen(Refused):
    """Somebody must look at the simulation before a plan is activated."""

    code = "referral_simulation_not_seen"


class NotSigned(Refused):
    """A warning, or another profile, needs a name under it first."""

    code = "referral_not_signed"


class NotReplayed(Refused):
    """The plan has not yet been played on last year's real orders; a job does it."""

    code = "referral_not_replayed"


class NotADraft(Refused):
    """The version has been activated: write a new one."""

    code = "referral_not_a_draft"


class NotLive(Refused):
    """Orders cannot be rewarded by this plan: it moves whole teams, has no entry product, or no coupon to pay with."""

    code = "referral_plan_not_live"


def draft(
    *, name: str, terms: Mapping[str, Any], now: datetime, profile: str = Profile.CN,
    entry_product_id: int | None = None, by_id: int | None = None,
) -> PlanVersion:
    """A new version of the plan of this name, not yet in force. Each call is a version of its own.

    Raises PlanRefused and its kinds with the path, BadPlanName. What the guard finds does not hinder a draft.
    """
    require_transaction()
    plan_values = read_plan(dict(terms))
    if not 0 < len(name.strip()) <= NAME_CHARACTERS:
        raise BadPlanName(_("方案名称需要1到60个字"))
    if profile not in set(Profile):
        raise BadInput(_("未知的合规档案"))
    if entry_product_id is not None and not Product.objects.filter(pk=entry_product_id).exists():
        raise BadInput(_("商品不存在"))
    advisory_lock(f"referral:plan:{name.strip()}")
    plan, _made = Plan.objects.get_or_create(name=name.strip(), defaults={"made_at": now})
    last = plan.versions.order_by("-number").first()
    return PlanVersion.objects.create(
        plan=plan, number=last.number + 1 if last else 1, terms=dict(terms), digest=plan_digest(terms), profile=profile,
        kind="two_tier" if isinstance(plan_values, TwoTier) else "chain21", entry_product_id=entry_product_id,
        made_at=now, made_by_id=by_id)


def mark_seen(*, version_id: int, by_id: int, now: datetime) -> None:
    """A person has looked at the simulation of this version. Again is nothing.

    Raises NotReplayed while it has not been played on the real orders that there are.
    """
    require_transaction()
    if not Replay.objects.filter(version_id=version_id).exists() and has_past_orders(until=now):
        raise NotReplayed(_("正在用去年的真实订单重放，完成后再确认"))
    PlanVersion.objects.filter(pk=version_id, seen_at=None).update(seen_by_id=by_id, seen_at=now)


def sign(
    *, version_id: int, code: str, signer: str, statement: str, now: datetime, by_id: int | None = None
) -> SignOff:
    """Somebody puts their name to what the guard warns of in a draft. Again for the same code: the first one stands.

    Raises NotADraft, BadInput for an empty or overlong name or statement and for a code that needs no name.
    """
    require_transaction()
    version = _draft(version_id)
    signer, statement = signer.strip(), statement.strip()
    if not 0 < len(signer) <= NAME_CHARACTERS or not 0 < len(statement) <= TEXT_CHARACTERS:
        raise BadInput(_("签署需要姓名和说明"))
    if code not in {each.code for each in findings_of(version) if each.severity is Severity.WARN}:
        raise BadInput(_("这一项不需要签署"))
    row, _made = SignOff.objects.get_or_create(version=version, code=code, defaults={
        "signer": signer, "statement": statement, "signed_at": now, "recorded_by_id": by_id})
    return row


def activate(*, version_id: int, starts_at: datetime, notice: str, now: datetime) -> PlanVersion:
    """The draft is in force from `starts_at` on, and whatever was in force ends then. Again with the same start: as is.

    Orders paid before keep their version. Raises GuardRefuses (also G22: a start in the past, a change without a
    notice to members), NotSeen, NotSigned, NotLive, NotADraft, BadInput.
    """
    require_transaction()
    advisory_lock("referral:plans")
    version = PlanVersion.objects.select_for_update().select_related("plan").get(pk=version_id)
    if version.starts_at == starts_at:
        return version
    if len(notice) > NOTICE_CHARACTERS:
        raise BadInput(_("公告不超过300个字"))
    check_release(version, starts_at=starts_at, replaces=live_version(at=starts_at) is not None, notice=notice, now=now)
    trials = Trial.objects.filter(ends_at=None, starts_at__lte=starts_at)                     # their base has gone
    before = PlanVersion.objects.filter(starts_at__lt=starts_at, ends_at=None)
    gone = [*trials.values_list("candidate_id", flat=True), *before.values_list("pk", flat=True)]
    trials.update(ends_at=starts_at)
    before.update(ends_at=starts_at)
    promising.end(gone, at=starts_at, now=now)
    try:
        with transaction.atomic():
            version.starts_at, version.notice, version.noticed_at = starts_at, notice.strip(), now
            version.save(update_fields=["starts_at", "notice", "noticed_at"])
    except IntegrityError as error:
        raise NotADraft(_("同一时间已有方案生效")) from error
    promising.begin(version, starts_at=starts_at, now=now)
    return version


def check_release(version: PlanVersion, *, starts_at: datetime, replaces: bool, notice: str, now: datetime) -> None:
    """Whether the draft may reward orders from `starts_at` on.

    Raises GuardRefuses, NotSeen, NotSigned, NotLive, NotADraft, and a Refused for a pack that cannot be given.
    """
    _draft(version.pk)
    found = [*findings_of(version, to_release=True), *guard.copy_findings(
        [notice], "version.notice", Profile(version.profile)), *guard.version_findings(
        version=version.number, replaces=0 if replaces else None, effective_at=starts_at,
        noticed_at=now if notice.strip() else None, now=now)]
    refused = [each for each in found if each.severity not in (Severity.WARN, Severity.ALARM)]
    if refused:
        raise GuardRefuses(refused)
    if version.seen_at is None:
        raise NotSeen(_("请先查看模拟结果，再启用方案"))
    if unsigned(version):
        raise NotSigned(_("请先由负责人签署以下各项：%(codes)s") % {"codes": "、".join(unsigned(version))})
    _check_live(version, starts_at)
    promising.check(version)


def stop(*, now: datetime) -> None:
    """No plan rewards orders paid from now on; what is not yet in force never will be. Again is nothing."""
    require_transaction()
    advisory_lock("referral:plans")
    trials = Trial.objects.filter(ends_at=None)
    open_ = PlanVersion.objects.filter(starts_at__isnull=False).exclude(ends_at__lte=now)
    gone = [*trials.values_list("candidate_id", flat=True), *open_.values_list("pk", flat=True)]
    promising.end(gone, at=now, now=now)
    PlanVersion.objects.filter(starts_at__lte=now, ends_at=None).update(ends_at=now)
    trials.update(ends_at=Greatest("starts_at", Value(now)))
    for version in PlanVersion.objects.filter(starts_at__gt=now):
        version.ends_at = version.starts_at
        version.save(update_fields=["ends_at"])


def _draft(version_id: int) -> PlanVersion:
    version = PlanVersion.objects.get(pk=version_id)
    if version.starts_at is not None:
        raise NotADraft(_("方案已启用，请新建一个版本"))
    return version


def _check_live(version: PlanVersion, starts_at: datetime) -> None:
    plan = read_plan(version.terms, kind=version.kind)
    if PaidIn.COUPON in plan.terms.paid_in.values() and not couponing.usable(
            plan.terms.coupon_template or 0, at=starts_at):
        raise NotLive(_("以优惠券支付奖励时，请在 coupon_template 写明一种仍可发放的减金额优惠券"))
    if isinstance(plan, Chain21):
        if not plan.has_fixed_teams:
            raise NotLive(_("此方案晋升时要整队搬移，不能用于真实订单"))
        if version.entry_product_id is None:
            raise NotLive(_("请指明入门商品"))
