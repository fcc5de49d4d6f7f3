"""Whatever is bought, given back, asked for and sent in whatever order: every fen has one place, and none is lost."""

from collections import Counter

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from liuke.kit.errors import Refused
from liuke.kit.money import allocate
from liuke.mall.models import (
    FreightRow,
    FreightTemplate,
    Movement,
    Order,
    OrderLine,
    Payment,
    RefundLine,
    StatementLine,
    StockLevel,
)
from liuke.mall.queries.prices import GUEST
from liuke.mall.rules.settlement import Sold, refund_shares, sale_shares
from liuke.mall.rules.shares import Sold as Left
from liuke.mall.rules.shares import refund_fen
from liuke.mall.services import balance, checkout, fulfilment, payments, refunds, returns
from liuke.mall.services.fulfilment import Parcel
from liuke.mall.services.parcels import unsent
from liuke.mall.services.refunds import Part
from liuke.mall.services.returns import Act, Ask
from liuke.mall.tests import builders
from liuke.org.tests.builders import staff
from liuke.points.queries import balance as points_of
from liuke.points.rules import Terms
from liuke.points.services import set_terms
from liuke.points.tests.builders import given as grant
from liuke.timeline.testing import settle

GOODS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3_000), st.integers(0, 3_500)), min_size=1, max_size=3)
STEPS = st.lists(st.tuples(
    st.sampled_from(["send", "receive", "pieces", "goodwill", "freight", "ask", "bring back"]),
    st.integers(0, 5), st.integers(1, 4), st.integers(0, 4_000),
), max_size=10)


