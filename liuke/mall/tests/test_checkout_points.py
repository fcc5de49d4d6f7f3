"""Points at checkout: within the terms, set aside, spent when paid, back when not, back by the piece when refunded."""

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.mall.models import Order, OrderGroup, OrderLine, Refund
from liuke.mall.queries.prices import GUEST
from liuke.mall.services import checkout, orders, refunds, returns
from liuke.mall.services.refunds import Part
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver, expire, opened
from liuke.mall.tests.test_returns import walk
from liuke.points.queries import balance
from liuke.points.rules import Terms
from liuke.points.services import NotEnoughPoints, set_terms, spend
from liuke.points.tests.builders import given
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopper():
    """With 1,000 points, worth 10.00, and 3 x 5.00 + 1 x 3.33 in the cart."""
    someone = builders.customer()
    given(someone, 1000, "gift", now=timezone.now())
    builders.cart_line(someone, builders.sku(list_fen=500, stock=9), quantity=3)
    builders.cart_line(someone, builders.sku(list_fen=333, stock=9))
    return someone


def place(shopper, key="k1", **fields):
    with transaction.atomic():
        return checkout.place(wish=builders.wish(shopper, **fields), key=key, who=GUEST, now=timezone.now())


def points_of(shopper):
    found = balance(shopper.pk, now=timezone.now())
    return found.available, found.reserved


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


class TestWithin:
    def test_points_pay_their_worth_and_lie_on_the_lines(self, shopper):
        group = place(shopper, points=900)

        lines = list(OrderLine.objects.filter(order__group=group).order_by("pk"))
        assert group.total_fen == 1833 - 900
        assert [(line.points_fen, line.points) for line in lines] == [(736, 736), (164, 164)]
        assert points_of(shopper) == (100, 900)

    @pytest.mark.parametrize("wanted", [917, 1001, 10**9], ids=["above the cap", "more than there are", "far more"])
    def test_more_than_the_terms_allow_is_refused(self, shopper, wanted):
        with pytest.raises(checkout.PointsNotUsable) as refused:
            place(shopper, points=wanted)

        assert refused.value.code == "points_not_usable"
        assert points_of(shopper) == (1000, 0)
        assert not OrderGroup.objects.exists()

    def test_another_worth_keeps_every_point_and_fen(self, shopper):
        with transaction.atomic():
            set_terms(new=Terms(points_per_yuan=30, order_cap_bp=10_000), now=timezone.now())

        group = place(shopper, points=500)                                  # 16.66

        lines = list(OrderLine.objects.filter(order__group=group))
        assert (sum(line.points_fen for line in lines), sum(line.points for line in lines)) == (1666, 500)
        assert group.total_fen == 1833 - 1666

    def test_the_quote_says_what_would_be(self, shopper):
        asked = checkout.quote(wish=builders.wish(shopper, points=100), region="310106", who=GUEST, now=timezone.now())

        assert (asked.total_fen, asked.goods_fen) == (1733, 1833)
        assert points_of(shopper) == (1000, 0)


class TestFate:
    def test_paid_they_are_spent(self, wechat, shopper):
        group = place(shopper, points=900)
        pay(wechat, group)

        assert (group.state, points_of(shopper)) == ("paid", (100, 0))

    def test_cancelled_or_expired_they_are_back(self, shopper):
        group = place(shopper, points=900)
        with transaction.atomic():
            orders.cancel(number=group.number, customer_id=shopper.pk, now=timezone.now())
        assert points_of(shopper) == (1000, 0)

        builders.cart_line(shopper, builders.sku(list_fen=1000), quantity=2)
        expire(place(shopper, key="k2", points=100))
        assert points_of(shopper) == (1000, 0)

    def test_paid_too_late_they_are_asked_for_again(self, wechat, shopper):
        group = place(shopper, points=900)
        payment = opened(group)
        expire(group)
        wechat.pay(payment.number)
        deliver(wechat.notice(payment.number))

        group.refresh_from_db()
        assert (group.state, points_of(shopper)) == ("paid", (100, 0))

    def test_paid_too_late_and_spent_elsewhere_the_money_goes_back(self, wechat, shopper):
        group = place(shopper, points=900)
        payment = opened(group)
        expire(group)
        with transaction.atomic():
            spend(customer_id=shopper.pk, amount=500, key="elsewhere", now=timezone.now())
        wechat.pay(payment.number)
        deliver(wechat.notice(payment.number))

        group.refresh_from_db()
        assert (group.state, Refund.objects.get().amount_fen) == ("cancelled", group.total_fen)
        assert points_of(shopper) == (500, 0)

    def test_two_purchases_cannot_spend_the_same_points(self, shopper):
        place(shopper, points=900)
        builders.cart_line(shopper, builders.sku(list_fen=1000), quantity=2)

        with pytest.raises((checkout.PointsNotUsable, NotEnoughPoints)):
            place(shopper, key="k2", points=200)


