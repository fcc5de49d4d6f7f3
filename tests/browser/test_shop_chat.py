"""A customer talks about goods and sends documents; who cannot log in finds the form for everybody."""

from io import BytesIO
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from liuke.customers.models import Customer
from liuke.customers.services import tokens
from liuke.desk.models import Attachment, Ticket, TicketProduct
from liuke.desk.services import talk
from liuke.desk.tests.rows import agent
from liuke.desk.tests.rows import customer as somebody
from liuke.kit.files import keep
from liuke.mall.tests.test_returns import received
from liuke.run.tests.builders import wait_until
from tests.browser.shop import NEWCOMER, button, chip, log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def send_file(page, name, content):
    with page.expect_file_chooser() as chooser:
        page.get_by_label("发送文件").click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})


def test_from_a_product_to_a_matter_about_it_with_a_document_that_opens_again(device, shelf):
    page = device(375)
    page.goto(f"/shop/#/pages/product?code={shelf[0].product.code}")
    page.get_by_label("客服").last.click()
    log_in(page, NEWCOMER)
    button(page, "发送商品").click()
    expect(page.locator(".said.mine .bubble")).to_contain_text(shelf[0].product.name)
    expect(page.get_by_text("您正在看的商品")).to_have_count(0)
    wait_until(TicketProduct.objects.exists, what="the goods of the matter")
    goods = TicketProduct.objects.get()
    assert (goods.product_id, goods.said_by) == (shelf[0].product_id, "customer")

    send_file(page, "发票.pdf", PDF)
    expect(page.locator(".paper")).to_contain_text("发票")
    with page.expect_download() as told:
        page.locator(".paper").click()
    assert Path(told.value.path()).read_bytes() == PDF
    assert told.value.suggested_filename == "发票.pdf"

    send_file(page, "说明.pdf", b"MZ not a document")                  # by its content, not by its name
    expect(page.get_by_text("只收图片")).to_be_visible()
    send_file(page, "程序.exe", b"MZ")
    expect(page.get_by_text("可以发送 PDF").last).to_be_visible()
    assert Attachment.objects.count() == 1


def test_in_a_conversation_one_of_the_orders_is_picked_and_named(device, shelf):
    page = device(375)
    page.goto("/shop/#/service/chat")
    log_in(page, NEWCOMER)
    chip(page, "选择订单").click()
    expect(page.get_by_text("还没有订单")).to_be_visible()
    page.locator(".l-sheet:visible .shut").click()
    with transaction.atomic():
        order = received(by=Customer.objects.get(), of=shelf[1])
    chip(page, "选择订单").click()
    page.locator(".picked:visible", has_text=order.number).click()
    button(page, "发送订单").click()

    expect(page.locator(".said.mine .bubble")).to_contain_text(f"想咨询订单 {order.number}")
    wait_until(TicketProduct.objects.exists, what="the goods of the matter")
    assert TicketProduct.objects.get().line_id == order.lines.get().pk


def test_a_document_that_staff_send_is_opened_and_is_nobody_elses(device, shelf):
    page, paper = device(375), keep(BytesIO(PDF), name="保修单.pdf")
    page.goto("/shop/#/service/chat")
    log_in(page, NEWCOMER)
    page.locator("uni-input.type input").fill("保修单丢了")
    button(page, "发送").click()
    expect(page.locator(".said.mine .bubble")).to_contain_text("保修单丢了")
    wait_until(Ticket.objects.exists, what="the matter")
    with transaction.atomic():
        talk.reply(ticket_id=Ticket.objects.get().pk, staff_id=agent().pk, text="补给您一份", key="k1",
                   now=timezone.now(), pictures=[paper])

    page.reload()
    expect(page.locator(".paper")).to_contain_text("保修单")
    with page.expect_download() as told:
        page.locator(".paper").click()
    assert Path(told.value.path()).read_bytes() == PDF
    with transaction.atomic():
        stranger = tokens.issue_token(customer_id=somebody().pk, now=timezone.now())
    path = f"/api/v1/desk/files/{Attachment.objects.get().pk}"
    assert page.request.get(path, headers={"Authorization": f"Bearer {stranger}"}).status == 404


def test_who_cannot_log_in_finds_the_form_for_everybody(device, shelf):
    page = device(375)
    for path in ("pages/login", "pages/service", "help/list"):
        page.goto(f"/shop/#/{path}")
        page.locator(".l-cell:visible", has_text="登录不了").click()
        page.wait_for_url("**/report/")
        page.go_back()
