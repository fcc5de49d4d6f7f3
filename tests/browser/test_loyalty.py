"""Finance sets a budget, an operator writes a rule, a purchase earns, a refund takes back: the customer sees it all."""

import pytest

from liuke.customers.models import Customer
from liuke.mall.models import OrderLine, Refund
from liuke.mall.tests import builders as goods
from liuke.org.rules import Role
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def write_rule(operator):
    """A point for each yuan, refused without a budget, previewed, saved."""
    operator.goto("/console/loyalty/rules/")
    operator.click("text=新建规则 >> nth=0")
    assert not operator.is_visible("text=哪种优惠券")
    operator.fill("[name=name]", "消费送积分")
    operator.click("button:has-text('保存规则')")
    assert "请选择一个预算" in operator.inner_text("main")
    operator.select_option("[name=budget_id]", label="会员积分 · 余 10,000 积分")
    operator.click("text=到账、有效期和对照组")
    operator.fill("[name=hold_out]", "0")
    operator.click("button:has-text('看上个月会花多少')")
    assert "过去 30 天的 0 次里，没有一次符合条件" in operator.inner_text("#preview")
    operator.click("button:has-text('保存规则')")
    assert "已保存" in operator.inner_text(".toast")
    assert "每满 ¥1.00 得 1 积分" in operator.inner_text("main")


def send_one_back(ann, order, agent, wechat):
    """The customer asks, the agent agrees and refunds, WeChat does it."""
    line = OrderLine.objects.get()
    asked = ann.post("/shop/returns", {"order": order, "kind": "refund", "reason": "changed_mind",
                                       "pieces": [{"line_id": line.pk, "quantity": 1}]})
    agent.goto(f"/console/mall/returns/{asked['number']}/")
    for move in ("approve", "refund"):
        agent.click(f"#moves form[action$='/{move}/'] >> xpath=ancestor::details/summary")
        agent.click(f"#moves form[action$='/{move}/'] button.btn")
    settle()
    wechat.end_refund(Refund.objects.get().number)
    ann.notice(wechat.notice(Refund.objects.get().number))
    settle()


def test_a_budget_a_rule_a_purchase_a_refund_and_the_reasons(enter, shopper, wechat):
    finance, operator, agent = enter(Role.FINANCE), enter(Role.OPERATOR), enter(Role.AGENT)

    finance.click("nav >> text=增长")
    finance.click("nav >> text=奖励预算")
    finance.fill("[name=name]", "会员积分")
    finance.fill("[name=amount]", "10000")
    finance.click("button:has-text('设立预算')")
    assert "可用 10,000" in finance.inner_text("#state")

    write_rule(operator)
    ann, sku, shop = shopper(), goods.sku(list_fen=6_400), goods.shop("MINI")
    assert ann.get("/loyalty/points")["available"] == 0
    ann.put(shop, sku, 2)
    order, = ann.pay(ann.checkout(), wechat)
    settle()
    mine = ann.get("/loyalty/points")
    assert (mine["available"], mine["points_per_yuan"], mine["enabled"]) == (128, 100, True)
    customer = Customer.objects.get()
    operator.goto(f"/console/customers/{customer.pk}/?view=points")
    shown = operator.inner_text("main")
    assert "+128" in shown
    assert f"消费送积分（第 1 版）· 支付订单 · {order} · 实付商品金额 ¥128.00" in shown

    send_one_back(ann, order, agent, wechat)

    operator.reload()
    shown = operator.inner_text("main")
    assert "退款收回" in shown
    assert "-64" in shown
    finance.reload()
    assert "可用 9,936" in finance.inner_text("#state")
    story = finance.inner_text("main")
    assert all(word in story for word in ("财务追加", "发放", "退款收回", "消费送积分", "+10,000", "-128", "+64"))
    assert ann.get("/loyalty/points")["available"] == 64
    entries = ann.get("/loyalty/points/history")["entries"]
    assert [(entry["kind"], entry["points"], entry["order"]) for entry in entries] == [
        ("taken_back", -64, order), ("earned", 128, order)]
    assert all("消费送积分" in entry["why"] for entry in entries)
