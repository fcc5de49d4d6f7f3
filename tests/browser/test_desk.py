"""The desk at night and by day, in real browsers: two agents, a manager, and a customer with a phone."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.channels.fakes.messenger import FakeMessenger
from liuke.desk.models import CallStep, Macro, Message, Rating, Ticket, WorkCalendar
from liuke.desk.services import calling, duty, promises
from liuke.desk.services.duty import Turns
from liuke.desk.services.promises import SERVICE, Hours
from liuke.desk.tests.rows import customer, say, ticket_of
from liuke.mall.tests.test_console_product import photo
from liuke.org.models import Staff
from liuke.org.rules import Role
from liuke.run.tests.builders import wait_until
from liuke.timeline.testing import settle
from tests.browser.shop import button

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ZONE = "Asia/Shanghai"
PATIENCE = 60_000                        # milliseconds; three browsers and two servers share the machine


@pytest.fixture
def phones(monkeypatch):
    made = FakeMessenger()
    monkeypatch.setattr(calling, "messengers", lambda: {"sms": made})
    return made


@pytest.fixture
def mei(enter):
    page = enter(Role.AGENT, "mei", "梅", phone="+8613900000001")
    page.set_default_timeout(PATIENCE)
    return page


@pytest.fixture
def qing(enter):
    page = enter(Role.AGENT, "qing", "青")
    page.set_default_timeout(PATIENCE)
    return page


@transaction.atomic
def night_falls():
    """Whatever the time is: the desk opens in seven hours at the earliest, until then 梅 is on duty alone."""
    now = timezone.now()
    opens, closes = (f"{timezone.localtime(now) + timedelta(hours=hours):%H}:00" for hours in (8, 16))
    promises.set_up(now=now)
    promises.save_calendar(calendar_id=WorkCalendar.objects.get(name=SERVICE).pk, name=SERVICE, now=now,
                           hours=Hours(zone=ZONE, weekly=[[[opens, closes]]] * 7))
    for name, who, hours in (("夜班", "mei", [closes, opens]), ("白班", "qing", [opens, closes])):
        duty.save_rotation(name=name, now=now, turns=Turns(
            starts_on=(now - timedelta(days=3)).date(), turns=[[Staff.objects.get(username=who).pk]],
            weekly=[[hours]] * 7, zone=ZONE))


def steps_of_the_call():
    return list(CallStep.objects.order_by("position").values_list("way", "target", "due_at"))


def call_after(minutes):
    with transaction.atomic():
        calling.call_due(now=timezone.now() + timedelta(minutes=minutes))
    settle()


def the_steps_stay_as_they_were(roster):
    """Whoever changes the steps of calls while one runs changes the next one; three minutes later this goes on."""
    steps = steps_of_the_call()
    roster.goto("/console/desk/roster/")
    for row in range(2, 6):
        roster.fill(f".cells tbody tr:nth-child({row + 1}) [name=minutes]", str(100 + row))
    roster.click("button:has-text('保存呼叫步骤')")
    roster.wait_for_selector(".toast")
    assert [step[0] for step in duty.call_rules()] == [0, 0, 102, 103, 104, 105]
    assert steps_of_the_call() == steps
    call_after(3)


def rate_it(page, phone, case):
    """The customer opens the case in the shop, as it was built, and says how it went."""
    page.goto("/shop/")
    page.evaluate("token => localStorage.setItem('liuke:token', JSON.stringify({type: 'string', data: token}))",
                  phone.http.headers["Authorization"].removeprefix("Bearer "))
    page.goto(f"/shop/#/service/case?number={case}")
    page.reload()
    page.locator(".l-stars:visible [role=radio]").nth(4).click()
    page.locator(".reason:visible", has_text="回复快").click()
    page.locator("uni-textarea:visible textarea").first.fill("半夜也有人，放心")
    button(page, "提交评价").click()
    page.get_by_text("您的评价").wait_for()


@pytest.fixture
def at_night(mei, qing):
    """The pages of 梅, who has three matters and is on duty, and of 青, who is not."""
    night_falls()
    for at, words in enumerate(("快递三天没动了", "奶瓶怎么洗", "想退货")):
        say(customer(name=f"顾客{at}"), words, at=timezone.now() - timedelta(minutes=40 - at))
    settle()
    return mei, qing


@pytest.fixture
def mother(shelf, shopper, device):
    """A customer: what her phone says to the API, and the shop open on it."""
    return shopper(), device(375)


def test_a_night_shift_from_a_word_of_danger_to_a_rating(inside, at_night, mother, push, phones):
    (mei, qing), (phone, shop) = at_night, mother
    inside.goto("/console/desk/board/")
    mei.goto("/console/desk/tickets/?list=mine")
    qing.goto("/console/desk/tickets/?list=urgent")
    assert mei.locator("#tickets tbody tr").count() == 3

    # it jumps the queue and somebody is called: every open page shows it by itself
    case = phone.post("/desk/messages", {"text": "纸尿裤用了两天，宝宝过敏起红疹"})["case"]
    settle()
    mei.wait_for_selector("#tickets tbody tr:first-child.danger:has-text('过敏起红疹')")
    mei.wait_for_selector(".notices:has-text('险情，请马上处理')")
    qing.wait_for_selector("#tickets tbody tr.danger")
    inside.wait_for_selector(f"main .note.bad:has-text('{case}')")
    assert "正在呼叫" in inside.inner_text("main .note.bad")

    the_steps_stay_as_they_were(inside.context.new_page())
    assert list(phones.sent.values()) == [("+8613900000001", f"紧急工单 {case} 需要您马上处理，请打开工作台。")]

    # still nobody: the manager is asked to phone, then the next person is called
    call_after(6)
    inside.wait_for_selector(".notices:has-text('请打电话给梅')")
    assert qing.locator(".notices:has-text('险情，请马上处理')").count() == 0
    call_after(11)
    qing.wait_for_selector(".notices:has-text('险情，请马上处理')")

    # 梅 answers: the call ends everywhere
    mei.click("#tickets tr.danger a")
    mei.wait_for_selector("#answer")
    assert "请先确认人是否安全" in mei.inner_text("#ticket-head")
    mei.keyboard.press("r")
    mei.keyboard.type("请先停用。宝宝现在有没有发热？")
    mei.keyboard.press("Control+Enter")
    mei.wait_for_selector(".talk li.staff:has-text('请先停用')")
    inside.wait_for_selector("main .note.bad", state="detached")
    assert phone.get("/desk/messages")["messages"][0]["text"] == "请先停用。宝宝现在有没有发热？"
    assert phone.get(f"/desk/cases/{case}")["taken_by"] == "梅"
    with transaction.atomic():
        assert calling.call_due(now=timezone.now() + timedelta(hours=1)) == 0

    # solved and rated
    phone.post("/desk/messages", {"text": "没有发热，停用以后好多了"})
    mei.wait_for_selector(".talk li.customer:has-text('好多了')")
    mei.fill("#text", "太好了，已为您退款。")
    mei.click("button:has-text('发送并解决')")
    mei.wait_for_selector(".toast:has-text('已回复并解决')")
    settle()
    assert phone.get(f"/desk/cases/{case}")["rate_until"]
    inside.goto(f"/console/desk/tickets/{case}/")
    inside.wait_for_selector("summary:has-text('操作轨迹')")
    rate_it(shop, phone, case)
    inside.click("summary:has-text('操作轨迹')")
    inside.wait_for_selector("aside li:has-text('客户评价 5')", state="attached")
    rating = Rating.objects.get()
    assert (rating.score, rating.reasons, rating.staff.name) == (5, ["fast"], "梅")


def test_two_agents_on_one_ticket_and_a_connection_that_breaks(mei, qing, shopper, push):
    phone = shopper()
    case = phone.post("/desk/messages", {"text": "推车的轮子裂了"})["case"]
    mei.goto("/console/desk/tickets/?list=open")
    mei.keyboard.press("j")
    mei.keyboard.press("Enter")
    mei.wait_for_url(f"**/tickets/{case}/")
    mei.keyboard.press("?")
    assert "写内部备注" in mei.inner_text("#keys")
    mei.keyboard.press("Escape")

    # each sees the other; what is typed is kept
    qing.goto(f"/console/desk/tickets/{case}/")
    qing.wait_for_selector("text=梅 也在看")
    mei.wait_for_selector("text=青 也在看")
    mei.keyboard.press("r")
    mei.keyboard.type("请拍一下批号")
    qing.wait_for_selector("text=梅 正在回复")
    mei.wait_for_selector("[data-saved]:not([hidden])")
    mei.reload()
    assert mei.input_value("#text") == "请拍一下批号"

    # what the one has sent stands on the screen of the other, and is no reason to stop
    qing.wait_for_selector("#answer")
    qing.fill("#text", "我来处理")
    qing.keyboard.press("Control+Enter")
    mei.wait_for_selector(".talk li.staff:has-text('我来处理')")

    # without a connection nothing goes out past what was not read, and nothing is lost
    push.stop()
    phone.post("/desk/messages", {"text": "左前轮"}, key="in-the-dark-1")
    mei.fill("#text", "请拍一下批号")
    mei.click("#answer [data-main]")
    mei.wait_for_selector(".note.bad:has-text('有了新的消息')")
    assert mei.input_value("#text") == "请拍一下批号"
    assert "左前轮" in mei.inner_text(".talk")
    qing.wait_for_selector("#lost:not([hidden])", timeout=60_000)
    assert "左前轮" not in qing.inner_text(".talk")
    push.start()
    qing.wait_for_selector(".talk li.customer:has-text('左前轮')", timeout=60_000)
    qing.wait_for_selector("#lost", state="hidden")
    mei.click("#answer [data-main]")
    qing.wait_for_selector(".talk li.staff:has-text('请拍一下批号')", timeout=60_000)
    assert Message.objects.filter(author="staff").count() == 2


def test_the_inbox_by_hand(inside, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    who, now = customer(name="王小满"), timezone.now()
    first = ticket_of(say(who, "奶瓶裂了", at=now, thread="a"))
    second = ticket_of(say(who, "还是那个奶瓶", at=now, thread="b"))
    say(who, "另外快递少了一件", at=now, thread="b")
    other = ticket_of(say(customer(name="李思琪"), "推车轮子响", at=now))
    inside.goto("/console/desk/tickets/?list=open")

    # found by what was said; many at once; a filter that is kept
    inside.fill(".finder [name=q]", "轮子")
    inside.keyboard.press("Enter")
    inside.wait_for_selector("#tickets >> text=李思琪")
    assert inside.locator("#tickets tbody tr").count() == 1
    inside.check(f"[name=pick][value='{other.number}']")
    inside.fill(".bulk [name=tag]", "推车")
    inside.click(".bulk [value=tag]")
    inside.wait_for_selector("#tickets .tag:has-text('推车')")
    inside.goto("/console/desk/tickets/?list=open&tag=推车")
    inside.click("summary:has-text('保存筛选')")
    inside.fill(".keep [name=name]", "推车的")
    inside.click(".keep button")
    inside.wait_for_selector(".chip[aria-current=page]:has-text('推车的')")

    # a picture goes out; one matter of two is split, the rest merged, and all undone
    inside.goto(f"/console/desk/tickets/{second.number}/")
    inside.set_input_files("#answer input[type=file]", {
        "name": "轮子.jpg", "mimeType": "image/jpeg", "buffer": photo().read()})
    assert "轮子.jpg" in inside.inner_text("[data-files]")
    inside.fill("#text", "是这一款吗")
    inside.click("#answer [data-main]")
    inside.wait_for_selector(".talk .photos img")
    drawn = "document.querySelector('.talk .photos img').naturalWidth > 0"
    wait_until(lambda: inside.evaluate(drawn), what="the picture")
    inside.check(".talk .split-pick input", force=True)
    inside.click("summary:has-text('更多')")
    inside.click("button:has-text('拆成新工单')")
    inside.wait_for_selector(".toast:has-text('已拆成新的工单')")
    assert "另外快递少了一件" in inside.inner_text(".talk")
    inside.goto(f"/console/desk/tickets/{second.number}/")
    inside.click("summary:has-text('更多')")
    inside.click("button:has-text('并入另一张工单')")
    inside.fill("#into", first.number)
    inside.click("#merge button:has-text('合并')")
    inside.wait_for_url(f"**/{first.number}/")
    assert "还是那个奶瓶" in inside.inner_text(".talk")
    inside.click(".toast >> text=撤销")
    inside.wait_for_url(f"**/{second.number}/")

    # solved, and taken up again
    inside.click("summary:has-text('更多')")
    inside.click(".float button:has-text('已解决')")
    inside.wait_for_selector("#ticket-head .pill:has-text('已解决')")
    inside.click("summary:has-text('更多')")
    inside.click(".float button:has-text('待处理')")
    inside.wait_for_selector("#ticket-head .pill:has-text('待处理')")
    second.refresh_from_db()
    assert (second.state, second.done_at, Ticket.objects.count()) == ("open", None, 4)


def test_a_double_click_sends_a_form_once(inside):
    inside.goto("/console/macros/new/")
    inside.fill("[name=name]", "问批号")
    inside.fill("[name=text]", "请拍一下批号")
    inside.dblclick("button[data-main]")
    inside.wait_for_url("**/macros/")

    assert inside.locator("table >> text=问批号").count() == 1
    assert Macro.objects.count() == 1
