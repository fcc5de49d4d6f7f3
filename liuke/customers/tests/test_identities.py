"""An identity means one customer, in one form, and shows no more of itself than it must."""

import threading

import pytest
from django.db import connection, transaction

from liuke.customers.models import Customer, Identity, PossibleTwins
from liuke.customers.queries import records
from liuke.customers.rules import identities as rules
from liuke.customers.services import identities
from liuke.customers.tests.builders import NOW, make_customer
from liuke.kit import crypto
from liuke.timeline.models import Fact


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [("phone", "138 0013-8000", "+8613800138000"), ("phone", "008613800138000", "+8613800138000"),
     ("phone", "＋８６ 13800138000", "+8613800138000"), ("phone", "010-62770334", "+861062770334"),
     ("phone", "+1 650-253-0000", "+16502530000"), ("phone", "19912345678", "+8619912345678"),
     ("email", " Li.Lei@Example.COM ", "li.lei@example.com"), ("wechat_unionid", " oAbC ", "oAbC"),
     ("external", "买家 7", "买家 7"), ("number", "VIP-7", "VIP-7")],
)
def test_a_value_has_one_form(kind, value, stored):
    assert rules.normal_value(kind, value) == stored
    assert rules.normal_value(kind, stored) == stored


@pytest.mark.parametrize(
    ("kind", "value"),
    [("phone", "12345"), ("phone", ""), ("phone", "call me"), ("phone", "12800138000"), ("phone", "138001380001"),
     ("email", "li.lei"), ("email", "a b@c.cn"), ("email", "a@b"), ("external", "  "), ("external", "a\nb"),
     ("external", "x" * 201), ("number", "9" * 41)],
)
def test_what_cannot_be_one_is_refused_without_repeating_it(kind, value):
    with pytest.raises(rules.BadIdentity) as refused:
        rules.normal_value(kind, value)

    assert refused.value.code == "identity_value"
    assert not value.strip() or value not in refused.value.message


@pytest.mark.parametrize(("kind", "scope"), [("wechat_openid", ""), ("external", " "), ("phone", "x"), ("fax", "")])
def test_a_scope_is_there_exactly_when_it_means_something(kind, scope):
    with pytest.raises(rules.BadIdentity):
        rules.normal(kind, scope, "13800138000")


@pytest.mark.parametrize(
    ("kind", "value", "hint"),
    [("phone", "+8613800138000", "138****8000"), ("phone", "+16502530000", "+16****0000"),
     ("email", "lilei@qq.com", "l***@qq.com"), ("wechat_openid", "oABCDEFGH", "…EFGH"), ("external", "abc", "…")],
)
def test_a_hint_shows_little(kind, value, hint):
    assert rules.hint(kind, value) == hint


@transaction.atomic
def add(customer, value="13800138000", **more):
    return identities.add_identity(customer_id=customer.pk, kind="phone", value=value, now=NOW, **more)


@pytest.mark.django_db
class TestServices:
    def test_an_added_identity_is_encrypted_and_told(self):
        customer = make_customer()

        row = add(customer, verified=True)

        assert (row.hint, row.verified_at, crypto.decrypt(row.value_enc)) == ("138****8000", NOW, "+8613800138000")
        assert records.reveal(row.pk) == "+8613800138000"
        assert records.owner_of(kind="phone", value="+86 138 0013 8000") == customer.pk
        fact = Fact.objects.get(kind="IdentityAdded")
        assert fact.data == {"identity_id": row.pk, "kind": "phone", "verified": True}

    def test_again_is_once_and_may_verify(self):
        customer = make_customer()
        first = add(customer)

        assert add(customer) == first
        assert add(customer, verified=True).verified_at == NOW

        assert Identity.objects.count() == 1
        assert Fact.objects.filter(kind="IdentityVerified").count() == 1

    def test_a_taken_one_is_refused_and_says_whose_it_is(self):
        first, second = make_customer(), make_customer()
        add(first)

        with pytest.raises(identities.IdentityTaken) as refused:
            add(second)

        assert (refused.value.code, refused.value.other_id) == ("identity_taken", first.pk)
        assert "138" not in refused.value.message

    def test_two_records_noticed_as_one_person_are_suggested_until_dismissed(self):
        first, second = make_customer(), make_customer()
        for one, other in ((first, second), (second, first)):
            with transaction.atomic():
                twins = identities.note_twins(customer_id=one.pk, other_id=other.pk, reason="phone", now=NOW)

        assert list(records.open_twins(second.pk)) == [twins]
        assert (twins.low_id, twins.high_id, PossibleTwins.objects.count()) == (first.pk, second.pk, 1)
        with transaction.atomic():
            identities.dismiss_twins(twins_id=twins.pk, now=NOW)
            identities.note_twins(customer_id=first.pk, other_id=second.pk, reason="phone", now=NOW)
        assert list(records.open_twins()) == []

    def test_a_removed_one_is_gone_and_free(self):
        customer, other = make_customer(), make_customer()
        row = add(customer)

        with transaction.atomic():
            identities.remove_identity(customer_id=customer.pk, identity_id=row.pk, now=NOW)
            identities.remove_identity(customer_id=customer.pk, identity_id=row.pk, now=NOW)

        assert add(other).customer_id == other.pk
        assert Fact.objects.filter(kind="IdentityRemoved").count() == 1

    def test_nobody_removes_another_customers_identity(self):
        customer, other = make_customer(), make_customer()
        row = add(customer)

        with transaction.atomic():
            identities.remove_identity(customer_id=other.pk, identity_id=row.pk, now=NOW)

        assert Identity.objects.filter(pk=row.pk).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_customers_at_once_one_gets_the_phone():
    customers, start, answers = [make_customer() for _ in range(4)], threading.Barrier(4), []

    def run(customer):
        try:
            start.wait(20)
            answers.append(add(customer).customer_id)
        except identities.IdentityTaken as refused:
            answers.append(-refused.other_id)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[customer]) for customer in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    (winner,) = [each for each in answers if each > 0]
    assert sorted(answers) == sorted([winner, -winner, -winner, -winner])
    assert Identity.objects.get().customer_id == winner
    assert Customer.objects.count() == 4
