"""Commissions in coupons: what has gathered, and what was made of it, is always what was earned."""

import random

import pytest

from liuke.coupons.models import Coupon
from liuke.coupons.services.writing import stop_template
from liuke.coupons.tests import builders as coupons
from liuke.customers.services.merge import merge, undo_merge
from liuke.ledger.queries import balance
from liuke.ledger.services.verifying import verify
from liuke.referral.services import couponing, plans
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import DAY, NOW, active, bought, confirmed, customer, owed, own, refer, refunded
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
WORTH = 1_000


def template(**more):
    return coupons.template(off_fen=WORTH, **more).template_id


def in_coupons(of, **more):
    return tier_plan(paid_in={"tier2": "coupon"}, coupon_template=of, **more)


def line():
    """A member, whom they brought, and whom that one brought."""
    first, second, buyer = customer(), customer(), customer()
    refer(second, by=first)
    refer(buyer, by=second)
    return first, second, buyer


def gathered(who):
    return balance(f"commission_coupon:customer:{who.pk}").posted


def held(who, *states):
    return Coupon.objects.filter(customer=who, state__in=states or ["issued"]).count()


def test_the_second_level_gathers_and_becomes_a_coupon_when_it_is_worth_one():
    active(in_coupons(template()))
    first, second, buyer = line()

    row = bought(buyer, 15_000)
    assert owed(row) == [(second.pk, "tier1", 1_500, "pending"), (first.pk, "tier2", 750, "pending")]
    assert (gathered(first), held(first)) == (0, 0)
    confirmed(row)
    assert (gathered(first), held(first), own(first), own(second)) == (750, 0, 0, 1_500)
    confirmed(bought(buyer, 9_000))
    assert (gathered(first), held(first)) == (200, 1)
    assert Coupon.objects.get(customer=first).worth_fen == WORTH


def test_a_refund_takes_an_unused_coupon_back_and_a_used_one_is_a_debt_that_later_orders_pay():
    active(in_coupons(template()))
    first, _second, buyer = line()
    one, two = bought(buyer, 24_000), bought(buyer, 20_000)
    confirmed(one)
    confirmed(two)
    assert (gathered(first), held(first)) == (200, 2)

    refunded(two, 20_000, key="refund:1")
    assert (gathered(first), held(first), held(first, "withdrawn")) == (200, 1, 1)
    Coupon.objects.filter(customer=first, state="issued").update(state="used")
    refunded(one, 24_000, key="refund:2")
    assert (gathered(first), held(first)) == (-1_000, 0)
    confirmed(bought(buyer, 42_000))
    assert (gathered(first), held(first)) == (100, 1)


def test_what_no_budget_pays_waits_for_the_night_after_there_is_money():
    pays = coupons.budget(0)
    kind = template(budget=pays)
    active(in_coupons(kind))
    first, _second, buyer = line()
    confirmed(bought(buyer, 50_000))
    assert (gathered(first), held(first)) == (2_500, 0)

    coupons.fund(pays, 10_000)
    last = couponing.settle_waiting(after=0, now=NOW + 8 * DAY)

    assert (last, gathered(first), held(first)) == (first.pk, 500, 2)
    assert couponing.settle_waiting(after=last, now=NOW + 8 * DAY) == 0


def test_what_has_gathered_follows_two_members_who_are_merged_and_goes_back_with_them():
    active(in_coupons(template()))
    first, _second, buyer = line()
    kept = customer()
    confirmed(bought(buyer, 15_000))

    made = merge(survivor_id=kept.pk, merged_id=first.pk, now=NOW + 8 * DAY)
    settle()
    assert (gathered(kept), gathered(first)) == (750, 0)
    row = bought(buyer, 15_000, at=NOW + 9 * DAY)
    assert owed(row)[1] == (kept.pk, "tier2", 750, "pending")
    confirmed(row, at=NOW + 9 * DAY)
    assert (gathered(kept), held(kept), held(first)) == (500, 1, 0)

    undo_merge(merge_id=made.pk, now=NOW + 20 * DAY)
    settle()
    assert gathered(kept) + gathered(first) + WORTH * (held(kept) + held(first)) == 1_500
    assert verify(now=NOW + 20 * DAY).ok


@pytest.mark.parametrize("of", ["none", "percent", "stopped", "missing"])
def test_a_plan_that_could_not_pay_its_coupons_is_not_activated(of):
    kind = {"none": lambda: None, "missing": lambda: 99_999_999, "stopped": template,
            "percent": lambda: coupons.template(kind="percent", off_fen=0, off_bp=1_000,
                                                ceiling_fen=500).template_id}[of]()
    if of == "stopped":
        stop_template(template_id=kind, now=NOW)
    with pytest.raises(plans.NotLive):
        active(in_coupons(kind))


@pytest.mark.parametrize("seed", range(4))
def test_any_history_of_orders_and_refunds_agrees_with_a_plain_sum(seed):
    rng = random.Random(seed)
    active(in_coupons(template(), tiers_pct=[10, 5.5]))
    first, _second, buyer = line()
    left, used = {}, 0
    for step in range(12):
        if left and rng.random() < 0.4:
            row = rng.choice(list(left))
            back = rng.choice([left[row], rng.randint(1, left[row])])
            left[row] -= back
            refunded(row, back, key=f"refund:{step}")
            left = {each: fen for each, fen in left.items() if fen}
        else:
            row = bought(buyer, rng.randint(1, 60_000))
            confirmed(row)
            left[row] = row.total_fen
        if rng.random() < 0.3 and (mine := Coupon.objects.filter(customer=first, state="issued").first()):
            Coupon.objects.filter(pk=mine.pk).update(state="used")
            used += 1

        earned = sum(fen * 55_000 // 1_000_000 if fen == row.total_fen else
                     (row.total_fen * 55_000 // 1_000_000) * fen // row.total_fen for row, fen in left.items())
        assert gathered(first) + WORTH * (held(first) + used) == earned
        assert gathered(first) < WORTH
        assert gathered(first) >= 0 or held(first) == 0
    assert verify(now=NOW).ok
