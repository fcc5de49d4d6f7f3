"""Plans as they stand: which version is in force, what the guard says of one, and whose name is still missing."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from liuke.kit import rows
from liuke.referral import guard
from liuke.referral.guard import Finding, Profile, Severity
from liuke.referral.models import PlanVersion
from liuke.referral.plan_reader import read_plan
from liuke.referral.plans import Payout, Plan
from liuke.referral.queries.attribution import rewarded_referrers

Moment = tuple[int, datetime]                 # somebody, and when
# The version under which these inviters' newcomers were rewarded at these moments, with their arm of a trial.
OF_INVITERS = """
SELECT who, at, coalesce((
    SELECT candidate_id FROM referral_trial t WHERE t.starts_at <= at AND (t.ends_at IS NULL OR t.ends_at > at)
    AND referral_arm(t.salt, who) < t.share_bp), live.id)
FROM unnest(%(who)s::bigint[], %(at)s::timestamptz[]) AS asked(who, at) CROSS JOIN LATERAL (
    SELECT id FROM referral_planversion
    WHERE starts_at <= at AND (ends_at IS NULL OR ends_at > at)
    ORDER BY starts_at DESC, id DESC LIMIT 1) live
"""


def plan_of(version: PlanVersion) -> Plan:
    """The version's terms as values."""
    return read_plan(version.terms, kind=version.kind)


def live_version(*, at: datetime) -> PlanVersion | None:
    """The version under which an order paid at this moment is rewarded; the latest start counts."""
    live = PlanVersion.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)
    return live.select_related("plan").order_by("-starts_at", "-pk").first()


def versions() -> QuerySet[PlanVersion]:
    """All versions, newest first."""
    return PlanVersion.objects.select_related("plan").order_by("-pk")


def findings_of(version: PlanVersion, *, to_release: bool = False) -> list[Finding]:
    """What the guard finds; `to_release`: also what must be said before activation."""
    look = guard.release_findings if to_release else guard.plan_findings
    return look(plan_of(version), Profile(version.profile))


def unsigned(version: PlanVersion) -> list[str]:
    """The codes of warnings that nobody has put a name under."""
    wanted = {each.code for each in findings_of(version) if each.severity is Severity.WARN}
    return sorted(wanted - set(version.sign_offs.values_list("code", flat=True)))


def payout_terms(*, at: datetime) -> Payout | None:
    """How earned cash leaves: as the plan in force says, or the last one that was. None before there was any."""
    row = PlanVersion.objects.filter(starts_at__lte=at).order_by("-starts_at", "-pk").first()
    return plan_of(row).terms.payout if row else None


def coupon_template(*, at: datetime) -> int | None:
    """What coupons are made of while they gather: as the newest plan says that has paid in them. None before any."""
    paying = PlanVersion.objects.filter(starts_at__lte=at, terms__coupon_template__gt=0)
    row = paying.order_by("-starts_at", "-pk").first()
    return plan_of(row).terms.coupon_template if row else None


def plans_for(inviters: Collection[Moment]) -> dict[Moment, int]:
    """The version that each of these customers lived under as an inviter then; nobody without a plan in force."""
    asked = list(inviters)
    found = rows.fetch(OF_INVITERS, {"who": [who for who, _at in asked], "at": [at for _who, at in asked]})
    return {(who, at): version for who, at, version in found}


def plans_of_inviters(asked: Collection[Moment]) -> Mapping[Moment, int]:
    """The version that rewarded, at that moment, who invited this customer; nobody's invitees are left out.

    Whatever was agreed on when something happened counts, however late it is heard.
    """
    referrers = rewarded_referrers({customer for customer, _at in asked})
    inviters = {(customer, at): (referrers[customer], at) for customer, at in asked if customer in referrers}
    plans = plans_for(set(inviters.values())) if inviters else {}
    return {each: plans[inviter] for each, inviter in inviters.items() if inviter in plans}
