"""Who is suggested what: the best first, never dearer than what it brings, with the reason."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.customers.models import Customer
from liuke.insight.models import CustomerScore
from liuke.insight.rules.tiers import ValueTier
from liuke.loyalty.models import Suggestion
from liuke.loyalty.queries.suggestions import suggestions_of
from liuke.loyalty.rules.suggesting import (
    LEAST,
    MOST,
    MOST_SUGGESTED,
    PRIOR_LIFT,
    STEP,
    Candidate,
    Lift,
    Why,
    believed,
    rank,
    relative,
)
from liuke.loyalty.services.suggesting import suggest
from liuke.loyalty.tests.builders import NOW, customer, order
from liuke.mall.models import OrderLine

TEN = Lift(0.1, measured=False)
CANDIDATES = st.lists(st.builds(
    Candidate, why=st.sampled_from(Why), chance=st.floats(0, 1), margin_fen=st.integers(0, 10**7),
    category=st.sampled_from(["茶叶", "茶具", "零食", "洗护", ""])), max_size=8)


def ranked(*candidates, tier=ValueTier.ORDINARY, lift=TEN, points_per_yuan=100):
    return rank(candidates, tier=tier, lift=lift, points_per_yuan=points_per_yuan)


def test_the_likeliest_category_with_the_most_margin_room_comes_first():
    found = ranked(
        Candidate(Why.KEEP, 0.8, 1_000, "零食"), Candidate(Why.KEEP, 0.5, 4_000, "茶叶"),
        Candidate(Why.WIDEN, 0.1, 9_000, "茶具", "茶叶"))

    assert [(each.category, each.points, each.gain_fen, each.cost_fen) for each in found] == [
        ("茶叶", 80, 200, 80), ("茶具", 30, 90, 30), ("零食", 30, 80, 30)]
    assert found[1].because == "茶叶"


def test_who_is_worth_more_is_given_more_of_the_gain():
    one = Candidate(Why.THANK, 0.5, 10_000)

    assert [ranked(one, tier=tier)[0].points for tier in ValueTier] == [150, 200, 250, 300]


def test_who_buys_anyway_is_given_little():
    sure, likely = Candidate(Why.KEEP, 0.99, 10_000, "茶叶"), Candidate(Why.KEEP, 0.8, 10_000, "茶叶")

    assert ranked(sure)[0].gain_fen == 100 < ranked(likely)[0].gain_fen == 800
    assert ranked(Candidate(Why.KEEP, 1.0, 10**6, "茶叶")) == []


def test_what_is_not_worth_ten_points_is_not_suggested():
    assert ranked(Candidate(Why.KEEP, 0.1, 1_000, "零食")) == []
    assert ranked(Candidate(Why.KEEP, 0.9, 9_000, "零食"), lift=Lift(0.0, measured=True)) == []


@given(CANDIDATES, st.sampled_from(ValueTier), st.floats(0, 2), st.integers(1, 1_000))
def test_nothing_costs_more_than_it_is_expected_to_bring(candidates, tier, lift, points_per_yuan):
    found = rank(candidates, tier=tier, lift=Lift(lift, measured=True), points_per_yuan=points_per_yuan)

    assert len(found) <= MOST_SUGGESTED
    assert all(each.cost_fen <= each.gain_fen + 1 for each in found)          # a fen of rounding
    assert all(LEAST <= each.points <= MOST and each.points % STEP == 0 for each in found)
    left = [each.gain_fen - each.cost_fen for each in found]
    assert left == sorted(left, reverse=True)
    assert len({each.category for each in found}) == len(found)


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


@pytest.fixture
def shop(transactional_db):
    """Ten regular buyers of tea, eight of whom buy cups; the last two are worth much and have never bought a cup."""
    made = [customer() for _ in range(10)]
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
    with django_assert_max_num_queries(16):
        suggest(now=NOW)
