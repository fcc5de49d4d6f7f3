"""A cart keeps what was put into it, through login, and refuses what cannot be bought."""

import pytest
from django.db import transaction

from liuke.kit.errors import NotYours
from liuke.mall.models import Cart, CartLine, ShopPrice
from liuke.mall.queries.prices import GUEST
from liuke.mall.rules.cart import BadQuantity
from liuke.mall.rules.orders import MAX_PIECES
from liuke.mall.services import cart
from liuke.mall.services.cart import NotForSale, Owner
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = pytest.mark.django_db


def put(owner, sku, quantity=1, shop=None):
    return cart.put(owner=owner, shop=(shop or builders.shop("MINI")).code, sku_id=sku.pk, quantity=quantity,
                    who=GUEST, now=NOW)


def test_the_same_thing_twice_is_one_line_with_both_quantities():
    owner, sku = Owner(token="guest"), builders.sku()

    put(owner, sku, 2)
    put(owner, sku, 3)

    assert CartLine.objects.values_list("quantity", "seen_fen").get() == (5, 1990)


@pytest.mark.parametrize("quantity", [0, -1, MAX_PIECES + 1, 10**9])
def test_a_quantity_that_cannot_be_is_refused(quantity):
    with pytest.raises(BadQuantity):
        put(Owner(token="guest"), builders.sku(), quantity)

    assert not Cart.objects.exists()


def test_what_is_not_sold_cannot_be_put_in():
    off, shop = builders.sku(of=builders.product(state="draft")), builders.shop("MINI")
    other = builders.sku()
    ShopPrice.objects.create(shop=shop, sku=other, markup_bp=0, offered=False)
    closed = builders.shop("CLOSED")
    closed.active = False
    closed.save()

    for sku in (off, other):
        with pytest.raises(NotForSale), transaction.atomic():
            put(Owner(token="guest"), sku, shop=shop)
    with pytest.raises(NotYours), transaction.atomic():
        put(Owner(token="guest"), builders.sku(), shop=closed)
    with pytest.raises(NotForSale):
        cart.put(owner=Owner(token="x"), shop=shop.code, sku_id=10**9, quantity=1, who=GUEST, now=NOW)


def test_a_guests_cart_is_merged_at_login_once():
    one, two, customer = builders.sku(), builders.sku(), builders.customer()
    put(Owner(customer_id=customer.pk), one, 1)
    put(Owner(token="guest"), one, 2)
    put(Owner(token="guest"), two, 4)

    assert cart.merge(token="guest", customer_id=customer.pk) == 2
    assert cart.merge(token="guest", customer_id=customer.pk) == 0

    lines = CartLine.objects.filter(cart__customer=customer).order_by("sku_id").values_list("sku_id", "quantity")
    assert list(lines) == [(one.pk, 3), (two.pk, 4)]
    assert Cart.objects.count() == 1


def test_somebody_elses_line_is_not_there():
    line = put(Owner(token="guest"), builders.sku())

    for owner in (Owner(token="other"), Owner(customer_id=builders.customer().pk)):
        with pytest.raises(NotYours):
            cart.change(owner=owner, line_id=line.pk, quantity=2)
        with pytest.raises(NotYours):
            cart.take_out(owner=owner, line_id=line.pk)


def test_the_token_itself_is_not_stored():
    put(Owner(token="secret-token"), builders.sku())

    assert b"secret-token" not in bytes(Cart.objects.get().token_hash)
