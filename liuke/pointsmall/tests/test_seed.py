"""The demo brand gets coupons and a points mall, once, and nothing where a brand of one's own is."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from liuke.coupons.models import Batch, Coupon, Template
from liuke.coupons.queries.checks import differing
from liuke.mall.tests import builders as mall
from liuke.org import demo
from liuke.points import services as points
from liuke.points.queries import balance
from liuke.pointsmall.management.commands.seed_points_mall import COUPON_POINTS
from liuke.pointsmall.models import Exchange, Item

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """Three customers, the first of whom has enough points for a coupon."""
    mall.sku(stock=80)
    mall.shop("MINI")
    made = [mall.customer() for _ in range(3)]
    points.grant(now=timezone.now(), grants=[points.Grant(customer_id=made[0].pk, amount=500, key="seed")])
    return made


def test_the_demo_has_coupons_and_things_for_points(people, monkeypatch):
    monkeypatch.setattr(demo, "is_demo", lambda: True)

    for _again in range(2):
        call_command("seed_coupons")
        call_command("seed_points_mall")

    assert sorted(Template.objects.values_list("name", flat=True)) == ["包邮券", "满 100 减 20"]
    assert sorted(Batch.objects.values_list("kind", flat=True)) == ["mass", "open"]
    assert sorted(Item.objects.values_list("kind", flat=True)) == ["coupon", "goods"]
    assert list(Exchange.objects.values_list("customer_id", flat=True)) == [people[0].pk]
    assert balance(people[0].pk, now=timezone.now()).available == 500 - COUPON_POINTS
    assert Coupon.objects.count() == len(people) + 1
    assert differing() == []


def test_a_brand_of_ones_own_is_left_alone(people, monkeypatch):
    monkeypatch.setattr(demo, "is_demo", lambda: False)

    call_command("seed_coupons")
    call_command("seed_points_mall")

    assert (Template.objects.count(), Item.objects.count()) == (0, 0)
