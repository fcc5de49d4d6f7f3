"""What a rule may not say is refused where it is written, with a stable code."""

import pytest

from liuke.kit.errors import NotYours, Refused
from liuke.loyalty.models import Rule, RuleVersion
from liuke.loyalty.rules.guard import Against
from liuke.loyalty.rules.terms import NoBudget, Overlaps
from liuke.loyalty.services import budgets, ruling
from liuke.loyalty.tests.builders import DAY, NOW, budget, rule, terms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("changes", "code"), [
    ({"budget_id": None}, "loyalty_no_budget"),
    ({"budget_id": 999_999}, "loyalty_no_budget"),
    ({"benefit": "growth", "budget_id": None, "amount": "-5"}, "loyalty_formula_negative"),
    ({"amount": "0"}, "loyalty_formula_nothing"),
    ({"amount": "amount_fen - 100"}, "loyalty_formula_negative"),
    ({"amount": "amount_fen / 0"}, "loyalty_formula_divisor"),
    ({"amount": "amount_fen / shop"}, "loyalty_formula_divisor"),
    ({"amount": "quality * 2"}, "loyalty_formula_name"),
    ({"amount": "fifty"}, "loyalty_formula_name"),
    ({"amount": "1 +"}, "loyalty_formula"),
    ({"amount": "__import__('os')"}, "loyalty_formula"),
    ({"amount": "amount_fen ** 9"}, "loyalty_formula"),
    ({"amount": "1+" * 90 + "1"}, "loyalty_formula_long"),
    ({"amount": "9" * 30}, "loyalty_formula"),
    ({"conditions": {"quality": {"least": 1}}}, "loyalty_condition"),
    ({"conditions": {"amount_fen": {"least": 200, "most": 100}}}, "loyalty_condition"),
    ({"conditions": {"amount_fen": {"least": -1}}}, "loyalty_condition"),
    ({"conditions": {"amount_fen": {"least": "1"}}}, "loyalty_condition"),
    ({"conditions": {"shop": {"any": []}}}, "loyalty_condition"),
    ({"conditions": {"first": {"is": "yes"}}}, "loyalty_condition"),
    ({"caps": {"customer": 0}}, "loyalty_rule"),
    ({"caps": {"customer": -5}}, "loyalty_rule"),
    ({"caps": {"week": 5}}, "loyalty_rule"),
    ({"fact_kind": "OrderShipped"}, "loyalty_rule"),
    ({"fact_kind": "CustomerJoined", "amount": "5", "hold": "after_return", "caps": {"total": 9}}, "loyalty_rule"),
    ({"valid": "days", "valid_length": 0}, "loyalty_rule"),
    ({"ends_at": NOW}, "loyalty_rule"),
    ({"hold_out_bp": 9_000}, "loyalty_rule"),
    ({"beneficiary": "staff"}, "loyalty_rule"),
    ({"benefit": "yacht"}, "loyalty_benefit_missing"),
    ({"benefit": "growth", "budget_id": 1}, "loyalty_rule"),
])
def test_bad_terms_are_refused_and_nothing_is_written(changes, code):
    with pytest.raises(Refused) as refused:
        rule(**changes)

    assert refused.value.code == code
    assert RuleVersion.objects.count() == 0


@pytest.mark.parametrize(("changes", "finding"), [
    ({"starts_at": NOW - DAY}, ("G22", "starts_at")),
    ({"fact_kind": "CustomerJoined", "amount": "5"}, ("G03", "caps")),
    ({"fact_kind": "CustomerJoined", "amount": "5", "beneficiary": "referrer", "caps": {"total": 9}},
     ("G03", "beneficiary")),
])
def test_what_law_forbids_is_refused_with_its_clause(changes, finding):
    with pytest.raises(Against) as refused:
        rule(**changes)

    found = refused.value.finding
    assert (found.code, found.path) == finding
    assert found.clause


def test_a_budget_of_another_unit_is_none():
    with pytest.raises(NoBudget):
        rule(budget_id=budget(unit="fen").pk)


def test_a_change_is_a_new_version_and_ends_the_one_before():
    first = rule()

    second = ruling.change_rule(rule_id=first.rule_id, now=NOW + DAY, terms=terms(
        amount="7", budget_id=first.budget_id, starts_at=NOW + 2 * DAY, notice="后天起每单 7 分"))

    first.refresh_from_db()
    assert (second.number, second.starts_at, first.ends_at, first.amount) == (
        2, NOW + 2 * DAY, NOW + 2 * DAY, "floor(amount_fen / 100)")


