"""The staff's day in the mall, in a real browser: ship twenty orders at once, decide a return, settle a transfer."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.kit import crypto
from liuke.mall.models import MadeFile, Order, Return, Shipment
from liuke.mall.services import fulfilment, made_files, returns
from liuke.mall.services.returns import Ask
from liuke.mall.tests import builders as mall
from liuke.mall.tests.test_fulfilment import paid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def waiting(live_server):
    """Twenty-one paid orders of one product that wait to be sent."""
    with transaction.atomic():
        nappies = mall.sku(of=mall.product(name="轻薄纸尿裤", care="避免暴晒。"), stock=100)
        buyers = [mall.customer(name_enc=crypto.encrypt(f"顾客{at:02}")) for at in range(21)]
        return [paid(by=buyer, of=nappies, key=f"k{at}") for at, buyer in enumerate(buyers)]


def test_ship_twenty_orders_at_once(inside, waiting):
    inside.goto("/console/mall/orders/")
    assert "21 单待发货" in inside.inner_text("#state")
    for order in waiting[:20]:
        inside.check(f"input[name=pick][value='{order.number}']")
    assert inside.inner_text("[data-picked]") == "20"
    inside.click("button:has-text('填运单号')")
    assert inside.input_value("#text").count("\n") == 19

    lines = [f"{order.number}\t顺丰速运\tSF10000000{at:02}" for at, order in enumerate(waiting[:20])]
    inside.fill("#text", "\n".join([*lines, f"{waiting[20].number} 顺丰 SF1000000000"]))
    inside.click("button:has-text('核对')")
    said = inside.inner_text("#state")
    assert ("20 单可以发货" in said, "1 行有问题" in said) == (True, True)
    assert "这个运单号在上面已用于另一个订单" in inside.inner_text("main")
    inside.click("button:has-text('发货 20 单')")

    assert "20 单已发货" in inside.inner_text("#state")
    assert waiting[20].number in inside.input_value("#text")
    assert Shipment.objects.filter(state="shipped", carrier="SF").count() == 20
    assert Order.objects.filter(state="shipped").count() == 20
    inside.goto("/console/mall/orders/")
    assert "1 单待发货" in inside.inner_text("#state")


def test_labels_and_cards_of_many_orders_are_one_file_that_a_job_makes(inside, waiting):
    inside.goto("/console/mall/orders/")
    inside.check("thead .pick input")
    inside.click("button:has-text('面单和卡片')")
    assert "已完成 0 / 21" in inside.inner_text("main")
    made_files.make(file_id=MadeFile.objects.get().pk)
    inside.goto(reverse("mall:made_files"))
    inside.click("main table a")
    with inside.expect_response(lambda answer: answer.url.endswith("/get/")) as told:
        inside.click("text=打开文件")

    assert told.value.headers["content-type"] == "application/pdf"


def test_decide_a_return(inside, waiting):
    order, now = waiting[0], timezone.now()
    with transaction.atomic():
        parcel = fulfilment.pack(order_id=order.pk, key="p", now=now)
        fulfilment.ship(shipment_id=parcel.pk, carrier="SF", tracking="SF1", now=now)
        returns.ask(customer_id=order.customer_id, key="r", now=now, ask=Ask(
            order.number, "return", "quality", {order.lines.get().pk: 1}, words="魔术贴脱胶"))

    inside.goto("/console/mall/returns/")
    inside.click("table >> text=顾客00")
    assert "魔术贴脱胶" in inside.inner_text("main")
    inside.click("summary:has-text('拒绝')")
    inside.click("details[open] button:has-text('拒绝')")            # the browser asks for the reason
    assert Return.objects.get().decided_at is None
    inside.click("summary:has-text('拒绝')")
    inside.keyboard.press("e")
    inside.fill("details[open] textarea", "请寄回上海仓，运费我们出")
    inside.click("details[open] button:has-text('同意')")

    assert "已记下：同意" in inside.inner_text(".toast")
    assert "请寄回上海仓，运费我们出" in inside.inner_text(".story")
    assert Return.objects.get().decided_at is not None
    assert inside.is_visible("summary:has-text('收到货了')")


def test_the_board_and_an_order_by_keyboard(inside, waiting):
    inside.goto(reverse("mall:orders_board"))
    inside.click(".column >> text=顾客00")
    inside.wait_for_selector("h1")
    inside.keyboard.press("e")
    inside.fill("#ship [name=carrier]", "中通")
    inside.fill("#ship [name=tracking]", "ZT 778899")
    inside.click("#ship button:has-text('发货')")

    assert "已发货" in inside.inner_text("h1")
    assert "中通快递" in inside.inner_text("main")
    assert Shipment.objects.get().tracking == "ZT778899"


@pytest.mark.parametrize("width", [390, 1024])
def test_an_order_and_a_request_are_not_wider_than_the_window(inside, waiting, width):
    order, now = waiting[0], timezone.now()
    with transaction.atomic():
        fulfilment.pack(order_id=waiting[1].pk, key="p", now=now)
        asked = returns.ask(customer_id=order.customer_id, key="r", now=now, ask=Ask(
            order.number, "refund", "quality", {order.lines.get().pk: 1}, words="很长的说明" * 60))
    inside.set_viewport_size({"width": width, "height": 844})
    for path in (f"orders/{order.number}/", f"orders/{waiting[1].number}/", f"returns/{asked.number}/", "returns/"):
        inside.goto(f"/console/mall/{path}")
        assert inside.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
