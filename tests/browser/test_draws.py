"""An operator holds a draw, a customer draws, everybody checks; finance lets a bonus go and WeChat pays it."""

from datetime import timedelta
from io import StringIO

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from liuke.cash.models import Bonus, Transfer
from liuke.cash.services import collecting, giving, sending
from liuke.cash.tests.builders import known, turn_on
from liuke.channels.fakes.wechatpay import FakeWeChatPay
from liuke.channels.wechatpay_transfers import WeChatTransfers
from liuke.customers.models import Customer
from liuke.draws.models import Draw, Prize, Ticket
from liuke.draws.services import ending
from liuke.org.rules import Role
from liuke.timeline.testing import settle
from tests.browser.test_coupons import budget

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def travel(monkeypatch, hours):
    """It is so much later from now on, for the server too."""
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(hours=hours))


def local(hours):
    return (timezone.localtime() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def publish(operator):
    """The draft through the form, with a mistake and a second thought on the way."""
    operator.click("nav >> text=增长")
    operator.click("nav >> text=抽奖")
    operator.click("text=新建抽奖 >> nth=0")
    for name, value in {
        "name": "双十一转盘", "opens_at": local(1), "closes_at": local(9), "rules": "每天一次，当场到账。",
        "contact": "小满母婴 400-000-0000", "prize-0-name": "一百积分", "prize-0-amount": "100", "prize-0-count": "5",
        "prize-0-odds": "99%", "prize-5-odds": "2%",
    }.items():
        operator.fill(f"[name={name}]", value)
    operator.select_option("[name=points_budget]", label="抽奖积分 · 余 10,000 积分")
    operator.click("button:has-text('保存草稿')")
    assert "概率之和多出 1%" in operator.inner_text("main")
    operator.fill("[name=prize-5-odds]", "1%")
    operator.click("button:has-text('保存草稿')")
    operator.click("button:has-text('公示')")
    assert "都不能再改" in operator.inner_text("#asking")
    operator.keyboard.press("Escape")
    assert Draw.objects.get().state == "draft"
    operator.click("button:has-text('公示')")
    operator.click("#asking [value=yes]")
    operator.wait_for_selector("a:has-text('公示页')")
    return Draw.objects.get()


def test_a_draw_from_the_draft_to_the_check(enter, shopper, live_server, monkeypatch):
    budget("抽奖积分", "points", 10_000)
    operator, ann = enter(Role.OPERATOR), shopper()
    draw = publish(operator)
    assert draw.seed_hash in operator.inner_text("main")
    operator.goto(f"/draws/{draw.number}/")
    shown = operator.inner_text("main")
    assert all(words in shown for words in ("一百积分", "99%", "1%", draw.seed_hash, "即将开始"))

    play = f"/draws/{draw.number}/play"
    assert ann.post(play, status=409)["code"] == "draw_closed"
    travel(monkeypatch, 2)
    told = ann.get(f"/draws/{draw.number}")
    assert (told["phase"], told["usable"], [each["odds_told"] for each in told["prizes"]]) == ("open", 1, ["99%", "1%"])
    assert [(each["begin"], each["end"]) for each in told["segments"]] == [(0, 180), (180, 360)]
    won = ann.post(play, {"nonce": "my-phone"}, key="the-click")
    assert ann.post(play, {"nonce": "my-phone"}, key="the-click") == won
    assert ann.post(play, status=409)["code"] == "draw_no_ticket"
    settle()
    stop, = [each for each in told["segments"] if each["position"] == won["prize"]["position"]]
    assert stop["begin"] < won["angle"] < stop["end"]
    assert ann.get("/loyalty/points")["available"] == (100 if won["won"] else 0)
    if won["won"]:
        assert ann.get("/loyalty/points/history")["entries"][0]["why"] == "抽奖“双十一转盘”中奖"
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
    assert won["link"] in httpx.get(f"{live_server.url}/api/v1/draws/{draw.number}/proof").text

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")        # past the trigger that forbids it
        Ticket.objects.update(prize=Prize.objects.exclude(position=won["prize"]["position"]).get())
    operator.goto(f"/console/draws/{draw.pk}/check/")
    shown = operator.inner_text("main")
    assert "有结果不是由密钥算出的，数据可能被改动过" in shown
    assert "券号 1 的记录是" in shown
    with pytest.raises(CommandError, match="1 of 1 results do not follow"):
        call_command("draw_verify", draw.number, stderr=StringIO())


def test_finance_approves_a_bonus_and_wechat_pays_it(enter, shopper, client, monkeypatch):
    row, ann = budget("红包", "fen", 100_000), shopper()
    finance, now = enter(Role.FINANCE), timezone.now()
    morning = now.replace(hour=3, minute=0)              # eleven in Beijing, whenever this test runs
    with FakeWeChatPay() as wechat:
        turn_on(monkeypatch, WeChatTransfers(wechat.merchant(notify_url="https://shop.example/x"), seconds=(2, 2)))
        known(Customer.objects.get())
        with transaction.atomic():
            giving.give(now=morning, grants=[giving.Grant(
                customer_id=Customer.objects.get().pk, amount_fen=8_800, key="award:1:1:customer", source=row.address,
                origin="rule", reason="晒单奖励")])

        finance.click("nav >> text=增长")
        finance.click("nav >> text=现金红包")
        assert "1 笔待审批，共 ¥88.00" in finance.inner_text("#state")
        finance.click("a:has-text('待审批')")
        finance.check("tbody [name=pick]")
        finance.click("button:has-text('同意发放')")
        finance.click("#asking [value=yes]")
        finance.wait_for_selector(".toast:has-text('已同意 1 笔')")
        Bonus.objects.update(due_at=morning)
        with transaction.atomic():
            collecting.collect(now=morning)
        sending.ask(transfer_id=Transfer.objects.get().pk, now=morning)
        told = ann.get("/cash/bonuses")["bonuses"][0]
        assert (told["state"], told["confirm_with"]["mchId"]) == ("confirm", wechat.mchid)

        number = Transfer.objects.get().number
        wechat.transfers.end(number)
        headers, body = wechat.notice(number)
        assert client.post("/hooks/wechatpay/transfer", body, content_type="application/json",
                           headers=headers).status_code == 204
    finance.goto("/console/cash/?view=sent")
    shown = finance.inner_text("main")
    assert "已到账" in shown
    assert "¥88.00" in shown
    assert ann.get("/cash/bonuses")["bonuses"][0]["state"] == "sent"
