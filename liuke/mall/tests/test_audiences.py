"""Who somebody is decides prices everywhere alike: on the shelf, in the cart, and at checkout."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.customers.models import CustomerTag, Tag
from liuke.mall.models import Order, TimedPrice
from liuke.mall.queries import catalogue, prices
from liuke.mall.queries.cart import cart_lines
from liuke.mall.queries.catalogue import ForSome
from liuke.mall.queries.prices import GUEST, buyer
from liuke.mall.rules.freight import NotDelivered, Row
from liuke.mall.services import checkout, partners, pricing
from liuke.mall.services.stock import SaleOver
from liuke.mall.tests import builders
from liuke.tiers.models import Standing
from liuke.tiers.rules import Level, Plan
from liuke.tiers.services.planning import write_plan

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def now():
    return timezone.now()


def sale(sku, now, **fields) -> TimedPrice:
    return TimedPrice.objects.create(**{
        "sku": sku, "price_fen": 500, "quantity": 10, "starts_at": now - HOUR, "ends_at": now + HOUR, **fields})


def test_a_tag_opens_a_sale_on_the_shelf_in_the_cart_and_at_checkout(now, django_assert_num_queries):
    sku, tagged, other = builders.sku(), builders.customer(), builders.customer()
    tag = Tag.objects.create(name="内测")
    CustomerTag.objects.create(customer=tagged, tag=tag, source="staff", added_at=now)
    running = sale(sku, now, audience_kind="tag", audience=str(tag.pk), open_terms="内测的老朋友")
    sale(sku, now, starts_at=now + HOUR, ends_at=now + 2 * HOUR, audience_kind="tier", audience="gold",
         open_terms="金卡")

    def open_to(who):
        found = catalogue.detail(shop="MINI", code=sku.product.code, who=who, now=now)
        return [list(offer.for_some) for offer in found.offers]
    builders.cart_line(tagged, sku)

    with django_assert_num_queries(1):
        who = buyer(tagged.pk, now=now)
    assert open_to(who) == open_to(buyer(other.pk, now=now)) == open_to(GUEST) == [
        [ForSome(500, "内测的老朋友", now + HOUR)]]

    for each, fen in ((who, 500), (buyer(other.pk, now=now), 1990), (GUEST, 1990)):
        found = catalogue.detail(shop="MINI", code=sku.product.code, who=each, now=now)
        assert found.offers[0].price.price_fen == fen
    line, = cart_lines({"customer_id": tagged.pk}, who=who, now=now)
    assert (line.price.price_fen, line.price.timed) == (500, running.pk)
    assert checkout.quote(wish=builders.wish(tagged), region="310106", who=who, now=now).total_fen == 500


def test_one_customer_gets_no_more_of_a_sale_than_its_limit(now):
    sku, customer = builders.sku(), builders.customer()
    running = sale(sku, now, per_customer=2)

    def place(pieces, key, who):
        builders.cart_line(customer, sku, quantity=pieces)
        with transaction.atomic():
            return checkout.place(wish=builders.wish(customer), key=key, who=who, now=now)

    assert place(2, "k1", buyer(customer.pk, now=now)).total_fen == 1000
    assert buyer(customer.pk, now=now).had == {running.pk: 2}
    assert place(1, "k2", buyer(customer.pk, now=now)).total_fen == 1990
    with pytest.raises(SaleOver):                            # priced before the other purchase was placed
        place(1, "k3", GUEST)
    running.refresh_from_db()
    assert running.sold == 2


GOLD = "SELECT 'tier', 'gold' FROM customers_customer WHERE id = %(customer)s AND number = 'GOLD'"


@pytest.fixture
def told_by_the_programme(settings):
    """Somebody tells the mall who is in a tier, by the same seam by which tags and segments are told."""
    settings.LIUKE_AUDIENCES = [*settings.LIUKE_AUDIENCES, f"{__name__}.GOLD"]
    prices._buyer.cache_clear()
    yield
    prices._buyer.cache_clear()


@pytest.mark.usefixtures("told_by_the_programme")
def test_a_tier_brings_its_price_and_free_freight_from_the_shelf_to_the_order(now):
    sku, member, other = builders.sku(weight_grams=500), builders.customer(number="GOLD"), builders.customer()
    with transaction.atomic():
        pricing.set_tier_price(tier="gold", sku_id=None, off_bp=1000)
        partners.set_freight(supplier_id=sku.product.supplier_id, name="标准", free_tiers=["gold"],
                             rows=[Row("", True, 1000, 800, 1000, 200)])
    builders.cart_line(member, sku)
    builders.cart_line(other, sku)

    def placed(customer):
        with transaction.atomic():
            checkout.place(wish=builders.wish(customer), key="k", who=buyer(customer.pk, now=now), now=now)
        return Order.objects.values_list("goods_fen", "freight_fen", "total_fen").get(customer=customer)

    who = buyer(member.pk, now=now)
    found = catalogue.detail(shop="MINI", code=sku.product.code, who=who, now=now)
    asked = checkout.quote(wish=builders.wish(member), region="310106", who=who, now=now)

    assert (who.tier, found.offers[0].price.price_fen) == ("gold", 1791)
    assert [each.freight_free for each in asked.sums.values()] == ["tier"]
    assert placed(member) == (1791, 0, 1791)
    assert placed(other) == (1990, 800, 2790)


@pytest.mark.usefixtures("told_by_the_programme")
def test_free_freight_of_a_tier_does_not_send_where_nobody_delivers(now):
    sku, member = builders.sku(), builders.customer(number="GOLD")
    with transaction.atomic():
        partners.set_freight(supplier_id=sku.product.supplier_id, name="标准", free_tiers=["gold"],
                             rows=[Row("31", True, 1000, 800, 1000, 0)])
    builders.cart_line(member, sku)

    with pytest.raises(NotDelivered):
        checkout.quote(wish=builders.wish(member), region="540100", who=buyer(member.pk, now=now), now=now)


def test_a_tier_may_buy_at_a_timed_price_before_it_begins_for_others(now):
    sku, gold, other = builders.sku(), builders.customer(), builders.customer()
    gold_comes_earlier = Level(code="gold", name="金卡", threshold=1, early_hours=24)
    with transaction.atomic():
        write_plan(plan=Plan(levels=(Level(code="member", name="会员"), gold_comes_earlier),
                             starts_on=timezone.localdate(now - HOUR)), now=now - HOUR)
    Standing.objects.create(customer=gold, code="gold")
    coming = sale(sku, now, starts_at=now + 24 * HOUR, ends_at=now + 48 * HOUR)
    builders.cart_line(gold, sku)

    who = buyer(gold.pk, now=now)

    assert [catalogue.detail(shop="MINI", code=sku.product.code, who=each, now=now).offers[0].price.price_fen
            for each in (who, buyer(other.pk, now=now), GUEST)] == [500, 1990, 1990]
    assert buyer(gold.pk, now=now - HOUR).early == 24 * HOUR
    early = catalogue.detail(shop="MINI", code=sku.product.code, who=who, now=now - HOUR)
    assert early.offers[0].price.price_fen == 1990
    with transaction.atomic():
        bought = checkout.place(wish=builders.wish(gold), key="k1", who=who, now=now)
    assert bought.total_fen == 500
    coming.refresh_from_db()
    assert coming.sold == 1


def test_a_tier_that_pays_nothing_for_sending_pays_it_to_no_supplier(now):
    sku, gold, other = builders.sku(weight_grams=500), builders.customer(), builders.customer()
    with transaction.atomic():
        partners.set_freight(supplier_id=sku.product.supplier_id, name="标准", free_tiers=[],
                             rows=[Row("", True, 1000, 800, 1000, 200)])
        write_plan(plan=Plan(levels=(Level(code="member", name="会员"),
                                     Level(code="gold", name="金卡", threshold=1, free_freight=True)),
                             starts_on=timezone.localdate(now)), now=now)
    Standing.objects.create(customer=gold, code="gold")
    asked = {}
    for each in (gold, other):
        builders.cart_line(each, sku)
        (sums,) = checkout.quote(wish=builders.wish(each), region="310106", who=buyer(each.pk, now=now),
                                 now=now).sums.values()
        asked[each] = (sums.freight_fen, sums.freight_free)

    assert asked == {gold: (0, "tier"), other: (800, "")}
