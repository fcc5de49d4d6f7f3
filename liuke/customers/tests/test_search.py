"""The list finds whoever a person means, page by page, in order, nobody twice and nobody left out."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.customers.models import Customer, CustomerTag
from liuke.customers.queries.search import Ask, Sort, page
from liuke.customers.rules import names, searching
from liuke.customers.services import Reference, find_or_create_many
from liuke.customers.tests.builders import NOW, make_customer, make_tag, tag
from liuke.kit import crypto
from liuke.kit.errors import BadInput

FAMILIES, GIVEN = "王李单曾", "明月乐安一"
NAMES = st.one_of(st.builds(str.__add__, st.sampled_from(FAMILIES), st.text(GIVEN, min_size=1, max_size=2)),
                  st.sampled_from(["", "Anna Smith", "anna", "李 Anna", "8000", "W"]))
TEXTS = st.one_of(st.text(FAMILIES + GIVEN, min_size=1, max_size=3),
                  st.sampled_from(["w", "wang", "wangmy", "wmy", "shan", "dan", "anna", "ann", "na", "li", "y", "8000",
                                   "0000", "13800010003", "+86 138 0001 0003", "old", "OLD-1", "老", "龘", "1", " "]))


def people(given_names):
    """Names, some with a phone, some with a number brought along; many joined at the same moment."""
    with transaction.atomic():
        for at, name in enumerate(given_names):
            reference = (Reference("number", "", f"Old-{at}", name=name, joined_at=NOW + timedelta(days=at % 3))
                         if at % 4 == 0 else
                         Reference("phone", "", f"1380001000{at % 10}" if at < 10 else f"139000{at:05}", name=name,
                                   joined_at=NOW + timedelta(days=at % 3)))
            find_or_create_many(references=[reference], now=NOW)


def naive(text, sort):
    """Reads everybody and compares."""
    tight = text.strip()
    found = []
    for row in Customer.objects.filter(merged_into=None):
        name = crypto.decrypt(row.name_enc)
        phones = [crypto.decrypt(each.value_enc) for each in row.identities.all()]
        number = row.number.upper()
        if (not tight or names.matches(name, tight)
                or (len(tight) >= 3 and tight.upper() in number) or tight.upper() == number
                or any(phone.endswith(tight) for phone in phones if len(tight) == 4 and tight.isdigit())
                or any(kind_value[1] in phones for kind_value in searching.meaning(tight).values)):
            found.append((row.joined_at, row.pk))
    return [pk for _, pk in sorted(found, reverse=sort == Sort.NEWEST)]


def all_pages(**ask):
    found, after = [], ""
    for _ in range(100):
        answer = page(Ask(after=after, **ask))
        found += [row.id for row in answer.rows]
        after = answer.next
        if not after:
            return found
    raise AssertionError("the pages never end")


@pytest.mark.django_db(transaction=True)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES, min_size=1, max_size=14), st.lists(TEXTS, min_size=1, max_size=6), st.sampled_from(Sort),
       st.integers(1, 4))
def test_agrees_with_reading_everybody(given_names, texts, sort, limit):
    try:
        with transaction.atomic():
            people(given_names)
            for text in texts:
                assert all_pages(text=text, sort=sort, limit=limit) == naive(text, sort), text
            transaction.set_rollback(True)
    finally:
        assert not Customer.objects.exists()


@pytest.mark.django_db
class TestPage:
    def test_a_line_shows_number_name_masked_phone_and_tags(self):
        customer = make_customer(name="王明月", phone="13800138000")
        tag(customer, make_tag("母婴"))
        tag(customer, make_tag("老客户"), source="customer")
        tag(customer, make_tag("母婴"), source="customer")

        (row,) = page(Ask(text="wmy")).rows

        assert (row.id, row.number, row.name, row.phone_hint, row.tags) == (
            customer.pk, customer.number, "王明月", "138****8000", ("母婴", "老客户"))

    def test_tags_and_text_narrow_together(self):
        wanted, *_ = [make_customer(name="王明月"), make_customer(name="王明月"), make_customer(name="李雷")]
        one, two = make_tag("一"), make_tag("二")
        for each in (one, two):
            tag(wanted, each)
        tag(Customer.objects.get(pk=wanted.pk + 1), one)

        assert [row.id for row in page(Ask(text="王", tag_ids=[one.pk, two.pk])).rows] == [wanted.pk]
        assert all_pages(tag_ids=[one.pk], limit=1) == [wanted.pk + 1, wanted.pk]

    def test_another_module_narrows_by_its_own_rows(self):
        customers = [make_customer(name="王明月") for _ in range(3)]

        among = Customer.objects.filter(pk__in=[customers[1].pk]).values("pk")

        assert all_pages(text="王", among=among) == [customers[1].pk]

    def test_merged_records_are_not_listed(self):
        stays, goes = make_customer(name="王明月"), make_customer(name="王明月")
        Customer.objects.filter(pk=goes.pk).update(merged_into=stays)

        assert all_pages() == all_pages(text="王") == [stays.pk]

    @pytest.mark.parametrize("after", ["x", "eHg=", "MSAy IDM=", "OTk5OTk5OTk5OTk5OTk5OTk5IDE="])
    def test_a_broken_place_is_refused(self, after):
        with pytest.raises(BadInput):
            page(Ask(after=after))

    @pytest.mark.parametrize(
        ("text", "queries"), [("", 3), ("王", 3), ("wangmy", 3), ("8000", 3), ("13800138000", 3), ("nobody", 1)])
    def test_a_page_takes_three_queries_however_many_there_are(self, text, queries):
        make_customer(name="王明月", phone="13800138000")
        with CaptureQueriesContext(connection) as first:
            page(Ask(text=text))
        for _ in range(20):
            make_customer(name="王明月")
        with CaptureQueriesContext(connection) as second:
            page(Ask(text=text))

        assert (len(first), len(second)) == (queries, queries)

    def test_wrong_candidates_are_passed_over_within_a_bound(self):
        for _ in range(30):
            Customer.objects.filter(pk=make_customer(name="李雷").pk).update(
                name_grams=Customer.objects.get(pk=make_customer(name="王明月").pk).name_grams)
        meant = naive("王明月", Sort.NEWEST)

        assert len(meant) == 30
        assert all_pages(text="王明月", limit=2) == meant

    def test_a_page_is_never_longer_than_allowed(self):
        for _ in range(3):
            make_customer()

        assert len(page(Ask(limit=-1)).rows) == 1
        assert len(page(Ask(limit=10_000)).rows) == 3


@pytest.mark.django_db
def test_tags_of_a_merged_record_do_not_count_twice_in_a_line():
    customer, word = make_customer(), make_tag()
    tag(customer, word)
    tag(customer, word, source="rule:first_order")

    assert page(Ask(tag_ids=[word.pk])).rows[0].tags == ("母婴",)
    assert CustomerTag.objects.count() == 2
