import pytest

from liuke.ledger import queries as ledger
from liuke.loyalty.models import Award
from liuke.loyalty.rules.terms import held_out
from liuke.loyalty.services import ruling
from liuke.loyalty.services.awarding import award
from liuke.loyalty.tests.builders import DAY, NOW, budget, customer, fact, paid, referred, rule, terms
from liuke.mall.tests import builders as goods
from liuke.points.queries import balance

pytestmark = pytest.mark.django_db


def earn(*facts, now=NOW):
    return award(facts=facts, now=now)


def points(someone):
    return balance(someone.pk, now=NOW).available


def one():
    return Award.objects.get()


def test_a_paid_order_earns_by_what_was_really_paid_for_its_goods():
    ann, version = customer(), rule()

    assert earn(paid(ann, 12_850, 199, freight_fen=1_000)) == 1

    row = one()
    assert (points(ann), row.amount, row.state, row.version) == (130, 130, "given", version)
    assert row.inputs == {"amount_fen": 13_049}
    assert list(row.basis.values()) == [12_850, 199]
    assert ledger.balance(version.budget.address).posted == 1_000_000 - 130


def test_the_same_fact_again_earns_nothing():
    ann, _ = customer(), rule()
    bought = paid(ann, 10_000)

    assert [earn(bought), earn(bought), earn(bought, bought)] == [1, 0, 0]

    assert points(ann) == 100


def test_a_fact_earns_by_the_version_of_its_moment_however_late_it_comes():
    ann, version = customer(), rule()
    ruling.change_rule(rule_id=version.rule_id, now=NOW, terms=terms(
        amount="1000", budget_id=version.budget_id, starts_at=NOW + DAY, notice="明天起每单送 1000"))

    earn(paid(ann, 10_000, at=NOW + DAY), paid(ann, 10_000, at=NOW + DAY / 2), now=NOW + 3 * DAY)

    assert list(Award.objects.order_by("fact__happened_at").values_list("version__number", "amount")) == [
        (1, 100), (2, 1_000)]


def test_before_a_rule_began_and_after_it_stopped_nothing_is_earned():
    ann, version = customer(), rule()
    ruling.stop_rule(rule_id=version.rule_id, now=NOW + DAY)

    assert earn(paid(ann, 10_000, at=NOW - DAY), paid(ann, 10_000, at=NOW + DAY), now=NOW + 2 * DAY) == 0


def test_a_condition_on_categories_counts_only_their_lines():
    ann = customer()
    diapers, milk = goods.sku(), goods.sku(of=goods.product(category=goods.category("奶粉")))
    rule(conditions={"category": {"any": [milk.product.category_id]}, "amount_fen": {"least": 5_000}})

    earn(paid(ann, 10_000, 6_000, products=[diapers, milk]), paid(ann, 10_000, 4_000, products=[diapers, milk]))

    assert (one().amount, list(one().basis.values())) == (60, [6_000])


@pytest.mark.parametrize(("conditions", "earned"), [
    ({"first": {"is": True}}, [50, 0]),
    ({"first": {"is": False}}, [0, 50]),
    ({"amount_fen": {"least": 9_999, "most": 10_000}}, [50, 0]),
])
def test_conditions_pick_facts(conditions, earned):
    ann = customer()
    rule(amount="50", conditions=conditions)
    first, second = paid(ann, 10_000), paid(ann, 20_000, at=NOW + DAY)

    earn(first)
    got = [points(ann)]
    earn(second)

    assert [got[0], points(ann) - got[0]] == earned


def test_a_condition_on_the_shop_and_on_tags():
    from liuke.customers.tests import builders as people

    ann, ben, tag, shop = customer(), customer(), people.make_tag(), goods.shop("SH")
    people.tag(ann, tag)
    rule(amount="50", conditions={"shop": {"any": [shop.pk]}, "tag": {"any": [tag.pk]}})

    earn(paid(ann, 100, shop=shop), paid(ann, 100), paid(ben, 100, shop=shop))

    assert (points(ann), points(ben)) == (50, 0)


def test_a_cap_lets_through_what_is_left_of_it_and_says_so():
    ann = customer()
    rule(caps={"customer_day": 150})

    earn(paid(ann, 10_000), paid(ann, 10_000), paid(ann, 10_000), paid(ann, 10_000, at=NOW + DAY))

    rows = Award.objects.order_by("fact_id").values_list("amount", "wanted", "state", "reason")
    assert list(rows) == [(100, 100, "given", ""), (50, 100, "given", "customer_day"),
                          (0, 100, "refused", "customer_day"), (100, 100, "given", "")]


@pytest.mark.parametrize(("caps", "got"), [
    ({"customer": 120}, (120, 100)), ({"total": 150}, (150, 0)), ({"day": 150}, (150, 0)),
    ({"customer_times": 1}, (100, 100)), ({"customer_day_times": 1, "total": 150}, (100, 50)),
])
def test_caps_count_by_customer_day_and_in_all(caps, got):
    ann, ben = customer(), customer()
    rule(caps=caps)

    earn(paid(ann, 10_000), paid(ann, 10_000), paid(ben, 10_000))

    assert (points(ann), points(ben)) == got


def test_an_empty_budget_gives_nothing_and_the_award_says_why():
    ann, ben = customer(), customer()
    rule(budget_id=budget(150).pk, caps={"customer": 1_000})

    earn(paid(ann, 10_000), paid(ben, 10_000))
    earn(paid(ben, 5_000))

    assert (points(ann), points(ben)) == (100, 50)
    assert Award.objects.get(state="refused").reason == "budget"


def test_who_is_held_out_gets_nothing_and_is_remembered_as_such():
    people = [customer() for _ in range(40)]
    version = rule(hold_out_bp=5_000)

    earn(*[paid(each, 10_000) for each in people])

    out = {each.pk for each in people if held_out(version.rule_id, each.pk, 5_000)}
    assert 5 < len(out) < 35
    assert set(Award.objects.filter(state="control").values_list("customer_id", flat=True)) == out
    assert {each.pk for each in people if points(each) == 0} == out


def test_the_referrer_earns_when_the_rule_says_so():
    ann, ben = customer(), customer()
    rule(beneficiary="referrer", amount="30")
    referred(ann, who=ben)

    earn(paid(ben, 10_000), paid(ann, 10_000))

    assert (points(ann), points(ben), one().role) == (30, 0, "referrer")


def test_growth_value_needs_no_budget_and_is_no_points():
    ann = customer()
    rule(benefit="growth", amount="floor(amount_fen / 1000)")

    earn(paid(ann, 10_000))

    assert (points(ann), ledger.balance(f"growth:customer:{ann.pk}").posted) == (0, 10)


def test_many_rules_give_for_one_fact_and_each_says_so():
    ann = customer()
    rule()
    rule(name="首单礼", amount="200", conditions={"first": {"is": True}})
    rule(name="成长值", benefit="growth", amount="1")

    assert earn(paid(ann, 10_000)) == 3

    assert points(ann) == 300


def test_a_joining_customer_is_welcomed_once():
    ann = customer()
    rule(fact_kind="CustomerJoined", amount="88", caps={"customer_times": 1})

    earn(fact(ann, "CustomerJoined", source="h5"))

    assert points(ann) == 88
