"""What a newcomer does in the shop that customers open, on a phone and on a desk, against the built pages."""

import re

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from liuke.channels.demo import DemoCashier
from liuke.channels.messaging import LogOnly
from liuke.customers.services import tokens
from liuke.desk.models import Message
from liuke.mall.models import Order, OrderGroup, Payment
from liuke.mall.tests import builders as goods
from liuke.mall.tests.cashbox import turn_on
from liuke.referral.queries.attribution import referral_of
from liuke.referral.services import links
from liuke.storefront import pages, services
from liuke.storefront.rules import Wish
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 375, "height": 812}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def shelf(live_server, settings, monkeypatch, tmp_path):
    """A shop with two suppliers' goods, a front page, the demo's cashier, and a friend's link to one of the goods."""
    assert (pages.BUILT / "index.html").exists(), "build the shop first: make shop"
    settings.LIUKE_DEMO, settings.LIUKE_URL, settings.MEDIA_ROOT = True, live_server.url, tmp_path
    monkeypatch.setattr(tokens, "messengers", lambda: {"sms": LogOnly("sms")})
    turn_on(monkeypatch, DemoCashier())
    bottle = goods.sku(list_fen=12_900)
    towel = goods.sku(list_fen=1_990)
    with transaction.atomic():
        shop = goods.shop()
        services.set_front(shop_id=shop.pk, hello="新手爸妈的安心之选")
        services.add_block(wish=Wish(kind="banner", title="宝宝的第一年", leads="share"))
        services.add_block(wish=Wish(kind="products", title="精选", codes=(bottle.product.code, towel.product.code)))
        link = links.link_for(customer_id=goods.customer().pk, landing="product", product_id=bottle.product_id, name="",
                              now=timezone.now())
    return bottle, towel, link


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(chromium, live_server, request):
    """A page that fails the test when a script fails or the content security policy is broken."""
    context = chromium.new_context(locale="zh-CN", base_url=live_server.url, viewport=request.param)
    context.set_default_timeout(20_000)
    made, wrong = context.new_page(), []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    yield made
    context.close()
    assert wrong == []


def button(page, word):
    return page.locator("uni-button:visible", has_text=word).last


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
    fields = {"收货人姓名": "王小满", "送货时联系您": "13800138000", "例如": "静安区", "街道、小区": "1 号"}
    for hint, words in fields.items():
        page.locator("uni-input:visible", has_text=hint).locator("input").fill(words)
    page.locator("uni-picker:visible").click()
    page.locator(".uni-picker-action-confirm:visible, .uni-picker-item:visible").first.click()
    button(page, "保存地址").click()


def pay_well(page):
    button(page, "付款").click()
    page.locator("button[value=pay]").click()
    page.get_by_text("回到商城").click()
    expect(page.get_by_text("付款成功")).to_be_visible()


def test_a_newcomer_opens_a_friends_link_buys_pays_and_asks(page, shelf):
    _bottle, towel, link = shelf

    page.goto(f"/r/{link.token}")
    page.get_by_text("进店看看").click()
    expect(page.locator(".l-price.large")).to_contain_text("129")
    choose(page, "加入购物车")
    page.goto(f"/shop/#/pages/product?code={towel.product.code}")
    expect(page.locator(".title.name:visible")).to_have_text(towel.product.name)
    choose(page, "立即购买")
    log_in(page, "13800138011")
    page.get_by_text("请添加收货地址").click()
    write_address(page)
    expect(page.get_by_text("由 2 家供应商分别发货")).to_be_visible()
    button(page, "提交订单").dblclick()
    pay_well(page)
    settle()

    group = OrderGroup.objects.get()
    assert (group.state, Payment.objects.count(), Order.objects.filter(group=group).count()) == ("paid", 1, 2)
    assert referral_of(group.customer_id).link_id == link.pk

    button(page, "查看订单").click()
    expect(page.get_by_text("已付款，等待发货")).to_be_visible()
    button(page, "联系客服").click()
    page.locator(".type input").fill("什么时候发货")
    button(page, "发送").click()
    expect(page.locator(".said.mine .bubble")).to_contain_text("什么时候发货")
    assert Message.objects.filter(author="customer").count() == 1


def test_a_cart_is_kept_without_a_network_and_the_page_says_so(page, shelf):
    page.goto("/shop/")
    expect(page.get_by_text("宝宝的第一年")).to_be_visible()
    page.goto(f"/shop/#/pages/product?code={shelf[0].product.code}")
    choose(page, "加入购物车")
    page.goto("/shop/#/pages/cart")
    expect(page.locator(".line")).to_have_count(1)

    page.context.set_offline(True)
    page.goto("/shop/#/pages/home")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.goto("/shop/#/pages/cart")

    expect(page.get_by_text("离线浏览")).to_be_visible(timeout=30_000)
    expect(page.locator(".line")).to_have_count(1)


def test_goods_that_are_gone_are_a_clear_page_with_a_way_on(page, shelf):
    page.goto("/shop/#/pages/product?code=GONE")

    expect(page.get_by_text("没有这件商品，或者它已下架")).to_be_visible()
    button(page, "回到首页").click()
    expect(page.get_by_text("宝宝的第一年")).to_be_visible()


def test_anothers_order_asks_for_the_login_and_then_is_not_there(page, shelf):
    with transaction.atomic():
        order = goods.placed(by=goods.customer(), of=shelf[0]).orders.get()

    page.goto(f"/shop/#/orders/order?number={order.number}")
    log_in(page, "13800138012")

    expect(page.get_by_text("没有这个订单")).to_be_visible()
    assert "商品" not in page.locator(".l-page:visible").last.inner_text()
