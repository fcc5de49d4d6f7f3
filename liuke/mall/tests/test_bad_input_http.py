"""What goes wrong between two requests of a shopper: each a stable code, nothing half-written, and a way on."""

import zlib
from datetime import timedelta
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.mall.models import (
    CartLine,
    Order,
    OrderGroup,
    Payment,
    RepairQuote,
    Reservation,
    Return,
    ReturnPhoto,
    ReturnStep,
    Sku,
    StockLevel,
)
from liuke.mall.services import orders, repairs
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, paid
from liuke.mall.tests.test_api import PLACE, placed, put
from liuke.mall.tests.test_return_refunds import ask, send
from liuke.mall.tests.test_returns import walk
from liuke.org.tests.builders import staff
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
NATIVE = {"provider": "wechat", "way": "native"}
DEMO = {"provider": "demo", "way": "page"}


def wish(door, **fields):
    return {"address_id": door("post", "/addresses", PLACE)[1]["id"], **fields}


def nothing_placed():
    return not (OrderGroup.objects.exists() or Order.objects.exists() or Reservation.objects.exists()
                or Fact.objects.filter(kind="OrderPlaced").exists()
                or StockLevel.objects.exclude(reserved=0).exists())


class TestSinceTheCart:
    def test_a_price_that_rose_is_shown_refused_and_taken_when_it_is_confirmed(self, door, sku):
        line = put(door, sku, 2)[1]["id"]
        Sku.objects.update(list_fen=2500)

        shown, = door("get", "/cart")[1]
        body = wish(door)
        quote = door("post", "/checkout/quote", body)[1]
        status, said = door("post", "/checkout", {**body, "expected_fen": 3980}, key="key-0001")

        assert (shown["seen_fen"], shown["price_fen"]) == (1990, 2500)
        assert (quote["total_fen"], quote["changed"]) == (5000, [line])
        assert (status, said["code"]) == (409, "price_changed")
        assert nothing_placed()
        assert CartLine.objects.get().quantity == 2
        status, group = door("post", "/checkout", {**body, "expected_fen": 5000}, key="key-0001")
        assert (status, group["total_fen"]) == (200, 5000)

    def test_what_went_off_sale_is_shown_without_a_price_and_not_placed(self, door, sku):
        put(door, sku)
        Sku.objects.update(active=False)

        assert door("get", "/cart")[1][0]["price_fen"] is None
        status, said = door("post", "/checkout", wish(door), key="key-0001")

        assert (status, said["code"]) == (409, "not_for_sale")
        assert nothing_placed()

    def test_one_thing_that_is_sold_out_keeps_the_whole_cart(self, door, sku):
        scarce = builders.sku(stock=1)
        put(door, sku)
        put(door, scarce, 2)

        status, said = door("post", "/checkout", wish(door), key="key-0001")

        assert (status, said["code"]) == (409, "out_of_stock")
        assert nothing_placed()
        assert CartLine.objects.count() == 2

    def test_a_key_stands_for_one_wish(self, door, sku):
        group = placed(door, sku)
        put(door, sku, 3)

        status, said = door("post", "/checkout", wish(door, remark="另一份"), key="key-0001")

        assert (status, said["code"]) == (409, "checkout_key_taken")
        assert OrderGroup.objects.get().number == group["number"]
        assert CartLine.objects.get().quantity == 3


def test_each_value_that_makes_no_sense_is_named(door):
    def fields(*call, **more):
        status, said = door(*call, **more)
        assert (status, said["code"]) == (422, "bad_input")
        return [each["field"] for each in said["fields"]]

    assert fields("post", "/cart", {"shop": "a\x00", "sku_id": "x", "quantity": 1.5}) == [
        "body.shop", "body.sku_id", "body.quantity"]
    assert fields("post", "/checkout", {"address_id": 1}) == ["Idempotency-Key"]
    assert fields("get", "/orders", after="x") == ["after"]


class TestPaying:
    def test_after_its_time_a_purchase_is_not_paid_and_its_goods_are_free_again(self, door, sku, cashier):
        number = placed(door, sku, quantity=2)["number"]
        OrderGroup.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        before = door("post", f"/purchases/{number}/pay", DEMO, key="pay-0001")
        with transaction.atomic():
            assert orders.expire(now=timezone.now()) == 1
        after = door("post", f"/purchases/{number}/pay", DEMO, key="pay-0001")

        for status, said in (before, after):
            assert (status, said["code"]) == (409, "not_payable")
        assert not Payment.objects.exists()
        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (10, 0)
        assert door("get", f"/purchases/{number}")[1]["state"] == "cancelled"

    def test_a_key_of_one_way_is_not_for_another(self, door, sku, cashier, wechat):
        number = placed(door, sku)["number"]
        door("post", f"/purchases/{number}/pay", DEMO, key="pay-0001")

        status, said = door("post", f"/purchases/{number}/pay", NATIVE, key="pay-0001")

        assert (status, said["code"]) == (409, "payment_key_taken")
        assert Payment.objects.get().provider == "demo"

    def test_somebody_elses_purchase_cannot_even_be_paid(self, door, cashier):
        other = builders.purchase(now=timezone.now())

        status, said = door("post", f"/purchases/{other.number}/pay", DEMO, key="pay-0001")

        assert (status, said["code"]) == (404, "not_found")
        assert not Payment.objects.exists()

    def test_a_provider_that_is_away_says_so_and_the_same_click_again_succeeds(self, door, sku, wechat):
        number = placed(door, sku)["number"]
        wechat.trouble.append("lose")

        first = door("post", f"/purchases/{number}/pay", NATIVE, key="pay-0001")
        again = door("post", f"/purchases/{number}/pay", NATIVE, key="pay-0001")

        assert (first[0], first[1]["code"]) == (503, "provider_away")
        assert (again[0], again[1]["state"]) == (200, "open")
        assert Payment.objects.count() == 1


