"""What the shop costs a phone, and a purchase from a friend's link costs the server.

    python -m benches.client [--runs 3] [--newcomers 150]

Chromium opens the built pages over a line and with a processor as Lighthouse's mobile profile has them (fast 3G: 150 ms
a round trip, 1.6 Mbit/s down; a processor four times slower) and with nothing kept from before. Then it buys: a
friend's link, the product, login, address, checkout, the demo's cashier; what it asked of the API is asked again over
HTTP by many newcomers, one call of all after the other, for the CPU of web and its backends of PostgreSQL. Exits with 1
over a limit. Prints tables for docs/benchmarks.md.
"""

import argparse
import json
import os
import re
import secrets
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benches import mall
from benches.customers import database

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"        # Playwright keeps an event loop in this thread
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
PHONE = {"width": 375, "height": 812}
LCP_MS, SCRIPT_BYTES, CALLS, CPU_MS = 2_500, 180_000, 12, 40
API = "/api/v1"
URL = f"http://127.0.0.1:{mall.PORT}"
PAGES = (("home", "/shop/", ".goods-grid"), ("product", "/shop/#/pages/product?code=B1", ".l-price.large"))
WATCH = """new PerformanceObserver(list => { for (const each of list.getEntries()) {
  window.__lcp = each.startTime; window.__what = each.element && (each.element.className || each.element.tagName) } })
  .observe({ type: 'largest-contentful-paint', buffered: true })"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--newcomers", type=int, default=150)
    chosen = options.parse_args()
    with database(), ExitStack() as stack:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        all_of_it = stack.enter_context(mall.installation())
        token = furnish()
        mall.run(lambda who, at: who.get("/products?shop=BENCH"), range(4 * mall.WARM))
        browser = stack.enter_context(chromium())
        over = loads(browser, chosen.runs)
        over += journey(calls_of_browser(browser, token), all_of_it, token, chosen.newcomers)
    for each in over:
        print(f"over the limit: {each}", file=sys.stderr)
    return 1 if over else 0


def furnish() -> str:
    """Thirteen products with real pictures, a front page, and a friend's link to the first product; its token."""
    from django.db import transaction
    from django.utils import timezone
    from PIL import Image

    from liuke.customers.tests.builders import make_customer
    from liuke.kit.pictures import Folder, keep
    from liuke.mall.models import Picture, Product
    from liuke.org.models import Shop
    from liuke.referral.services import links
    from liuke.storefront import services
    from liuke.storefront.rules import Wish

    mall.seed(0, 13)
    for row in Product.objects.order_by("pk"):
        drawn = BytesIO()
        Image.effect_noise((1200, 1200), 12 + row.pk % 20).convert("RGB").save(drawn, "JPEG", quality=85)
        drawn.seek(0)
        Picture.objects.filter(product=row).update(file=keep(drawn, folder=Folder.PUBLIC).file)
    with transaction.atomic():
        services.set_front(shop_id=Shop.objects.get(code="BENCH").pk, hello="新手爸妈的安心之选")
        services.add_block(wish=Wish(kind="banner", title="宝宝的第一年", words="寄修进度可查", leads="coupons"))
        services.add_block(wish=Wish(kind="coupons", title="先领券，再下单"))
        services.add_block(wish=Wish(kind="products", title="精选", codes=tuple(f"B{at}" for at in range(1, 13))))
        return links.link_for(customer_id=make_customer().pk, landing="product", name="", now=timezone.now(),
                              product_id=Product.objects.get(code="B1").pk).token


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


def loads(browser: Browser, runs: int) -> list[str]:
    """How long the largest thing on home and product takes to be there; what is over its limit."""
    print("| page | LCP ms, median of runs | what it is | script bytes, compressed | requests | bytes in all | load |\n"
          + "| --- " * 7 + "|")
    over = []
    for name, path, shows in PAGES:
        found = [load(browser, path, shows) for _ in range(runs)]
        lcp = statistics.median(each.lcp for each in found)
        last = found[-1]
        print(f"| {name} | {lcp:,.0f} ({', '.join(f'{each.lcp:,.0f}' for each in found)}) | {last.what} |"
              f" {last.script:,} | {last.requests} | {last.bytes:,} | {os.getloadavg()[0]:.1f} |", flush=True)
        over += [f"LCP of {name}: {lcp:,.0f} ms"] * (lcp > LCP_MS)
        over += [f"script of {name}: {last.script:,} bytes"] * (last.script > SCRIPT_BYTES)
    return over


@dataclass
class Load:
    lcp: float = 0.0
    what: str = ""
    script: int = 0
    requests: int = 0
    bytes: int = 0
    kinds: dict[str, str] = field(default_factory=dict)


def load(browser: Browser, path: str, shows: str) -> Load:
    """One visit with nothing kept, by a phone of its own, until `shows` is there and all is quiet."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", device_scale_factor=2, service_workers="block")
    page, found = context.new_page(), Load()
    page.add_init_script(WATCH)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def begun(event: dict[str, Any]) -> None:
        found.kinds[event["requestId"]] = event["type"]
        found.requests += 1

    def ended(event: dict[str, Any]) -> None:
        size = int(event["encodedDataLength"])
        found.bytes += size
        found.script += size if found.kinds.get(event["requestId"]) == "Script" else 0

    line.on("Network.requestWillBeSent", begun)
    line.on("Network.loadingFinished", ended)
    page.goto(URL + path, timeout=60_000)
    page.locator(shows).first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle", timeout=60_000)
    page.wait_for_timeout(1_000)
    found.lcp, found.what = page.evaluate("[window.__lcp, String(window.__what)]")
    context.close()
    return found


def calls_of_browser(browser: Browser, token: str) -> list[str]:
    """What a browser asks of the API from opening a friend's link to having paid, in its order."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", service_workers="block")
    page, asked = context.new_page(), list[str]()
    page.set_default_timeout(60_000)
    page.on("request", lambda each: asked.append(f"{each.method} {spoken(each.url)}") if API in each.url else None)
    buy(page, token, "13800138000")
    context.close()
    return asked


def spoken(url: str) -> str:
    return re.sub(r"/(\d[\d-]{9,}|B1)(?=/|$)", "/{}", url.partition("?")[0].partition(API)[2])


def buy(page: Page, token: str, phone: str) -> None:
    from tests.browser.shop import button, log_in, pay_well, write_address

    page.goto(f"{URL}/r/{token}")
    page.get_by_text("进店看看").click()
    page.locator(".l-price.large").wait_for()
    button(page, "立即购买").click()
    page.locator(".l-sheet .choice:visible").first.click()
    button(page, "放入购物车").click()
    log_in(page, phone)
    page.get_by_text("请添加收货地址").click()
    write_address(page)
    button(page, "提交订单").click()
    pay_well(page)


