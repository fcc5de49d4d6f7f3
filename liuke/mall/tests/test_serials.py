"""Each numbered piece has a story, and its owner reads it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.mall.models import OrderLine, Return, ReturnLine, Serial
from liuke.mall.queries.serials import Numbered, Request, serials_called, serials_of
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def piece(number: str, *, by=None, line: OrderLine | None = None) -> Serial:
    line = line or builders.line(by=by)
    return Serial.objects.create(sku=line.item, number=number, line=line, customer=line.order.customer,
                                 warranty_until=NOW + 700 * DAY)


def repaired(serial: Serial, key: str, *, ago, claim="repaired") -> Return:
    request = Return.objects.create(number=f"R{key}", key=key, order=serial.line.order, customer=serial.customer,
                                    kind="repair", reason="not_working", state="closed", asked_at=NOW - ago,
                                    closed_at=NOW - ago + DAY)
    ReturnLine.objects.create(request=request, line=serial.line, quantity=1, serial=serial, goods="home", claim=claim)
    return request


def test_the_story_of_a_piece_begins_with_the_newest_request():
    serial = piece("SN-1")
    repaired(serial, "1", ago=90 * DAY)
    repaired(serial, "2", ago=9 * DAY, claim="not_repaired")

    assert serials_of(serial.customer_id) == [Numbered(
        "SN-1", serial.sku.code, f"{serial.sku.product.name} {serial.sku.values[0]}", serial.line.order.number,
        serial.customer_id, NOW + 700 * DAY, (
            Request("R2", "repair", NOW - 9 * DAY, NOW - 8 * DAY, "not_repaired"),
            Request("R1", "repair", NOW - 90 * DAY, NOW - 89 * DAY, "repaired")))]


def test_many_pieces_cost_two_statements(django_assert_num_queries):
    customer = builders.customer()
    for at in range(5):
        repaired(piece(f"SN-{at}", by=customer), str(at), ago=DAY)

    with django_assert_num_queries(2):
        found = serials_of(customer.pk)

    assert [each.number for each in found] == ["SN-4", "SN-3", "SN-2", "SN-1", "SN-0"]


def test_staff_find_a_piece_however_its_number_is_written():
    one, other = piece("AB-12"), piece("ab-12")
    piece("AB-123")

    assert [each.customer_id for each in serials_called(" aB-12 ")] == [other.customer_id, one.customer_id]


def test_a_customer_sees_their_own_pieces_only(client):
    mine, _theirs = piece("SN-1"), piece("SN-2")
    token = tokens.issue_token(customer_id=mine.customer_id, now=timezone.now())

    answer = client.get("/api/v1/shop/serials", headers={"Authorization": f"Bearer {token}"})

    assert [each["number"] for each in answer.json()] == ["SN-1"]
    assert "customer_id" not in answer.json()[0]
    assert client.get("/api/v1/shop/serials").status_code == 401
