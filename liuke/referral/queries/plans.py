"""Plans as they stand: which version is in force, what the guard says of one, and whose name is still missing."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from liuke.kit import rows
from liuke.referral import guard
from liuke.referral.guard import Finding, Profile, Severity
from liuke.referral.models import PlanVersion
from liuke.referral.plan_reader import read_plan
from liuke.referral.plans import Payout, Plan
from liuke.referral.queries.attribution import rewarded_referrers

# The version under which each of these inviters' newcomers would be rewarded at a moment, with their arm of a trial.
OF_INVITERS = """
SELECT who, coalesce((
    SELECT candidate_id FROM referral_trial t WHERE t.starts_at <= %(at)s AND (t.ends_at IS NULL OR t.ends_at > %(at)s)
    AND referral_arm(t.salt, who) < t.share_bp), live.id)
FROM unnest(%(who)s::bigint[]) AS who CROSS JOIN LATERAL (
    SELECT id FROM referral_planversion
    WHERE starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s)
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


def plans_for(inviters: Collection[int], *, at: datetime) -> dict[int, int]:
    """The version that each of these customers lives under as an inviter; nobody without a plan in force."""
    return dict(rows.fetch(OF_INVITERS, {"who": list(inviters), "at": at}))


def plans_of_inviters(customer_ids: Collection[int]) -> Mapping[int, int]:
    """The version that rewards who invited each of these customers now; nobody's invitees are left out."""
    referrers = rewarded_referrers(customer_ids)
    plans = plans_for(set(referrers.values()), at=timezone.now()) if referrers else {}
    return {customer: plans[referrer] for customer, referrer in referrers.items() if referrer in plans}
