"""A person without an account reports a problem on a phone, reads the answer by the link, and rates. No script runs."""

import re

import pytest
from django.utils import timezone

from liuke.channels.fakes.messenger import FakeMessenger
from liuke.desk.models import Ticket
from liuke.desk.rules import State
from liuke.desk.tests.rows import agent, answer
from liuke.mall.tests.test_console_product import photo
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phones(monkeypatch):
    made = FakeMessenger()
    monkeypatch.setattr("liuke.webform.services.messengers", lambda: {"sms": made})
    return made


def test_a_problem_is_reported_answered_read_and_rated(device, phones, settings, live_server, tmp_path):
    settings.LIUKE_URL, settings.MEDIA_ROOT = live_server.url, tmp_path
    page = device(390, java_script_enabled=False)
    page.goto("/report/")
    page.fill("[name=text]", "保温杯漏水，昨天刚到")
    page.fill("[name=contact]", "12")
    page.wait_for_timeout(2_100)                                  # nobody types faster than that
    page.click("button:has-text('提交')")
    assert "不像一个手机号" in page.inner_text("main")
    assert page.input_value("[name=text]") == "保温杯漏水，昨天刚到"
    page.fill("[name=contact]", "13800138000")
    page.set_input_files("[name=files]", {"name": "杯子.png", "mimeType": "image/png", "buffer": photo().read()})
    page.wait_for_timeout(2_100)
    page.click("button:has-text('提交')")

    ticket = Ticket.objects.get()
    assert ticket.number in page.inner_text("main")
    assert "漏水" not in page.inner_text("main")                   # whoever typed a number is not yet its owner
    answer(ticket, agent(name="小美"), "给您换一个新的", at=timezone.now(), state=State.SOLVED)
    settle()
    told = [text for to, text in phones.sent.values() if to == "+8613800138000"]
    page.goto(re.search(r"http\S+", told[-1])[0])
    assert "给您换一个新的" in page.inner_text("main")
    assert page.locator(".photos img").evaluate("each => each.naturalWidth") > 0
    page.select_option("[name=score]", "5")
    page.click("button:has-text('提交评价')")

    assert "您给了 5 分" in page.inner_text("main")
    assert ticket.ratings.get(suppressed="").score == 5
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
