"""Coupons at checkout: every fen on a line, spent when paid, back when not, back when all they were for is back."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.coupons import services as coupons
from liuke.coupons.models import Coupon, Use
from liuke.coupons.queries.checks import differing
from liuke.coupons.queries.templates import money_of
from liuke.coupons.tests.builders import batch, given, template
from liuke.mall.models import FreightRow, FreightTemplate, Order, OrderGroup, OrderLine, Refund
from liuke.mall.queries.prices import GUEST, Buyer
from liuke.mall.services import checkout, orders, refunds
from liuke.mall.services.refunds import Part
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, expire, opened
from liuke.points.tests.builders import given as points
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopper():
    """With 3 x 5.00 of one supplier and 1 x 3.33 of another in the cart."""
    someone = builders.customer()
    builders.cart_line(someone, builders.sku(list_fen=500, stock=9), quantity=3)
    builders.cart_line(someone, builders.sku(list_fen=333, stock=9))
    return someone


def coupon(to, **terms):
    """Five yuan off, unless told otherwise."""
    own = {"off_fen": 500, **terms} if "kind" not in terms else terms
    return given(to, template(now=timezone.now(), **own), now=timezone.now())


def place(shopper, *used, key="k1", who=GUEST, **fields):
    codes = tuple(getattr(each, "code", each) for each in used)
    with transaction.atomic():
        return checkout.place(wish=builders.wish(shopper, codes=codes, **fields), key=key, who=who, now=timezone.now())


def quote(shopper, *used, who=GUEST):
    wish = builders.wish(shopper, codes=tuple(each.code for each in used))
    return checkout.quote(wish=wish, region="310106", who=who, now=timezone.now())


def pay(wechat, group):
    payment = opened(group)
    wechat.pay(payment.number)
    assert deliver(wechat.notice(payment.number)) == 204
    group.refresh_from_db()


def send_back(wechat, order, *parts, key="k"):
    with transaction.atomic():
        row = refunds.refund_lines(order_id=order.pk, parts=parts, key=key, reason="", now=timezone.now())
    if row.amount_fen:
        refunds.ask_refund(refund_id=row.pk, now=timezone.now())
        wechat.end_refund(row.number)
        deliver(wechat.notice(row.number))


def state(row):
    row.refresh_from_db()
    return row.state


def freight_of(suppliers, fen):
    for supplier in suppliers:
        row = FreightTemplate.objects.create(supplier=supplier, name="标准")
        FreightRow.objects.create(template=row, first_grams=10_000, first_fen=fen, step_fen=100)


class TestPlace:
    def test_every_fen_lies_on_a_line_as_the_use_says(self, shopper):
        one, two = coupon(shopper, off_fen=700), coupon(shopper, kind="percent", off_bp=1_000, ceiling_fen=500)

        group = place(shopper, one, two)

        lines = list(OrderLine.objects.filter(order__group=group).order_by("pk"))
        uses = {use.coupon_id: use for use in Use.objects.all()}
        assert (group.total_fen, group.coupons) == (1833 - 700 - 113, 2)
        assert (uses[one.pk].amount_fen, uses[two.pk].amount_fen) == (700, 113)
        assert [line.coupon_fen for line in lines] == [
            sum(use.lines[str(line.pk)] for use in uses.values()) for line in lines]
        assert [line.amount_fen + line.coupon_fen for line in lines] == [1500, 333]
        assert {state(one), state(two)} == {"reserved"}

    def test_a_coupon_for_some_goods_lies_on_their_lines_alone(self, shopper):
        product = shopper.cart.lines.last().sku.product
        row = coupon(shopper, off_fen=500, products=(product.pk,))

        place(shopper, row)

        assert list(OrderLine.objects.order_by("pk").values_list("coupon_fen", flat=True)) == [0, 333]
        assert list(Order.objects.order_by("pk").values_list("discount_fen", "total_fen")) == [(0, 1500), (333, 0)]

    def test_sending_costs_less_by_as_much_as_the_coupon_gives(self, shopper):
        freight_of([line.sku.product.supplier for line in shopper.cart.lines.all()], 600)
        row = coupon(shopper, kind="freight", ceiling_fen=1_000)

        group = place(shopper, row)

        assert group.total_fen == 1833 + 200
        assert list(Order.objects.order_by("pk").values_list("freight_fen", flat=True)) == [0, 200]
        assert Use.objects.get().amount_fen == 1_000

    def test_a_coupon_for_sending_is_not_wasted_on_what_is_sent_for_nothing(self, shopper):
        row = coupon(shopper, kind="freight", ceiling_fen=1_000)

        with pytest.raises(coupons.CouponUnfit):
            place(shopper, row)

        assert state(row) == "issued"

    def test_a_gift_in_the_cart_costs_nothing(self, shopper):
        gift = builders.sku(list_fen=990, stock=3)
        builders.cart_line(shopper, gift, quantity=2)
        row = coupon(shopper, kind="gift", sku_id=gift.pk, pieces=1, ceiling_fen=2_000, least_fen=1_500)

        group = place(shopper, row)

        assert group.total_fen == 1833 + 990
        assert OrderLine.objects.values_list("coupon_fen", flat=True).get(item=gift) == 990

    def test_what_a_coupon_pays_wholly_is_paid_with_placing(self, shopper):
        row = coupon(shopper, off_fen=5_000)

        group = place(shopper, row)

        assert (group.total_fen, group.state, state(row)) == (0, "paid", "used")
        assert Use.objects.get().amount_fen == 1_833
        assert differing() == []

    def test_points_pay_of_what_coupons_leave(self, shopper):
        points(shopper, 1000, "gift", now=timezone.now())
        row = coupon(shopper, off_fen=833)

        group = place(shopper, row, points=500)

        assert group.total_fen == 1000 - 500

    def test_for_a_tier_and_for_a_first_order_alone(self, shopper):
        gold, first = coupon(shopper, audiences=("tier:gold",)), coupon(shopper, first_order=True)

        with pytest.raises(coupons.CouponUnfit):
            quote(shopper, gold)
        assert quote(shopper, gold, first, who=Buyer(tier="gold")).given

        builders.line(by=shopper)
        with pytest.raises(coupons.CouponUnfit):
            quote(shopper, first)

    def test_one_purchase_that_waits_is_a_first_order_already(self, shopper):
        one, two = coupon(shopper, first_order=True), coupon(shopper, first_order=True)
        group = place(shopper, one)
        builders.cart_line(shopper, builders.sku())

        with pytest.raises(coupons.CouponUnfit):
            place(shopper, two, key="k2")
        with transaction.atomic():
            orders.cancel(number=group.number, customer_id=shopper.pk, now=timezone.now())
        assert place(shopper, two, key="k3").coupons == 1

    def test_the_code_of_many_at_checkout(self, shopper):
        many = batch(template(off_fen=300, now=timezone.now()), code="双十一快乐", now=timezone.now())

        group = place(shopper, " 双十一快乐 ")

        many.refresh_from_db()
        assert (group.total_fen, many.issued, Coupon.objects.get().state) == (1533, 1, "reserved")

    def test_refused_nothing_is_placed_or_taken(self, shopper):
        many = batch(template(off_fen=300, now=timezone.now()), code="MANY", now=timezone.now())

        with pytest.raises(checkout.PriceChanged):
            place(shopper, "MANY", expected_fen=1)
        with pytest.raises(coupons.CouponGone):
            place(shopper, "MANY", "NOSUCH")

        many.refresh_from_db()
        assert (many.issued, Coupon.objects.count(), OrderGroup.objects.count()) == (0, 0, 0)

    def test_a_purchase_with_coupons_takes_few_statements(self, shopper, django_assert_max_num_queries):
        wish = builders.wish(shopper, codes=(coupon(shopper).code, coupon(shopper).code))

        with django_assert_max_num_queries(30), transaction.atomic():
            checkout.place(wish=wish, key="k", who=GUEST, now=timezone.now())


class TestAfterwards:
    def test_paid_it_is_spent(self, shopper, wechat):
        row = coupon(shopper, off_fen=700)
        group = place(shopper, row)

        pay(wechat, group)

        assert (group.state, state(row)) == ("paid", "used")
        assert money_of([row.version_id]) == {row.version_id: (700, 0)}
        assert Fact.objects.get(kind="CouponUsed").data["purchase"] == group.number

    def test_called_off_or_out_of_time_it_goes_back(self, shopper):
        row = coupon(shopper)
        group = place(shopper, row)
        with transaction.atomic():
            orders.cancel(number=group.number, customer_id=shopper.pk, now=timezone.now())
        assert state(row) == "issued"

        builders.cart_line(shopper, builders.sku())
        expire(place(shopper, row, key="k2"))
        assert state(row) == "issued"
        assert differing() == []

    def test_money_that_comes_too_late_takes_it_again(self, shopper, wechat):
        freight_of([line.sku.product.supplier for line in shopper.cart.lines.all()], 600)
        row = coupon(shopper, kind="freight", ceiling_fen=5_000)
        group = place(shopper, row)
        payment = opened(group)
        expire(group)

        wechat.pay(payment.number)
        deliver(wechat.notice(payment.number))

        group.refresh_from_db()
        assert (group.state, state(row)) == ("paid", "used")

    def test_and_when_it_was_used_elsewhere_meanwhile_the_money_goes_back(self, shopper, wechat):
        row = coupon(shopper)
        first = place(shopper, row)
        payment = opened(first)
        expire(first)
        builders.cart_line(shopper, builders.sku(list_fen=3_000))
        pay(wechat, place(shopper, row, key="k2"))

        wechat.pay(payment.number)
        deliver(wechat.notice(payment.number))

        first.refresh_from_db()
        assert first.state == "cancelled"
        assert Refund.objects.get().amount_fen == payment.amount_fen
        assert list(Use.objects.order_by("pk").values_list("state", flat=True)) == ["released", "used"]
        assert differing() == []

    def test_it_comes_back_with_the_last_piece_of_the_last_order_it_was_used_for(self, shopper, wechat):
        row = coupon(shopper, off_fen=700)
        group = place(shopper, row)
        pay(wechat, group)
        first, second = group.orders.order_by("pk")

        send_back(wechat, first, Part(first.lines.get().pk, 2), key="r1")
        send_back(wechat, second, Part(second.lines.get().pk, 1), key="r2")
        assert state(row) == "used"
        send_back(wechat, first, Part(first.lines.get().pk, 1), key="r3")

        assert state(row) == "issued"
        assert row.expires_at > timezone.now() + timedelta(days=7)
        assert sum(order.refunded_fen for order in group.orders.all()) == group.total_fen
        assert money_of([row.version_id]) == {row.version_id: (0, 700)}
        assert differing() == []

    def test_a_goodwill_refund_of_all_the_money_leaves_it_used(self, shopper, wechat):
        row = coupon(shopper, off_fen=700)
        group = place(shopper, row)
        pay(wechat, group)

        for order in group.orders.order_by("pk"):
            line = order.lines.get()
            send_back(wechat, order, Part(line.pk, 0, line.amount_fen), key=f"r{order.pk}")

        assert state(row) == "used"

    def test_a_purchase_that_cost_nothing_gives_it_back_too(self, shopper, wechat):
        row = coupon(shopper, off_fen=5_000)
        group = place(shopper, row)

        for order in group.orders.order_by("pk"):
            send_back(wechat, order, Part(order.lines.get().pk, order.lines.get().quantity), key=f"r{order.pk}")

        assert state(row) == "issued"
        assert differing() == []
