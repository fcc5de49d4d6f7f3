"""A tag is on a customer once per source, and its count is exact whatever happens to either."""

import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.customers.models import Customer, CustomerTag, Tag
from liuke.customers.queries import tags as queries
from liuke.customers.services import merge, tags
from liuke.customers.tests.builders import NOW, make_customer, make_tag, tag
from liuke.kit.errors import BadInput
from liuke.timeline.models import Fact


def counted():
    """Who carries what, counted by hand."""
    carriers = {each.pk: set() for each in Tag.objects.all()}
    for row in CustomerTag.objects.filter(customer__merged_into=None):
        carriers[row.tag_id].add(row.customer_id)
    return {pk: len(found) for pk, found in carriers.items()}


def stored():
    return dict(Tag.objects.values_list("pk", "customers"))


@transaction.atomic
def untag(customer, word, source="staff"):
    tags.remove_tag(customer_id=customer.pk, tag_id=word.pk, source=source, now=NOW)


@pytest.mark.django_db
class TestTags:
    def test_the_same_source_again_is_one_row_and_one_fact(self):
        customer, word = make_customer(), make_tag()

        assert tag(customer, word) == tag(customer, word)
        tag(customer, word, source="customer")
        tag(customer, word, source="rule:first_order")

        assert queries.tags_of([customer.pk]) == {
            customer.pk: (queries.TagLine(word.pk, "母婴", ("staff", "customer", "rule:first_order")),)}
        assert queries.tag_ids(customer.pk) == {word.pk}
        assert [fact.data["source"] for fact in Fact.objects.filter(kind="TagAdded").order_by("pk")] == [
            "staff", "customer", "rule"]
        assert stored() == counted() == {word.pk: 1}

    def test_taking_it_off_leaves_what_other_sources_said(self):
        customer, word = make_customer(), make_tag()
        tag(customer, word)
        tag(customer, word, source="customer")

        untag(customer, word)
        untag(customer, word)
        assert stored() == counted() == {word.pk: 1}
        untag(customer, word, source="customer")

        assert stored() == counted() == {word.pk: 0}
        assert Fact.objects.filter(kind="TagRemoved").count() == 2

    def test_put_on_again_after_taking_off_is_a_new_fact(self):
        customer, word = make_customer(), make_tag()

        tag(customer, word)
        untag(customer, word)
        tag(customer, word)

        assert Fact.objects.filter(kind="TagAdded").count() == 2

    @pytest.mark.parametrize("source", ["", "me", "rule:", "rule:" + "x" * 40])
    def test_a_source_nobody_knows_is_refused(self, source):
        with pytest.raises(BadInput):
            tag(make_customer(), make_tag(), source=source)

    def test_names_are_one_whatever_their_case_and_blanks(self):
        assert make_tag(" VIP  客户 ") == make_tag("vip 客户")
        with pytest.raises(BadInput):
            make_tag("  ")

    def test_a_name_that_is_taken_is_refused(self):
        word = make_tag("一")
        make_tag("二")

        with pytest.raises(tags.NameTaken), transaction.atomic():
            tags.rename_tag(tag_id=word.pk, name="二")
        with transaction.atomic():
            assert tags.rename_tag(tag_id=word.pk, name="三").name == "三"

    def test_merging_two_words_puts_one_wherever_the_other_was(self):
        both, only = make_customer(), make_customer()
        kept, merged = make_tag("宝妈"), make_tag("妈妈")
        tag(both, kept)
        tag(both, merged)
        tag(both, merged, source="customer")
        tag(only, merged)

        for _ in range(2):
            with transaction.atomic():
                tags.merge_tags(kept_id=kept.pk, merged_id=merged.pk)

        assert stored() == counted() == {kept.pk: 2}
        assert queries.tags_of([both.pk])[both.pk][0].sources == ("staff", "customer")

    def test_a_word_in_use_stays(self):
        customer, word = make_customer(), make_tag()
        tag(customer, word)

        with pytest.raises(tags.TagInUse), transaction.atomic():
            tags.delete_tag(tag_id=word.pk)
        untag(customer, word)
        for _ in range(2):
            with transaction.atomic():
                tags.delete_tag(tag_id=word.pk)
        assert not Tag.objects.exists()

    def test_many_at_once_pass_over_records_that_are_gone(self, django_assert_max_num_queries):
        word, customers = make_tag(), [make_customer() for _ in range(6)]
        tag(customers[0], word)
        Customer.objects.filter(pk=customers[1].pk).update(merged_into=customers[0])
        Customer.objects.filter(pk=customers[2].pk).update(forgotten_at=NOW)

        with transaction.atomic(), django_assert_max_num_queries(6):
            added = tags.add_tag_to_many(
                tag_id=word.pk, customer_ids=[each.pk for each in customers], source="staff", now=NOW)

        assert added == 3
        assert stored() == counted() == {word.pk: 4}

    def test_the_list_shows_what_is_carried_most_first(self):
        rare, common = make_tag("稀"), make_tag("常")
        for _ in range(2):
            tag(make_customer(), common)
        tag(make_customer(), rare)

        assert [each.name for each in queries.all_tags()] == ["常", "稀"]


STEPS = st.tuples(st.sampled_from(["add", "remove", "merge", "undo", "many", "words"]), st.integers(0, 3),
                  st.integers(0, 3), st.sampled_from(["staff", "customer"]))


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=14))
def test_counts_agree_with_counting_by_hand(steps):
    with transaction.atomic():
        customers, words, merges = [make_customer() for _ in range(4)], [make_tag(f"标签{n}") for n in range(4)], []
        for kind, a, b, source in steps:
            try:
                with transaction.atomic():
                    step(kind, (customers[a], customers[b]), (words[a], words[b]), source, merges)
            except (tags.Refused, Tag.DoesNotExist):
                continue
            assert stored() == counted()
        transaction.set_rollback(True)


def step(kind, customers, words, source, merges):
    (one, other), (word, second) = customers, words
    if kind == "add":
        tags.add_tag(customer_id=one.pk, tag_id=second.pk, source=source, now=NOW)
    elif kind == "remove":
        tags.remove_tag(customer_id=one.pk, tag_id=second.pk, source=source, now=NOW)
    elif kind == "merge":
        merges.append(merge.merge(survivor_id=one.pk, merged_id=other.pk, now=NOW))
    elif kind == "undo" and merges:
        merge.undo_merge(merge_id=merges[-1].pk, now=NOW)
    elif kind == "many":
        tags.add_tag_to_many(tag_id=word.pk, customer_ids=[one.pk, other.pk], source=source, now=NOW)
    elif kind == "words":
        tags.merge_tags(kept_id=word.pk, merged_id=second.pk)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_sources_at_once_count_one_customer():
    customer, word, start, errors = make_customer(), make_tag(), threading.Barrier(2), []

    def run(source):
        try:
            start.wait(20)
            tag(customer, word, source=source)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[source]) for source in ("staff", "customer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert stored() == {word.pk: 1}
    assert CustomerTag.objects.count() == 2
