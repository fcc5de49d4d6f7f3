"""What a checkout does with coupons: look, keep, spend, give back; and every refusal with its code."""

import pytest
from django.db import transaction

from liuke.coupons import services as coupons
from liuke.coupons.models import Coupon, Use
from liuke.coupons.queries.checks import differing
from liuke.coupons.queries.templates import effect, money_of
from liuke.coupons.rules.limits import GIVE_BACK_GRACE, RELEASE_GRACE
from liuke.coupons.services.expiring import expire
from liuke.coupons.services.refusals import CouponOver, CouponUsed
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
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


def asked(someone, *codes, lines=None, who=ANYBODY, now=NOW):
    return coupons.discounts(customer_id=someone.pk, codes=codes, goods=lines or [goods()], who=who, now=now)


def refused(someone, *codes, **more):
    with pytest.raises(coupons.CouponGone) as caught, transaction.atomic():
        asked(someone, *codes, **more)
    return caught.value.code


def state(row):
    row.refresh_from_db()
    return row.state


class TestDiscounts:
    def test_say_what_codes_would_give_and_write_nothing(self):
        ann = customer()
        row, mass = given(ann), batch(template(off_fen=500), code="MANY")

        found = asked(ann, row.code, "many", row.code.lower())

        assert sorted((each.code, each.amount_fen, each.coupon_id, each.batch_id) for each in found) == sorted([
            (row.code, 2_000, row.pk, None), ("MANY", 500, None, mass.pk)])
        assert state(row) == "issued"
        assert Coupon.objects.count() == 1

    def test_no_codes_no_statement(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert coupons.discounts(customer_id=1, codes=[], goods=[goods()], who=ANYBODY, now=NOW) == []

    def test_two_coupons_take_one_statement(self, django_assert_num_queries):
        ann = customer()
        codes = [given(ann).code, given(ann).code]

        with django_assert_num_queries(1):
            asked(ann, *codes)

    def test_every_refusal_has_its_code(self):
        ann, eve = customer(), customer()
        used, waiting, late, soon = given(ann), given(ann), given(ann, template(days=1)), given(
            ann, template(days=0, starts_at=NOW + DAY, ends_at=NOW + 2 * DAY))
        reserve(ann, used.code, key="P1")
        coupons.use(key="P1", now=NOW)
        reserve(ann, waiting.code, key="P2")
        dear, gold = given(ann, template(least_fen=10_001)), given(ann, template(audiences=("tier:gold",)))
        x, y = given(ann, template(exclusive="x")), given(ann, template(exclusive="x"))
        gone = given(ann)
        coupons.withdraw(coupon_id=gone.pk, now=NOW)

        assert refused(ann, "NOSUCHCODE") == "coupon_gone"
        assert refused(eve, x.code) == "coupon_gone"
        assert refused(ann, gone.code) == "coupon_gone"
        assert refused(ann, used.code) == refused(ann, waiting.code) == "coupon_used"
        assert refused(ann, late.code, now=NOW + 3 * DAY) == "coupon_expired"
        assert refused(ann, soon.code) == refused(ann, dear.code) == refused(ann, gold.code) == "coupon_unfit"
        assert refused(ann, x.code, y.code) == "coupon_conflict"
        assert refused(ann, x.code, lines=[goods(0)]) == "coupon_unfit"

    def test_of_the_code_of_many_the_same_refusals_as_when_it_is_taken(self):
        ann, out, mine = customer(), batch(total=1), batch()
        coupons.claim(customer_id=customer().pk, code=out.code, now=NOW)
        reserve(ann, mine.code, key="P1")

        assert refused(ann, out.code) == "coupon_all_taken"
        assert refused(ann, mine.code) == "coupon_yours_taken"


class TestReserve:
    def test_keeps_the_coupon_for_one_purchase_and_again_is_once(self):
        ann = customer()
        row = given(ann, template(off_fen=2_000))

        for _ in range(2):
            coupons.reserve(customer_id=ann.pk, given=[coupons.Discount(row.code, 2_000, (0,), parts=(2_000,),
                                                                        coupon_id=row.pk)],
                            key="P1", lines=[77], now=NOW)

        assert state(row) == "reserved"
        assert Use.objects.values_list("purchase", "amount_fen", "lines", "state").get() == (
            "P1", 2_000, {"77": 2_000}, "reserved")

    def test_what_another_purchase_was_quicker_to_take_is_refused(self):
        ann = customer()
        row = given(ann)
        seen = asked(ann, row.code)
        reserve(ann, row.code, key="P1")

        with pytest.raises(CouponUsed), transaction.atomic():
            coupons.reserve(customer_id=ann.pk, given=seen, key="P2", lines=[1], now=NOW)

        assert Use.objects.count() == 1

    def test_codes_of_many_and_single_codes_are_taken_with_it(self):
        ann, many = customer(), batch(template(off_fen=100), total=5)
        codes = batch(template(off_fen=200), kind="codes", count=1, closes_at=NOW + DAY)
        coupons.make_codes(batch_id=codes.pk, now=NOW)
        single = Coupon.objects.get(batch=codes)

        found = reserve(ann, many.code, single.code, key="P1")
        coupons.reserve(customer_id=ann.pk, given=found, key="P1", lines=[1], now=NOW)      # again

        many.refresh_from_db()
        assert many.issued == 1
        assert set(Coupon.objects.values_list("customer_id", "state")) == {(ann.pk, "reserved")}
        assert Fact.objects.filter(kind="CouponIssued").count() == 2

    def test_what_was_taken_by_the_code_of_many_is_used_up_before_another_is_taken(self):
        ann, many = customer(), batch(template(off_fen=100), per_customer=2)
        reserve(ann, many.code, key="P1")
        coupons.release(key="P1", now=NOW)

        reserve(ann, many.code, key="P2")

        many.refresh_from_db()
        assert many.issued == 1


class TestUse:
    def test_spends_what_it_gave_and_returns_the_rest_once(self):
        ann, own = customer(), budget(10_000)
        version = template(off_fen=2_000, budget=own)
        row = given(ann, version)
        reserve(ann, row.code, key="P1", goods_=[goods(1_500)])

        assert coupons.use(key="P1", now=NOW) == 1
        assert coupons.use(key="P1", now=NOW) == 0
        assert coupons.use(key="nothing", now=NOW) == 0
        assert coupons.release(key="P1", now=NOW) == 0

        assert state(row) == "used"
        assert (free(own), money_of([version.pk])[version.pk]) == (8_500, (1_500, 0))
        assert Fact.objects.get(kind="CouponUsed").data == {
            "coupon_id": row.pk, "template_id": version.template_id, "purchase": "P1", "amount_fen": 1_500}
        assert differing() == []

    def test_paid_too_late_it_is_taken_again_if_it_is_still_there(self):
        ann, row = (someone := customer()), given(someone)
        reserve(ann, row.code, key="P1")
        coupons.release(key="P1", now=NOW)

        assert coupons.use(key="P1", now=NOW) == 1
        assert state(row) == "used"
        assert Use.objects.values_list("state", "ended_at").get() == ("used", None)

    def test_paid_too_late_and_used_elsewhere_is_refused(self):
        ann, row = (someone := customer()), given(someone)
        reserve(ann, row.code, key="P1")
        coupons.release(key="P1", now=NOW)
        reserve(ann, row.code, key="P2")
        coupons.use(key="P2", now=NOW)

        with pytest.raises(CouponOver), transaction.atomic():
            coupons.use(key="P1", now=NOW)

        assert set(Use.objects.values_list("purchase", "state")) == {("P1", "released"), ("P2", "used")}
        assert differing() == []


class TestRelease:
    def test_gives_it_back_to_its_owner_with_its_end(self):
        ann, row = (someone := customer()), given(someone)
        reserve(ann, row.code, key="P1")

        assert coupons.release(key="P1", now=NOW) == 1
        assert coupons.release(key="P1", now=NOW) == 0

        before = row.expires_at
        assert state(row) == "issued"
        assert row.expires_at == before
        assert reserve(ann, row.code, key="P2")

    def test_what_would_have_expired_meanwhile_lives_a_little_longer(self):
        ann = customer()
        row = given(ann, template(days=0, ends_at=NOW + DAY))
        reserve(ann, row.code, key="P1")
        assert expire(now=NOW + 2 * DAY) == 0

        coupons.release(key="P1", now=NOW + 2 * DAY)

        assert state(row) == "issued"
        assert row.expires_at == NOW + 2 * DAY + RELEASE_GRACE


class TestGiveBack:
    def bought(self, ann, *, own=None, **changes):
        version = template(budget=own or budget(), **changes)
        row = given(ann, version)
        reserve(ann, row.code, key="P1", goods_=[goods(6_000), goods(4_000)], lines=[11, 12])
        coupons.use(key="P1", now=NOW)
        return row

    def test_when_all_lines_it_was_used_for_are_gone_and_again_is_once(self):
        ann, own = customer(), budget(10_000)
        row = self.bought(ann, own=own, days=0, ends_at=NOW + DAY)
        assert coupons.lines_of(key="P1") == {11, 12}

        assert coupons.give_back(key="P1", gone={11}, now=NOW) == 0
        assert coupons.give_back(key="P1", gone={11, 12, 13}, now=NOW) == 1
        assert coupons.give_back(key="P1", gone={11, 12}, now=NOW) == 0

        assert state(row) == "issued"
        assert row.expires_at == NOW + GIVE_BACK_GRACE
        assert (free(own), effect(Coupon.objects.filter(pk=row.pk)).used_fen) == (8_000, 0)
        assert coupons.lines_of(key="P1") == frozenset()
        assert Fact.objects.filter(kind="CouponGivenBack", customer=ann).count() == 1
        assert differing() == []

    def test_not_when_its_terms_say_that_it_is_spent(self):
        row = self.bought(customer(), refund="spent")

        assert coupons.give_back(key="P1", gone={11, 12}, now=NOW) == 0
        assert state(row) == "used"

    def test_it_can_be_used_again(self):
        ann = customer()
        row = self.bought(ann)
        coupons.give_back(key="P1", gone={11, 12}, now=NOW)

        reserve(ann, row.code, key="P2")
        coupons.use(key="P2", now=NOW)

        assert state(row) == "used"
        assert set(Use.objects.values_list("purchase", "state")) == {("P1", "given_back"), ("P2", "used")}
        assert differing() == []

    @pytest.mark.parametrize(("left", "worth"), [(4_000, 5_000), (3_999, 1_000)], ids=["there", "used up"])
    def test_it_is_worth_what_it_was_if_the_budget_still_has_it_else_what_it_gave(self, left, worth):
        ann, own = customer(), budget(5_000)
        row = self.bought(ann, own=own, kind="percent", off_bp=1_000, ceiling_fen=5_000)
        assert free(own) == 4_000
        for at in range(4_000 - left):
            given(ann, template(off_fen=1, budget=own), key=f"x{at}")

        coupons.give_back(key="P1", gone={11, 12}, now=NOW)

        row.refresh_from_db()
        assert (row.state, row.worth_fen) == ("issued", worth)
        assert differing() == []


class TestTakeBack:
    def test_unused_ones_are_withdrawn_first_and_used_ones_are_lost_once_per_key(self):
        ann, own = customer(), budget(10_000)
        version = template(off_fen=2_000, budget=own)
        given(ann, version, key="award", count=3)
        one, two, three = Coupon.objects.order_by("pk")
        reserve(ann, one.code, key="P1")
        coupons.use(key="P1", now=NOW)
        reserve(ann, two.code, key="P2")

        def back(amount, key):
            return coupons.take_back(of="award", given=3, amount=amount, key=key, now=NOW)

        assert back(1, "b1") == {"withdrawn": 1} == back(1, "b1")
        assert back(2, "b2") == {"recalled": 1, "lost": 1}
        assert back(3, "b3") == {}
        assert [state(each) for each in (one, two, three)] == ["used", "reserved", "withdrawn"]
        assert free(own) == 6_000

        coupons.release(key="P2", now=NOW)
        assert state(two) == "withdrawn"
        coupons.give_back(key="P1", gone={1}, now=NOW)
        assert state(one) == "withdrawn"
        assert free(own) == 10_000
        assert Fact.objects.filter(kind="CouponWithdrawn").count() == 3
        assert not Fact.objects.filter(kind="CouponGivenBack").exists()
        assert differing() == []

    def test_a_pending_one_goes_without_a_word(self):
        given(customer(), key="award", pending=True)

        assert coupons.take_back(of="award", given=1, amount=1, key="b", now=NOW) == {"withdrawn": 1}
        assert coupons.release_pending(of=["award"], now=NOW) == 0
        assert not Fact.objects.filter(kind="CouponWithdrawn").exists()

    def test_staff_withdraw_one_and_what_is_used_stays(self):
        ann = customer()
        row, used = given(ann), given(ann)
        reserve(ann, used.code, key="P1")
        coupons.use(key="P1", now=NOW)

        for each in (row, row, used):
            coupons.withdraw(coupon_id=each.pk, now=NOW)

        assert (state(row), state(used), used.recalled_at) == ("withdrawn", "used", None)
        assert differing() == []
