"""One payment, an order per shop and supplier, every fen on a line, and nothing half-written when it is refused."""

from datetime import timedelta

import pytest
from django.db import transaction

from liuke.coupons.services import CouponGone
from liuke.kit.errors import NotYours
from liuke.mall.models import (
    CartLine,
    FreightRow,
    FreightTemplate,
    Order,
    OrderGroup,
    OrderLine,
    Reservation,
    StockLevel,
)
from liuke.mall.queries.prices import GUEST
from liuke.mall.rules.freight import NotDelivered
from liuke.mall.rules.orders import PAY_WITHIN, NotAllowed
from liuke.mall.services import addresses, checkout, orders
from liuke.mall.services.stock import OutOfStock
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW
from liuke.points.tests.builders import given
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


def place(customer, key="k1", **fields):
    return checkout.place(wish=builders.wish(customer, **fields), key=key, who=GUEST, now=NOW)


class TestPlace:
    def test_a_cart_of_two_suppliers_and_two_shops_is_one_purchase_of_four_orders(self):
        customer, one, two = builders.customer(), builders.sku(list_fen=1000), builders.sku(list_fen=333)
        for shop in ("A", "B"):
            builders.cart_line(customer, one, at=builders.shop(shop), quantity=2)
            builders.cart_line(customer, two, at=builders.shop(shop))

        given(customer, 1000, "gift")
        group = place(customer, points=1000)

        found = list(group.orders.order_by("number"))
        assert len(found) == 4
        assert {(order.shop_id, order.supplier_id) for order in found} == {
            (builders.shop(shop).pk, sku.product.supplier_id) for shop in "AB" for sku in (one, two)
        }
        assert group.total_fen == sum(order.total_fen for order in found) == 2 * 2333 - 1000
        for order in found:
            lines = list(order.lines.all())
            assert order.goods_fen - order.discount_fen == sum(line.amount_fen for line in lines)
            assert order.discount_fen == sum(line.points_fen for line in lines)

    def test_the_line_is_frozen_as_it_was_sold(self):
        sku = builders.sku(supply_fen=700, list_fen=999, values=["L 码"])
        group = builders.placed(of=sku, quantity=3)
        sku.list_fen = 5
        sku.save()

        line = OrderLine.objects.get(order__group=group)
        assert (line.supply_fen, line.shop_fen, line.price_fen, line.amount_fen) == (700, 999, 999, 2997)
        assert line.name == f"{sku.product.name} L 码"
        assert [step["rule"] for step in line.price_steps] == ["supply", "list"]

    def test_freight_is_asked_per_order_by_what_its_supplier_says(self):
        customer, sku = builders.customer(), builders.sku(weight_grams=1500)
        template = FreightTemplate.objects.create(supplier=sku.product.supplier, name="标准")
        FreightRow.objects.create(template=template, first_fen=800, step_fen=200)
        FreightRow.objects.create(template=template, region="31", first_fen=500, step_fen=100)
        builders.cart_line(customer, sku)

        group = place(customer)

        assert Order.objects.values_list("freight_fen", "total_fen").get() == (600, 2590)
        assert group.total_fen == 2590

    def test_the_same_key_again_is_the_same_purchase(self):
        customer = builders.customer()
        group = builders.placed(by=customer)

        assert place(customer) == group

        assert Reservation.objects.count() == 1
        assert Fact.objects.filter(kind="OrderPlaced").count() == 1

    def test_goods_are_promised_for_as_long_as_there_is_time_to_pay(self):
        builders.placed(of=builders.sku(stock=5), quantity=2)

        assert Reservation.objects.values_list("state", "expires_at").get() == ("held", NOW + PAY_WITHIN)
        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (5, 2)
        assert not CartLine.objects.exists()

    def test_only_chosen_lines_are_bought_and_the_others_stay(self):
        customer = builders.customer()
        stays = builders.cart_line(customer, builders.sku())
        stays.chosen = False
        stays.save()
        builders.cart_line(customer, builders.sku())

        place(customer)

        assert list(CartLine.objects.all()) == [stays]

    def test_a_purchase_takes_eleven_statements_whatever_its_size(self, django_assert_num_queries):
        customer = builders.customer()
        for _ in range(5):
            builders.cart_line(customer, builders.sku())
        wish = builders.wish(customer)

        with django_assert_num_queries(11):     # lock, known, address, cart, freight; group, orders, lines; stock; fact
            checkout.place(wish=wish, key="k", who=GUEST, now=NOW)


