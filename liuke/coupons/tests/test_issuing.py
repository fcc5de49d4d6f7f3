"""Coupons come to customers: once per key, within the budget, out of batches that never give more than they have."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from liuke.coupons import services as coupons
from liuke.coupons.models import Coupon, LeftOut
from liuke.coupons.queries.checks import differing
from liuke.coupons.queries.templates import effect, money_of, unfinished_batches
from liuke.coupons.rules.codes import code_of, normal
from liuke.coupons.rules.terms import BadTerms
from liuke.coupons.services.batches import CodeTaken
from liuke.coupons.services.refusals import CouponOver, CouponsOut, CouponTaken, NotForYou, YoursTaken
from liuke.coupons.tests.builders import DAY, NOW, batch, budget, customer, free, fund, given, template
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


def issue(to, version, key, **more):
    return coupons.Issue(customer_id=to.pk, template_id=version.template_id, key=key, **more)


class TestIssue:
    def test_sets_its_worth_aside_and_says_so_once(self):
        ann, own = customer(), budget(10_000)
        version = template(off_fen=2_000, budget=own)

        first = given(ann, version, key="a", count=2)
        again = given(ann, version, key="a", count=2)

        assert first == again
        assert Coupon.objects.count() == Fact.objects.filter(kind="CouponIssued", customer=ann).count() == 2
        assert free(own) == 6_000
        assert money_of([version.pk]) == {version.pk: (0, 4_000)}
        assert differing() == []

    def test_lives_until_the_midnight_after_its_days_or_until_its_end(self):
        ann = customer()
        days = given(ann, template(days=30))
        fixed = given(ann, template(days=0, starts_at=NOW + DAY, ends_at=NOW + 10 * DAY))
        both = given(ann, template(days=30, ends_at=NOW + 10 * DAY))

        assert (days.starts_at, days.expires_at) == (NOW, datetime(2026, 12, 2, 16, tzinfo=UTC))
        assert (fixed.starts_at, fixed.expires_at) == (NOW + DAY, NOW + 10 * DAY)
        assert both.expires_at == NOW + 10 * DAY

    def test_as_far_as_the_budget_reaches_each_whole_or_not_at_all(self):
        own, people = budget(5_000), [customer() for _ in range(4)]
        version = template(off_fen=1_000, budget=own)

        answers = coupons.issue_many(now=NOW, issues=[
            issue(each, version, f"k{at}", count=2) for at, each in enumerate(people)])

        assert answers == ["", "", "budget", "budget"]
        assert Coupon.objects.count() == 4
        assert free(own) == 1_000
        with pytest.raises(coupons.NotIssued) as refused:
            coupons.issue(issue=issue(people[3], version, "k3", count=2), now=NOW)
        assert (refused.value.code, refused.value.why) == ("coupon_not_issued", "budget")

    def test_not_when_its_time_is_over(self):
        version = template(days=0, ends_at=NOW + DAY)

        assert coupons.issue_many(issues=[issue(customer(), version, "k")], now=NOW + DAY) == ["over"]

    def test_a_pending_one_is_the_customers_and_begins_when_it_is_released(self):
        ann, version = customer(), template(days=10)
        row = given(ann, version, key="a", pending=True)
        assert (row.state, row.expires_at) == ("pending", None)
        assert not Fact.objects.filter(kind="CouponIssued").exists()

        assert coupons.release_pending(of=["a"], now=NOW + 7 * DAY) == 1
        assert coupons.release_pending(of=["a"], now=NOW + 8 * DAY) == 0

        row.refresh_from_db()
        assert (row.state, row.starts_at) == ("issued", NOW + 7 * DAY)
        assert row.expires_at == datetime(2026, 11, 19, 16, tzinfo=UTC)
        assert Fact.objects.filter(kind="CouponIssued", happened_at=NOW + 7 * DAY).count() == 1


class TestMassCode:
    def test_many_take_one_each_until_none_is_left(self):
        own = budget()
        row = batch(template(off_fen=1_000, budget=own), code=" double-11 ", total=2)
        people = [customer() for _ in range(3)]

        for each in people[:2]:
            assert coupons.claim(customer_id=each.pk, code="Double 11", now=NOW).customer_id == each.pk
        with pytest.raises(CouponsOut), transaction.atomic():
            coupons.claim(customer_id=people[2].pk, code="DOUBLE11", now=NOW)

        row.refresh_from_db()
        assert (row.code, row.issued, Coupon.objects.count()) == ("DOUBLE11", 2, 2)
        assert free(own) == 10_000_000 - 2_000
        assert differing() == []

    def test_one_customer_takes_no_more_than_their_share(self):
        row, ann = batch(per_customer=2), customer()
        for _ in range(2):
            coupons.claim(customer_id=ann.pk, code=row.code, now=NOW)

        with pytest.raises(YoursTaken), transaction.atomic():
            coupons.claim(customer_id=ann.pk, code=row.code, now=NOW)

        row.refresh_from_db()
        assert row.issued == 2

    @pytest.mark.parametrize("moment", [NOW, NOW + 3 * DAY], ids=["before", "after"])
    def test_only_while_it_is_open(self, moment):
        row = batch(opens_at=NOW + DAY, closes_at=NOW + 3 * DAY)

        with pytest.raises(CouponOver), transaction.atomic():
            coupons.claim(customer_id=customer().pk, code=row.code, now=moment)
        assert coupons.claim(customer_id=customer().pk, code=row.code, now=NOW + 2 * DAY).batch == row

    def test_not_after_it_was_stopped_and_what_was_taken_stays(self):
        row, ann = batch(), customer()
        kept = coupons.claim(customer_id=ann.pk, code=row.code, now=NOW)

        coupons.stop_batch(batch_id=row.pk, now=NOW)

        with pytest.raises(CouponOver), transaction.atomic():
            coupons.claim(customer_id=customer().pk, code=row.code, now=NOW)
        kept.refresh_from_db()
        assert kept.state == "issued"

    def test_not_without_budget_and_then_nothing_is_counted(self):
        row = batch(template(off_fen=1_000, budget=budget(1_500)))
        coupons.claim(customer_id=customer().pk, code=row.code, now=NOW)

        with pytest.raises(coupons.NotIssued), transaction.atomic():
            coupons.claim(customer_id=customer().pk, code=row.code, now=NOW)

        row.refresh_from_db()
        assert row.issued == Coupon.objects.count() == 1

    def test_for_some_customers_alone(self):
        row, ann = batch(template(audiences=("tier:gold",))), customer()

        with pytest.raises(NotForYou), transaction.atomic():
            coupons.claim(customer_id=ann.pk, code=row.code, now=NOW, audiences={"tag:1"})
        assert coupons.claim(customer_id=ann.pk, code=row.code, now=NOW, audiences={"tier:gold"})

    @pytest.mark.parametrize(("code", "error"), [("AB", BadTerms), ("A" * 21, BadTerms), ("购物 节!", BadTerms)],
                             ids=["short", "long", "sign"])
    def test_a_code_that_nobody_could_type_is_refused(self, code, error):
        with pytest.raises(error):
            batch(code=code)

    def test_no_code_twice(self):
        row = batch()
        code = given(customer()).code

        for taken in (row.code, code):
            with pytest.raises(CodeTaken):
                batch(code=taken)


class TestSingleCodes:
    def make(self, row, **more):
        while coupons.make_codes(batch_id=row.pk, now=NOW, **more):
            pass
        row.refresh_from_db()
        return list(Coupon.objects.filter(batch=row).order_by("pk"))

    def test_are_made_step_by_step_and_paid_for_beforehand(self):
        own = budget()
        row = batch(template(off_fen=100, budget=own), kind="codes", count=25, closes_at=NOW + 9 * DAY)
        assert unfinished_batches() == [row.pk]

        made = self.make(row, limit=10)

        assert (row.issued, row.finished_at, unfinished_batches()) == (25, NOW, [])
        assert len({each.code for each in made}) == 25
        assert {(each.state, each.expires_at, each.customer) for each in made} == {("free", NOW + 9 * DAY, None)}
        assert free(own) == 10_000_000 - 2_500
        assert differing() == []

    def test_wait_when_the_budget_is_used_up_and_go_on_when_there_is_more(self):
        own = budget(1_000)
        row = batch(template(off_fen=100, budget=own), kind="codes", count=25, closes_at=NOW + 9 * DAY)

        self.make(row, limit=10)
        assert (row.issued, row.failure, row.finished_at) == (10, "budget", None)

        coupons.resume_batch(batch_id=row.pk)
        fund(own, 5_000)
        self.make(row)
        assert (row.issued, row.failure, row.finished_at) == (25, "", NOW)

    def test_whoever_types_one_first_has_it_and_its_days_begin_then(self):
        row = batch(template(days=5), kind="codes", count=1, closes_at=NOW + 9 * DAY)
        code = self.make(row)[0].code
        ann, eve = customer(), customer()

        mine = coupons.claim(customer_id=ann.pk, code=f" {code[:6].lower()}-{code[6:]} ", now=NOW + DAY)
        again = coupons.claim(customer_id=ann.pk, code=code, now=NOW + 2 * DAY)

        assert mine == again
        assert (mine.state, mine.starts_at) == ("issued", NOW + DAY)
        assert mine.expires_at == datetime(2026, 11, 8, 16, tzinfo=UTC)
        with pytest.raises(coupons.CouponGone) as refused, transaction.atomic():
            coupons.claim(customer_id=eve.pk, code=code, now=NOW + DAY)
        assert refused.value.code == "coupon_gone"

    def test_no_more_of_one_batch_than_their_share_and_none_after_its_end(self):
        row = batch(kind="codes", count=3, closes_at=NOW + 9 * DAY)
        one, two, three = (each.code for each in self.make(row))
        ann = customer()
        coupons.claim(customer_id=ann.pk, code=one, now=NOW)

        with pytest.raises(YoursTaken), transaction.atomic():
            coupons.claim(customer_id=ann.pk, code=two, now=NOW)
        with pytest.raises(CouponOver), transaction.atomic():
            coupons.claim(customer_id=customer().pk, code=three, now=NOW + 9 * DAY)

    def test_an_expired_code_is_not_taken(self):
        row = batch(kind="codes", count=1, closes_at=NOW + 9 * DAY)
        code, = self.make(row)
        Coupon.objects.filter(pk=code.pk).update(state="expired")

        with pytest.raises(CouponTaken), transaction.atomic():
            coupons.claim(customer_id=customer().pk, code=code.code, now=NOW)

    def test_stopped_the_untaken_ones_are_withdrawn_and_paid_back(self):
        own = budget()
        row = batch(template(off_fen=100, budget=own), kind="codes", count=3, closes_at=NOW + 9 * DAY)
        code = self.make(row)[0].code
        coupons.claim(customer_id=customer().pk, code=code, now=NOW)

        coupons.stop_batch(batch_id=row.pk, now=NOW)
        coupons.stop_batch(batch_id=row.pk, now=NOW)

        found = effect(Coupon.objects.filter(batch=row))
        assert found.states == {"issued": 1, "withdrawn": 2}
        assert (free(own), found.held_fen) == (10_000_000 - 100, 100)
        assert differing() == []

    def test_codes_of_nobody_must_end_some_day(self):
        with pytest.raises(BadTerms) as refused:
            batch(template(days=10), kind="codes", count=3)

        assert refused.value.about == "closes_at"


class TestGrant:
    def test_goes_step_by_step_leaves_some_out_and_repeats_nothing(self):
        row, people = batch(kind="grant", audience="everybody", hold_out_bp=500), [customer() for _ in range(5)]
        ids = [each.pk for each in people]

        coupons.grant_step(batch_id=row.pk, customer_ids=ids[:3], left_out=[ids[1]], more=True, now=NOW)
        coupons.grant_step(batch_id=row.pk, customer_ids=ids[:4], left_out=[ids[1]], more=True, now=NOW)
        coupons.grant_step(batch_id=row.pk, customer_ids=ids[4:], left_out=[], more=False, now=NOW)

        row.refresh_from_db()
        assert (row.issued, row.left_out, row.cursor, row.finished_at) == (4, 1, ids[4], NOW)
        assert set(Coupon.objects.values_list("customer_id", flat=True)) == {*ids} - {ids[1]}
        assert LeftOut.objects.get().customer_id == ids[1]
        assert coupons.grant_step(batch_id=row.pk, customer_ids=[10**9], left_out=[], more=False, now=NOW) == 0

    def test_stopped_it_gives_nothing_more(self):
        row, ann = batch(kind="grant", audience="tag:3"), customer()
        coupons.stop_batch(batch_id=row.pk, now=NOW)

        assert coupons.grant_step(batch_id=row.pk, customer_ids=[ann.pk], left_out=[], more=False, now=NOW) == 0
        assert not Coupon.objects.exists()

    @pytest.mark.parametrize(("changes", "about"), [
        ({"audience": ""}, "audience"), ({"hold_out_bp": 10_000}, "hold_out_bp"), ({"name": " "}, "name"),
        ({"per_customer": 0}, "per_customer"), ({"closes_at": NOW}, "closes_at"), ({"kind": "rain"}, "kind"),
    ], ids=["nobody", "all left out", "no name", "none each", "closed", "kind"])
    def test_a_plan_that_makes_no_sense_is_refused(self, changes, about):
        with pytest.raises(BadTerms) as refused:
            batch(**{"kind": "grant", "audience": "everybody", **changes})

        assert refused.value.about == about


def test_codes_have_no_signs_that_look_alike_and_what_is_typed_is_tidied_up():
    assert code_of(bytes(12)) == "2" * 12
    assert code_of(b"\xff" * 12) == code_of(b"\xff" * 12) != code_of(b"\xfe" * 12)
    assert not set("0O1IL") & set(code_of(bytes(range(12))))
    assert normal(" ａｂ-12_Ｃ ") == "AB12C"
