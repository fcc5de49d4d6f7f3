"""Rules as things whose effect is measured."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import connection
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from liuke.loyalty.models import Rule, RuleVersion
from liuke.loyalty.services import ruling
from liuke.loyalty.services.effect import Measured, Totals, cost_expression
from liuke.points.queries import terms, used_of

SEEN_AFTER_STOP = timedelta(days=120)
EVENTS = """
SELECT a.customer_id, (extract(epoch FROM a.at) * 1000000)::bigint AS at, a.state <> 'control' AS treated,
       ({cost})::bigint AS cost_fen
FROM loyalty_award a WHERE a.rule_id = {rule}
"""
TOTALS = """
SELECT a.rule_id, coalesce(sum(a.amount - a.taken), 0)::bigint, coalesce(sum({cost}), 0)::bigint
FROM loyalty_award a WHERE a.rule_id = ANY(%s) GROUP BY 1
"""
SAME = ("hold_out_bp", "beneficiary", "benefit", "fact_kind")


class Rules:
    """Every rule keeps its hold-out for life. A rule is measured from the version on whose share, beneficiary, kind of
    reward and kind of fact are today's; who met it before that is left out, in both groups alike.
    """

    kind: ClassVar[str] = "rule"
    word: ClassVar[Promise] = gettext_lazy("奖励规则")

    def measured(self, *, now: datetime) -> list[Measured]:
        rows = Rule.objects.exclude(stopped_at__lt=now - SEEN_AFTER_STOP).prefetch_related("versions").order_by("pk")
        return [found for rule in rows if (found := _measured(rule, now))]

    def events(self, of_id: int) -> str:
        return EVENTS.format(rule=int(of_id), cost=cost_expression(points_per_yuan=terms().points_per_yuan))

    def totals(self, of_ids: list[int]) -> Mapping[int, Totals]:
        with connection.cursor() as cursor:
            cursor.execute(TOTALS.format(cost=cost_expression(points_per_yuan=terms().points_per_yuan)), [of_ids])
            found = {pk: (given, cost) for pk, given, cost in cursor.fetchall()}
        used = used_of("award")
        points = set(RuleVersion.objects.filter(rule_id__in=of_ids, benefit="points").values_list("rule_id", flat=True))
        return {pk: Totals(given=given, cost_fen=cost, used=used.get(pk, 0) if pk in points else None)
                for pk, (given, cost) in found.items()}

    def stop(self, of_id: int, *, now: datetime) -> dict[str, Any] | None:
        open_ends = RuleVersion.objects.filter(rule_id=of_id, rule__stopped_at=None).exclude(ends_at__lte=now)
        ends = {str(pk): end.isoformat() if end else "" for pk, end in open_ends.values_list("pk", "ends_at")}
        stopped = Rule.objects.filter(pk=of_id).exclude(stopped_at=None).exists()
        ruling.stop_rule(rule_id=of_id, now=now)
        return None if stopped else {"ends": ends}

    def resume(self, of_id: int, how: dict[str, Any], *, now: datetime) -> None:
        ends = {int(pk): parse_datetime(end) if end else None for pk, end in how["ends"].items()}
        ruling.resume_rule(rule_id=of_id, ends=ends, now=now)


def _measured(rule: Rule, now: datetime) -> Measured | None:
    """None for a rule whose first version has not begun."""
    held = [version for version in sorted(rule.versions.all(), key=lambda each: each.number)
            if version.starts_at <= now and version.ends_at != version.starts_at]
    if not held:
        return None
    last = held[-1]
    first = last
    for version in reversed(held):
        if any(getattr(version, name) != getattr(last, name) for name in SAME):
            break
        first = version
    return Measured(id=rule.pk, name=rule.name, address=reverse("loyalty:rule", args=[rule.pk]), unit=last.benefit,
                    hold_out_bp=last.hold_out_bp, since=first.starts_at, stopped_at=rule.stopped_at)
