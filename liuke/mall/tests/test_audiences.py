"""Who somebody is decides prices everywhere alike: on the shelf, in the cart, and at checkout."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.customers.models import CustomerTag, Tag
from liuke.mall.models import TimedPrice
from liuke.mall.queries import catalogue
from liuke.mall.queries.cart import cart_lines
from liuke.mall.queries.prices import GUEST, buyer
from liuke.mall.services import checkout
from liuke.mall.services.stock import SaleOver
from liuke.mall.tests import builders

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
    running = sale(sku, now, audience_kind="tag", audience=str(tag.pk))
    builders.cart_line(tagged, sku)

    with django_assert_num_queries(1):
        who = buyer(tagged.pk, now=now)

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
