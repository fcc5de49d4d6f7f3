"""Finance sets a budget, an operator writes a rule, a purchase earns, a refund takes back: seen in a real browser."""

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.channels.transfer import BankTransfer
from liuke.console.tests import builders as people
from liuke.customers.services import tokens
from liuke.mall.models import Order, Refund
from liuke.mall.services import notices, payments, refunds
from liuke.mall.tests import builders as goods
from liuke.mall.tests.cashbox import turn_on
from liuke.org.rules import Role
from liuke.org.tests import builders as org
from liuke.timeline.testing import settle
from tests.browser.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def enter(chromium, live_server):
    """Log a member of staff in on a page of their own; `enter(Role.FINANCE)`."""
    made = []

    def login(role):
        org.staff(str(role), role=role, name="某人", password=PASSWORD)
        made.append(chromium.new_context(locale="zh-CN", base_url=live_server.url))
        page = made[-1].new_page()
        page.set_default_timeout(20_000)
        page.goto("/console/login/")
        page.fill("[name=login]", str(role))
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#nav")
        return page

    yield login
    for context in made:
        context.close()


def bought(ann):
    """A purchase in the mall that is paid by transfer, and its order."""
    group = goods.purchase([(goods.sku(list_fen=6_400), 2)], now=timezone.now(), by=ann)
    payment = payments.open_payment(group_id=group.pk, by=payments.Payer("transfer", "bank"), key="click-1",
                                    now=timezone.now())
    with transaction.atomic():
        notices.confirm_transfer(number=payment.number, staff_id=1, now=timezone.now(), received=notices.Received(
            "B1", payment.amount_fen, timezone.now()))
    settle()
    return Order.objects.get()


def send_back(order, pieces):
    with transaction.atomic():
        row = refunds.refund_lines(order_id=order.pk, parts=[refunds.Part(order.lines.get().pk, pieces)], key="r1",
                                   reason="", now=timezone.now())
    settle()
    with transaction.atomic():
        refunds.confirm_refund(refund_id=Refund.objects.get(pk=row.pk).pk, reference="R1", now=timezone.now())
    settle()


def test_a_budget_a_rule_a_purchase_a_refund_and_the_reasons(enter, monkeypatch, client):
    turn_on(monkeypatch, BankTransfer("中国银行 某某支行"))
    finance, operator, ann = enter(Role.FINANCE), enter(Role.OPERATOR), people.known("王小满")

    finance.click("nav >> text=增长")
    finance.click("nav >> text=奖励预算")
    finance.fill("[name=name]", "会员积分")
    finance.fill("[name=amount]", "10000")
    finance.click("button:has-text('设立预算')")
    assert "可用 10,000" in finance.inner_text("#state")

    operator.goto("/console/loyalty/rules/")
    operator.click("text=新建规则 >> nth=0")
    operator.fill("[name=name]", "消费送积分")
    operator.select_option("[name=budget_id]", label="会员积分")
    operator.click("text=到账、有效期和对照组")
    operator.fill("[name=hold_out]", "0")
    operator.click("button:has-text('看上个月会花多少')")
    assert "过去 30 天的 0 次里，没有一次符合条件" in operator.inner_text("#preview")
    operator.click("button:has-text('保存规则')")
    assert "已保存" in operator.inner_text(".toast")

    order = bought(ann)
    operator.goto(f"/console/customers/{ann.pk}/?view=points")
    shown = operator.inner_text("main")
    assert "+128" in shown
    assert f"消费送积分（第 1 版）· 支付订单 · {order.number} · 实付商品金额 ¥128.00" in shown

    send_back(order, 1)
    operator.reload()
    shown = operator.inner_text("main")
    assert "退款收回" in shown
    assert "-64" in shown
    finance.reload()
    assert "可用 9,936" in finance.inner_text("#state")

    with transaction.atomic():
        token = tokens.issue_token(customer_id=ann.pk, now=timezone.now())
    mine = {"authorization": f"Bearer {token}"}
    assert client.get("/api/v1/loyalty/points", headers=mine).json()["available"] == 64
    entries = client.get("/api/v1/loyalty/points/history", headers=mine).json()["entries"]
    assert [(entry["kind"], entry["points"], entry["order"]) for entry in entries] == [
        ("taken_back", -64, order.number), ("earned", 128, order.number)]
    assert all("消费送积分" in entry["why"] for entry in entries)


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_of_loyalty_is_wider_than_the_window(inside, people, width):
    inside.set_viewport_size({"width": width, "height": 844})
    for path in ("rules/", "rules/new/", "budgets/", "awards/", f"customers/{people[0].pk}/"):
        inside.goto(f"/console/loyalty/{path}")
        assert inside.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