class TestRefund:
    def test_pieces_bring_their_points_back_in_whatever_portions(self, wechat, shopper):
        group = place(shopper, points=900)
        pay(wechat, group)
        first, second = (order.lines.get() for order in Order.objects.order_by("pk"))

        seen = []
        for at in range(3):
            send_back(wechat, first.order, Part(first.pk, 1), key=f"k{at}")
            seen.append(points_of(shopper)[0])
        send_back(wechat, second.order, Part(second.pk, 1), key="last")

        assert seen == [100 + 245, 100 + 490, 100 + 736]
        assert points_of(shopper) == (1000, 0)

    def test_goodwill_has_no_points(self, wechat, shopper):
        group = place(shopper, points=900)
        pay(wechat, group)
        line = OrderLine.objects.order_by("pk").first()

        send_back(wechat, line.order, Part(line.pk, 0, 100))

        assert points_of(shopper) == (100, 0)


class TestFree:
    @pytest.fixture
    def free(self, shopper):
        with transaction.atomic():
            set_terms(new=Terms(order_cap_bp=10_000), now=timezone.now())
        given(shopper, 1000, "more", now=timezone.now())
        return place(shopper, points=1833)

    def test_what_costs_nothing_is_paid_with_it_once(self, shopper, free):
        assert place(shopper, points=1833) == free

        assert (free.state, free.total_fen, points_of(shopper)) == ("paid", 0, (167, 0))
        assert Fact.objects.filter(kind="OrderPaid").count() == 2
        assert set(Order.objects.values_list("state", flat=True)) == {"paid"}

    def test_it_can_be_refunded_to_the_last_point(self, shopper, free):
        order = Order.objects.order_by("pk").first()
        line = order.lines.get()
        wish = returns.Ask(order.number, "refund", "changed_mind", {line.pk: 3})
        request = walk(returns.ask(customer_id=shopper.pk, ask=wish, key="r", now=timezone.now()), "approve")

        with transaction.atomic():
            done = returns.act(request=request, by="staff", act=returns.Act("refund"), now=timezone.now())

        assert (done.state, done.lines.get().claim) == ("closed", "refunded")
        assert Order.objects.get(pk=order.pk).state == "refunded"
        assert points_of(shopper) == (167 + 1500, 0)
        assert Refund.objects.values_list("payment", "amount_fen", "state").get() == (None, 0, "done")
        with pytest.raises(refunds.RefundTooLarge), transaction.atomic():
            refunds.refund_lines(order_id=Order.objects.order_by("-pk").first().pk, key="x", reason="",
                                 parts=[Part(None, 0, 1)], now=timezone.now())


class TestKey:
    @pytest.mark.parametrize("other", [{"points": 1}, {"remark": "快点"}, {"codes": ("X",)}],
                             ids=["points", "remark", "coupon"])
    def test_a_key_of_another_wish_is_refused_aloud(self, shopper, other):
        group = place(shopper)
        assert place(shopper) == group

        with pytest.raises(checkout.OtherWish) as refused:
            place(shopper, **other)

        assert refused.value.code == "checkout_key_taken"
        assert OrderGroup.objects.count() == 1
