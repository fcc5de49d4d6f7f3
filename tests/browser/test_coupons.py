"""An operator writes a coupon and issues codes; a customer types one, pays with it, and its use is seen."""

import csv
import io

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.coupons.models import Batch, Coupon
from liuke.loyalty.services import budgets
from liuke.mall.tests import builders as goods
from liuke.org.rules import Role
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def budget(name, unit, amount):
    now = timezone.now()
    with transaction.atomic():
        row = budgets.open_budget(name=name, unit=unit, now=now)
        budgets.change_budget(budget_id=row.pk, amount=amount, key="opened", now=now)
    return row


def write_coupon(operator):
    """20 off from 100 on, with a mistake on the way."""
    operator.goto("/console/loyalty/coupons/")
    operator.click("text=新建优惠券 >> nth=0")
    operator.fill("[name=name]", "满 100 减 20")
    assert not operator.is_visible("[name=percent]")
    operator.select_option("[name=kind]", "percent")
    assert not operator.is_visible("[name=off]")
    operator.select_option("[name=kind]", "fixed")
    operator.fill("[name=least]", "100")
    operator.click("button:has-text('保存优惠券')")
    assert "请填写减多少元，大于 0。" in operator.inner_text("main")
    operator.fill("[name=off]", "20")
    operator.select_option("[name=budget_id]", label="双十一券 · 余 ¥1,000.00")
    operator.click("button:has-text('保存优惠券')")


def issue_codes(operator):
    """Three codes, fetched as a file; the first of them."""
    operator.click("a:has-text('发放') >> nth=0")
    operator.select_option("[name=kind]", "codes")
    assert not operator.is_visible("[name=code]")
    operator.fill("[name=name]", "包裹里的券")
    operator.fill("[name=count]", "3")
    operator.fill("[name=closes_at]", "2099-01-01T00:00")
    operator.click("button:has-text('开始发放')")
    settle()
    operator.reload()
    with operator.expect_download() as download:
        operator.click("text=导出券码")
    rows = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert [row[1] for row in rows] == ["状态", "未领取", "未领取", "未领取"]
    return rows[1][0]


def use_code(code, shopper, wechat):
    """Taken by one, not by another; too little in the cart, then enough; the purchase that it was used for."""
    ann, bob = shopper("13800138001"), shopper("13800138002")
    taken = ann.post("/shop/coupons/claim", {"code": f" {code.lower()} "})
    assert (taken["gives"], taken["asks"], taken["state"]) == ("减 ¥20.00", "满 ¥100.00 可用", "issued")
    assert bob.post("/shop/coupons/claim", {"code": code}, status=409)["code"] == "coupon_gone"
    sku, shop = goods.sku(list_fen=6_400), goods.shop("MINI")
    ann.put(shop, sku)
    choice, = ann.post("/shop/checkout/coupons")["others"]
    assert (choice["why"], choice["missing_fen"]) == ("least", 3_600)
    ann.put(shop, sku)
    choices = ann.post("/shop/checkout/coupons")
    assert (choices["usable"][0]["saves_fen"], choices["best"], choices["best_fen"]) == (2_000, [code], 2_000)
    purchase = ann.checkout(codes=choices["best"])
    assert purchase["total_fen"] == 10_800
    assert ann.get("/shop/coupons", view="reserved")["coupons"][0]["code"] == code
    ann.pay(purchase, wechat)
    settle()
    used, = ann.get("/shop/coupons", view="used")["coupons"]
    assert (used["purchase"], used["saved_fen"]) == (purchase["number"], 2_000)
    return purchase


def test_single_codes_from_the_form_to_the_checkout_and_the_page(enter, shopper, wechat):
    row, operator = budget("双十一券", "fen", 100_000), enter(Role.OPERATOR)
    write_coupon(operator)
    code = issue_codes(operator)

    purchase = use_code(code, shopper, wechat)

    operator.goto(f"/console/loyalty/batches/{Batch.objects.get().pk}/")
    shown = operator.inner_text("main")
    assert "已优惠\n¥20.00" in shown
    assert "未使用的占用\n¥40.00" in shown
    operator.goto(f"/console/customers/{Coupon.objects.get(code=code).customer_id}/?view=coupons")
    assert f"{purchase['number']} · −¥20.00" in operator.inner_text("main")
    operator.goto(f"/console/loyalty/budgets/{row.pk}/")
    assert "可用 ¥940.00" in operator.inner_text("#state")
    operator.goto(f"/console/loyalty/batches/{Batch.objects.get().pk}/")
    operator.click(".actions button:has-text('停止')")
    assert "没人领的券码作废" in operator.inner_text("#asking")
    operator.click("#asking button:has-text('取消')")
    assert Batch.objects.get().stopped_at is None
    operator.click(".actions button:has-text('停止')")
    operator.click("#asking [value=yes]")
    operator.wait_for_selector(".toast:has-text('已停止')")
    assert Batch.objects.get().stopped_at is not None
