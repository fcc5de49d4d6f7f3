"""What goes wrong in the shop: each a clear page, no double effect, nothing lost."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from liuke.customers.models import CustomerToken, LoginCode
from liuke.desk.models import Ticket
from liuke.mall.models import CartLine, Order, OrderGroup, Payment, Sku
from liuke.mall.tests import builders as goods
from liuke.mall.tests.test_returns import ask, received
from liuke.storefront.pages import BUILT
from liuke.timeline.testing import settle
from tests.browser.shop import NEWCOMER, button, choose, go_back, log_in, pay_well, write_address

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(device, shelf):
    return device()


@pytest.fixture
def checkout(page, shelf):
    """A newcomer with one thing in the cart, an address written, about to place the order."""
    page.goto(f"/shop/#/pages/product?code={shelf[0].product.code}")
    choose(page, "立即购买")
    log_in(page, NEWCOMER)
    page.get_by_text("请添加收货地址").click()
    write_address(page)
    expect(button(page, "提交订单")).to_be_visible()
    return page


def test_a_cart_is_kept_without_a_network_and_the_page_says_so(page, shelf):
    page.goto("/shop/")
    expect(page.get_by_text("宝宝的第一年")).to_be_visible()
    page.goto(f"/shop/#/pages/product?code={shelf[0].product.code}")
    choose(page, "加入购物车")
    expect(page.locator(".l-sheet:visible")).to_have_count(0)
    page.goto("/shop/#/pages/cart")
    expect(page.locator(".line")).to_have_count(1)

    page.context.set_offline(True)
    page.goto("/shop/#/pages/home")
    page.goto("/shop/#/pages/cart")

    expect(page.get_by_text("离线浏览")).to_be_visible(timeout=30_000)
    expect(page.locator(".line")).to_have_count(1)


def test_goods_that_are_gone_are_a_clear_page_with_a_way_on(page):
    page.goto("/shop/#/pages/product?code=GONE")

    expect(page.get_by_text("没有这件商品，或者它已下架")).to_be_visible()
    button(page, "回到首页").click()
    expect(page.get_by_text("宝宝的第一年")).to_be_visible()


def test_goods_that_went_while_they_lay_in_the_cart_stand_apart_and_are_taken_out_at_once(page, shelf):
    for sku in shelf:
        page.goto(f"/shop/#/pages/product?code={sku.product.code}")
        expect(page.locator(".title.name:visible")).to_have_text(sku.product.name)
        choose(page, "加入购物车")
        expect(page.locator(".l-sheet:visible")).to_have_count(0)
    shelf[0].product.state = "off_sale"
    shelf[0].product.save()

    page.goto("/shop/#/pages/cart")
    expect(page.get_by_text("已下架或缺货")).to_be_visible()
    button(page, "全部移出").click()

    expect(page.get_by_text("已下架或缺货")).to_have_count(0)
    assert [line.sku_id for line in CartLine.objects.all()] == [shelf[1].pk]


def test_anothers_order_asks_for_the_login_and_then_is_not_there(page, shelf):
    with transaction.atomic():
        order = goods.placed(by=goods.customer(), of=shelf[0]).orders.get()

    page.goto(f"/shop/#/orders/order?number={order.number}")
    log_in(page, "13800138012")

    expect(page.get_by_text("没有这个订单")).to_be_visible()
    assert "商品" not in page.locator(".l-page:visible").last.inner_text()


def test_anothers_purchase_return_and_matter_are_not_there_either(page, shelf):
    other = goods.customer()
    with transaction.atomic():
        request = ask(received(by=other, of=shelf[0]))
    settle()
    with transaction.atomic():
        purchase = goods.placed(by=other, of=shelf[1])
    case = Ticket.objects.get(about_return=request).number
    page.goto(f"/shop/#/buy/cashier?number={purchase.number}")
    log_in(page, "13800138012")

    for path, number in (("buy/cashier", purchase.number), ("orders/return", request.number), ("service/case", case)):
        page.goto(f"/shop/#/{path}?number={number}")
        shown = page.locator(".l-page:visible").last
        expect(shown).to_contain_text("没有")
        for word in ("¥", "商品", "付款"):
            assert word not in shown.inner_text(), path
    page.goto("/shop/#/pages/home")
    expect(page.get_by_text("宝宝的第一年")).to_be_visible()


def test_a_price_that_changes_before_the_order_is_shown_anew_and_nothing_was_ordered(checkout, shelf):
    Sku.objects.filter(pk=shelf[0].pk).update(list_fen=13_900)

    button(checkout, "提交订单").click()
    expect(checkout.locator(".note.warn")).to_be_visible()
    assert Order.objects.count() == 0
    expect(checkout.locator(".l-bar .l-price").last).to_contain_text("139")

    button(checkout, "提交订单").click()
    expect(button(checkout, "付款")).to_be_visible()
    assert OrderGroup.objects.get().total_fen == 13_900


def test_a_server_that_restarts_while_one_pays_costs_one_payment(checkout):
    """Its answer to the order is lost, then nobody answers at all, then it is back: the same keys, one effect."""
    lost, away = [], []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    def refuse(route):
        if len(away) < 2:
            away.append(route.request.headers["idempotency-key"])
            return route.fulfill(status=502, body="<html>")
        return route.continue_()

    checkout.route(re.compile("/api/v1/shop/checkout$"), lose)
    checkout.route(re.compile("/purchases/.*/pay$"), refuse)
    button(checkout, "提交订单").click()
    expect(button(checkout, "付款")).to_be_visible(timeout=30_000)
    pay_well(checkout)

    assert (len(lost), len(set(away)), len(away)) == (1, 1, 2)
    assert (OrderGroup.objects.get().state, Payment.objects.count()) == ("paid", 1)


def test_double_taps_and_back_after_paying_say_that_it_is_paid_and_sell_nothing_again(checkout):
    button(checkout, "提交订单").dblclick()
    expect(button(checkout, "付款")).to_be_visible()
    button(checkout, "付款").dblclick()
    checkout.locator("button[value=pay]").click()
    checkout.get_by_text("回到商城").click()
    expect(checkout.get_by_text("付款成功")).to_be_visible()

    go_back(checkout, 2)

    expect(checkout.get_by_text(re.compile("付款成功|已付款|没有要结算的商品")).first).to_be_visible()
    expect(button(checkout, "付款")).to_have_count(0)
    assert (OrderGroup.objects.count(), Payment.objects.count()) == (1, 1)


def test_an_expired_login_leads_back_to_the_page_and_the_cart_is_kept(checkout):
    CustomerToken.objects.all().delete()
    LoginCode.objects.all().delete()                     # one a minute is enough for a person, not for a test
    checkout.goto("/shop/#/orders/list")
    button(checkout, "去登录").click()
    expect(checkout.get_by_text("登录已过期，请重新登录，购物车还在。")).to_be_visible()
    log_in(checkout, NEWCOMER)
    expect(checkout.get_by_text("还没有订单")).to_be_visible()
    checkout.goto("/shop/#/pages/cart")
    expect(checkout.locator(".line")).to_have_count(1)


def test_a_login_that_expires_at_the_checkout_leads_back_to_it_with_everything_in_place(checkout):
    CustomerToken.objects.all().delete()
    LoginCode.objects.all().delete()

    button(checkout, "提交订单").click()
    expect(checkout.get_by_text("登录已过期，请重新登录，购物车还在。")).to_be_visible()
    assert not Order.objects.exists()
    log_in(checkout, NEWCOMER)

    expect(checkout.get_by_text("王小满").first).to_be_visible()
    button(checkout, "提交订单").click()
    pay_well(checkout)
    assert (OrderGroup.objects.get().state, Payment.objects.count()) == ("paid", 1)


def test_an_address_that_is_typed_over_another_opens_its_own_page(checkout, shelf):
    """The kit would show the page of the same kind that was opened before: of other goods."""
    button(checkout, "提交订单").click()
    expect(button(checkout, "付款")).to_be_visible()
    for sku in (shelf[1], shelf[0]):
        checkout.goto(f"/shop/#/pages/product?code={sku.product.code}")
        expect(checkout.locator(".title.name:visible")).to_have_text(sku.product.name)


def test_a_slow_network_shows_where_things_will_be_and_sells_once(checkout, shelf):
    line = checkout.context.new_cdp_session(checkout)
    line.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 1_500, "downloadThroughput": -1, "uploadThroughput": -1})
    button(checkout, "提交订单").dblclick()
    expect(button(checkout, "付款")).to_be_visible()
    assert OrderGroup.objects.count() == 1

    checkout.goto(f"/shop/#/pages/product?code={shelf[1].product.code}")
    expect(checkout.locator(".l-shape:visible").last).to_be_visible()
    expect(checkout.locator(".title.name:visible")).to_have_text(shelf[1].product.name)
    expect(checkout.locator(".l-shape:visible")).to_have_count(0)


def test_the_built_pages_name_no_foreign_host():
    texts = [path for path in BUILT.rglob("*") if path.suffix in {".js", ".css", ".html", ".svg", ".webmanifest"}]
    named = {host for path in texts for host in re.findall(r"https?://([a-z0-9.-]+)", path.read_text(encoding="utf-8"))}

    assert len(texts) > 20
    assert named <= {"www.w3.org"}                       # the name of a kind of XML, never fetched
