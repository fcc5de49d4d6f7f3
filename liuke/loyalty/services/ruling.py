"""Rules are written, changed by a new version, and stopped. Nothing that was promised is changed backwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.loyalty.models import Budget, Pack, Rule, RuleVersion
from liuke.loyalty.queries.fields import earning_kinds, fields_of
from liuke.loyalty.queries.packs import parts_of
from liuke.loyalty.queries.versions import SAME, in_group, terms_of
from liuke.loyalty.rules import guard, packs
from liuke.loyalty.rules import terms as rules
from liuke.loyalty.rules.limits import MAX_RULES, NAME_CHARACTERS
from liuke.loyalty.rules.terms import BadRule, NoBudget, Terms
from liuke.loyalty.services import benefits


class RuleStopped(Refused):
    """The rule was stopped; write a new one."""

    code = "loyalty_rule_stopped"


def check(*, terms: Terms, now: datetime, rule_id: int | None = None) -> Terms:
    """The terms as they would be written, or the refusal that writing them would meet. Writes nothing.

    Raises BadRule, NoBudget, BadCondition, BadFormula and its kinds, BenefitMissing, Overlaps, guard.Against.
    """
    guard.check_fact(terms.fact_kind)
    guard.check_words(terms.notice, "notice")
    if terms.fact_kind not in earning_kinds():
        raise BadRule("fact_kind")
    benefit = benefits.benefit_of(terms.benefit)
    fields = fields_of(terms.fact_kind)
    rules.check(terms, fields, now=now, changes=rule_id is not None)
    _check_budget(terms, benefit.unit)
    benefit.check(terms.details)
    if terms.benefit == packs.CODE:
        _check_pack(terms)
    if terms.exclusive:
        rules.overlap(terms, in_group(terms.exclusive, now=now, leave_out=rule_id), fields)
    return terms if terms.starts_at >= now else replace(terms, starts_at=now)


def _check_budget(terms: Terms, unit: str) -> None:
    budget = Budget.objects.filter(pk=terms.budget_id).first() if terms.budget_id else None
    if unit and (budget is None or budget.unit != unit or budget.staff_id):
        raise NoBudget("budget")
    if not unit and terms.budget_id:
        raise BadRule("budget")


def _check_pack(terms: Terms) -> None:
    """A rule gives one pack at a time, and a pack hides nothing from the guard."""
    if terms.amount.strip() != "1":
        raise BadRule("amount")
    pack = Pack.objects.get(pk=terms.details["pack"])
    if terms.fact_kind in guard.JOINING and any(part.benefit == guard.CASH for part in parts_of(pack)):
        raise guard.Against(guard.Finding(guard.Code.G03, "benefit"))


def write_rule(*, name: str, terms: Terms, now: datetime, by_id: int | None = None) -> RuleVersion:
    """A new rule, for facts that happen from `terms.starts_at` on. Raises what `check` raises."""
    require_transaction()
    advisory_lock("loyalty:rules")
    if not 0 < len(name.strip()) <= NAME_CHARACTERS:
        raise BadRule("name")
    guard.check_words(name, "name")
    if Rule.objects.filter(stopped_at=None).count() >= MAX_RULES:
        raise BadRule("rules")
    checked = check(terms=terms, now=now)
    return _write(Rule.objects.create(name=name.strip(), made_at=now), 1, checked, now, by_id)


def change_rule(*, rule_id: int, terms: Terms, now: datetime, by_id: int | None = None) -> RuleVersion:
    """A new version from `terms.starts_at` on; until then the one before holds, and its awards stay as they are.

    A version that was planned and has not begun is replaced. Again with the same terms is the same version.
    Raises RuleStopped, NotYours, and what `check` raises.
    """
    require_transaction()
    advisory_lock("loyalty:rules")
    rule = _open_rule(rule_id)
    last = RuleVersion.objects.filter(rule=rule).latest("number")
    checked = check(terms=terms, now=now, rule_id=rule.pk)
    if all(getattr(last, name) == getattr(checked, name) for name in SAME if name not in ("starts_at", "notice")):
        return last
    for version in RuleVersion.objects.filter(rule=rule).exclude(ends_at__lte=checked.starts_at):
        version.ends_at = max(version.starts_at, checked.starts_at)
        version.save(update_fields=["ends_at"])
    return _write(rule, last.number + 1, checked, now, by_id)


def stop_rule(*, rule_id: int, now: datetime) -> Rule:
    """Let the rule give nothing for facts that happen from now on; what it gave stays. Again is nothing."""
    require_transaction()
    advisory_lock("loyalty:rules")
    rule = Rule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotYours
    if rule.stopped_at is None:
        rule.stopped_at = now
        rule.save(update_fields=["stopped_at"])
        for version in RuleVersion.objects.filter(rule=rule).exclude(ends_at__lte=now):
            version.ends_at = max(version.starts_at, now)
            version.save(update_fields=["ends_at"])
    return rule


def resume_rule(*, rule_id: int, ends: Mapping[int, datetime | None], now: datetime) -> Rule:
    """Undo `stop_rule`: versions that the stop has ended end as `ends` says they did before. Again is nothing.

    A fact that nobody has rewarded in between stays as it is. Raises NotYours, and Overlaps when a rule of the same
    exclusive group was written meanwhile.
    """
    require_transaction()
    advisory_lock("loyalty:rules")
    rule = Rule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotYours
    if rule.stopped_at is None:
        return rule
    for version in RuleVersion.objects.filter(rule=rule, pk__in=ends, ends_at__gte=rule.stopped_at).order_by("number"):
        version.ends_at = ends[version.pk]
        if version.exclusive:
            rules.overlap(terms_of(version), in_group(version.exclusive, now=now, leave_out=rule.pk),
                          fields_of(version.fact_kind))
        version.save(update_fields=["ends_at"])
    rule.stopped_at = None
    rule.save(update_fields=["stopped_at"])
    return rule


def _open_rule(rule_id: int) -> Rule:
    rule = Rule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotYours
    if rule.stopped_at is not None:
        raise RuleStopped(_("规则已停用，请新建规则"))
    return rule


def _write(rule: Rule, number: int, terms: Terms, now: datetime, by_id: int | None) -> RuleVersion:
    return RuleVersion.objects.create(rule=rule, number=number, made_at=now, made_by_id=by_id,
                                      **{name: getattr(terms, name) for name in SAME})
