"""The demo's cashier is a provider like any other: what its buttons do goes through notices and questions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from liuke.channels.demo import DemoCashier
from liuke.channels.errors import NotVerified
from liuke.mall.models import Notice, Order, Payment, Refund
from liuke.mall.services import payments, refunds
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import opened, turn_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def cashier(monkeypatch):
    provider = DemoCashier()
    turn_on(monkeypatch, provider)
    return provider


@pytest.fixture
def payment(cashier):
    group = builders.purchase([(builders.sku(list_fen=8800), 1)], now=timezone.now())
    return opened(group, provider="demo", way="page")


def press(client, payment, button):
    response = client.post(f"/pay/demo/{payment.number}/", {"do": button}, follow=True)
    assert response.status_code == 200
    payment.refresh_from_db()
    return response.content.decode()


def test_the_page_shows_what_is_to_be_paid(client, payment):
    page = client.get(payment.prepared["url"].removeprefix("http://127.0.0.1:8000")).content.decode()

    assert "¥88.00" in page
    assert payment.number in page


def test_pay(client, payment):
    press(client, payment, "pay")

    assert (payment.state, Order.objects.get().state) == ("paid", "paid")


def test_pay_with_the_notice_repeated(client, payment):
    press(client, payment, "twice")

    assert sorted(Notice.objects.values_list("outcome", "repeats")) == [("applied", 1), ("repeated", 0)]


def test_pay_with_the_notice_lost(client, payment):
    press(client, payment, "lost")
    assert payment.state == "open"

    payments.ask_payment(payment_id=payment.pk, now=timezone.now() + timedelta(minutes=1))

    assert Order.objects.get().state == "paid"


def test_pay_late(client, payment):
    press(client, payment, "late")

    assert Notice.objects.get().outcome == "revived"
    assert Order.objects.get().state == "paid"


def test_fail(client, payment):
    press(client, payment, "fail")

    assert (payment.state, Order.objects.get().state) == ("closed", "placed")


def test_money_goes_back_at_once(client, payment):
    press(client, payment, "pay")
    row = refunds.refund_rest(order_id=Order.objects.get().pk, key="k", reason="", now=timezone.now())

    refunds.ask_refund(refund_id=row.pk, now=timezone.now())

    assert (Refund.objects.get().state, Order.objects.get().state) == ("done", "refunded")


def test_without_the_demo_there_is_no_such_page(client):
    assert client.get("/pay/demo/X-1/").status_code == 404


def test_other_peoples_payments_are_not_paid_here(client, payment):
    Payment.objects.update(provider="transfer")

    assert client.post(f"/pay/demo/{payment.number}/", {"do": "pay"}).status_code == 404


def test_only_its_own_words_are_believed(cashier):
    with pytest.raises(NotVerified):
        cashier.parse_notice(headers={}, body=b"paid", now=timezone.now())