@given(GOODS, st.integers(0, 10_000), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 900))))
def test_shares_of_any_sale_and_its_refunds_sum_to_what_was_paid_less_what_went_back(goods, percent, steps):
    """On the rules alone, with an oracle that only adds and subtracts."""
    gross = [pieces * price for pieces, price, _supply in goods]
    off = allocate(sum(gross) * percent // 10_000, gross)
    sold = [Sold(pieces, supply, price, price, amount - less)
            for (pieces, price, supply), amount, less in zip(goods, gross, off, strict=True)]
    paid, back, pieces_back = sum(each.amount_fen for each in sold), Counter(), Counter()
    shares = [sale_shares(each) for each in sold]
    for at, asked, goodwill in steps:
        if at >= len(sold):
            continue
        line = sold[at]
        pieces = min(asked, line.quantity - pieces_back[at])
        worth = refund_fen(Left(line.quantity, line.amount_fen, pieces_back[at], back[at]), quantity=pieces)
        amount = min(worth + goodwill, line.amount_fen - back[at])
        shares.append(refund_shares(line, quantity=pieces, amount_fen=amount))
        back[at] += amount
        pieces_back[at] += pieces

    assert sum(share.total_fen for share in shares) == paid - sum(back.values())
    assert all(back[at] <= line.amount_fen for at, line in enumerate(sold))
    for at, line in enumerate(sold):
        if pieces_back[at] == line.quantity and back[at] == line.amount_fen:
            assert sum(share.supplier_fen for share in shares) == sum(
                each.supply_fen * (each.quantity - pieces_back[n]) for n, each in enumerate(sold))


class Shop:
    """One purchase, and what may happen to it."""

    def __init__(self, goods, points, clerk):
        self.now = timezone.now()
        self.customer = builders.customer()
        balance.top_up(customer_id=self.customer.pk, amount_fen=500_000, key="t", reference="1", staff_id=clerk.pk,
                       now=self.now)
        grant(self.customer, 10_000, f"gift:{self.customer.pk}", now=self.now)
        for at, (pieces, price, supply) in enumerate(goods):
            sku = builders.sku(list_fen=price, supply_fen=supply, stock=9)
            if at == 0:
                template = FreightTemplate.objects.create(supplier=sku.product.supplier, name="标准")
                FreightRow.objects.create(template=template, first_fen=800)
            builders.cart_line(self.customer, sku, quantity=pieces, at=builders.shop(f"S{at % 2}"))
        self.points = min(points, sum(pieces * price for pieces, price, _supply in goods))
        wish = builders.wish(self.customer, points=self.points)
        self.group = checkout.place(wish=wish, key="k", who=GUEST, now=self.now)
        if self.group.total_fen:
            by = payments.Payer("balance", "balance")
            assert payments.open_payment(purchase=self.group.number, customer_id=self.customer.pk, by=by, key="p",
                                         now=self.now).state == "paid"
        settle()
        self.lines = list(OrderLine.objects.filter(order__group=self.group).order_by("pk"))

    def orders(self):
        return list(Order.objects.filter(group=self.group).order_by("pk"))

    def step(self, number, kind, at, pieces, amount):
        line = self.lines[at % len(self.lines)]
        order = Order.objects.get(pk=line.order_id)
        try:
            with transaction.atomic():
                getattr(self, kind.replace(" ", "_"))(order, line, pieces, amount, f"s{number}")
        except Refused:
            return
        settle()

    def send(self, order, line, pieces, _amount, key):
        parcel = fulfilment.pack(order_id=order.pk, parcel=Parcel({line.pk: pieces}), key=f"{order.pk}{key}",
                                 now=self.now)
        fulfilment.ship(shipment_id=parcel.pk, carrier="SF", tracking=f"T{order.pk}{key}", now=self.now)

    def receive(self, order, *_):
        fulfilment.receive(number=order.number, customer_id=self.customer.pk, now=self.now)

    def refund(self, order, part, key):
        refunds.refund_lines(order_id=order.pk, parts=[part], key=f"{order.pk}{key}", reason="", now=self.now)

    def pieces(self, order, line, pieces, _amount, key):
        self.refund(order, Part(line.pk, pieces), key)

    def goodwill(self, order, line, _pieces, amount, key):
        self.refund(order, Part(line.pk, 0, amount), key)

    def freight(self, order, _line, _pieces, amount, key):
        self.refund(order, Part(None, 0, amount), key)

    def request(self, _order, wish, key, moves):
        request = returns.ask(customer_id=self.customer.pk, ask=wish, key=key, now=self.now)
        for move in moves:
            by = "customer" if move == "send_back" else "staff"
            returns.act(request=request, by=by, act=Act(move, carrier="SF", tracking=f"B{key}"), now=self.now)

    def ask(self, order, line, pieces, _amount, key):
        self.request(order, Ask(order.number, "refund", "quality", {line.pk: pieces}), key, ("approve", "refund"))

    def bring_back(self, order, line, pieces, _amount, key):
        self.request(order, Ask(order.number, "return", "quality", {line.pk: pieces}), key,
                     ("approve", "send_back", "receive", "inspect", "refund"))

    def end(self):
        """What is still to be sent is sent and received; an order of which nothing was left to send is refunded."""
        for order in self.orders():
            if order.state == "paid" and unsent(order):
                parcel = fulfilment.pack(order_id=order.pk, key=f"end{order.pk}", now=self.now)
                fulfilment.ship(shipment_id=parcel.pk, carrier="SF", tracking=f"E{order.pk}", now=self.now)
            elif order.state == "paid":
                refunds.refund_rest(order_id=order.pk, key=f"end{order.pk}", reason="", now=self.now)
            settle()
            if Order.objects.get(pk=order.pk).state == "shipped":
                fulfilment.receive(number=order.number, customer_id=self.customer.pk, now=self.now)
        settle()


def check(shop):
    orders = shop.orders()
    paid = sum(Payment.objects.filter(group=shop.group).values_list("amount_fen", flat=True))
    assert paid == shop.group.total_fen == sum(order.total_fen for order in orders)
    for order in orders:
        lines = list(order.lines.all())
        assert sum(line.amount_fen for line in lines) + order.freight_fen == order.total_fen
        assert 0 <= order.refunded_fen <= order.total_fen
        assert order.refunded_fen == sum(order.refunds.values_list("amount_fen", flat=True))
        owed = StatementLine.objects.filter(order=order).aggregate(fen=Sum("amount_fen", default=0))["fen"]
        assert owed == order.total_fen - order.refunded_fen, order.state
    expected = {line.pk: RefundLine.objects.filter(line=line).aggregate(n=Sum("quantity", default=0))["n"]
                for line in shop.lines}
    assert all(expected[line.pk] <= line.quantity for line in shop.lines)
    points_back = sum(line.points * expected[line.pk] // line.quantity for line in shop.lines)
    assert points_of(shop.customer.pk, now=shop.now).available == 10_000 - shop.points + points_back
    back = sum(order.refunded_fen for order in orders)
    assert balance.balance_of(shop.customer.pk).posted == 500_000 - paid + back
    for line in OrderLine.objects.filter(order__group=shop.group):
        level = StockLevel.objects.get(sku=line.item)
        assert (level.on_hand, level.reserved) == (9 - line.shipped, 0)
        moved = Movement.objects.filter(level=level).aggregate(there=Sum("on_hand"), promised=Sum("reserved"))
        assert (moved["there"], moved["promised"]) == (level.on_hand, level.reserved)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=list(HealthCheck),
          phases=[Phase.explicit, Phase.generate])                  # a smaller example is not worth an hour
@given(goods=GOODS, points=st.integers(0, 4_000), steps=STEPS)
def test_any_life_of_a_purchase_leaves_every_fen_in_one_place(goods, points, steps):
    before = transaction.savepoint()                                # no atomic block: payments want none around them
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIUKE_BALANCE", "yes")
        set_terms(new=Terms(order_cap_bp=10_000), now=timezone.now())
        shop = Shop(goods, points, staff("cai"))
        for number, step in enumerate(steps):
            shop.step(number, *step)
        shop.end()
        check(shop)
    transaction.savepoint_rollback(before)