class TestRefused:
    def refused(self, error, customer, **fields):
        with pytest.raises(error) as caught, transaction.atomic():
            place(customer, **fields)
        assert not OrderGroup.objects.exists()
        assert not Reservation.objects.exists()
        assert StockLevel.objects.filter(reserved__gt=0).count() == 0
        return caught.value

    def test_a_price_that_changed_is_said_not_slipped_in(self):
        customer, sku = builders.customer(), builders.sku()
        line = builders.cart_line(customer, sku)
        sku.list_fen += 1
        sku.save()

        refused = self.refused(checkout.PriceChanged, customer, expected_fen=1990)

        assert refused.total_fen == 1991
        asked = checkout.quote(wish=builders.wish(customer), region="310106", who=GUEST, now=NOW)
        assert asked.changed == [line.pk]

    def test_an_unknown_coupon_is_refused_and_the_cart_stays(self):
        customer = builders.customer()
        builders.cart_line(customer, builders.sku())

        self.refused(CouponGone, customer, codes=("NOPE",))

        assert CartLine.objects.count() == 1

    def test_more_than_there_is(self):
        customer = builders.customer()
        builders.cart_line(customer, builders.sku(stock=1), quantity=2)

        self.refused(OutOfStock, customer)

    def test_an_empty_cart_and_an_article_taken_off_sale(self):
        customer = builders.customer()
        self.refused(checkout.NothingChosen, customer)
        line = builders.cart_line(customer, builders.sku())
        line.sku.product.state = "off"
        line.sku.product.save()

        self.refused(checkout.NotForSale, customer)

    def test_a_region_where_nobody_delivers(self):
        customer, sku = builders.customer(), builders.sku()
        template = FreightTemplate.objects.create(supplier=sku.product.supplier, name="标准")
        FreightRow.objects.create(template=template, region="31", delivers=False)
        builders.cart_line(customer, sku)

        self.refused(NotDelivered, customer)

    def test_somebody_elses_address(self):
        customer, other = builders.customer(), builders.customer()
        builders.cart_line(customer, builders.sku())

        self.refused(NotYours, customer, address_id=builders.address(other).pk)


class TestCallOff:
    def test_the_customer_cancels_once_and_everything_is_given_back(self):
        group = builders.placed(of=builders.sku(stock=5), quantity=2)

        for _ in range(2):
            assert orders.cancel(number=group.number, customer_id=group.customer_id, now=NOW).state == "cancelled"

        assert StockLevel.objects.values_list("on_hand", "reserved").get() == (5, 0)
        assert Fact.objects.filter(kind="OrderCancelled").count() == 1

    def test_time_to_pay_runs_out_at_the_instant_and_not_before(self):
        group = builders.placed(of=builders.sku(stock=5))

        assert orders.expire(now=group.expires_at - timedelta(microseconds=1)) == 0
        assert orders.expire(now=group.expires_at) == 1
        assert orders.expire(now=group.expires_at) == 0

        assert Order.objects.get().state == "cancelled"
        assert StockLevel.objects.get().reserved == 0

    def test_somebody_elses_purchase_is_not_there_and_a_paid_one_is_kept(self):
        group = builders.placed()
        with pytest.raises(NotYours):
            orders.cancel(number=group.number, customer_id=builders.customer().pk, now=NOW)
        OrderGroup.objects.update(state="paid")

        with pytest.raises(NotAllowed):
            orders.cancel(number=group.number, customer_id=group.customer_id, now=NOW)


class TestAddress:
    def test_nothing_of_the_person_is_stored_in_the_clear(self):
        group = builders.placed()

        stored = bytes(group.address_enc) + bytes(group.customer.addresses.get().street_enc)
        assert "南京西路".encode() not in stored
        assert addresses.opened(group.address_enc) == builders.PLACE

    @pytest.mark.parametrize("wrong", [
        {"region": "31"}, {"region": "abcdef"}, {"name": " "}, {"street": ""}, {"phone": "12"}, {"street": "长" * 121},
    ])
    def test_what_cannot_be_an_address_is_refused(self, wrong):
        with pytest.raises(addresses.BadAddress):
            builders.address(builders.customer(), **wrong)

    def test_one_address_is_preferred(self):
        customer = builders.customer()
        one = addresses.save(customer_id=customer.pk, place=builders.PLACE, preferred=True)
        two = addresses.save(customer_id=customer.pk, place=builders.PLACE, preferred=True)

        one.refresh_from_db()
        assert (one.preferred, two.preferred) == (False, True)
