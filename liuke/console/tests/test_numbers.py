"""A number of thousands of digits, which Python itself refuses to read, is no row's at any door of the staff."""

from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.desk.models import Department, KindCertificate
from liuke.desk.services import assist, routing
from liuke.desk.tests.rows import agent, customer, say, ticket_of
from liuke.mall.tests.builders import sku
from liuke.training.models import Drill
from liuke.training.tests.test_learning import course, script

pytestmark = pytest.mark.django_db
LONG = "9" * 5_000
HOURS = {"begins": "22:00", "ends": "06:00", "starts_on": "2026-01-05", "weekdays": ["0"], "days": "7", "priority": "1"}


@pytest.fixture
def boss(client):
    person = agent("boss")
    client.force_login(person)
    return person


@pytest.mark.parametrize(("door", "data", "status"), [
    ("desk:rotation_add", {"name": "夜班", "turn": [LONG], **HOURS}, 422),
    ("desk:certificates_set", {"quality": LONG}, 302),
    ("console:retry_reactions", {"pick": [LONG]}, 302),
    ("console:tag_many", {"pick": [LONG], "name": "老客"}, 302),
    ("mall:products_picked", {"pick": [LONG]}, 302),
])
def test_a_form_that_brings_one_changes_nothing(client, boss, door, data, status):
    assert client.post(reverse(door), data).status_code == status


@pytest.mark.parametrize(("door", "name"), [
    ("console:audit", "who"), ("console:customers", "tag"), ("insight:retention", "months"),
    ("mall:products_prices", "pick"), ("pointsmall:exchanges", "item"),
])
def test_an_address_that_brings_one_is_answered(client, boss, door, name):
    assert client.get(reverse(door), {name: LONG}).status_code in {200, 302}


def test_goods_are_not_changed_by_one(client, boss):
    piece = sku()
    shelf, goods = piece.levels.get(), [piece.product_id]
    prices = {"pick": goods, "which": "list", "share": "-10", "ending": "exact", "seen": f"{LONG}:1,1:{LONG}"}
    count = urlencode({"warehouse": shelf.warehouse_id, f"count{LONG}": "1"})
    whole = {"version": LONG, "rows": "1", "option": "规格", "row0-code": piece.code, "row0-value0": "大",
             "row0-supply_fen": "10", "row0-list_fen": "19.90", "row0-active": "on"}
    about = {"version": LONG, "code": "A", "name": "杯", "supplier": piece.product.supplier_id,
             "category": piece.product.category_id}

    answers = [client.post(reverse("mall:products_prices"), prices),
               client.post(reverse("mall:products_category"), {"pick": goods, "category": LONG}),
               client.post(reverse("mall:product_skus", args=goods), {"rows": LONG}),
               client.post(reverse("mall:product_skus", args=goods), whole),
               client.post(reverse("mall:product_about", args=goods), about),
               client.post(reverse("mall:stock_take_check"), count, content_type="application/x-www-form-urlencoded"),
               client.get(reverse("mall:cards"), {"supplier": LONG})]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 409, 409, 422, 404]


def test_the_desk_and_training_refuse_one(client, boss):
    ticket, lesson = ticket_of(say(customer(), "漏水")), course()
    with transaction.atomic():
        assist.set_up(now=timezone.now())
        routing.require_certificate(kind="quality", programme_id=lesson.programme_id)
    before = Department.objects.count()
    client.post(reverse("training:begin", args=[script().pk]))
    drill = Drill.objects.get()
    form = {"name": "质检", "hours": "4", "calendar": Department.objects.first().calendar_id, "id": LONG}

    answers = [client.post(reverse("desk:ticket_ask", args=[ticket.number]), {"department": LONG, "text": "请看"}),
               client.post(reverse("desk:department"), form),
               client.post(reverse("desk:certificates_set"), {"quality": LONG}),
               client.post(reverse("training:drill", args=[drill.pk]), {"text": "您好", "number": LONG}),
               client.post(reverse("training:act", args=[lesson.pk]), {"q0": LONG})]

    assert [answer.status_code for answer in answers[:3]] == [302, 422, 302]
    assert all(answer.status_code < 500 for answer in answers)
    assert (ticket.tasks.count(), Department.objects.count()) == (0, before)
    assert KindCertificate.objects.get().programme_id == lesson.programme_id        # and nothing is let off


def test_people_are_not_given_anything_by_one(client, boss):
    who, lan = customer(), agent("lan", role="agent")

    roles = client.post(reverse("org_staff_roles", args=[lan.pk]), {"role": "agent", "shop": LONG})
    coupon = client.post(reverse("loyalty:coupon_give", args=[who.pk]), {"template": LONG})
    merge = client.get(reverse("console:merge", args=[who.pk]), {"other": LONG})

    assert (roles.status_code, coupon.status_code, merge.status_code) == (404, 302, 200)
