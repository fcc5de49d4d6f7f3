"""The providers of payments, for tests that ask for them."""

import pytest

from liuke.channels.fakes.wechatpay import FakeWeChatPay
from liuke.channels.transfer import BankTransfer
from liuke.channels.wechatpay import WeChatPayProvider
from liuke.mall.tests.cashbox import turn_on


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