def test_a_planned_version_that_has_not_begun_is_replaced():
    first = rule()
    for amount, days in (("7", 5), ("8", 3)):
        ruling.change_rule(rule_id=first.rule_id, now=NOW, terms=terms(
            amount=amount, budget_id=first.budget_id, starts_at=NOW + days * DAY, notice="改"))

    spans = RuleVersion.objects.order_by("number").values_list("starts_at", "ends_at")
    assert list(spans) == [(NOW, NOW + 3 * DAY), (NOW + 5 * DAY, NOW + 5 * DAY), (NOW + 3 * DAY, None)]


def test_a_change_without_notice_or_backwards_is_refused():
    first = rule()

    for changes in ({"starts_at": NOW + DAY}, {"starts_at": NOW - DAY, "notice": "昨天起"}):
        with pytest.raises(Against) as refused:
            ruling.change_rule(rule_id=first.rule_id, now=NOW,
                               terms=terms(amount="7", budget_id=first.budget_id, **changes))
        assert refused.value.finding.code == "G22"


def test_saving_the_same_again_is_no_new_version():
    first = rule()

    again = ruling.change_rule(rule_id=first.rule_id, now=NOW + DAY, terms=terms(
        budget_id=first.budget_id, starts_at=NOW + DAY, notice="没有变"))

    assert again == first


def test_a_stopped_rule_cannot_be_changed_and_an_unknown_one_is_not_there():
    first = rule()
    ruling.stop_rule(rule_id=first.rule_id, now=NOW + DAY)
    ruling.stop_rule(rule_id=first.rule_id, now=NOW + 2 * DAY)

    assert Rule.objects.get().stopped_at == NOW + DAY
    with pytest.raises(ruling.RuleStopped):
        ruling.change_rule(rule_id=first.rule_id, now=NOW + DAY, terms=terms(starts_at=NOW + DAY, notice="x"))
    with pytest.raises(NotYours):
        ruling.stop_rule(rule_id=0, now=NOW)


@pytest.mark.parametrize(("one", "other", "meet"), [
    ({}, {}, True),
    ({"amount_fen": {"most": 9_999}}, {"amount_fen": {"least": 10_000}}, False),
    ({"amount_fen": {"most": 10_000}}, {"amount_fen": {"least": 10_000}}, True),
    ({"first": {"is": True}}, {"first": {"is": False}}, False),
    ({"shop": {"any": [1]}}, {"shop": {"any": [2]}}, False),
    ({"shop": {"any": [1, 2]}}, {"shop": {"any": [2]}}, True),
    ({"segment": {"any": ["new"]}}, {"segment": {"any": ["loyal"]}}, False),
    ({"tag": {"any": [1]}}, {"tag": {"any": [2]}}, True),           # a customer may carry both
    ({"category": {"any": [1]}}, {"category": {"any": [2]}}, True),      # an order may have both
    ({"first": {"is": True}}, {"shop": {"any": [2]}}, True),
])
def test_rules_of_one_exclusive_group_must_not_meet(one, other, meet):
    rule(name="甲", exclusive="消费", conditions=one)

    if meet:
        with pytest.raises(Overlaps) as refused:
            rule(name="乙", exclusive="消费", conditions=other)
        assert refused.value.other == "甲"
    else:
        rule(name="乙", exclusive="消费", conditions=other)
    rule(name="丙", exclusive="别的", conditions=other)


def test_after_the_other_rule_has_ended_they_do_not_meet():
    rule(name="甲", exclusive="消费", ends_at=NOW + 5 * DAY)

    rule(name="乙", exclusive="消费", starts_at=NOW + 5 * DAY)


def test_a_budget_gives_back_only_what_is_there():
    row = budget(100)
    budgets.change_budget(budget_id=row.pk, amount=-40, key="out", now=NOW)
    budgets.change_budget(budget_id=row.pk, amount=-40, key="out", now=NOW)

    with pytest.raises(budgets.BudgetInUse):
        budgets.change_budget(budget_id=row.pk, amount=-61, key="more", now=NOW)
    with pytest.raises(budgets.BudgetNameTaken):
        budgets.open_budget(name=row.name, unit="points", now=NOW)
    with pytest.raises(Refused):
        budgets.change_budget(budget_id=row.pk, amount=0, key="zero", now=NOW)
