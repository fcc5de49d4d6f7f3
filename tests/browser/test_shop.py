"""What a newcomer does in the shop that customers open, on a phone and on a desk, against the built pages."""

import re

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from liuke.coupons.models import Coupon
from liuke.desk.models import Message, Ticket
from liuke.draws.models import Ticket as Drawn
from liuke.mall.models import OrderGroup, Payment, Return
from liuke.mall.services import fulfilment
from liuke.org.rules import Role
from liuke.referral.models import Commission, ReferralLink
from liuke.referral.queries.attribution import referral_of
from liuke.timeline.testing import settle
from tests.browser.shop import (
    FRIEND,
    NEWCOMER,
    button,
    chip,
    choose,
    log_in,
    pay_well,
    reward_everything,
    write_address,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [375, 1280], ids=["phone", "desk"])
def test_from_a_friends_link_to_the_points_with_their_reason(device, shelf, shopper, enter, width):
    reward_everything()
    page = device(width)
    friend = shopper(FRIEND)
    token = friend.post("/referral/links", {"landing": "product", "product_id": shelf[0].product_id})["token"]

    group = buys_from_two_suppliers(page, shelf, token)
    follows_the_parcel(page, group)
    agent = enter(Role.AGENT)
    is_answered_in_the_chat(page, agent)
    sends_a_thing_back(page, group, agent)
    sees_why_there_are_points_and_draws(page)
    makes_a_poster(page)
    the_friend_sees_what_is_pending(device(width), friend, group)


def buys_from_two_suppliers(page, shelf, token):
    """The link, the welcome pack, two things in the cart, a coupon, an address, and the cashier: one payment."""
    page.goto(f"/r/{token}")
    expect(page.get_by_text("新客加入即得").first).to_be_visible()
    expect(page.get_by_text("积分 88")).to_be_visible()
    page.get_by_text("进店看看").click()
    expect(page.locator(".l-price.large")).to_contain_text("129")
    choose(page, "加入购物车")
    page.goto(f"/shop/#/pages/product?code={shelf[1].product.code}")
    expect(page.locator(".title.name:visible")).to_have_text(shelf[1].product.name)
    choose(page, "加入购物车")
    page.goto("/shop/#/member/coupons")
    log_in(page, NEWCOMER)
    button(page, "领取").click()
    expect(page.get_by_text("去使用")).to_be_visible()
    page.goto("/shop/#/pages/cart")
    button(page, "去结算").click()
    page.get_by_text("请添加收货地址").click()
    write_address(page)
    expect(page.get_by_text("由 2 家供应商分别发货")).to_be_visible()
    expect(page.get_by_text("已用 1 张")).to_be_visible()
    button(page, "提交订单").dblclick()
    pay_well(page)
    settle()

    group = OrderGroup.objects.get()
    assert (group.state, Payment.objects.count(), group.orders.count()) == ("paid", 1, 2)
    assert (group.total_fen, Coupon.objects.get().state) == (12_900 + 1_990 - 2_000, "used")
    assert referral_of(group.customer_id).link.token == token
    return group


def follows_the_parcel(page, group):
    button(page, "查看订单").click()
    expect(page.get_by_text("已付款，等待发货")).to_be_visible()
    order, now = group.orders.order_by("pk").first(), timezone.now()
    with transaction.atomic():
        parcel = fulfilment.pack(order_id=order.pk, key="p", now=now)
        fulfilment.ship(shipment_id=parcel.pk, carrier="SF", tracking="SF778899", now=now)
    settle()

    page.goto("/shop/#/member/inbox")
    page.get_by_text("有一个包裹已发出，单号 SF778899").click()

    expect(page.locator(".l-story .now:visible")).to_contain_text("包裹发出")
    expect(page.get_by_text("顺丰 SF778899")).to_be_visible()


def is_answered_in_the_chat(page, agent):
    """Asked on the phone, answered at the desk, read on the phone, and rated there."""
    button(page, "联系客服").click()
    button(page, "发送订单").click()
    expect(page.locator(".said.mine .bubble").last).to_contain_text("想咨询订单")
    page.locator(".type input").fill("什么时候到")
    button(page, "发送").click()
    expect(page.locator(".said.mine .bubble").last).to_contain_text("什么时候到")
    settle()

    agent.goto(f"/console/desk/tickets/{Ticket.objects.latest('pk').number}/")
    agent.fill("#answer textarea", "今天下午就到，请留意电话")
    agent.click("#answer button:has-text('发送并解决')")
    expect(page.locator(".said.theirs .bubble").last).to_contain_text("今天下午就到", timeout=30_000)
    assert Message.objects.filter(author="customer").count() == 2
    settle()

    page.goto(f"/shop/#/service/case?number={Ticket.objects.latest('pk').number}")
    page.get_by_label("非常满意").click()
    chip(page, "回复快").click()
    button(page, "提交评价").click()
    expect(page.get_by_text("您的评价", exact=True)).to_be_visible()


def sends_a_thing_back(page, group, agent):
    order = group.orders.order_by("pk").first()
    page.goto(f"/shop/#/orders/ask?number={order.number}")
    page.locator(".panel [role=checkbox]").click()
    chip(page, "不合适").click()
    button(page, re.compile("提交申请")).click()
    expect(page.get_by_text("售后单号")).to_be_visible()
    asked = Return.objects.get()
    settle()

    agent.goto(f"/console/mall/returns/{asked.number}/")
    agent.click("#moves form[action$='/approve/'] >> xpath=ancestor::details/summary")
    agent.click("#moves form[action$='/approve/'] button.btn")
    settle()
    page.goto("/shop/#/pages/service")
    page.locator(".panel.link:visible", has_text="退货退款").click()
    expect(page.get_by_text("申请已同意")).to_be_visible()
    button(page, "填写寄回单号").click()
    page.locator(".l-sheet input:visible").fill("SF0011223344")
    button(page, re.compile("^提交$")).click()
    expect(page.get_by_text("您已寄回商品")).to_be_visible()


def sees_why_there_are_points_and_draws(page):
    """What joining promised is there: the points by their reason, and the chance to draw."""
    page.goto("/shop/#/member/points")
    expect(page.get_by_text("新客礼").first).to_be_visible()
    expect(page.get_by_text("消费送积分").first).to_be_visible()
    page.goto("/shop/#/member/draws")
    page.get_by_text("还能抽 1 次").click()
    button(page, "抽一次").click()
    expect(page.get_by_text(re.compile("^(恭喜中奖|这次没有中奖)$"))).to_be_visible()
    button(page, "知道了").click()
    expect(button(page, "机会用完了")).to_be_visible()
    drawn = Drawn.objects.get(drawn_at__isnull=False)
    assert drawn.draw.name == "双十一转盘"


def makes_a_poster(page):
    page.goto("/shop/#/share/poster")
    expect(page.locator(".frame .of:visible")).to_be_visible()
    link = page.get_by_text("/r/").inner_text()
    assert ReferralLink.objects.latest("pk").token == link.rpartition("/")[2]


def the_friend_sees_what_is_pending(page, friend, group):
    page.goto("/shop/")
    page.evaluate("token => localStorage.setItem('liuke:token', JSON.stringify({type: 'string', data: token}))",
                  friend.http.headers["Authorization"].removeprefix("Bearer "))
    page.goto("about:blank")
    page.goto("/shop/#/share/rewards")
    expect(page.get_by_text("待确认").first).to_be_visible()
    owed = Commission.objects.filter(order__group=group)
    expect(page.get_by_text(f"¥{owed.latest('pk').amount / 100:.2f}").first).to_be_visible()
