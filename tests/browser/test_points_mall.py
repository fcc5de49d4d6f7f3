"""An operator puts goods on the shelf of the points mall; a customer has one, no more, and thinks better of it."""

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.customers.models import Customer
from liuke.mall.models import StockLevel
from liuke.mall.tests import builders as goods
from liuke.org.rules import Role
from liuke.points.tests.builders import given
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_goods_for_points_within_the_limit_and_back(enter, shopper):
    sku, shop = goods.sku(list_fen=6_400, stock=5), goods.shop("MINI")
    operator, ann = enter(Role.OPERATOR), shopper()
    with transaction.atomic():
        given(Customer.objects.get(), 2_000, "gift", now=timezone.now())

    operator.goto("/console/points-mall/")
    operator.click("text=新建兑换项 >> nth=0")
    operator.fill("[name=name]", "保温杯")
    operator.fill("[name=points]", "800")
    operator.fill("[name=stock]", "2")
    operator.fill("[name=per_customer]", "1")
    operator.click("button:has-text('保存')")
    assert "商品要选择由哪家门店发出" in operator.inner_text("main")
    operator.select_option("[name=shop_id]", label=shop.name)
    operator.click("button:has-text('保存')")
    assert "兑换项已保存" in operator.inner_text(".toast")

    item, = ann.get("/points-mall/items")
    assert (item["name"], item["points"], item["left"], item["why"]) == ("保温杯", 800, 2, "")
    wish, way = {"address_id": ann.address(), "expected_points": 800}, f"/points-mall/items/{item['id']}/exchange"
    assert ann.post(way, {**wish, "expected_points": 500}, status=409)["code"] == "points_mall_points_changed"
    had = ann.post(way, wish, key="the-click-1")
    assert ann.post(way, wish, key="the-click-1") == had
    assert ann.post(way, wish, status=409)["code"] == "points_mall_limit"
    settle()
    assert ann.get("/loyalty/points")["available"] == 1_200
    assert ann.get(f"/points-mall/items/{item['id']}")["why"] == "limit"
    order = ann.get(f"/shop/orders/{had['order']}")
    assert (order["state"], order["total_fen"]) == ("paid", 0)

    operator.goto("/console/points-mall/exchanges/")
    shown = operator.inner_text("main")
    assert "保温杯" in shown
    assert had["order"] in shown
    operator.click("button:has-text('撤销')")
    assert "退回 800 积分" in operator.inner_text("#asking")
    operator.click("#asking [value=yes]")
    operator.wait_for_selector(".toast:has-text('800 积分已退回')")
    settle()
    assert ann.get("/loyalty/points")["available"] == 2_000
    assert [(entry["kind"], entry["points"]) for entry in ann.get("/loyalty/points/history")["entries"]][:2] == [
        ("given_back", 800), ("used", -800)]
    assert (ann.get("/points-mall/exchanges")[0]["state"], StockLevel.objects.get(sku=sku).on_hand) == ("undone", 5)
