import pytest

from liuke.cash.tests.builders import turn_on
from liuke.channels.fakes.wechatpay import FakeWeChatPay
from liuke.channels.wechatpay_transfers import WeChatTransfers
from liuke.org.tests.builders import staff


class AnyName(dict):
    """WeChat knows everybody of these tests as 王小明, unless it was told otherwise."""

    def get(self, openid, default=None):
        return super().get(openid, "王小明")


@pytest.fixture
def wechat(monkeypatch):
    with FakeWeChatPay() as fake:
        turn_on(monkeypatch, WeChatTransfers(
            fake.merchant(notify_url="https://shop.example/hooks/wechatpay/transfer"), seconds=(2, 2)))
        fake.transfers.names = AnyName()
        yield fake


@pytest.fixture
def inside(client):
    """Log somebody with this role in: `inside(Role.FINANCE)`."""

    def login(role):
        client.force_login(staff(username=str(role), role=role))
        return client

    return login
