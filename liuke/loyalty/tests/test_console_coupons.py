"""Coupons in the console: written, given to many and to one, watched, exported, stopped; refusals by their field."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.coupons.models import Batch, Coupon, Template, Version
from liuke.coupons.queries.checks import differing
from liuke.coupons.tests.builders import batch, given, template
from liuke.customers.services import tags
from liuke.customers.tests.builders import make_customer as customer
from liuke.loyalty.services import coupon_grants
from liuke.loyalty.tests.builders import budget
from liuke.mall.tests.builders import product
from liuke.org.rules import Role

pytestmark = pytest.mark.django_db


def typed(**changes):
    """What the form of a template sends."""
    return {"name": "满减", "kind": "fixed", "off": "20", "least": "100", "days": "30", "priority": "100",
            "refund": "return", "budget_id": str(budget(unit="fen").pk), **changes}


def plan(**changes):
    return {"kind": "mass", "name": "双十一", "code": "Double-11", "per_customer": "1", "total": "10", **changes}


def test_an_operator_writes_a_coupon_and_changes_it(inside):
    client = inside(Role.OPERATOR)

    answer = client.post(reverse("loyalty:coupon_new"), typed())
    row = Template.objects.get()
    assert answer.url == reverse("loyalty:coupon", args=[row.pk])
    client.post(reverse("loyalty:coupon_change", args=[row.pk]), typed(off="30", name="x"))

    assert list(Version.objects.order_by("number").values_list("off_fen", "least_fen")) == [
        (2_000, 10_000), (3_000, 10_000)]
    page = client.get(answer.url).content.decode()
    assert "减 ¥30.00" in page
    assert "满减" in client.get(reverse("loyalty:coupons")).content.decode()
    assert client.get(reverse("loyalty:coupon_change", args=[row.pk])).status_code == 200


def test_a_coupon_is_for_as_many_products_as_a_brand_has_and_unknown_codes_are_named(inside):
    client, new = inside(Role.OPERATOR), reverse("loyalty:coupon_new")
    rows = [product(code=f"P{number}") for number in range(3)]

    wrong = {said: client.post(new, typed(product=said)) for said in ("P0 P9", "9" * 30)}
    assert {answer.status_code for answer in wrong.values()} == {422}
    assert "P9" in wrong["P0 P9"].content.decode()
    assert not Template.objects.exists()
    client.post(new, typed(product="P0, P1\r\nP1", not_product="P2", name="单品券"))

    row = Version.objects.get()
    assert (sorted(row.products), row.not_products) == ([rows[0].pk, rows[1].pk], [rows[2].pk])
    page = client.get(reverse("loyalty:coupon_change", args=[row.template_id])).content.decode()
    assert "P0\nP1</textarea>" in page


@pytest.mark.parametrize("changes", [
    {"off": "-1"}, {"kind": "percent", "off": "101", "ceiling": "5"}, {"budget_id": ""}, {"days": ""},
    {"kind": "gift", "sku": "NOSUCH"}, {"kind": "freight"},
], ids=["negative", "over 100 percent", "no budget", "no end", "no sku", "no ceiling"])
def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_written(inside, changes):
    answer = inside(Role.OPERATOR).post(reverse("loyalty:coupon_new"), typed(**changes))

    assert answer.status_code == 422
    assert "role=\"alert\"" in answer.content.decode() or "error" in answer.content.decode()
    assert not Template.objects.exists()


def test_one_code_for_many_and_a_code_that_is_taken(inside):
    client, version = inside(Role.OPERATOR), template()
    address = reverse("loyalty:coupon_batch_new", args=[version.template_id])

    client.post(address, plan())
    row = Batch.objects.get()
    assert (row.code, row.total) == ("DOUBLE11", 10)
    assert client.post(address, plan()).status_code == 422
    assert client.get(reverse("loyalty:coupon_batch", args=[row.pk])).status_code == 200
    assert client.get(reverse("loyalty:coupon", args=[version.template_id])).status_code == 200

    client.post(reverse("loyalty:coupon_batch_stop", args=[row.pk]))
    row.refresh_from_db()
    assert row.stopped_at


def test_a_tag_gets_coupons_by_a_job_that_says_how_far_it_is(inside):
    client, version = inside(Role.OPERATOR), template()
    tag, people = tags.find_or_create_tag(name="老客"), [customer() for _ in range(3)]
    for each in people[:2]:
        tags.add_tag(customer_id=each.pk, tag_id=tag.pk, source="staff", now=timezone.now())
    client.post(reverse("loyalty:coupon_batch_new", args=[version.template_id]),
                plan(kind="grant", code="", audience=f"tag:{tag.pk}", hold_out="0"))
    row = Batch.objects.get()
    assert (row.wanted, row.hold_out_bp) == (2, 0)
    assert "已完成 0%" in client.get(reverse("loyalty:coupon_batch_progress", args=[row.pk])).content.decode()

    while coupon_grants.step(batch_id=row.pk, now=timezone.now(), limit=1):
        pass

    assert set(Coupon.objects.values_list("customer_id", flat=True)) == {each.pk for each in people[:2]}
    row.refresh_from_db()
    assert row.finished_at
    assert differing() == []


def test_a_grant_whose_share_is_left_empty_leaves_a_twentieth_out_and_codes_leave_out_nobody(inside):
    client, version = inside(Role.OPERATOR), template()
    address = reverse("loyalty:coupon_batch_new", args=[version.template_id])

    client.post(address, plan(kind="grant", code="", audience="everybody", hold_out=""))
    client.post(address, plan())

    assert list(Batch.objects.order_by("pk").values_list("kind", "hold_out_bp")) == [("grant", 500), ("mass", 0)]


def test_codes_are_exported(inside):
    row = batch(kind="codes", count=3, closes_at=timezone.now() + timedelta(days=9))
    coupon_grants.codes_step(batch_id=row.pk, now=timezone.now())

    answer = inside(Role.OPERATOR).get(reverse("loyalty:coupon_codes", args=[row.pk]))

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == list(
        Coupon.objects.order_by("pk").values_list("code", flat=True))


def test_one_customer_gets_one_by_hand_however_often_it_is_clicked_and_loses_it(inside):
    client, ann, version = inside(Role.OWNER), customer(), template(now=timezone.now())
    for _ in range(2):
        client.post(reverse("loyalty:coupon_give", args=[ann.pk]), {"template": version.template_id, "key": "k1"})
    row = Coupon.objects.get()
    assert row.code in client.get(reverse("console:customer", args=[ann.pk]) + "?view=coupons").content.decode()

    client.post(reverse("loyalty:coupon_withdraw", args=[row.pk]))

    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_who_may_only_look_changes_nothing(inside):
    client, row = inside(Role.ANALYST), given(customer())

    assert client.get(reverse("loyalty:coupons")).status_code == 200
    for name, args in (("coupon_new", []), ("coupon_stop", [row.version.template_id]), ("coupon_withdraw", [row.pk])):
        assert client.post(reverse(f"loyalty:{name}", args=args)).status_code == 403
