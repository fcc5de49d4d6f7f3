"""Logging in by WeChat, against the fake: one customer, whichever way they come."""

import pytest
from django.test import Client

from liuke.channels import registry
from liuke.channels.fakes.mini_program import FakeMiniProgram
from liuke.customers.models import Identity, PossibleTwins
from liuke.customers.queries.records import owner_of
from liuke.mall.api.base import GUEST_TOKEN
from liuke.mall.models import Cart
from liuke.mall.tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(monkeypatch):
    made = FakeMiniProgram()
    line = made.line()
    monkeypatch.setattr(registry, "mini_program", lambda: line)
    return made


def log_in(code, phone_code, **headers):
    return Client().post("/api/v1/shop/login/wechat", {"code": code, "phone_code": phone_code}, headers=headers,
                         content_type="application/json")


def test_the_phone_says_who_it_is_and_the_ids_of_wechat_are_known_from_now_on(fake):
    first = log_in(fake.opens("o-1", "u-1"), fake.shows("13800138000"))
    again = log_in(fake.opens("o-1", "u-1"), fake.shows("13800138000"))

    assert (first.status_code, again.status_code, first.json()["payer"]) == (200, 200, "o-1")
    owners = {owner_of(kind="phone", value="13800138000"), owner_of(kind="wechat_unionid", value="u-1"),
              owner_of(kind="wechat_openid", scope=fake.app.appid, value="o-1")}
    assert len(owners) == 1
    assert Identity.objects.count() == 3


def test_an_id_of_somebody_else_stays_theirs_and_the_two_are_noted(fake):
    log_in(fake.opens("o-1"), fake.shows("13800138000"))

    told = log_in(fake.opens("o-1"), fake.shows("13900139000"))

    assert told.status_code == 200
    first = owner_of(kind="phone", value="13800138000")
    assert owner_of(kind="wechat_openid", scope=fake.app.appid, value="o-1") == first
    assert PossibleTwins.objects.count() == 1


def test_the_guests_cart_comes_along(fake):
    guest, sku, shop = "g" * 40, builders.sku(), builders.shop()
    put = {"shop": shop.code, "sku_id": sku.pk, "quantity": 2}
    Client().post("/api/v1/shop/cart", put, headers={GUEST_TOKEN: guest}, content_type="application/json")

    told = log_in(fake.opens("o-1"), fake.shows("13800138000"), **{GUEST_TOKEN: guest})

    assert told.json()["merged"] == 1
    assert Cart.objects.get().customer_id == owner_of(kind="phone", value="13800138000")


def test_a_used_code_is_wrong_wechat_away_is_not_and_neither_is_known_afterwards(fake):
    code = fake.opens("o-1")
    log_in(code, fake.shows("13800138000"))
    count = Identity.objects.count()

    used = log_in(code, fake.shows("13900139000"))
    fake.down = True
    away = log_in(fake.opens("o-2"), fake.shows("13900139000"))

    assert (used.status_code, used.json()["code"]) == (409, "wrong_code")
    assert (away.status_code, away.json()["code"]) == (503, "wechat_not_available")
    assert Identity.objects.count() == count
