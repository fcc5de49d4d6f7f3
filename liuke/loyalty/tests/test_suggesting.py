"""Who is suggested what: the best first, never dearer than what it brings, with the reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from liuke.coupons.tests.builders import budget, template
from liuke.customers.models import Customer
from liuke.insight.models import CustomerScore
from liuke.insight.rules.tiers import ValueTier
from liuke.loyalty.models import Suggested, Suggestion
from liuke.loyalty.queries.suggestions import suggestions_of
from liuke.loyalty.rules.suggesting import (
    LEAST,
    MOST,
    MOST_SUGGESTED,
    PRIOR_LIFT,
    STEP,
    Candidate,
    Lift,
    Offer,
    Why,
    believed,
    raised,
    rank,
    relative,
)
from liuke.loyalty.rules.terms import held_out
from liuke.loyalty.services.effect import source_of
from liuke.loyalty.services.effect.of_suggestions import SUGGESTIONS
from liuke.loyalty.services.suggesting import suggest
from liuke.loyalty.tests.builders import NOW, customer, order
from liuke.mall.models import OrderLine
from liuke.tiers.models import Tier
from liuke.tiers.tests.builders import plan

TEN = Lift(0.1, measured=False)
CANDIDATES = st.lists(st.builds(
    Candidate, why=st.sampled_from(Why), chance=st.floats(0, 1), margin_fen=st.integers(0, 10**7),
    category=st.sampled_from(["茶叶", "茶具", "零食", "洗护", ""]), each_fen=st.integers(0, 10**6)), max_size=8)


COUPON = Offer(benefit="coupon", fen=1_000, certain=False, categories=frozenset({"茶叶"}), least_fen=5_000,
               details={"template": 7}, whys=frozenset({Why.KEEP, Why.THANK}))
OFFERS = st.lists(st.builds(
    Offer, benefit=st.sampled_from(["coupon", "gift"]), fen=st.integers(1, 10**5), certain=st.booleans(),
    part_bp=st.sampled_from([0, 500, 2_000]), least_fen=st.sampled_from([0, 10_000]),
    categories=st.sampled_from([frozenset(), frozenset({"茶叶"})]),
    whys=st.sampled_from([frozenset(Why), frozenset()])), max_size=4)


def ranked(*candidates, tier=ValueTier.ORDINARY, lift=TEN, points_per_yuan=100, offers=()):
    return rank(candidates, tier=tier, lift=lift, points_per_yuan=points_per_yuan, offers=offers)


def test_the_likeliest_category_with_the_most_margin_room_comes_first():
    found = ranked(
        Candidate(Why.KEEP, 0.8, 1_000, "零食"), Candidate(Why.KEEP, 0.5, 4_000, "茶叶"),
        Candidate(Why.WIDEN, 0.1, 9_000, "茶具", "茶叶"))

    assert [(each.category, each.amount, each.gain_fen, each.cost_fen) for each in found] == [
        ("茶叶", 80, 200, 80), ("茶具", 30, 90, 30), ("零食", 30, 80, 30)]
    assert found[1].because == "茶叶"


def test_who_is_worth_more_is_given_more_of_the_gain():
    one = Candidate(Why.THANK, 0.5, 10_000)

    assert [ranked(one, tier=tier)[0].amount for tier in ValueTier] == [150, 200, 250, 300]


def test_who_buys_anyway_is_given_little():
    sure, likely = Candidate(Why.KEEP, 0.99, 10_000, "茶叶"), Candidate(Why.KEEP, 0.8, 10_000, "茶叶")

    assert ranked(sure)[0].gain_fen == 100 < ranked(likely)[0].gain_fen == 800
    assert ranked(Candidate(Why.KEEP, 1.0, 10**6, "茶叶")) == []


def test_what_is_not_worth_ten_points_is_not_suggested():
    assert ranked(Candidate(Why.KEEP, 0.1, 1_000, "零食")) == []
    assert ranked(Candidate(Why.KEEP, 0.9, 9_000, "零食"), lift=Lift(0.0, measured=True)) == []


def test_a_coupon_of_the_category_that_pays_is_suggested_instead_of_points():
    tea = Candidate(Why.KEEP, 0.5, 60_000, "茶叶", each_fen=150_000)

    (coupon,) = ranked(tea, offers=[COUPON])
    assert (coupon.benefit, coupon.amount, coupon.details, coupon.gain_fen) == ("coupon", 1, {"template": 7}, 3_000)
    assert coupon.cost_fen == round(1_000 * 0.5 * 1.1)               # used only when the customer buys
    assert coupon.charge == 1_000                                    # but the giver's budget bears the whole of it

    for other in (replace(COUPON, fen=3_000),                        # dearer than it may be
                  replace(COUPON, least_fen=150_001), replace(COUPON, categories=frozenset({"茶具"})),
                  replace(COUPON, whys=frozenset({Why.WIDEN}))):
        assert [each.benefit for each in ranked(tea, offers=[other])] == ["points"]
    assert [each.details for each in ranked(tea, offers=[COUPON, replace(COUPON, fen=2_000, details={"template": 8})])
            ] == [{"template": 8}]


def test_a_part_of_a_purchase_costs_what_that_purchase_makes_it():
    tenth = replace(COUPON, part_bp=1_000, fen=10_000)
    tea = Candidate(Why.KEEP, 0.5, 60_000, "茶叶", each_fen=10_000)

    (found,) = ranked(tea, offers=[tenth])

    assert (found.cost_fen, found.charge) == (550, 10_000)


def test_a_higher_tier_is_suggested_beside_thanks_and_never_replaced_by_points():
    stay = Offer(benefit="tier", amount=90, fen=500, whys=frozenset({Why.RAISE}))
    thank = Candidate(Why.THANK, 0.5, 20_000, each_fen=50_000)
    higher = Candidate(Why.RAISE, 0.5, 20_000, each_fen=50_000, months=3, only=stay)

    found = ranked(thank, higher, tier=ValueTier.CORE)

    assert [(each.why, each.benefit, each.amount, each.gain_fen, each.cost_fen) for each in found] == [
        (Why.RAISE, "tier", 90, 3_000, 500), (Why.THANK, "points", 600, 1_000, 600)]
    assert ranked(replace(higher, only=replace(stay, fen=1_801)), tier=ValueTier.CORE) == []
    assert raised(chance=0.5, each_fen=50_000, freight_fen=800) == round(3 * 0.5 * (500 + 800))


@given(CANDIDATES, st.sampled_from(ValueTier), st.floats(0, 2), st.integers(1, 1_000), OFFERS)
def test_nothing_costs_more_than_it_is_expected_to_bring(candidates, tier, lift, points_per_yuan, offers):
    found = rank(candidates, tier=tier, lift=Lift(lift, measured=True), points_per_yuan=points_per_yuan, offers=offers)

    assert len(found) <= MOST_SUGGESTED
    assert all(each.cost_fen <= each.gain_fen + 1 for each in found)          # a fen of rounding
    assert all(LEAST <= each.amount <= MOST and each.amount % STEP == 0 for each in found if each.benefit == "points")
    assert all(each.charge * 100 >= (each.cost_fen - 1) * points_per_yuan for each in found)
    left = [each.gain_fen - each.cost_fen for each in found]
    assert left == sorted(left, reverse=True)
    assert len({(each.category, each.why is Why.RAISE) for each in found}) == len(found)


def test_measurements_move_the_belief_by_their_precision():
    assert (believed([]).part, believed([]).measured) == (pytest.approx(PRIOR_LIFT), False)
    assert believed([(0.3, 0.1)]).part == pytest.approx(0.2)
    assert believed([(0.3, 0.001)] * 3).part == pytest.approx(0.3, abs=1e-3)
    assert believed([(0.3, 5.0)]).part == pytest.approx(PRIOR_LIFT, abs=1e-3)
    assert believed([(-0.9, 0.001)]).part == 0.0
    assert relative(0.33, 0.30, 0.01, 0.05) == (pytest.approx(0.1), pytest.approx(0.04 / 3.92 / 0.3, rel=1e-3))
    assert relative(0.1, 0.0, -1, 1) is None


def buys(who, day, category, fen=20_000):
    row = order(who, fen, at=NOW - timedelta(days=day))
    OrderLine.objects.filter(order=row).update(category=category, supply_fen=fen // 2)


def score(who, tier=ValueTier.ORDINARY, buys_30=0.6):
    on = NOW.date()
    CustomerScore.objects.create(
        customer=who, first_on=on, last_on=on, orders=3, buying_days=3, net_fen=60_000, recency=3, frequency=3, money=3,
        value_tier=tier, value_fen=100_000, buys_30=buys_30, computed_at=NOW)


def someone(*, out=False):
    """A customer who is held out, or is not."""
    while held_out(SUGGESTIONS, (made := customer()).pk, 500) is not out:
        pass
    return made


@pytest.fixture
def shop(transactional_db):
    """Ten regular buyers of tea, eight of whom buy cups; the last two are worth much and have never bought a cup."""
    made = [someone() for _ in range(10)]
    for at, who in enumerate(made):
        for day in (100 - at, 60 - at, 20 - at):
            buys(who, day, "茶叶")
        if at < 8:
            buys(who, 30, "茶具", 40_000)
        score(who, ValueTier.CORE if at >= 8 else ValueTier.ORDINARY)
    return made


def test_every_night_each_customer_gets_reasons_of_their_own(shop):
    assert suggest(now=NOW) == Suggestion.objects.count() > 10

    ann, core = shop[0], shop[-1]
    assert {row.why for row in suggestions_of(ann.pk)} == {"keep"}
    best = list(suggestions_of(core.pk))
    assert [row.place for row in best] == [1, 2, 3]
    assert {row.why for row in best} == {"keep", "widen", "thank"}
    wide = next(row for row in best if row.why == "widen")
    assert (wide.category, wide.because, wide.chance) == ("茶具", "茶叶", pytest.approx(0.8 * 0.6))
    assert wide.gain_fen == round(0.48 * 0.1 * 20_000)
    assert (wide.amount, wide.cost_fen, wide.lift_measured) == (570, 570, False)


def test_a_second_night_replaces_the_first_and_drops_who_has_no_reason_any_more(shop):
    suggest(now=NOW)
    before = list(Suggestion.objects.order_by("customer", "place").values_list("customer", "place", "amount"))
    suggest(now=NOW + timedelta(hours=1))

    assert list(Suggestion.objects.order_by("customer", "place").values_list("customer", "place", "amount")) == before
    suggest(now=NOW + timedelta(days=800))
    assert not Suggestion.objects.exists()


def test_who_asked_to_be_forgotten_is_suggested_nothing(shop):
    suggest(now=NOW)
    assert suggestions_of(shop[0].pk).exists()

    Customer.objects.filter(pk=shop[0].pk).update(forgotten_at=NOW)
    suggest(now=NOW + timedelta(hours=1))

    assert not suggestions_of(shop[0].pk).exists()
    assert suggestions_of(shop[1].pk).exists()


def test_many_customers_cost_no_more_statements_than_few(shop, django_assert_max_num_queries):
    with django_assert_max_num_queries(28):
        suggest(now=NOW)


def test_what_the_brand_has_to_give_is_suggested_where_it_pays(shop):
    """A coupon of the category, a gift as thanks, and the next tier; nothing that is used up or for others only."""
    with transaction.atomic():
        tea, plan_row = template("茶券", off_fen=300), plan(now=NOW)
        template("新客券", off_fen=300, first_order=True)
        template("空的", off_fen=300, budget=budget(299))
        template("快过期", off_fen=300, days=0, ends_at=NOW + timedelta(days=6))

    suggest(now=NOW)

    core = {row.why: row for row in suggestions_of(shop[-1].pk)}
    silver = Tier.objects.get(plan_id=plan_row.pk, code="silver")
    assert (core["raise"].benefit, core["raise"].details, core["raise"].amount) == ("tier", {"tier": silver.pk}, 90)
    assert core["raise"].gain_fen > core["raise"].cost_fen == core["raise"].charge > 0
    given = set(Suggestion.objects.filter(benefit="coupon").values_list("details__template", flat=True))
    assert given == {tea.template_id}
    assert {row.charge for row in Suggestion.objects.filter(benefit="coupon")} == {300}


def test_who_is_held_out_is_remembered_and_suggested_nothing_and_a_stop_ends_it_for_all(shop):
    apart = someone(out=True)
    for day in (95, 55, 15):
        buys(apart, day, "茶叶")
    score(apart)

    for at in (NOW, NOW + timedelta(hours=1)):
        suggest(now=at)

    assert {row.customer_id: (row.held_out, row.at) for row in Suggested.objects.all()} == {
        **{who.pk: (False, NOW) for who in shop}, apart.pk: (True, NOW)}
    assert {row.customer_id for row in Suggestion.objects.all()} == {who.pk for who in shop}

    source_of("suggestions").stop(1, now=NOW)
    assert suggest(now=NOW + timedelta(hours=2)) == 0
    assert not Suggestion.objects.exists()
