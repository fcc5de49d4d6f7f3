"""A customer says which goods a matter is about; nobody says it of another's, nor with another's order."""

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.desk.models import TicketProduct
from liuke.desk.services.products import BY_STAFF, say_product
from liuke.desk.tests.test_api import Phone
from liuke.mall.tests import builders as mall

pytestmark = pytest.mark.django_db


def put(phone, number, product, order=""):
    return phone.client.put(f"/api/v1/storefront/cases/{number}/goods", {"product": product, "order": order},
                            content_type="application/json", headers=phone.headers(""))


def test_the_ticket_carries_the_goods_and_the_order_until_the_staff_knows_better(client):
    mine = Phone(client)
    bought, other = mall.sku(), mall.sku()
    with transaction.atomic():
        order = mall.placed(by=mine.who, of=bought).orders.get()
    number = mine.post("/messages", {"text": "漏水"}).json()["case"]

    assert put(mine, number, other.product.code).status_code == 200
    row = TicketProduct.objects.get()
    assert (row.product_id, row.line_id, row.said_by) == (other.product_id, None, "customer")

    for _ in range(2):
        assert put(mine, number, bought.product.code, order.number).status_code == 200
    row = TicketProduct.objects.get()
    assert (row.product_id, row.line_id) == (bought.product_id, order.lines.get().pk)
    assert row.ticket.log.filter(kind="product").count() == 2

    say_product(ticket_id=row.pk, product_id=other.product_id, said_by=BY_STAFF, now=timezone.now())
    put(mine, number, bought.product.code, order.number)
    assert TicketProduct.objects.get().product_id == other.product_id


def test_goods_that_are_not_there_and_what_is_anothers_are_the_same_refusal(client):
    mine, theirs = Phone(client), Phone(client)
    sku = mall.sku()
    with transaction.atomic():
        order = mall.placed(by=theirs.who, of=sku).orders.get()
    number = mine.post("/messages", {"text": "在吗"}).json()["case"]

    for asked in ((mine, number, "GONE"), (mine, number, sku.product.code, order.number),
                  (theirs, number, sku.product.code)):
        assert put(*asked).status_code == 404
    assert client.put("/api/v1/storefront/cases/S1/goods", {}, content_type="application/json").status_code == 401
    assert not TicketProduct.objects.exists()
