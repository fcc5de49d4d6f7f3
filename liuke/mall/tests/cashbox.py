"""For tests of money: the few steps that lead to a paid purchase."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from liuke.channels import registry
from liuke.channels.fakes.wechatpay import FakeWeChatPay
from liuke.channels.payment import PaymentProvider
from liuke.mall.models import OrderGroup, Payment
from liuke.mall.services import orders, payments
from liuke.mall.tests import builders

SOON = timedelta(seconds=31)


def turn_on(monkeypatch: pytest.MonkeyPatch, provider: PaymentProvider) -> None:
    monkeypatch.setitem(registry.payment_providers(), provider.name, provider)


def opened(group: OrderGroup, *, way: str = "jsapi", provider: str = "wechat", key: str = "click") -> Payment:
    by = payments.Payer(provider, way, payer="o-mei", ip="10.1.2.3")
    return payments.open_payment(
        purchase=group.number, customer_id=group.customer_id, by=by, key=key, now=group.placed_at)


def paid(wechat: FakeWeChatPay, *bought, **fields) -> OrderGroup:
    """A purchase that was paid, notice and all."""
    group = builders.purchase(*bought, now=timezone.now(), **fields)
    payment = opened(group)
    wechat.pay(payment.number)
    assert deliver(wechat.notice(payment.number)) == 204
    group.refresh_from_db()
    assert group.state == "paid"
    return group


def deliver(notice: tuple[dict[str, str], bytes]) -> int:
    """The provider's notice arrives at our door; what it answers."""
    headers, body = notice
    return Client().post("/hooks/wechatpay/notify", body, content_type="application/json", headers=headers).status_code


def expire(group: OrderGroup) -> None:
    """The time to pay runs out."""
    with transaction.atomic():
        orders.expire(now=group.expires_at + timedelta(seconds=1))
    group.refresh_from_db()
    assert group.state == "cancelled"
