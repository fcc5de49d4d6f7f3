"""An operator holds a draw, a customer draws, everybody checks; finance lets a bonus go and WeChat pays it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from liuke.cash.models import Bonus, Transfer
from liuke.cash.services import collecting, giving, sending
from liuke.cash.tests.builders import known, turn_on
from liuke.channels.fakes.wechatpay import FakeWeChatPay
from liuke.channels.wechatpay_transfers import WeChatTransfers
from liuke.console.tests import builders as people
from liuke.customers.services import tokens
from liuke.draws.models import Draw
from liuke.draws.services import ending
from liuke.loyalty.services import budgets
from liuke.org.rules import Role
from liuke.points import queries as points
from liuke.timeline.testing import settle
from tests.browser.test_loyalty import enter  # noqa: F401  a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def budget(name, unit, amount):
    now = timezone.now()
    with transaction.atomic():
        row = budgets.open_budget(name=name, unit=unit, now=now)
        budgets.change_budget(budget_id=row.pk, amount=amount, key="opened", now=now)
    return row


def travel(monkeypatch, hours):
    """It is so much later from now on, for the server too."""
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(hours=hours))


def token_of(customer):
    with transaction.atomic():
        return {"authorization": f"Bearer {tokens.issue_token(customer_id=customer.pk, now=timezone.now())}"}


def local(hours):
    return (timezone.localtime() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def test_a_draw_from_the_draft_to_the_check(enter, client, monkeypatch):  # noqa: F811
    budget("抽奖积分", "points", 10_000)
    operator, ann = enter(Role.OPERATOR), people.known("王小满")

    operator.click("nav >> text=增长")
    operator.click("nav >> text=抽奖")
    operator.click("text=新建抽奖 >> nth=0")
    for name, value in {
        "name": "双十一转盘", "opens_at": local(1), "closes_at": local(9), "rules": "每天一次，当场到账。",
        "contact": "小满母婴 400-000-0000", "prize-0-name": "一百积分", "prize-0-amount": "100", "prize-0-count": "5",
        "prize-0-odds": "99%", "prize-5-odds": "2%",
    }.items():
        operator.fill(f"[name={name}]", value)
    operator.select_option("[name=points_budget]", label="抽奖积分")
    operator.click("button:has-text('保存草稿')")
    assert "概率之和多出 1%" in operator.inner_text("main")
    operator.fill("[name=prize-5-odds]", "1%")
    operator.click("button:has-text('保存草稿')")
    operator.wait_for_selector("button:has-text('公示')")
    operator.on("dialog", lambda dialog: dialog.accept())
    operator.click("button:has-text('公示')")
    operator.wait_for_selector("a:has-text('公示页')")
    draw = Draw.objects.get()
    assert draw.seed_hash in operator.inner_text("main")
    operator.goto(f"/draws/{draw.number}/")
    shown = operator.inner_text("main")
    assert all(words in shown for words in ("一百积分", "99%", "1%", draw.seed_hash, "即将开始"))

    early = client.post(f"/api/v1/draws/{draw.number}/play", {}, content_type="application/json",
                        headers={**token_of(ann), "Idempotency-Key": "click-0000"})
    assert early.json()["code"] == "draw_closed"
    travel(monkeypatch, 2)
    won = client.post(f"/api/v1/draws/{draw.number}/play", {"nonce": "my-phone"}, content_type="application/json",
                      headers={**token_of(ann), "Idempotency-Key": "click-0001"}).json()
    settle()
    assert won["ticket"] == 1
    assert points.balance(ann.pk, now=timezone.now()).available == (100 if won["won"] else 0)
    operator.goto(f"/console/draws/{draw.pk}/")
    assert "1 位客户" in operator.inner_text("main")

    travel(monkeypatch, 9)
    with transaction.atomic():
        assert ending.end_due(now=timezone.now()) == 1
    operator.click("text=核对全部结果")
    assert "每一次结果都能由密钥重算出来" in operator.inner_text("main")
    operator.goto(f"/draws/{draw.number}/")
    draw.refresh_from_db()
    assert draw.seed in operator.inner_text("main")
    said = StringIO()
    call_command("draw_verify", draw.number, stdout=said)
    assert "all 1 results follow from the seed" in said.getvalue()
    proof = client.get(f"/api/v1/draws/{draw.number}/proof")
    assert won["link"] in b"".join(proof.streaming_content).decode()


def test_finance_approves_a_bonus_and_wechat_pays_it(enter, client, monkeypatch):  # noqa: F811
    row, ann = budget("红包", "fen", 100_000), people.known("王小满")
    finance, now = enter(Role.FINANCE), timezone.now()
    morning = now.replace(hour=3, minute=0)              # eleven in Beijing, whenever this test runs
    with FakeWeChatPay() as wechat:
        turn_on(monkeypatch, WeChatTransfers(wechat.merchant(notify_url="https://shop.example/x"), seconds=(2, 2)))
        known(ann)
        with transaction.atomic():
            giving.give(now=morning, grants=[giving.Grant(
                customer_id=ann.pk, amount_fen=8_800, key="award:1:1:customer", source=row.address, origin="rule",
                reason="晒单奖励")])

        finance.click("nav >> text=增长")
        finance.click("nav >> text=现金红包")
        assert "1 笔待审批，共 ¥88.00" in finance.inner_text("#state")
        finance.click("a:has-text('待审批')")
        finance.check("tbody [name=pick]")
        finance.click("button:has-text('同意发放')")
        assert "已同意 1 笔" in finance.inner_text(".toast")
        Bonus.objects.update(due_at=morning)
        with transaction.atomic():
            collecting.collect(now=morning)
        sending.ask(transfer_id=Transfer.objects.get().pk, now=morning)
        told = client.get("/api/v1/cash/bonuses", headers=token_of(ann)).json()["bonuses"][0]
        assert (told["state"], told["confirm_with"]["mchId"]) == ("confirm", wechat.mchid)

        number = Transfer.objects.get().number
        wechat.transfers.end(number)
        headers, body = wechat.notice(number)
        assert client.post("/hooks/wechatpay/transfer", body, content_type="application/json",
                           headers=headers).status_code == 204
    finance.goto("/console/cash/?view=sent")
    shown = finance.inner_text("main")
    assert "王小满" in shown
    assert "已到账" in shown
    assert "¥88.00" in shown
    assert client.get("/api/v1/cash/bonuses", headers=token_of(ann)).json()["bonuses"][0]["state"] == "sent"


@pytest.mark.parametrize("width", [390, 1440])
def test_no_page_of_draws_and_cash_is_wider_than_the_window(inside, people, width):
    inside.set_viewport_size({"width": width, "height": 844})
    for path in ("draws/", "draws/new/", "cash/", "cash/?view=approval", "cash/plans/", "cash/plans/new/",
                 "cash/limits/", "cash/comparison/"):
        inside.goto(f"/console/{path}")
        assert inside.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
