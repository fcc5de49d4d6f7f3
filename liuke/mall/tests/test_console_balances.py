"""The page of stored balances: finance tops up after a second look, every change is in the books, and can go back."""

import pytest
from django.urls import reverse

from liuke.kit import crypto
from liuke.ledger import queries as books
from liuke.mall.services import balance
from liuke.mall.tests import builders
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db
LIST = reverse("mall:balances")
KEY = "a1b2c3d4e5f6"


@pytest.fixture(autouse=True)
def _turned_on(monkeypatch):
    monkeypatch.setenv("LIUKE_BALANCE", "yes")


@pytest.fixture
def finance(client):
    person = org.staff("cai", role=Role.FINANCE)
    client.force_login(person)
    return person


@pytest.fixture
def customer():
    return builders.customer(name_enc=crypto.encrypt("林晓满"))


def change(client, customer, step="apply", **typed):
    given = {"do": "top_up", "key": KEY, "amount": "200", "reference": "POS-1", "step": step, **typed}
    return client.post(reverse("mall:balance_change", args=[customer.pk]), given)


def free(customer):
    return balance.balance_of(customer.pk).free


def test_a_top_up_is_looked_at_before_it_is_booked_and_counts_once(client, finance, customer):
    looked = change(client, customer, step="look")

    assert (looked.context["look"]["after"], free(customer)) == (20_000, 0)
    assert "林晓满" in looked.content.decode()
    assert 'name="key" value="a1b2c3d4e5f6"' in looked.content.decode()
    change(client, customer)
    change(client, customer)                                 # a double click
    assert free(customer) == 20_000
    assert books.balance(balance.HOUSE.address).posted == -20_000          # what the house owes
    assert Fact.objects.get(kind="BalanceChanged").data == {"amount_fen": 20_000, "kind": "top_up"}
    assert AuditEntry.objects.get(action="mall.balance.top_up").detail == {
        "amount_fen": 20_000, "entry": f"balance_top_up:{KEY}", "reference": "POS-1"}


def test_a_correction_takes_off_and_says_why(client, finance, customer):
    change(client, customer)

    answer = change(client, customer, do="correct", key=f"{KEY}c", amount="-12.50", reason="paid_out")

    assert (answer.status_code, free(customer)) == (302, 18_750)
    page = client.get(reverse("mall:balance", args=[customer.pk])).content.decode()
    assert [line in page for line in ("更正", "充值", "187.50")] == [True] * 3


def test_what_was_booked_goes_back_once_while_the_money_is_there(client, finance, customer):
    change(client, customer)
    entry = f"balance_top_up:{KEY}"
    door = reverse("mall:balance_undo", args=[customer.pk, entry])

    assert door in client.get(reverse("mall:balance", args=[customer.pk])).content.decode()
    client.post(door)
    client.post(door)

    assert (free(customer), books.balance(balance.HOUSE.address).posted) == (0, 0)
    assert Fact.objects.filter(kind="BalanceChanged", data__kind="taken_back").count() == 1
    assert AuditEntry.objects.filter(action="mall.balance.taken_back").count() == 1
    page = client.get(reverse("mall:balance", args=[customer.pk])).content.decode()
    assert "撤销充值" in page
    assert door not in page


def test_what_was_spent_meanwhile_does_not_go_back(client, finance, customer):
    change(client, customer)
    change(client, customer, do="correct", key=f"{KEY}c", amount="-150", reason="paid_out")

    answer = client.post(reverse("mall:balance_undo", args=[customer.pk, f"balance_top_up:{KEY}"]))

    assert (answer.status_code, free(customer)) == (409, 5_000)
    assert "已经用掉了" in answer.content.decode()


def test_nobody_undoes_what_is_not_a_change_of_this_customer(client, finance, customer):
    other = builders.customer()
    change(client, other)

    for entry in (f"balance_top_up:{KEY}", "balance_top_up:none", "points:1"):
        assert client.post(reverse("mall:balance_undo", args=[customer.pk, entry])).status_code == 404
    assert free(other) == 20_000


@pytest.mark.parametrize(("typed", "status", "why"), [
    ({"amount": "x"}, 422, "请填写金额"), ({"amount": "1e999999"}, 422, "请填写金额"),
    ({"amount": "-5"}, 422, "收款流水号"), ({"amount": "0"}, 422, "收款流水号"),
    ({"reference": " "}, 422, "收款流水号"), ({"reference": "1" * 61}, 422, "收款流水号"),
    ({"amount": "5000.01"}, 422, "余额不能超过"), ({"key": "short"}, 422, "表单不完整"),
    ({"do": "give"}, 422, "表单不完整"), ({"do": "correct", "reason": "fun"}, 422, "请填写金额和原因"),
    ({"do": "correct", "amount": "-1", "reason": "mistake"}, 409, "余额不足"),
], ids=["no number", "huge", "negative", "nothing", "no reference", "long reference", "too much", "no key", "no kind",
        "no reason", "more than there is"])
@pytest.mark.usefixtures("finance")
def test_what_cannot_be_is_said_and_books_nothing(client, customer, typed, status, why):
    answer = change(client, customer, **typed)

    assert (answer.status_code, why in answer.content.decode()) == (status, True)
    assert not books.entry(f"balance_top_up:{KEY}").exists()
    assert not Fact.objects.filter(kind="BalanceChanged").exists()


def test_the_list_finds_people_with_and_without_a_balance(client, finance, customer, django_assert_max_num_queries):
    change(client, customer)
    poor = builders.customer(name_enc=crypto.encrypt("何无余"))

    page = client.get(LIST)
    assert [row[0] for row in page.context["rows"]] == [customer.pk]
    assert [row[3].posted for row in client.get(LIST, {"q": poor.number}).context["rows"]] == [0]
    for at in range(5):
        change(client, builders.customer(), key=f"{KEY}{at}")
    with django_assert_max_num_queries(25):
        assert len(client.get(LIST).context["rows"]) == 6


def test_only_finance_changes_balances_and_only_they_look(client, customer):
    for role in (Role.SHOP_MANAGER, Role.AGENT, Role.OPERATOR, Role.ANALYST, Role.SUPPLIER):
        client.force_login(org.staff(str(role), role=role))
        assert client.get(LIST).status_code == 403
        assert change(client, customer).status_code == 403
    assert free(customer) == 0


def test_a_customer_that_is_not_there_has_no_page(client, finance):
    assert client.get(reverse("mall:balance", args=[999_999])).status_code == 404
