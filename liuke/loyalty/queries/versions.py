"""Rules and their versions, and which of them hold for a fact."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import F, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404

from liuke.kit.rows import select
from liuke.loyalty.models import Budget, Rule, RuleVersion
from liuke.loyalty.rules import formula
from liuke.loyalty.rules.reckoning import parsed
from liuke.loyalty.rules.terms import Terms
from liuke.timeline.models import Fact

SAME = ("fact_kind", "conditions", "beneficiary", "benefit", "details", "amount", "caps", "budget_id", "hold",
        "hold_days", "valid", "valid_length", "hold_out_bp", "exclusive", "starts_at", "ends_at", "notice")


def terms_of(version: RuleVersion) -> Terms:
    """The terms of a version as plain values."""
    return Terms(**{name: getattr(version, name) for name in SAME})


def versions_for(facts: Sequence[Fact]) -> list[RuleVersion]:
    """Every version of these facts' kinds that holds for some moment between the first and the last of them."""
    moments = [fact.happened_at for fact in facts]
    return select(RuleVersion, "fact_kind = ANY(%s) AND starts_at <= %s AND (ends_at IS NULL OR ends_at > %s)"
                               " ORDER BY rule_id, number",
                  [sorted({fact.kind for fact in facts}), max(moments), min(moments)])


def holds_for(version: RuleVersion, fact: Fact) -> bool:
    """Whether the version is the one that a fact of its kind at that moment earns by."""
    return version.fact_kind == fact.kind and version.starts_at <= fact.happened_at and (
        version.ends_at is None or fact.happened_at < version.ends_at)


def asked_by(versions: Collection[RuleVersion]) -> set[str]:
    """The fields that their conditions and formulas need."""
    words: set[str] = set()
    for version in versions:
        words |= version.conditions.keys() | formula.names(parsed(version.amount))
    return words


def rules_list(*, stopped: bool = False) -> QuerySet[Rule]:
    """Rules with their versions (`newest_first`), the newest rule first."""
    versions = RuleVersion.objects.select_related("budget", "made_by").order_by("-number")
    rows = Rule.objects.filter(stopped_at__isnull=not stopped)
    return rows.prefetch_related(Prefetch("versions", versions, to_attr="newest_first")).order_by("-pk")


def rule_page(rule_id: int) -> Rule:
    """One rule with its versions (`newest_first`). Raises Http404."""
    versions = RuleVersion.objects.select_related("budget", "made_by").order_by("-number")
    return get_object_or_404(Rule.objects.prefetch_related(Prefetch("versions", versions, to_attr="newest_first")),
                             pk=rule_id)


def in_group(exclusive: str, *, now: datetime, leave_out: int | None) -> list[tuple[str, Terms]]:
    """Name and terms of the versions of an exclusive group that hold now or later, one rule left out."""
    rows = RuleVersion.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), exclusive=exclusive, rule__stopped_at=None)
    return [(version.rule.name, terms_of(version)) for version in
            rows.exclude(rule_id=leave_out or 0).select_related("rule").order_by("pk")]


def budgets_list() -> QuerySet[Budget]:
    """Those of rules first, then those of members of staff (with `staff`)."""
    return Budget.objects.select_related("staff").order_by(F("staff_id").asc(nulls_first=True), "name", "pk")


def budgets_of_rules() -> QuerySet[Budget]:
    """From which rules may give."""
    return Budget.objects.filter(staff=None).order_by("name", "pk")
