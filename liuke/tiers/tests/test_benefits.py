"""What a tier brings, as others ask for it."""

from datetime import timedelta

import pytest

from liuke.mall.queries.prices import buyer
from liuke.tiers import queries
from liuke.tiers.queries.benefits import NONE, Benefits
from liuke.tiers.tests import builders
from liuke.tiers.tests.builders import DAY, NOW, customer, plan, standing

pytestmark = pytest.mark.django_db


def test_without_a_plan_nobody_has_a_benefit(django_assert_num_queries):
    someone = customer()

    with django_assert_num_queries(1):
        assert queries.benefits(someone.pk, now=NOW) == NONE


def test_one_statement_tells_what_the_tiers_of_many_bring(django_assert_num_queries):
    gold, silver, new = customer(), customer(), customer()
    plan()
    standing(gold, "gold"), standing(silver, "silver")

    with django_assert_num_queries(1):
        found = queries.benefits_of([gold.pk, silver.pk, new.pk], now=NOW)

    assert found == {
        gold.pk: Benefits(code="gold", name="金卡", free_freight=True, early=timedelta(hours=24), return_days=15,
                          priority=1, own_agent=True, birthday=True),
        silver.pk: Benefits(code="silver", name="银卡", return_days=7, priority=1),
        new.pk: Benefits(code="member", name="会员"),
    }


def test_benefits_are_those_of_the_version_of_the_day():
    someone = customer()
    plan()
    standing(someone, "gold")
    plan(builders.MEMBER, builders.Level(code="gold", name="至尊", threshold=9), starts_on=builders.TODAY + DAY,
         notice="改名")

    assert queries.benefits(someone.pk, now=NOW).name == "金卡"
    assert queries.benefits(someone.pk, now=NOW + DAY) == Benefits(code="gold", name="至尊")


def test_a_tier_that_the_version_does_not_have_brings_what_the_lowest_does():
    someone = customer()
    plan()
    standing(someone, "diamond")

    assert queries.benefits(someone.pk, now=NOW).code == "member"


def test_prices_know_the_tier_and_what_it_brings_in_the_one_statement(django_assert_num_queries):
    gold, new = customer(), customer()
    plan()
    standing(gold, "gold")

    with django_assert_num_queries(1):
        who = buyer(gold.pk, now=NOW)

    assert (who.tier, who.early, who.free_freight) == ("gold", timedelta(hours=24), True)
    assert who.audiences == {("tier", "gold")}
    other = buyer(new.pk, now=NOW)
    assert (other.tier, other.early, other.free_freight) == ("member", timedelta(0), False)


def test_the_ladder_is_told_from_below():
    plan(now=NOW - 400 * DAY, starts_on=builders.TODAY - 400 * DAY)

    assert queries.ladder() == [("member", "会员"), ("silver", "银卡"), ("gold", "金卡")]
