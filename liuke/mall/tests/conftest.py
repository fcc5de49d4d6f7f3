"""The providers of payments and the shopper's doors, for tests that ask for them."""

import pytest
from django.utils import timezone

from liuke.channels import registry
from liuke.channels.demo import DemoCashier
from liuke.channels.fakes.wechatpay import FakeWeChatPay
from liuke.channels.transfer import BankTransfer
from liuke.channels.wechatpay import WeChatPayProvider
from liuke.customers.services import tokens
from liuke.mall.rules.catalogue import search_text
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import turn_on

SHOP = "/api/v1/shop"


@pytest.fixture
def wechat(monkeypatch):
    with FakeWeChatPay() as fake:
        turn_on(monkeypatch, WeChatPayProvider(fake.merchant(), seconds=(2, 2)))
        yield fake


@pytest.fixture
def bank(monkeypatch):
    provider = BankTransfer("中国银行 某某支行 某某公司 6222")
    turn_on(monkeypatch, provider)
    return provider


@pytest.fixture
def customer():
    return builders.customer()


@pytest.fixture
def door(client, customer):
    """Call a door as a customer (or with other headers); returns (status, body)."""
    token = tokens.issue_token(customer_id=customer.pk, now=timezone.now())
    mine = {"Authorization": f"Bearer {token}"}

    def call(method, path, body=None, headers=mine, key=None, **query):
        headers = {**headers, **({"Idempotency-Key": key} if key else {})}
        more = {"data": body, "content_type": "application/json"} if method != "get" else {"data": query}
        answer = getattr(client, method)(SHOP + path, headers=headers, **more)
        return answer.status_code, (answer.json() if answer.content else None)

    return call


@pytest.fixture
def cashier(monkeypatch):
    one = DemoCashier()
    monkeypatch.setitem(registry.payment_providers(), "demo", one)
    return one


@pytest.fixture
def sku():
    builders.shop("MINI")
    product = builders.product(name="纸尿裤", search=search_text("纸尿裤"), from_fen=1990)
    return builders.sku(of=product, weight_grams=10)
