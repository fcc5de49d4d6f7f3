"""Two records become one person and, for 30 days, exactly two again."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from liuke.customers.models import Consent, Customer, CustomerTag, Identity, Merge, Preferences
from liuke.customers.queries import consents as said
from liuke.customers.queries import records as queries
from liuke.customers.rules.consents import Subject, together
from liuke.customers.rules.records import CustomerForgotten, CustomerMerged, Wishes
from liuke.customers.services import Reference, find_or_create_many, merge, records
from liuke.customers.tests.builders import NOW, give, make_customer, make_tag, tag, withdraw
from liuke.kit import crypto
from liuke.timeline.models import Fact

SMS = Subject("sms", "marketing")
LATER = NOW + timedelta(days=1)


@transaction.atomic
def join(survivor, merged, now=NOW):
    return merge.merge(survivor_id=survivor.pk, merged_id=merged.pk, now=now)


@transaction.atomic
def undo(row, now=LATER):
    return merge.undo_merge(merge_id=row.pk, now=now)


@transaction.atomic
def wish(customer, **wishes):
    records.set_wishes(customer_id=customer.pk, wishes=Wishes(**wishes), now=NOW)


def picture(*customers):
    """Everything a record has, apart from facts and statements, which a merge adds to."""
    return {
        each.pk: (
            queries.detail(each.pk),
            set(CustomerTag.objects.filter(customer=each).values_list("pk", "tag_id", "source")),
            set(Identity.objects.filter(customer=each).values_list("pk", flat=True)),
            list(Preferences.objects.filter(customer=each).values()),
            {row.state for row in said.latest([each.pk]) if row.state != "cleared"},
            set(Fact.objects.filter(customer=each).exclude(kind__contains="erged").exclude(kind__contains="Consent")
                .values_list("pk", flat=True)),
        )
        for each in customers
    }


@pytest.mark.django_db
class TestMerge:
    def test_everything_is_with_the_one_that_stays(self):
        stays, goes = make_customer(name="王明月", phone="13800138000"), make_customer(name="小月", phone="13900139000")
        tag(goes, make_tag())

        row = join(stays, goes)

        detail = queries.detail(stays.pk)
        assert detail.name == "王明月"
        assert [each.hint for each in detail.identities] == ["138****8000", "139****9000"]
        assert [each.name for each in detail.tags] == ["母婴"]
        assert queries.living(goes.pk) == queries.living(stays.pk) == stays.pk
        assert not Fact.objects.filter(customer=goes).exists()
        fact = Fact.objects.get(kind="CustomersMerged")
        assert (fact.customer_id, fact.data) == (stays.pk, {"merge_id": row.pk, "merged_customer_id": goes.pk})

    def test_a_name_fills_an_empty_one(self):
        stays, goes = make_customer(), make_customer(name="王明月")

        row = join(stays, goes)
        assert queries.names_of([stays.pk]) == {stays.pk: "王明月"}
        undo(row)

        assert queries.names_of([stays.pk, goes.pk]) == {stays.pk: "", goes.pk: "王明月"}

    def test_wishes_come_along_only_where_there_are_none(self):
        stays, goes, third = make_customer(), make_customer(), make_customer()
        wish(goes, language="en")
        wish(third, language="zh-hans")

        join(stays, goes)
        join(stays, third)

        assert queries.detail(stays.pk).wishes.language == "en"
        assert queries.detail(third.pk).wishes.language == "zh-hans"

    def test_undone_it_is_exactly_as_before(self):
        stays, goes = make_customer(name="王明月", phone="13800138000"), make_customer(name="小月", email="a@b.cn")
        word, own = make_tag(), make_tag("自己")
        for customer in (stays, goes):
            tag(customer, word)
        tag(goes, word, source="customer")
        tag(goes, own)
        wish(goes, language="en")
        give(stays)
        withdraw(goes)
        before = picture(stays, goes)

        row = join(stays, goes)
        assert picture(stays, goes) != before
        assert undo(row) == undo(row) == row

        assert picture(stays, goes) == before
        assert Fact.objects.filter(kind="CustomersUnmerged").count() == 1

    def test_what_came_after_the_merge_stays_with_the_survivor(self):
        stays, goes = make_customer(), make_customer(phone="13800138000")
        row = join(stays, goes)
        (found,) = find_after = find_or_create(Reference("phone", "", "13800138000"))
        tag(stays, make_tag())
        assert find_after == [stays.pk] == [found]

        undo(row)

        assert [each.name for each in queries.detail(stays.pk).tags] == ["母婴"]
        assert queries.detail(goes.pk).tags == ()
        assert find_or_create(Reference("phone", "", "13800138000")) == [goes.pk]

    def test_a_chain_is_undone_from_its_end(self):
        a, b, c = make_customer(phone="13800138000"), make_customer(), make_customer()
        first, second = join(b, a), join(c, b)
        assert queries.living(a.pk) == c.pk

        with pytest.raises(merge.Covered):
            undo(first)
        undo(second)
        undo(first)

        assert queries.owner_of(kind="phone", value="13800138000") == a.pk
        assert [each.pk for each in Customer.objects.filter(merged_into=None).order_by("pk")] == [a.pk, b.pk, c.pk]

    def test_what_cannot_be_is_refused_with_its_code(self):
        a, b, gone = make_customer(), make_customer(), make_customer()
        Customer.objects.filter(pk=gone.pk).update(forgotten_at=NOW)
        join(a, b)

        for survivor, merged, refusal in ((a, a, merge.SameRecord), (a, b, CustomerMerged), (b, a, CustomerMerged),
                                          (a, gone, CustomerForgotten), (gone, a, CustomerForgotten)):
            with pytest.raises(refusal):
                join(survivor, merged)
        assert Merge.objects.count() == 1

    def test_after_30_days_it_is_final(self):
        row = join(make_customer(), make_customer())

        with pytest.raises(merge.TooLate) as refused:
            undo(row, now=NOW + timedelta(days=30, seconds=1))

        assert refused.value.code == "merge_too_old"
        assert undo(row, now=NOW + timedelta(days=30)).undone_at

    def test_a_pair_can_be_merged_again_after_undoing(self):
        stays, goes = make_customer(), make_customer(phone="13800138000")

        undo(join(stays, goes))
        undo(join(stays, goes))
        join(goes, stays)

        assert queries.owner_of(kind="phone", value="13800138000") == goes.pk


@pytest.mark.django_db
class TestConsent:
    @pytest.mark.parametrize(("mine", "theirs", "both"), [
        ("given", "withdrawn", "withdrawn"), ("withdrawn", "given", "withdrawn"), ("cleared", "withdrawn", "withdrawn"),
        ("given", "cleared", "given"), ("cleared", "given", "given"), ("given", "given", "given"),
        ("cleared", "cleared", "cleared"),
    ])
    def test_a_refusal_on_either_wins_and_undoing_restores(self, mine, theirs, both):
        stays, goes = make_customer(), make_customer()
        for customer, state in ((stays, mine), (goes, theirs)):
            {"given": give, "withdrawn": withdraw, "cleared": lambda _: None}[state](customer)

        row = join(stays, goes)
        assert together(mine, theirs) == both
        assert said.states([stays.pk], SMS) == {stays.pk: both}
        undo(row)

        assert said.states([stays.pk, goes.pk], SMS) == {stays.pk: mine, goes.pk: theirs}

    def test_what_the_customer_says_after_the_merge_outlives_undoing(self):
        stays, goes = make_customer(), make_customer()
        give(goes)
        row = join(stays, goes)

        withdraw(stays, now=LATER)
        undo(row)

        assert said.states([stays.pk], SMS) == {stays.pk: "withdrawn"}

    def test_a_carried_yes_keeps_its_words_and_its_origin(self):
        stays, goes = make_customer(), make_customer()
        origin = give(goes)

        row = join(stays, goes)

        carried = Consent.objects.get(customer=stays)
        assert (carried.text, carried.carried_from, carried.merge, carried.source) == (
            origin.text, origin, row, "merge")


@transaction.atomic
def find_or_create(*references):
    found = find_or_create_many(references=references, now=NOW)
    return [found[each] for each in references]


@pytest.mark.django_db
class TestMovedRows:
    def test_moving_again_takes_what_has_come_since(self):
        stays, goes = make_customer(), make_customer()
        row = join(stays, goes)
        Identity.objects.create(customer=goes, kind="external", scope="late", value_enc=crypto.encrypt("x"), blind=b"x")

        with transaction.atomic():
            assert merge.move_rows(merge_id=row.pk, rows=Identity.objects.all()) == 1
            assert merge.move_rows(merge_id=row.pk, rows=Identity.objects.all()) == 0
        undo(row)

        assert Identity.objects.get().customer_id == goes.pk

    def test_a_late_reaction_after_undoing_moves_nothing(self):
        stays, goes = make_customer(), make_customer(phone="13800138000")
        row = join(stays, goes)
        undo(row)

        with transaction.atomic():
            assert merge.move_rows(merge_id=row.pk, rows=Identity.objects.all()) == 0
            assert merge.move_rows_back(merge_id=row.pk, model=Identity) == 0

        assert queries.owner_of(kind="phone", value="13800138000") == goes.pk


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_crosswise_merges_at_once_one_wins():
    for _ in range(5):
        one, other = make_customer(phone=None), make_customer()
        start, answers = threading.Barrier(2), []

        def run(survivor, merged, start=start, answers=answers):
            try:
                start.wait(20)
                join(survivor, merged)
                answers.append(survivor.pk)
            except CustomerMerged:
                answers.append(None)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=pair) for pair in ((one, other), (other, one))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        (winner,) = [each for each in answers if each]
        assert len(answers) == 2
        assert queries.living(one.pk) == queries.living(other.pk) == winner
