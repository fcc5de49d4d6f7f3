"""Drives the distribution's Chromium against a live server. `make browser` runs it; skipped when there is none."""

import os
import shutil
from contextlib import ExitStack

import pytest

from liuke.channels.demo import DemoCashier
from liuke.channels.fakes.wechatpay import FakeWeChatPay
from liuke.channels.messaging import LogOnly
from liuke.channels.wechatpay import WeChatPayProvider
from liuke.console.tests import builders
from liuke.customers.services import tokens
from liuke.mall.tests.cashbox import turn_on
from liuke.org.rules import Role
from liuke.org.tests import builders as org
from liuke.run.testing import database_url
from liuke.run.tests.builders import free_port, push_server
from liuke.storefront import pages
from tests.browser.shop import open_shop
from tests.browser.shopper import Shopper

# Playwright's synchronous interface keeps an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PASSWORD = "a-long-password"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def chromium():
    """One for each file of tests: what a browser gathers or breaks does not reach the next file."""
    sync_api = pytest.importorskip("playwright.sync_api")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium, live_server):
    made = chromium.new_context(locale="zh-CN", base_url=live_server.url, viewport={"width": 1440, "height": 900})
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def tab(context):
    """A page that fails the test when a script fails or the content security policy is broken."""
    page = context.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert wrong == []


@pytest.fixture
def owner(live_server):
    return org.staff("lin", role=Role.OWNER, name="林小满", password=PASSWORD)


@pytest.fixture
def inside(tab, owner):
    """The same page after logging in through the form."""
    tab.goto("/console/")
    tab.fill("[name=login]", "lin")
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#nav")
    return tab


@pytest.fixture
def people(live_server):
    """A few customers with a phone, a tag, an order and a story."""
    made = [builders.known("王小满"), builders.known("李思琪", "13900005678"), builders.known("Anastasia " * 5, "")]
    builders.tagged(made[0], "新手妈妈")
    order = builders.order(made[0], "D8821")
    builders.fact(made[0], key="paid", data={"order_id": order.pk, "total_fen": 12_800, "source": "import"})
    return made


@pytest.fixture
def enter(chromium, live_server):
    """Log a member of staff in on a page of their own; `enter(Role.FINANCE)`, `enter(Role.AGENT, "mei", "梅")`."""
    made = []

    def login(role, username="", name="某人", **fields):
        username = username or str(role)
        org.staff(username, role=role, name=name, password=PASSWORD, **fields)
        made.append(chromium.new_context(locale="zh-CN", base_url=live_server.url))
        page = made[-1].new_page()
        page.set_default_timeout(20_000)
        page.goto("/console/login/")
        page.fill("[name=login]", username)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#nav")
        return page

    yield login
    for context in made:
        context.close()


class Push:
    """The server of live pages as a process of its own. It can go away, and come back at the same place."""

    def __init__(self, origin):
        self.origin, self.port, self.running = origin, free_port(), ExitStack()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        self.running.enter_context(push_server(self.port, database_url(), LIUKE_URL=self.origin))

    def stop(self):
        self.running.close()


@pytest.fixture
def push(live_server, settings):
    """Pages that are opened from now on are live."""
    server = Push(live_server.url)
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "connect-src": ["'self'", server.url]}}
    settings.LIUKE_PUSH_URL = server.url
    server.start()
    yield server
    server.stop()


@pytest.fixture
def shopper(live_server, settings, monkeypatch):
    """A customer who logs in over HTTP; `shopper("13800138001")`."""
    settings.LIUKE_DEMO = True                           # tells the code that a message would bring
    monkeypatch.setattr(tokens, "messengers", lambda: {"sms": LogOnly("sms")})
    made = []

    def login(phone="13800138001"):
        made.append(Shopper(live_server.url, phone))
        return made[-1]

    yield login
    for each in made:
        each.http.close()


@pytest.fixture
def wechat(monkeypatch):
    with FakeWeChatPay() as fake:
        turn_on(monkeypatch, WeChatPayProvider(fake.merchant(), seconds=(2, 2)))
        yield fake


@pytest.fixture
def shelf(live_server, settings, monkeypatch, tmp_path):
    """The shop that customers open, with goods of two suppliers, and a cashier on which no money moves."""
    assert (pages.BUILT / "index.html").exists(), "build the shop first: make shop"
    settings.LIUKE_DEMO, settings.LIUKE_URL, settings.MEDIA_ROOT = True, live_server.url, tmp_path
    monkeypatch.setattr(tokens, "messengers", lambda: {"sms": LogOnly("sms")})
    turn_on(monkeypatch, DemoCashier())
    return open_shop()


@pytest.fixture
def device(chromium, live_server):
    """`device(width)`: a customer's browser; the test fails when a script fails or the content policy is broken."""
    made, wrong = [], []

    def take(width=375, **more):
        height = 812 if width < 700 else 900
        made.append(chromium.new_context(locale="zh-CN", base_url=live_server.url,
                                         viewport={"width": width, "height": height}, **more))
        made[-1].set_default_timeout(20_000)
        page = made[-1].new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
        return page

    yield take
    for context in made:
        context.close()
    assert wrong == []
