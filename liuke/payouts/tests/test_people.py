"""Who somebody is: asked of the provider once, kept sealed, one number for one customer."""

from datetime import date

import pytest
from django.db import transaction

from liuke.kit import crypto
from liuke.kit.errors import Refused
from liuke.payouts import personal, rules
from liuke.payouts.models import BankAccount, IdentityCheck, Payout, Person
from liuke.payouts.queries.people import verified_name
from liuke.payouts.services import people
from liuke.payouts.tests.builders import DAY, NOW, identity_check, make_customer, member, number_of

pytestmark = pytest.mark.django_db
ANN, CHILD = number_of(7), number_of(8, born="20150307")


@pytest.fixture
def provider(monkeypatch):
    return identity_check(monkeypatch, {ANN: "王小明", CHILD: "王小小"})


def verify(who, name="王小明", number=ANN, now=NOW):
    return people.verify(customer_id=who.pk, name=name, number=number, now=now)


def test_who_is_verified_is_kept_sealed_and_transfers_carry_the_name(provider):
    ann = make_customer()

    row = verify(ann, name=" 王 小明", number=ANN.lower())

    assert verify(ann) == row
    assert provider.asked == 1
    assert (crypto.decrypt(row.name_enc), crypto.decrypt(row.number_enc)) == ("王小明", ANN)
    assert ANN not in str(Person.objects.values().get())
    assert verified_name(ann.pk, 100).name == "王小明"
    assert list(IdentityCheck.objects.values_list("outcome", flat=True)) == ["verified"]


@pytest.mark.parametrize(("said", "code"), [
    ({"name": "王大明"}, "payout_identity_differs"), ({"number": number_of(9)}, "payout_identity_differs"),
    ({"number": ANN[:-1] + "x"}, "payout_bad"), ({"number": "110105199013071234"}, "payout_bad"),
    ({"number": "1" * 400}, "payout_bad"), ({"number": "１１０１０５１９９００３０７００７Ｘ"}, "payout_bad"),
    ({"name": "王"}, "payout_bad"), ({"name": ""}, "payout_bad"),
    ({"name": "王小小", "number": CHILD}, "payout_minor"),
], ids=["other-name", "unknown-number", "wrong-sign", "no-month", "long", "wide-digits", "one-sign", "empty", "minor"])
def test_who_is_not_who_they_say_is_refused_with_a_code(provider, said, code):
    with pytest.raises(Refused) as refused:
        verify(make_customer(), **said)

    assert refused.value.code == code
    assert not Person.objects.exists()


def test_a_number_serves_one_customer_and_a_person_does_not_change(provider):
    ann, bob = make_customer(), make_customer()
    verify(ann)

    for who, number, code in ((bob, ANN, "payout_identity_taken"), (ann, number_of(9), "payout_identity_known")):
        with pytest.raises(Refused) as refused:
            verify(who, number=number)
        assert refused.value.code == code
    assert provider.asked == 1


def test_five_tries_a_day_are_enough_and_one_without_an_answer_counts(provider):
    ann = make_customer()
    provider.down = True
    for at in range(rules.CHECKS_A_DAY):
        provider.busy, provider.down = at % 2 == 1, at % 2 == 0
        with pytest.raises(people.NoChecker):
            verify(ann)
    provider.busy = provider.down = False

    with pytest.raises(people.TooManyChecks):
        verify(ann)
    assert verify(ann, now=NOW + DAY).customer_id == ann.pk


def test_without_a_provider_nobody_is_verified(monkeypatch):
    monkeypatch.setattr(people, "identity_checkers", dict)

    with pytest.raises(people.NoChecker):
        verify(make_customer())


def test_a_card_belongs_to_who_was_verified(provider):
    ann = make_customer()
    with pytest.raises(Refused) as refused, transaction.atomic():
        people.set_account(customer_id=ann.pk, bank="工商银行", number="6222 0000 1111 2222", now=NOW)
    assert refused.value.code == "payout_identity"
    verify(ann)

    with transaction.atomic():
        row = people.set_account(customer_id=ann.pk, bank="工商银行", number="6222 0000 1111 2222", now=NOW)
    assert (row.hint, crypto.decrypt(row.number_enc)) == ("**** 2222", "6222000011112222")


def test_who_asks_to_be_forgotten_stays_named_only_where_tax_papers_need_it():
    ann, bob = member(bank=True), member(bank=True)
    Payout.objects.create(customer=ann, key="k", way="bank", gross_fen=1_000, state="paid", asked_at=NOW,
                          tax_month=date(2026, 11, 1))

    personal.blank([ann.pk, bob.pk], NOW)

    assert not BankAccount.objects.exists()
    assert list(Person.objects.values_list("customer_id", flat=True)) == [ann.pk]
    personal.blank([ann.pk], NOW + 11 * 366 * DAY)
    assert not Person.objects.exists()


def test_a_birthday_decides_who_is_of_age():
    born = rules.born_on(CHILD)

    assert born == date(2015, 3, 7)
    assert rules.is_minor(born, date(2033, 3, 6))
    assert not rules.is_minor(born, date(2033, 3, 7))
    assert rules.masked(ANN) == f"110***********{ANN[-4:]}"
