"""After forgetting nothing in the database leads to the person, facts and money stay, and no file brings them back."""

import pytest
from django.apps import apps
from django.db import connection, transaction

from liuke.channels.fakes.messenger import FakeMessenger
from liuke.customers.models import Customer, ForgottenMark, Identity, PersonalExport
from liuke.customers.queries import marks, personal, records
from liuke.customers.queries.search import Ask, page
from liuke.customers.rules import numbers
from liuke.customers.rules.records import CustomerForgotten, CustomerMerged, Wishes
from liuke.customers.services import Reference, export, find_or_create_many, forget, identities, merge, tokens
from liuke.customers.services import records as writes
from liuke.customers.services.matching import Person, match_people
from liuke.customers.tests.builders import NOW, give, make_customer, make_tag, tag
from liuke.kit import crypto
from liuke.timeline.models import Fact

NAME, PHONE, EMAIL = "司马明月", "13812345678", "mingyue.sima@example.com"


def dump() -> str:
    """All rows of all tables, as a database dump writes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        lines = []
        for name in tables:
            with cursor.copy(f"COPY {name} TO STDOUT") as rows:
                lines += [f"{name}: {bytes(row).decode()}" for row in rows]
    return "\n".join(lines)


def traces() -> list[str]:
    """Whatever could lead to the person: plain, in hexadecimal, masked, and as blind look-ups."""
    values = [("phone", "+86" + PHONE), ("email", EMAIL)]
    plain = [NAME, PHONE, EMAIL, "mingyue", "138****5678", "m***@example.com"]
    blind = [marks.identity_mark(kind, value).hex() for kind, value in values]
    blind.append(crypto.blind("login phone", "+86" + PHONE).hex())
    grams = [str(gram) for gram in marks.name_grams(NAME)]
    return [*plain, *(each.encode().hex() for each in plain), *blind, *grams]


@transaction.atomic
def forget_them(customer, number=None):
    return forget.forget(customer_id=customer.pk, confirmed_number=number or customer.number, now=NOW)


@pytest.fixture
def person(db, monkeypatch):
    monkeypatch.setattr(tokens, "messengers", lambda: {"sms": FakeMessenger()})
    customer = make_customer(name=NAME, phone=PHONE, email=EMAIL)
    other = make_customer(name="司马月")
    with transaction.atomic():
        writes.set_wishes(customer_id=customer.pk, wishes=Wishes(language="en", birth_month_day=1231), now=NOW)
        identities.note_twins(customer_id=customer.pk, other_id=other.pk, reason="phone", now=NOW)
        ready = export.request_export(customer_id=customer.pk, now=NOW)
        export.build_export(export_id=ready.pk, now=NOW)
        code = tokens.send_code(phone=PHONE, ip="10.0.0.1", now=NOW)
        assert tokens.log_in(phone=PHONE, code=code, now=NOW).customer_id == customer.pk
    tag(customer, make_tag("孕期"))
    give(customer)
    return customer


@pytest.mark.django_db
class TestForget:
    def test_no_table_holds_a_trace(self, person):
        Customer.objects.exclude(pk=person.pk).update(name_grams=[])      # the other's name shares grams
        before = dump()
        assert [each for each in traces() if each in before]               # the search below can fail

        forget_them(person)

        after = dump()
        assert [each for each in traces() if each in after] == []
        assert page(Ask(text=NAME)).rows == page(Ask(text=PHONE)).rows == page(Ask(text="5678")).rows == ()
        assert records.owner_of(kind="phone", value=PHONE) is None

    def test_facts_consents_and_the_number_stay(self, person):
        kinds = set(Fact.objects.filter(customer=person).values_list("kind", flat=True))

        forgotten = forget_them(person)

        assert set(Fact.objects.filter(customer=person).values_list("kind", flat=True)) == kinds | {"CustomerForgotten"}
        assert (forgotten.number, forgotten.forgotten_at) == (person.number, NOW)
        assert person.consents.count() == 1
        detail = records.detail(person.pk)
        assert (detail.name, detail.identities, detail.tags, detail.wishes) == ("", (), (), Wishes())
        assert [each.customers for each in make_tag("孕期").__class__.objects.all()] == [0]

    def test_it_asks_for_the_member_number(self, person):
        with pytest.raises(forget.NotConfirmed) as refused:
            forget_them(person, number="1")

        assert refused.value.code == "forget_not_confirmed"
        assert records.detail(person.pk).name == NAME

    def test_again_is_once(self, person):
        assert forget_them(person) == forget_them(person)

        assert Fact.objects.filter(kind="CustomerForgotten").count() == 1

    def test_records_merged_before_are_forgotten_too_and_the_merge_is_final(self, person):
        stays = make_customer(name="李雷")
        with transaction.atomic():
            row = merge.merge(survivor_id=stays.pk, merged_id=person.pk, now=NOW)
        with pytest.raises(CustomerMerged):
            forget_them(person)

        forget_them(stays)

        assert records.detail(person.pk).name == ""
        assert Identity.objects.filter(customer__in=[person, stays]).count() == 0
        with pytest.raises(CustomerForgotten), transaction.atomic():
            merge.undo_merge(merge_id=row.pk, now=NOW)

    def test_nothing_can_be_written_about_them_any_more(self, person):
        forget_them(person)

        for write in (lambda: give(person), lambda: tag(person, make_tag()),
                      lambda: writes.rename(customer_id=person.pk, name=NAME),
                      lambda: identities.add_identity(customer_id=person.pk, kind="phone", value=PHONE, now=NOW),
                      lambda: export.request_export(customer_id=person.pk, now=NOW)):
            with pytest.raises(CustomerForgotten), transaction.atomic():
                write()

    def test_a_ready_export_is_gone(self, person):
        forget_them(person)

        assert PersonalExport.objects.get().zip_enc is None
        with pytest.raises(CustomerForgotten), transaction.atomic():
            export.take_export(export_id=PersonalExport.objects.get().pk, now=NOW)


@pytest.mark.django_db
class TestComingBack:
    def test_a_file_leads_to_the_blank_record_and_brings_nothing_back(self, person):
        forget_them(person)
        before = dump()

        with transaction.atomic():
            reference = Reference("phone", "", "138 1234 5678", name=NAME)
            assert find_or_create_many(references=[reference], now=NOW) == {reference: person.pk}

        assert dump() == before

    def test_a_file_that_knows_more_of_them_adds_nothing(self, person):
        forget_them(person)
        before = dump()

        with transaction.atomic():
            references = (Reference("phone", "", "+86" + PHONE), Reference("email", "", "another@example.com"))
            (match,) = match_people(people=[Person(references, NAME)], now=NOW)

        assert match.customer_id == person.pk
        assert dump() == before

    def test_a_number_brought_along_may_be_a_phone_so_it_goes(self):
        with transaction.atomic():
            reference = Reference("number", "", PHONE, name=NAME)
            pk = find_or_create_many(references=[reference], now=NOW)[reference]
        forgotten = forget_them(Customer.objects.get(pk=pk))

        assert numbers.is_ours(forgotten.number)
        assert PHONE not in dump()
        with transaction.atomic():
            assert find_or_create_many(references=[reference], now=NOW) == {reference: pk}

    def test_a_number_that_only_looks_like_ours_goes_too(self):
        lookalike = numbers.number_of(numbers.HOW_MANY - 5)
        with transaction.atomic():
            pk = find_or_create_many(references=[Reference("number", "", lookalike)], now=NOW).popitem()[1]

        assert forget_them(Customer.objects.get(pk=pk)).number != lookalike

    def test_a_person_who_comes_back_by_themselves_is_new_and_welcome(self, person):
        forget_them(person)

        back = make_customer(name=NAME, phone=PHONE)

        assert back.pk != person.pk
        assert ForgottenMark.objects.filter(kind="phone").count() == 0
        with transaction.atomic():
            reference = Reference("phone", "", PHONE)
            assert find_or_create_many(references=[reference], now=NOW) == {reference: back.pk}

    def test_who_logs_in_again_is_new_and_the_old_device_is_logged_out(self, person):
        with transaction.atomic():
            old = tokens.issue_token(customer_id=person.pk, now=NOW)
        forget_them(person)
        with transaction.atomic():
            code = tokens.send_code(phone=PHONE, ip="10.0.0.1", now=NOW)
            back = tokens.log_in(phone=PHONE, code=code, now=NOW)

        assert back.customer_id != person.pk
        assert records.owner_of(kind="phone", value=PHONE) == back.customer_id
        assert tokens.customer_of(old, now=NOW) is None


def test_every_module_with_rows_of_a_customer_is_in_the_table():
    told = {part.name for part in personal.parts()}
    holding = {
        model._meta.app_label for model in apps.get_models() for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Customer
    }

    assert holding - told == {"timeline"}      # facts hold ids and amounts, and are part of what customers hand out
    assert told - holding == {"ledger", "mailbox", "webform"}     # they name whose it is by a key, or by their tickets