@pytest.fixture
def repair(wechat, customer):
    """The customer's piece on the bench, quoted at 88.00."""
    paid(wechat, [(builders.sku(list_fen=20000), 1)], by=customer)
    order = Order.objects.get()
    send(order, 1)
    request = walk(ask(order, "repair"), "approve", "send_back", "receive", "diagnose")
    repairs.quote(request=request, staff_id=staff().pk, diagnosis="马达磨损", amount_fen=8800, now=timezone.now())
    return request


class TestRepair:
    def act(self, door, repair, move):
        return door("post", f"/returns/{repair.number}/act", {"move": move})

    def test_a_quote_is_read_accepted_paid_and_then_repaired(self, door, repair, wechat):
        offered = door("get", f"/returns/{repair.number}")[1]
        assert offered["quotes"] == [{"diagnosis": "马达磨损", "amount_fen": 8800, "under_warranty": False,
                                      "answer": "", "purchase": ""}]
        assert {"accept_quote", "refuse_quote"} <= set(offered["lines"][0]["moves"])

        accepted = self.act(door, repair, "accept_quote")
        assert self.act(door, repair, "accept_quote") == accepted
        bill = accepted[1]["quotes"][0]["purchase"]
        assert door("get", f"/purchases/{bill}")[1]["total_fen"] == 8800
        payment = door("post", f"/purchases/{bill}/pay", NATIVE, key="pay-0001")[1]
        wechat.pay(payment["number"])
        assert deliver(wechat.notice(payment["number"])) == 204
        settle()

        shown = door("get", f"/returns/{repair.number}")[1]
        assert (shown["lines"][0]["claim"], shown["quotes"][0]["answer"]) == ("repairing", "accepted")
        assert door("get", f"/purchases/{bill}")[1]["state"] == "paid"
        status, said = self.act(door, repair, "refuse_quote")
        assert (status, said["code"]) == (409, "return_state")

    def test_a_refused_quote_calls_its_bill_off_and_cannot_be_paid(self, door, repair, wechat):
        bill = self.act(door, repair, "accept_quote")[1]["quotes"][0]["purchase"]

        status, shown = self.act(door, repair, "refuse_quote")

        assert (status, shown["lines"][0]["claim"], shown["quotes"][0]["answer"]) == (200, "not_repaired", "refused")
        status, said = door("post", f"/purchases/{bill}/pay", NATIVE, key="pay-0001")
        assert (status, said["code"]) == (409, "not_payable")
        assert self.act(door, repair, "accept_quote")[1]["code"] == "return_state"

    def test_a_stranger_neither_reads_nor_answers_a_quote(self, door, repair):
        token = tokens.issue_token(customer_id=builders.customer().pk, now=timezone.now())
        stranger = {"Authorization": f"Bearer {token}"}
        steps = ReturnStep.objects.count()

        for method, path, body in (("get", "", None), ("post", "/act", {"move": "accept_quote"}),
                                   ("post", "/act", {"move": "withdraw"})):
            status, said = door(method, f"/returns/{repair.number}{path}", body, headers=stranger)
            assert (status, said["code"]) == (404, "not_found")

        assert (RepairQuote.objects.get().answer, ReturnStep.objects.count()) == ("", steps)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def bomb():
    """A sound PNG header that promises 900 million pixels."""
    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("data", "code"), [
    (bomb(), "picture_too_large"), (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "not_a_picture"),
    (None, "bad_input"),
], ids=["bomb", "drawing", "no file"])
def test_an_upload_that_is_no_photo_leaves_no_file(client, customer, media, data, code):
    line = builders.line(by=customer, state="paid")
    request = Return.objects.create(number="R1", order=line.order, customer=customer, kind="refund", reason="quality",
                                    state="open", key="r1", asked_at=timezone.now())
    token = tokens.issue_token(customer_id=customer.pk, now=timezone.now())
    sent = SimpleUploadedFile("a.png", data, "image/png") if data else "words"

    answer = client.post(f"/api/v1/shop/returns/{request.number}/photos", {"file": sent},
                         headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not ReturnPhoto.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []
