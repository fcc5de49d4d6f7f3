"""The staff's day in the mall where scripts do not run: every page works. And the live board, where they do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.kit import crypto
from liuke.mall.models import Bill, BillDifference, Order, Product, Return, ShopPrice, StockLevel, Warehouse
from liuke.mall.services import balance, fulfilment, returns, settlement
from liuke.mall.services.returns import Ask
from liuke.mall.services.settlement import Party
from liuke.mall.tests import builders as mall
from liuke.mall.tests.test_fulfilment import paid, send
from liuke.run.testing import database_url
from liuke.run.tests.builders import free_port, push_server
from tests.browser.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(chromium, live_server, owner):
    """A page without JavaScript, logged in by the form."""
    context = chromium.new_context(locale="zh-CN", base_url=live_server.url, java_script_enabled=False)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/console/login/")
    page.fill("[name=login]", "lin")
    page.fill("[name=password]", PASSWORD)
    page.click("form button.strong")
    page.wait_for_selector("#nav")
    yield page
    context.close()


@pytest.fixture
def goods(live_server):
    """One product on sale in one shop, with ten pieces in one warehouse."""
    with transaction.atomic():
        return mall.sku(of=mall.product(name="轻薄纸尿裤", code="A1", from_fen=1990, options=["尺码"]), code="A1-L")


def said(page):
    return page.inner_text("main")


def test_goods_prices_stock_and_suppliers(plain, goods):
    product, level = goods.product, StockLevel.objects.get()

    plain.goto(reverse("mall:products"))
    plain.fill("[name=q]", "A1")
    plain.click("button:has-text('查找')")
    plain.check("input[name=pick]")
    plain.click(".bulk button:has-text('下架')")
    assert Product.objects.get().state == "off_sale"
    plain.click("button:has-text('撤销')")                       # undo is a form too
    assert Product.objects.get().state == "on_sale"

    plain.goto(reverse("mall:product", args=[product.pk]) + "?view=about")
    plain.fill("[name=name]", "轻薄纸尿裤 升级版")
    plain.click("button:has-text('保存')")
    assert Product.objects.get().name == "轻薄纸尿裤 升级版"

    plain.goto(reverse("mall:price_shop", args=[mall.shop("MINI").pk]))
    plain.check("input[name=way][value=markup]")
    plain.fill("#usual-value", "30")
    plain.click("form:has(#usual-value) button")
    assert ShopPrice.objects.get().markup_bp == 3000

    plain.goto(reverse("mall:stock_level", args=[level.pk]))
    plain.fill("#receive", "5")
    plain.click("button[value=receive]")
    level.refresh_from_db()
    assert level.on_hand == 15

    plain.goto(reverse("mall:supplier", args=[product.supplier_id]))
    plain.fill("#w-code", "WH9")
    plain.fill("#w-name", "嘉兴仓")
    plain.click("button:has-text('添加仓库')")
    assert Warehouse.objects.filter(code="WH9", supplier=product.supplier).exists()


def test_orders_are_shipped_and_a_return_is_decided(plain, goods):
    with transaction.atomic():
        first, second = (paid(by=mall.customer(name_enc=crypto.encrypt(f"顾客{at}")), of=goods, key=f"k{at}")
                         for at in range(2))
        send(second, "SF900")
        returns.ask(customer_id=second.customer_id, key="r", now=timezone.now(), ask=Ask(
            second.number, "return", "quality", {second.lines.get().pk: 1}, words="魔术贴脱胶"))

    plain.goto(reverse("mall:orders"))
    plain.check(f"input[name=pick][value='{first.number}']")
    plain.click("button:has-text('填运单号')")
    plain.fill("#text", f"{first.number} 顺丰 SF100")
    plain.click("button:has-text('核对')")
    plain.click("button:has-text('发货 1 单')")
    assert Order.objects.get(pk=first.pk).state == "shipped"
    plain.goto(reverse("mall:orders_board"))
    assert "顾客0" in said(plain)

    plain.goto(reverse("mall:returns"))
    plain.click("table >> text=顾客1")
    plain.click("summary:has-text('同意')")
    plain.fill("details[open] textarea", "请寄回上海仓")
    plain.click("details[open] button:has-text('同意')")
    assert Return.objects.get().lines.get().claim == "approved"


def test_statements_reconciliation_and_balances(plain, goods, monkeypatch):
    monkeypatch.setenv("LIUKE_BALANCE", "yes")
    received = datetime(2026, 10, 2, tzinfo=UTC)
    with transaction.atomic():
        order = paid(of=goods)
        send(order, "SF100")
        fulfilment.receive(number=order.number, customer_id=order.customer_id, now=received)
        settlement.settle_order(order_id=order.pk)
        row = settlement.open_statement(party=Party(supplier_id=order.supplier_id), from_on=date(2026, 10, 1),
                                        until_on=date(2026, 11, 1))
        bill = Bill.objects.create(provider="wechat", day_on=received.date(), compared_at=received + timedelta(days=1))
        BillDifference.objects.create(bill=bill, kind="amount", subject="payment", number="G1", ours_fen=100,
                                      theirs_fen=90)

    plain.goto(reverse("mall:statements"))
    plain.click(f"tr:has-text('{row.number}') a")
    plain.click("summary:has-text('关闭结算单')")
    plain.click("details[open] button:has-text('关闭')")
    plain.click("summary:has-text('记为付清')")
    plain.fill("#reference", "B1")
    plain.click("details[open] button:has-text('付清')")
    row.refresh_from_db()
    assert (row.state, row.reference) == ("paid", "B1")

    plain.goto(reverse("mall:bill", args=[bill.pk]))
    plain.fill("[name=explanation]", "渠道手续费")
    plain.click("button:has-text('已查明')")
    assert BillDifference.objects.get().explanation == "渠道手续费"

    plain.goto(reverse("mall:balance", args=[order.customer_id]))
    plain.fill("#amount", "200")
    plain.fill("#reference", "POS-1")
    plain.click("form:has(#amount) button:has-text('核对')")
    plain.click("button:has-text('确认入账')")
    assert balance.balance_of(order.customer_id).free == 20_000


def test_an_open_board_changes_by_itself_when_a_colleague_ships(inside, goods, settings, monkeypatch, live_server):
    with transaction.atomic():
        order = paid(by=mall.customer(name_enc=crypto.encrypt("林小满")), of=goods)
    port = free_port()
    settings.LIUKE_PUSH_URL = f"http://127.0.0.1:{port}"
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
        **settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "connect-src": ["'self'", settings.LIUKE_PUSH_URL]}}
    monkeypatch.setenv("LIUKE_URL", live_server.url)                       # whose pages the server of events lets in
    with push_server(port, database_url()):
        inside.goto(reverse("mall:orders_board"))
        picking = inside.locator(".column", has_text="待发货")
        picking.locator("text=林小满").wait_for()

        with transaction.atomic():
            send(order, "SF100")

        inside.locator(".column", has_text="已发货").locator("text=林小满").wait_for(timeout=20_000)
        assert picking.locator("text=林小满").count() == 0
