"""Steps in the shop that customers open: what a finger does, on the built pages."""

import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from liuke.coupons.tests import builders as coupons
from liuke.draws.tests import builders as draws
from liuke.loyalty.tests import builders as loyalty
from liuke.mall.tests import builders as goods
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import active
from liuke.storefront import services
from liuke.storefront.rules import Wish

expect.set_options(timeout=20_000)                       # as long as every other step may take
HOUR = timedelta(hours=1)
FRIEND, NEWCOMER = "13800138099", "13800138011"


def open_shop():
    """A shop with two suppliers' goods and a front page."""
    bottle, towel = goods.sku(list_fen=12_900), goods.sku(list_fen=1_990)
    with transaction.atomic():
        services.set_front(shop_id=goods.shop().pk, hello="新手爸妈的安心之选")
        services.add_block(wish=Wish(kind="banner", title="宝宝的第一年", leads="share"))
        services.add_block(wish=Wish(kind="products", title="精选", codes=(bottle.product.code, towel.product.code)))
    return bottle, towel


def reward_everything():
    """Joining brings points and a chance to draw, buying points; a coupon lies open to all, recommending pays."""
    now = timezone.now()
    before = now - timedelta(days=1)
    with transaction.atomic():
        loyalty.rule("新客礼", now=before, fact_kind="CustomerJoined", amount="88", caps={"customer_times": 1},
                     starts_at=before)
        wheel = draws.published(now=before, opens_at=before + HOUR, closes_at=now + HOUR, free_a_day=0)
        loyalty.rule("新客抽奖", now=before, fact_kind="CustomerJoined", benefit="draw_ticket", amount="1",
                     details={"draw": wheel.pk}, caps={"customer_times": 1}, starts_at=before)
        loyalty.rule("消费送积分", now=before, starts_at=before)
        coupons.batch(coupons.template("满 100 减 20", now=before, least_fen=10_000), kind="open", total=50, now=before)
        active(tier_plan(), starts_at=before, now=before)


def button(page, word):
    return page.locator("uni-button:visible", has_text=word).last


def chip(page, word):
    return page.locator(".chip:visible", has_text=word)


def choose(page, word):
    """Put what the page shows into the cart, by this button of its bar."""
    button(page, word).click()
    for chip in page.locator(".l-sheet .choice:not(.off):not(.on)").all():
        chip.click()
    button(page, "放入购物车").click()


def log_in(page, phone):
    page.locator(".door input").first.fill(phone)
    button(page, "获取验证码").click()
    told = page.locator(".shown-code")
    expect(told).to_be_visible()
    page.locator(".agree").click()
    page.locator(".door input").last.fill(re.search(r"\d{6}", told.inner_text())[0])
    button(page, re.compile("^登录$")).click()
    expect(page.locator(".door:visible")).to_have_count(0)


def write_address(page):
    fields = {"收货人姓名": "王小满", "送货时联系您": "13800138000", "街道、小区": "1 号"}
    for hint, words in fields.items():
        page.locator("uni-input:visible", has_text=hint).locator("input").fill(words)
    page.locator("uni-picker:visible").click()
    page.locator(".uni-picker-action-confirm:visible").click()
    expect(page.get_by_text("北京市 东城区")).to_be_visible()
    button(page, "保存地址").click()


def go_back(page, pages):
    """Back past a page of somebody else. `evaluate` has no timeout: its script must end before its page goes."""
    page.evaluate("pages => { window.stillHere = true; setTimeout(() => history.go(-pages)) }", pages)
    page.wait_for_function("!window.stillHere")


def pay_well(page):
    button(page, "付款").click()
    page.locator("button[value=pay]").click()
    page.get_by_text("回到商城").click()
    expect(page.get_by_text("付款成功")).to_be_visible()
