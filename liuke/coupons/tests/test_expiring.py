"""The clocks: coupons end when their time is over, and customers are told before; merged and forgotten customers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from liuke.coupons import services as coupons
from liuke.coupons.handlers import withdraw_of_forgotten
from liuke.coupons.models import Coupon
from liuke.coupons.queries.checks import differing
from liuke.coupons.queries.wallet import choices, counts_of, coupons_of
from liuke.coupons.services.expiring import expire, remind
from liuke.coupons.tests.builders import (
    ANYBODY,
    DAY,
    NOW,
    batch,
    budget,
    customer,
    free,
    given,
    goods,
    reserve,
    template,
)
from liuke.customers.services.merge import merge, undo_merge
from liuke.timeline import facts
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def test_what_is_over_ends_and_its_worth_goes_back_batch_by_batch():
    ann, own = customer(), budget(10_000)
    version = template(off_fen=1_000, budget=own, days=0, ends_at=NOW + DAY)
    given(ann, version, count=3)
    lasting = given(ann, template(days=2))

    assert expire(now=NOW + DAY - timedelta(seconds=1)) == 0
    assert [expire(now=NOW + DAY, limit=2), expire(now=NOW + DAY, limit=2), expire(now=NOW + DAY, limit=2)] == [2, 1, 0]

    assert free(own) == 10_000
    lasting.refresh_from_db()
    assert lasting.state == "issued"
    assert differing() == []


def test_before_the_clock_has_come_it_cannot_be_used_either():
    ann = customer()
    row = given(ann, template(days=0, ends_at=NOW + DAY))
    seen = coupons.discounts(customer_id=ann.pk, codes=[row.code], goods=[goods()], who=ANYBODY, now=NOW)

    with pytest.raises(coupons.CouponGone), transaction.atomic():
        coupons.reserve(customer_id=ann.pk, given=seen, key="P1", lines=[1], now=NOW + DAY)

    assert counts_of(ann.pk, now=NOW + DAY) == {"usable": 0, "reserved": 0, "used": 0, "expired": 1}


def test_customers_are_told_three_days_before_once_for_all_of_a_day():
    ann, eve = customer(), customer()
    version = template(off_fen=1_000, days=0, ends_at=datetime(2026, 11, 5, 12, tzinfo=UTC))       # the fifth in China
    given(ann, version, count=2)
    given(eve, version)
    given(eve, template(days=9))

    assert [remind(now=NOW, limit=1), remind(now=NOW, limit=1), remind(now=NOW, limit=1)] == [1, 1, 0]
    assert remind(now=NOW + timedelta(hours=3)) == 0

    told = {fact.customer_id: fact.data for fact in Fact.objects.filter(kind="CouponExpiring")}
    assert told == {
        ann.pk: {"coupons": 2, "worth_fen": 2_000, "expires_on": "2026-11-05", "days": 3},
        eve.pk: {"coupons": 1, "worth_fen": 1_000, "expires_on": "2026-11-05", "days": 3},
    }


def test_coupons_follow_a_merge_and_go_back_with_it():
    ann, eve = customer(), customer()
    row, many = given(eve), batch(kind="grant", audience="everybody", hold_out_bp=100)
    coupons.grant_step(batch_id=many.pk, customer_ids=[ann.pk, eve.pk], left_out=[ann.pk, eve.pk], more=False, now=NOW)

    joined = merge(survivor_id=ann.pk, merged_id=eve.pk, now=NOW)
    settle()
    assert list(coupons_of(ann.pk)) == [row]

    reserve(ann, row.code, key="P1")
    coupons.use(key="P1", now=NOW)
    undo_merge(merge_id=joined.pk, now=NOW + DAY)
    settle()
    assert [(each.pk, each.state) for each in coupons_of(eve.pk)] == [(row.pk, "used")]


def test_what_a_forgotten_person_had_is_withdrawn():
    ann, own = customer(), budget(10_000)
    version = template(off_fen=1_000, budget=own)
    given(ann, version)
    given(ann, version, pending=True)
    held = given(ann, version)
    reserve(ann, held.code, key="P1")
    fact = Fact.objects.create(kind="CustomerForgotten", customer=ann, key="f", happened_at=NOW, data={})

    withdraw_of_forgotten(fact, facts.CustomerForgotten())
    withdraw_of_forgotten(fact, facts.CustomerForgotten())
    coupons.release(key="P1", now=NOW)

    assert set(Coupon.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert free(own) == 10_000
    assert differing() == []


def test_the_cart_is_compared_with_the_wallet():
    ann = customer()
    small, big, dear = given(ann, template(off_fen=500)), given(ann, template(off_fen=2_000, exclusive="x")), given(
        ann, template(least_fen=30_000))
    other, sending = given(ann, template(off_fen=900, exclusive="x")), given(ann, template(kind="freight",
                                                                                           ceiling_fen=800))
    given(ann, template(days=0, ends_at=NOW + DAY))

    found = choices(ann.pk, goods=[goods(10_000)], who=ANYBODY, freight_fen=1_000, now=NOW + 2 * DAY)

    assert [(each.coupon, each.saves_fen) for each in found.usable] == [
        (big, 2_000), (other, 900), (sending, 800), (small, 500)]
    assert [(each.coupon, each.why, each.missing_fen) for each in found.others] == [(dear, "least", 20_000)]
    assert (set(found.best), found.best_fen) == ({big.code, sending.code, small.code}, 3_300)
