"""Upwards at once, downwards by period with grace, back by refunds, and when the plan or the records change."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from liuke.customers.services.merge import merge, undo_merge
from liuke.tiers import models
from liuke.tiers import services as tiers
from liuke.tiers.queries import standings
from liuke.tiers.services import BadGrant, BadGrowth
from liuke.tiers.tests.builders import (
    DAY,
    GOLD,
    MEMBER,
    NOW,
    SILVER,
    TODAY,
    customer,
    grown,
    plan,
    tier_of,
    told,
)
from liuke.timeline.testing import settle as react

pytestmark = pytest.mark.django_db


def at(*day):
    return datetime(*day, 4, tzinfo=UTC)             # noon in China


def clock(now):
    """Run what the clock runs until nothing is due; how many were looked at."""
    looked = 0
    while found := tiers.settle_due(now=now) + tiers.settle_plan(now=now):
        looked += found
    return looked


def test_growth_lifts_at_once_and_says_until_when():
    plan()
    ann = customer()

    grown(ann, 999)
    assert (tier_of(ann), told(ann)) == ("member", [])
    grown(ann, 1)
    assert (tier_of(ann), told(ann)) == ("silver", [("member", "silver", "growth", "2027-12-31")])
    grown(ann, 5_000)
    assert tier_of(ann) == "gold"
    assert told(ann)[1:] == [("silver", "gold", "growth", "2027-12-31")]


def test_pending_growth_counts_from_the_day_on_which_it_is_confirmed():
    plan()
    ann = customer()
    key = grown(ann, 1_000, pending=True)
    assert (tier_of(ann), standings.pending_growth(ann.pk)) == ("", 1_000)

    assert tiers.confirm(keys=[key], now=NOW + 7 * DAY) == 1
    assert tiers.confirm(keys=[key], now=NOW + 8 * DAY) == 0

    assert (tier_of(ann), standings.pending_growth(ann.pk)) == ("silver", 0)
    assert models.Growth.objects.get().counts_on == date(2026, 11, 9)


def test_the_same_gift_again_is_once_and_differently_is_refused():
    plan()
    ann = customer()
    grown(ann, 600, key="award:1")

    grown(ann, 600, key="award:1")
    (refusal,) = tiers.grow(given=[tiers.Growing(customer_id=ann.pk, amount=601, key="award:1")], now=NOW)

    assert refusal.code == "ledger_key_taken"
    assert (tier_of(ann), standings.differing()) == ("member", [])


@pytest.mark.parametrize("amount", [0, -1, 10**9 + 1])
def test_an_amount_that_cannot_be_is_refused(amount):
    with pytest.raises(BadGrowth) as refused:
        tiers.grow(given=[tiers.Growing(customer_id=customer().pk, amount=amount, key="k")], now=NOW)

    assert refused.value.code == "tiers_growth"


def test_a_year_keeps_until_the_end_of_the_next_and_then_falls_to_what_that_year_earned():
    plan(starts_on=date(2026, 11, 2))
    ann = customer()
    grown(ann, 3_000, now=at(2026, 12, 30))
    grown(ann, 1_200, now=at(2027, 5, 1))

    assert clock(at(2027, 12, 31)) == 1                   # the version began; nobody's time is over
    assert tier_of(ann) == "gold"
    clock(datetime(2027, 12, 31, 16, 5, tzinfo=UTC))      # five past midnight in China

    assert tier_of(ann) == "silver"
    assert told(ann)[-1] == ("gold", "silver", "period", "2028-12-31")
    clock(at(2029, 1, 1))
    assert told(ann)[-1] == ("silver", "member", "period", "")


def test_grace_keeps_a_tier_for_its_days_and_leaves_time_to_earn_it_again():
    plan(grace_days=31)
    ann, bob = customer(), customer()
    for each in (ann, bob):
        grown(each, 1_000, now=at(2026, 12, 1))

    clock(at(2028, 1, 10))
    row = models.Standing.objects.get(customer=ann)
    assert (row.code, row.graced, row.until) == ("silver", True, date(2028, 1, 31))
    grown(bob, 1_000, now=at(2028, 1, 31))
    clock(at(2028, 2, 1))

    assert (tier_of(ann), tier_of(bob)) == ("member", "silver")
    assert told(bob)[1:] == []                            # never fell, so nothing changed


def test_months_from_reaching_renew_by_what_came_in_them():
    plan(period="months", months=12)
    ann = customer()
    grown(ann, 3_000, now=at(2026, 11, 10))
    grown(ann, 1_500, now=at(2027, 3, 1))

    clock(at(2027, 11, 10))
    assert tier_of(ann) == "gold"
    clock(at(2027, 11, 11))

    assert told(ann)[-1] == ("gold", "silver", "period", "2028-11-10")
    clock(at(2028, 11, 11))
    assert tier_of(ann) == "member"


def test_what_came_in_the_last_months_lifts_even_when_it_came_before_a_fall():
    plan(period="months", months=12)
    ann = customer()
    grown(ann, 1_000, now=at(2026, 11, 10))
    grown(ann, 900, now=at(2027, 11, 1))
    clock(at(2027, 11, 11))
    assert tier_of(ann) == "member"

    grown(ann, 100, now=at(2028, 10, 31))

    assert told(ann)[-1] == ("member", "silver", "growth", "2029-10-31")


def test_a_clock_that_did_not_run_for_years_comes_to_the_same():
    plan(period="months", months=1)
    ann, bob = customer(), customer()
    for each in (ann, bob):
        grown(each, 1_000, now=at(2026, 11, 10))
    for month in range(12, 16):
        year, number = 2026 + (month - 1) // 12, (month - 1) % 12 + 1
        clock(at(year, number, 5))
        for each in (ann, bob):
            models.Growth.objects.create(customer=each, key=f"{each.pk}:{month}", amount=1_000,
                                         counts_on=date(year, number, 5))
    bobs = models.Standing.objects.filter(customer=bob)
    bobs.update(look_on=None)

    clock(at(2027, 5, 20))
    bobs.update(look_on=date(2027, 1, 1))
    clock(at(2027, 5, 20))

    assert tier_of(ann) == tier_of(bob) == "member"


def test_a_refund_takes_a_tier_that_rested_on_it_at_once_and_leaves_what_was_earned_before():
    plan()
    ann = customer()
    grown(ann, 1_000, now=at(2026, 11, 10))
    key = grown(ann, 2_500, now=at(2027, 3, 1))
    assert tier_of(ann) == "silver"                       # each year counts for itself
    more = grown(ann, 500, now=at(2027, 3, 2))
    assert tier_of(ann) == "gold"

    assert tiers.take_back(of=more, amount=1, key="refund:1", now=at(2027, 3, 5))
    assert told(ann)[-1] == ("gold", "silver", "refund", "2028-12-31")
    assert not tiers.take_back(of=more, amount=1, key="refund:1", now=at(2027, 3, 5))
    assert tiers.take_back(of=key, amount=2_500, key="refund:2", now=at(2027, 3, 6))

    assert (tier_of(ann), standings.differing()) == ("silver", [])        # what 2026 earned holds to the end of 2027


def test_a_refund_after_new_year_takes_from_the_year_in_which_it_was_earned():
    plan()
    ann = customer()
    key = grown(ann, 3_000, now=at(2026, 12, 31))
    grown(ann, 1_000, now=at(2027, 1, 1))

    tiers.take_back(of=key, amount=3_000, key="refund", now=at(2027, 1, 2))

    assert told(ann)[-1] == ("gold", "silver", "refund", "2028-12-31")


@pytest.mark.parametrize(("of", "amount", "key"), [("nothing", 5, "r"), ("given", 0, "r"), ("given", 7, "known")],
                         ids=["unknown", "nothing", "other"])
def test_a_return_that_cannot_be_is_refused(of, amount, key):
    plan()
    grown(customer(), 100, key="given")
    tiers.take_back(of="given", amount=5, key="known", now=NOW)

    with pytest.raises(BadGrowth):
        tiers.take_back(of=of, amount=amount, key=key, now=NOW)


def test_a_version_with_higher_thresholds_takes_nothing_that_was_reached():
    plan()
    ann, bob = customer(), customer()
    grown(ann, 1_000)
    plan(MEMBER, replace(SILVER, threshold=2_000), GOLD, starts_on=TODAY + DAY, notice="银卡改为 2000")
    clock(NOW + DAY)
    grown(bob, 1_999, now=NOW + DAY)
    grown(ann, 100, now=NOW + DAY)

    assert (tier_of(ann), tier_of(bob)) == ("silver", "member")
    clock(at(2028, 1, 1))
    assert tier_of(ann) == "member"


def test_a_version_with_lower_thresholds_lifts_whoever_reaches_them_by_its_first_day():
    plan()
    ann = customer()
    grown(ann, 700)
    plan(MEMBER, replace(SILVER, threshold=500), GOLD, starts_on=TODAY + DAY, notice="银卡改为 500")

    assert clock(NOW) == 1                                # the first version's own look
    assert tier_of(ann) == "member"
    assert clock(NOW + DAY) == 1

    assert told(ann) == [("member", "silver", "plan", "2027-12-31")]
    assert clock(NOW + DAY) == 0


def test_a_tier_that_is_no_more_becomes_the_next_lower_one_that_is():
    plan()
    ann = customer()
    grown(ann, 3_000)

    plan(MEMBER, SILVER, starts_on=TODAY + DAY, notice="不再设金卡")
    clock(NOW + DAY)

    assert told(ann)[-1] == ("gold", "silver", "plan", "2027-12-31")


def test_for_good_is_for_good_but_for_refunds():
    plan(period="forever")
    ann = customer()
    key = grown(ann, 3_000)
    clock(at(2036, 1, 1))
    assert (tier_of(ann), told(ann)) == ("gold", [("member", "gold", "growth", "")])

    tiers.take_back(of=key, amount=1, key="r", now=at(2036, 1, 2))

    assert tier_of(ann) == "silver"


def test_merged_records_add_up_and_go_back_when_parted():
    plan()
    ann, bob = customer(), customer()
    grown(ann, 600), grown(bob, 600)

    row = merge(survivor_id=ann.pk, merged_id=bob.pk, now=NOW)
    react()
    assert (tier_of(ann), tier_of(bob)) == ("silver", "")
    assert told(ann) == [("member", "silver", "merge", "2027-12-31")]
    undo_merge(merge_id=row.pk, now=NOW + DAY)
    react()

    assert (tier_of(ann), tier_of(bob), standings.differing()) == ("member", "member", [])


def test_staff_grant_a_tier_until_a_day_and_withdraw_it():
    plan(grace_days=30)
    ann = customer()

    tiers.grant_tier(customer_id=ann.pk, code="gold", until=date(2026, 12, 31), now=NOW)
    tiers.grant_tier(customer_id=ann.pk, code="gold", until=date(2026, 12, 31), now=NOW)
    assert told(ann) == [("member", "gold", "staff", "2026-12-31")]
    clock(at(2027, 1, 1))
    assert told(ann)[-1] == ("gold", "member", "period", "")
    tiers.grant_tier(customer_id=ann.pk, code="silver", until=date(2027, 12, 31), now=at(2027, 1, 2))

    assert tiers.withdraw_tier(customer_id=ann.pk, now=at(2027, 1, 3)) == 2
    assert told(ann)[-1] == ("silver", "member", "staff", "")


@pytest.mark.parametrize(("code", "until"), [("member", TODAY), ("diamond", TODAY), ("gold", TODAY - DAY)],
                         ids=["lowest", "unknown", "over"])
def test_a_grant_of_nothing_is_refused(code, until):
    plan()

    with pytest.raises(BadGrant) as refused:
        tiers.grant_tier(customer_id=customer().pk, code=code, until=until, now=NOW)

    assert refused.value.code == "tiers_grant"


def test_growth_from_before_the_first_plan_counts_when_it_begins():
    ann = customer()
    grown(ann, 1_000)
    plan()

    clock(NOW)

    assert told(ann) == [("member", "silver", "plan", "2027-12-31")]


def test_many_at_once_cost_as_many_statements_as_one(django_assert_max_num_queries):
    plan()
    people = [customer() for _ in range(40)]
    given = [tiers.Growing(customer_id=each.pk, amount=1_000 + 50 * at, key=f"m{at}") for at, each in enumerate(people)]

    with django_assert_max_num_queries(14):
        tiers.grow(given=given, now=NOW)

    assert {tier_of(each) for each in people} == {"silver"}
