"""A rule that gives coupons: issued from the template's budget, held with the goods, and exactly taken back."""

import pytest

from liuke.coupons import services as coupons
from liuke.coupons.models import Coupon, TakenBack
from liuke.coupons.queries.checks import differing
from liuke.coupons.tests.builders import budget as money
from liuke.coupons.tests.builders import free, reserve, template
from liuke.loyalty.models import Award
from liuke.loyalty.rules.terms import BadRule
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.benefits import BadDetails
from liuke.loyalty.services.releasing import release_due
from liuke.loyalty.services.reversing import take_back_for_refund
from liuke.loyalty.tests.builders import DAY, NOW, budget, customer, paid, refund, rule

pytestmark = pytest.mark.django_db


def giving(version, **changes):
    return rule("送券", benefit="coupon", details={"template": version.template_id}, **{"amount": "2", **changes})


def undo(fact):
    return take_back_for_refund(order_id=fact.data["order_id"], fact_id=fact.pk, now=NOW)


def states():
    return sorted(Coupon.objects.values_list("state", flat=True))


def test_a_purchase_earns_coupons_once():
    ann, own = customer(), money(10_000)
    giving(template(off_fen=2_000, budget=own))
    bought = paid(ann, 10_000)

    assert [award(facts=[bought], now=NOW), award(facts=[bought], now=NOW)] == [1, 0]

    assert [(each.customer, each.state) for each in Coupon.objects.all()] == [(ann, "issued")] * 2
    assert free(own) == 6_000
    assert Award.objects.values_list("state", "amount").get() == ("given", 2)


def test_without_budget_the_award_says_so():
    giving(template(off_fen=2_000, budget=money(3_999)))

    award(facts=[paid(customer(), 10_000)], now=NOW)

    assert Award.objects.values_list("state", "reason", "amount").get() == ("refused", "budget", 0)
    assert not Coupon.objects.exists()


def test_more_than_a_customer_may_have_at_once_is_not_given():
    giving(template(off_fen=1), amount="101")

    award(facts=[paid(customer(), 10_000)], now=NOW)

    assert Award.objects.values_list("state", "reason").get() == ("refused", "too_many")


@pytest.mark.parametrize("details", [{}, {"template": 10**9}, {"template": "x"}], ids=["none", "unknown", "word"])
def test_a_rule_for_a_coupon_that_is_not_there_is_refused(details):
    with pytest.raises(BadDetails):
        rule(benefit="coupon", details=details, amount="1")


def test_the_template_has_the_budget_and_not_the_rule():
    with pytest.raises(BadRule) as refused:
        giving(template(), budget_id=budget().pk)

    assert refused.value.about == "budget"


def test_a_refund_withdraws_unused_ones_and_notes_used_ones_as_lost():
    ann, own = customer(), money(10_000)
    giving(template(off_fen=2_000, budget=own))
    bought = paid(ann, 10_000)
    award(facts=[bought], now=NOW)
    used = Coupon.objects.first()
    reserve(ann, used.code, key="P1")
    coupons.use(key="P1", now=NOW)

    undo(refund(bought, 5_000))
    assert states() == ["used", "withdrawn"]
    undo(refund(bought, 5_000))

    assert states() == ["used", "withdrawn"]
    assert list(TakenBack.objects.order_by("pk").values_list("outcome", flat=True)) == ["withdrawn", "lost"]
    assert Award.objects.values_list("state", "taken").get() == ("undone", 2)
    assert free(own) == 8_000
    assert differing() == []


def test_held_with_the_goods_it_becomes_the_customers_later_as_far_as_it_was_not_refunded():
    ann = customer()
    giving(template(), hold="after_days", hold_days=7)
    bought = paid(ann, 10_000)
    award(facts=[bought], now=NOW)
    assert states() == ["pending", "pending"]

    undo(refund(bought, 5_000))
    release_due(now=NOW + 8 * DAY)

    assert states() == ["issued", "withdrawn"]
    assert differing() == []
