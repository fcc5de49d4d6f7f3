"""Templates: what is refused where it is entered, and that what was issued keeps its terms."""

from datetime import timedelta

import pytest

from liuke.coupons import services as coupons
from liuke.coupons.models import Coupon, Version
from liuke.coupons.rules.terms import BadTerms, NoBudget
from liuke.coupons.services.writing import TemplateNameTaken, TemplateStopped
from liuke.coupons.tests.builders import DAY, NOW, budget, customer, given, template, terms

pytestmark = pytest.mark.django_db
PERCENT = {"kind": "percent", "off_bp": 2_000, "ceiling_fen": 5_000}


@pytest.mark.parametrize(("changes", "about"), [
    ({"off_fen": -1}, "off_fen"), ({"off_fen": 0}, "off_fen"), ({"off_fen": 10**9}, "off_fen"),
    ({**PERCENT, "off_bp": 10_001}, "off_bp"), ({**PERCENT, "off_bp": -5}, "off_bp"),
    ({**PERCENT, "ceiling_fen": 0}, "ceiling_fen"), ({**PERCENT, "off_fen": 100}, "off_fen"),
    ({"kind": "freight"}, "ceiling_fen"), ({"kind": "gift", "ceiling_fen": 100, "pieces": 1}, "sku_id"),
    ({"kind": "gift", "ceiling_fen": 100, "pieces": 0, "sku_id": 1}, "pieces"), ({"kind": "lottery"}, "kind"),
    ({"least_fen": -1}, "least_fen"), ({"days": 0}, "days"), ({"days": -3}, "days"),
    ({"ends_at": NOW - DAY}, "ends_at"), ({"starts_at": NOW + 2 * DAY, "ends_at": NOW + DAY}, "ends_at"),
    ({"products": (1, 2), "not_products": (2,)}, "not_products"), ({"categories": (0,)}, "categories"),
    ({"audiences": ("gold",)}, "audiences"), ({"alone": True, "exclusive": "全场"}, "exclusive"),
    ({"priority": 1_001}, "priority"), ({"refund": "maybe"}, "refund"),
], ids=["negative", "nothing", "huge", "over 100 percent", "negative percent", "no ceiling", "two kinds",
        "freight ceiling", "no sku", "no pieces", "kind", "negative least", "never ends", "negative days", "past",
        "backwards", "both", "zero id", "audience", "alone and class", "priority", "refund"])
def test_terms_that_do_not_hold_together_are_refused_and_say_where(changes, about):
    with pytest.raises(BadTerms) as refused:
        template(**changes)

    assert (refused.value.code, refused.value.about) == ("coupon_terms", about)


@pytest.mark.parametrize("named", ["", "reward:budget:999999999", "points:house", "reward:budget:"])
def test_a_coupon_without_a_budget_that_is_open_is_refused(named):
    with pytest.raises(NoBudget) as refused:
        template(budget=named)

    assert refused.value.code == "coupon_no_budget"


@pytest.mark.parametrize(("name", "words"), [("", ""), ("长" * 61, ""), ("好", "长" * 301)],
                         ids=["empty", "long", "words"])
def test_names_have_limits(name, words):
    with pytest.raises(BadTerms):
        coupons.write_template(name=name, words=words, terms=terms(), now=NOW)


def test_two_templates_cannot_have_one_name():
    template("满减")

    with pytest.raises(TemplateNameTaken):
        template("满减")


def test_what_was_issued_keeps_its_terms_when_the_template_changes():
    first, ann = template(off_fen=2_000), customer()
    old = given(ann, first)

    second = coupons.change_template(template_id=first.template_id, terms=terms(off_fen=500), now=NOW)
    new = given(ann, second)

    assert (second.number, second.template_id) == (2, first.template_id)
    assert [(row.version.off_fen, row.worth_fen) for row in (old, Coupon.objects.get(pk=new.pk))] == [
        (2_000, 2_000), (500, 500)]


def test_the_same_terms_are_no_new_version():
    first = template(budget=(own := budget()), products=(3, 1))

    again = coupons.change_template(template_id=first.template_id, terms=terms(budget=own, products=(1, 3)), now=NOW)

    assert again == first
    assert Version.objects.count() == 1


def test_of_a_stopped_template_nothing_is_issued_and_nothing_changed():
    row = template()
    ann = customer()
    kept = given(ann, row)

    coupons.stop_template(template_id=row.template_id, now=NOW)
    coupons.stop_template(template_id=row.template_id, now=NOW + timedelta(days=1))

    assert coupons.issue_many(now=NOW, issues=[
        coupons.Issue(customer_id=ann.pk, template_id=row.template_id, key="late")]) == ["stopped"]
    with pytest.raises(TemplateStopped):
        coupons.change_template(template_id=row.template_id, terms=terms(), now=NOW)
    assert Coupon.objects.get() == kept
    row.template.refresh_from_db()
    assert row.template.stopped_at == NOW
