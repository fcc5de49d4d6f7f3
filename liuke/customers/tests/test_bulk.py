"""Imports find the customers that are known, make the others, and never make anybody twice."""

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from liuke.customers.models import Customer, Identity
from liuke.customers.rules import numbers
from liuke.customers.services import Reference, find_or_create_many
from liuke.kit import crypto
from liuke.timeline.models import Fact

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
EARLIER = datetime(2025, 1, 5, tzinfo=UTC)


def phone(value, **more):
    return Reference("phone", "", value, **more)


def find(*references):
    return find_or_create_many(references=references, now=NOW)


@pytest.mark.django_db
class TestFindOrCreateMany:
    def test_unknown_people_are_made_with_number_name_and_history(self):
        wang = phone("138 0013 8000", name="王明月", joined_at=EARLIER)

        found = find(wang)

        customer = Customer.objects.get(pk=found[wang])
        assert numbers.turn_of(customer.number) is not None
        assert crypto.decrypt(customer.name_enc) == "王明月"
        assert customer.joined_at == EARLIER
        identity = Identity.objects.get()
        assert (identity.customer_id, identity.hint) == (customer.pk, "138****8000")
        assert crypto.decrypt(identity.value_enc) == "+8613800138000"
        fact = Fact.objects.get()
        assert (fact.kind, fact.data, fact.history, fact.happened_at) == (
            "CustomerJoined", {"source": "import"}, True, EARLIER)

    def test_the_same_person_written_differently_is_one(self):
        ways = [phone("13800138000"), phone("+86 138-0013-8000"), phone("８６１３８００１３８０００")]

        found = find(*ways)

        assert len(set(found.values())) == 1
        assert Customer.objects.count() == 1

    def test_again_finds_and_changes_nothing(self):
        people = [phone(f"1380013{n:04}", name="李雷") for n in range(30)]
        people += [Reference("external", "tmall", f"buyer-{n}") for n in range(30)]
        first = find(*people)

        assert find(*people) == first

        assert (Customer.objects.count(), Identity.objects.count(), Fact.objects.count()) == (60, 60, 60)

    def test_the_same_id_of_two_sources_is_two_people(self):
        found = find(Reference("external", "tmall", "7"), Reference("external", "jd", "7"))

        assert len(set(found.values())) == 2

    def test_a_member_number_brought_along_is_kept(self):
        old = Reference("number", "", "VIP-0007", name="韩梅梅")

        found = find(old)

        assert Customer.objects.get(pk=found[old]).number == "VIP-0007"
        assert find(old) == found
        assert Identity.objects.count() == 0

    def test_the_number_of_a_merged_record_leads_to_the_one_that_stays(self):
        a, b, c = (Reference("number", "", name) for name in "ABC")
        ids = find(a, b, c)
        Customer.objects.filter(pk=ids[a]).update(merged_into=ids[b])
        Customer.objects.filter(pk=ids[b]).update(merged_into=ids[c])

        assert set(find(a, b, c).values()) == {ids[c]}

    def test_references_nobody_can_understand_are_left_out(self):
        good, bad = phone("13800138000"), [phone("12345"), Reference("external", "", "7"), Reference("fax", "", "1")]

        assert find(good, *bad).keys() == {good}

    def test_a_foreign_number_in_the_way_of_ours_is_stepped_over(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT last_value + is_called::int FROM customers_number_seq")
            turn = cursor.fetchone()[0]
        find(Reference("number", "", numbers.number_of(turn + 1)))

        found = find(phone("13800138000"), phone("13800138001"))

        assert len(set(found.values())) == 2
        assert Customer.objects.count() == 3

    def test_known_people_take_one_query_per_kind(self, django_assert_num_queries):
        people = [phone(f"1380013{n:04}") for n in range(500)]
        find(*people)

        with django_assert_num_queries(1):
            find(*people)

    def test_nothing_at_all_asks_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert find() == {}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_everybody_once():
    people = [phone(f"1390013{n:04}") for n in range(400)]
    people += [Reference("number", "", f"OLD{n}") for n in range(100)]
    both_in, answers, errors = threading.Barrier(2), [], []

    def run(order):
        try:
            with transaction.atomic():
                both_in.wait(20)
                answers.append(find(*people[::order]))
                time.sleep(0.05)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[order]) for order in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert answers[0] == answers[1]
    assert (Customer.objects.count(), Identity.objects.count()) == (500, 400)
