"""Plans as they stand: which version is in force, what the guard says of one, and whose name is still missing."""

from datetime import datetime

from django.db.models import Q, QuerySet

from liuke.referral import guard
from liuke.referral.guard import Finding, Profile, Severity
from liuke.referral.models import PlanVersion
from liuke.referral.plan_reader import read_plan
from liuke.referral.plans import Payout, Plan


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