class Newcomer:
    """The same calls without a browser, so that each can be measured over many. The link was opened before."""

    def __init__(self, at: int, token: str) -> None:
        self.sku, self.phone = mall.sku_id(f"B{at % 12 + 1}-1"), f"139{secrets.randbelow(10**8):08}"
        self.key = {"X-Cart-Token": secrets.token_hex(20), "Idempotency-Key": secrets.token_hex(20)}
        self.mine: dict[str, str] = {}
        self.visitor = self.ask(mall.Shopper(), "POST /referral/touches", token=token)["visitor"]

    def ask(self, who: mall.Shopper, door: str, **body: object) -> Any:
        method, _, path = door.partition(" ")
        who.line.request(method, API + path, json.dumps(body) if method == "POST" else None, {
            "Content-Type": "application/json", "X-Forwarded-For": mall.someone(), **self.key, **self.mine})
        answer = who.line.getresponse()
        said = answer.read()
        assert answer.status == 200, said
        return json.loads(said)

    def product(self, who: mall.Shopper) -> None:
        self.ask(who, "GET /shop/products/B1?shop=BENCH")

    def cart(self, who: mall.Shopper) -> None:
        self.ask(who, "POST /shop/cart", shop="BENCH", sku_id=self.sku, quantity=1)

    def code(self, who: mall.Shopper) -> None:
        self.word = self.ask(who, "POST /shop/login/code", phone=self.phone)["code"]

    def login(self, who: mall.Shopper) -> None:
        token = self.ask(who, "POST /shop/login", phone=self.phone, code=self.word)["token"]
        self.mine = {"Authorization": f"Bearer {token}"}

    def visit(self, who: mall.Shopper) -> None:
        self.ask(who, "POST /referral/visitor", visitor=self.visitor)

    def begin(self, who: mall.Shopper) -> None:
        self.ask(who, "GET /shop/checkout")

    def address(self, who: mall.Shopper) -> None:
        self.to = self.ask(who, "POST /shop/addresses", **mall.PLACE)["id"]

    def coupons(self, who: mall.Shopper) -> None:
        self.total = self.ask(who, "POST /shop/checkout/coupons", address_id=self.to)["quote"]["total_fen"]

    def place(self, who: mall.Shopper) -> None:
        self.number = self.ask(who, "POST /shop/checkout", address_id=self.to, expected_fen=self.total)["number"]

    def pay(self, who: mall.Shopper) -> None:
        payment = self.ask(who, f"POST /shop/purchases/{self.number}/pay", provider="demo", way="page")
        self.notice = mall.paid(payment)

    def paid(self, who: mall.Shopper) -> None:
        assert self.ask(who, f"GET /shop/purchases/{self.number}")["state"] == "paid"

    STEPS = {                                        # in the order of the browser, whose calls they must be
        "GET /shop/products/{}": product, "POST /shop/cart": cart, "POST /shop/login/code": code,
        "POST /shop/login": login, "POST /referral/visitor": visit, "GET /shop/checkout": begin,
        "POST /shop/addresses": address, "POST /shop/checkout/coupons": coupons,
        "POST /shop/checkout": place, "POST /shop/purchases/{}/pay": pay, "GET /shop/purchases/{}": paid,
    }


def journey(asked: list[str], all_of_it: dict[str, int], token: str, times: int) -> list[str]:
    """The CPU of each call from link to paid, over so many newcomers; what is over its limit."""
    assert asked == list(Newcomer.STEPS), f"the browser asks for other things than are measured: {asked}"
    for _ in range(2):
        walk(token, mall.WARM, lambda _name, call: call())
        mall.look_anew()
    spent: dict[str, tuple[float, float]] = {}
    walk(token, times, lambda name, call: spent.update({name: mall.measured(all_of_it, call, times)}))
    print("| call, from link to paid | CPU ms | web | PostgreSQL |\n" + "| --- " * 4 + "|")
    in_all = tuple(sum(each) for each in zip(*spent.values(), strict=True))
    for name, used in {**spent, f"{len(asked)} calls": in_all}.items():
        print(f"| {name} | {sum(used):.2f} | {used[0]:.2f} | {used[1]:.2f} |")
    print(f"\nload {os.getloadavg()[0]:.1f}, loop {mall.loop():.2f} ms")
    cpu = sum(in_all)
    return [f"{len(asked)} calls"] * (len(asked) > CALLS) + [f"{cpu:.1f} CPU ms"] * (cpu > CPU_MS)


def walk(token: str, times: int, measure: Callable[[str, Callable[[], None]], object]) -> None:
    """One step of all newcomers after the other. The notice of the cashier is no call of theirs."""
    people = [Newcomer(at, token) for at in range(times)]
    for name, step in Newcomer.STEPS.items():
        if step is Newcomer.paid:
            mall.run(lambda who, at: who.post("/hooks/demo/notify", people[at].notice), range(times))
        measure(name, lambda step=step: mall.run(lambda who, at: step(people[at], who), range(times)))


if __name__ == "__main__":
    sys.exit(main())
