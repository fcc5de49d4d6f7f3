"""One basket of two suppliers and two shops, from the cart to statements that sum to the fen.

The shopper walks twice: through the services, and through the doors of the JSON API. Staff use the services.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.customers.services import tokens
from liuke.ledger import queries as ledger
from liuke.mall.models import FreightRow, FreightTemplate, Order, OrderGroup, OrderLine, Payment, Return, StockLevel
from liuke.mall.queries import settlement as statements
from liuke.mall.queries.prices import GUEST
from liuke.mall.services import cart, checkout, fulfilment, payments, pricing, repairs, returns, settlement
from liuke.mall.services.fulfilment import Parcel, Step
from liuke.mall.services.returns import Act, Ask
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import deliver
from liuke.org.tests.builders import staff
from liuke.points.queries import balance
from liuke.points.tests.builders import given
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
PLACE = {"region": "310106", "region_name": "上海市 静安区", "name": "林晓满", "phone": "13800138000", "street": "1 号"}


class ByServices:
    """The shopper as the services see them."""

    def __init__(self, customer, _client):
        self.customer = customer

    def buy(self, basket, *, points):
        for shop, sku, pieces in basket:
            cart.put(owner=cart.Owner(customer_id=self.customer.pk), shop=shop.code, sku_id=sku.pk, quantity=pieces,
                     who=GUEST, now=timezone.now())
        with transaction.atomic():
            wish = builders.wish(self.customer, points=points)
            return checkout.place(wish=wish, key="the-basket", who=GUEST, now=timezone.now()).number

    def pay(self, number):
        group = OrderGroup.objects.get(number=number)
        by = payments.Payer("wechat", "jsapi", payer="o-mei")
        return payments.open_payment(purchase=number, customer_id=group.customer_id, by=by, key="the-click",
                                     now=timezone.now()).number

    def receive(self, number):
        fulfilment.receive(number=number, customer_id=self.customer.pk, now=timezone.now())

    def ask(self, number, kind, line, serial=""):
        wish = Ask(number, kind, "quality", {line.pk: 1}, serials={line.pk: serial} if serial else {})
        return returns.ask(customer_id=self.customer.pk, ask=wish, key=f"ask-{kind}", now=timezone.now()).number

    def do(self, number, move, **parcel):
        request = Return.objects.get(number=number)
        if move == "refuse_quote":
            repairs.answer_quote(request=request, accepted=False, now=timezone.now())
        else:
            returns.act(request=request, by="customer", act=Act(move, **parcel), now=timezone.now())


class ByDoors:
    """The shopper as their phone does it."""

    def __init__(self, customer, client):
        token = tokens.issue_token(customer_id=customer.pk, now=timezone.now())
        self.client, self.mine = client, {"Authorization": f"Bearer {token}"}

    def send(self, path, body=None, key=None):
        headers = {**self.mine, **({"Idempotency-Key": key} if key else {})}
        answer = self.client.post(f"/api/v1/shop{path}", body or {}, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def buy(self, basket, *, points):
        for shop, sku, pieces in basket:
            self.send("/cart", {"shop": shop.code, "sku_id": sku.pk, "quantity": pieces})
        wish = {"address_id": self.send("/addresses", PLACE)["id"], "points": points}
        total = self.send("/checkout/quote", wish)["total_fen"]
        return self.send("/checkout", {**wish, "expected_fen": total}, "the-basket")["number"]

    def pay(self, number):
        wish = {"provider": "wechat", "way": "jsapi", "payer": "o-mei"}
        return self.send(f"/purchases/{number}/pay", wish, "the-click")["number"]

    def receive(self, number):
        assert self.send(f"/orders/{number}/receive")["state"] == "received"

    def ask(self, number, kind, line, serial=""):
        pieces = [{"line_id": line.pk, "quantity": 1, "serial": serial}]
        wish = {"order": number, "kind": kind, "reason": "quality", "pieces": pieces}
        return self.send("/returns", wish, f"ask-{kind}")["number"]

    def do(self, number, move, **parcel):
        self.send(f"/returns/{number}/act", {"move": move, **parcel})


class Story:
    """The basket: 3 cups (12.00 to their supplier) and a mill (30.00) at shop X, 2 cups and a mill at shop Y.

    X asks 18.00 for a cup, Y 19.00; a mill is 49.90 at both, and its supplier takes 8.00 for each parcel's freight.
    1,000 points are spent: 191.80 of goods - 10.00 + 16.00 of freight = 197.80.
    """

    def __init__(self, wechat, shopper, customer):
        self.wechat, self.shopper, self.customer, self.clerk = wechat, shopper, customer, staff("cai")
        self.x, self.y = builders.shop("X"), builders.shop("Y")
        self.cup = builders.sku(supply_fen=1200, list_fen=1800, stock=20)
        self.mill = builders.sku(of=builders.product(serial_numbered=True), supply_fen=3000, list_fen=4990, stock=5)
        pricing.set_shop_price(shop_id=self.y.pk, sku_id=self.cup.pk, price_fen=1900)
        template = FreightTemplate.objects.create(supplier=self.mill.product.supplier, name="标准")
        FreightRow.objects.create(template=template, first_fen=800)
        given(customer, 1500, "gift", now=timezone.now())

    def order(self, shop, sku):
        return Order.objects.get(shop=shop, supplier=sku.product.supplier)

    def buy_and_pay(self):
        basket = [(self.x, self.cup, 3), (self.x, self.mill, 1), (self.y, self.cup, 2), (self.y, self.mill, 1)]
        number = self.shopper.buy(basket, points=1000)
        payment = self.shopper.pay(number)
        self.wechat.pay(payment)
        for _ in range(3):
            assert deliver(self.wechat.notice(payment)) == 204
        settle()

    def send(self, order, pieces, tracking, **serials):
        line = order.lines.get()
        parcel = Parcel({line.pk: pieces}, {line.pk: list(serials.values())})
        shipment = fulfilment.pack(order_id=order.pk, parcel=parcel, key=tracking, now=timezone.now())
        fulfilment.ship(shipment_id=shipment.pk, carrier="SF", tracking=tracking, now=timezone.now())

    def arrive(self, *trackings):
        for tracking in trackings:
            fulfilment.track(carrier="SF", tracking=tracking, steps=[Step(timezone.now(), "delivered")],
                             now=timezone.now())

    def staff_do(self, number, *moves, **more):
        for move in moves:
            request = Return.objects.get(number=number)
            with transaction.atomic():
                returns.act(request=request, by="staff", act=Act(move, self.clerk.pk, **more), now=timezone.now())

    def exchange(self, order):
        number = self.shopper.ask(order.number, "exchange", order.lines.get())
        self.staff_do(number, "approve")
        self.shopper.do(number, "send_back", carrier="SF", tracking="BACK1")
        self.staff_do(number, "receive")
        self.staff_do(number, "inspect", restock=True)
        self.staff_do(number, "replace", carrier="SF", tracking="OUT1")
        self.arrive("OUT1")
        return Return.objects.get(number=number)

    def repair_refused(self, order):
        number = self.shopper.ask(order.number, "repair", order.lines.get(), serial="M1")
        self.staff_do(number, "approve")
        self.shopper.do(number, "send_back", carrier="SF", tracking="BACK2")
        self.staff_do(number, "receive", "diagnose")
        repairs.quote(request=Return.objects.get(number=number), staff_id=self.clerk.pk, diagnosis="进水",
                      amount_fen=2500, now=timezone.now())
        self.shopper.do(number, "refuse_quote")
        self.staff_do(number, "ship_out", carrier="SF", tracking="OUT2")
        self.shopper.do(number, "confirm")
        return Return.objects.get(number=number)

    def partial_refund(self, order):
        number = self.shopper.ask(order.number, "refund", order.lines.get())
        self.staff_do(number, "approve", "refund")
        settle()
        refund = Return.objects.get(number=number).lines.get().refund
        self.wechat.end_refund(refund.number)
        for _ in range(3):
            assert deliver(self.wechat.notice(refund.number)) == 204
        settle()
        return Return.objects.get(number=number)

    def close_the_books(self):
        """Two months later: every draft is closed and paid; who got what, by name."""
        then = timezone.now() + timedelta(days=62)
        assert settlement.open_month(now=then) == 4
        for draft in statements.statements_list():
            for _ in range(2):
                settlement.close_statement(statement_id=draft.pk, staff_id=self.clerk.pk, now=then)
        return {
            row.supplier or row.shop: row.total_fen for row in statements.statements_list()
        }, statements.brand_part(since=then - timedelta(days=90), until=then).total_fen


@pytest.mark.parametrize("way", [ByServices, ByDoors], ids=["services", "doors"])
def test_from_one_basket_to_statements_that_sum_to_the_fen(wechat, client, way):
    customer = builders.customer()
    story = Story(wechat, way(customer, client), customer)

    story.buy_and_pay()
    payment = Payment.objects.get()
    assert (payment.amount_fen, payment.state, Order.objects.filter(state="paid").count()) == (19780, "paid", 4)
    assert Fact.objects.filter(kind="OrderPaid").count() == 4
    assert [line.points for line in OrderLine.objects.order_by("pk")] == [282, 260, 198, 260]

    cups_x, mill_x = story.order(story.x, story.cup), story.order(story.x, story.mill)
    cups_y, mill_y = story.order(story.y, story.cup), story.order(story.y, story.mill)
    story.send(cups_x, 2, "SF1")
    assert Order.objects.get(pk=cups_x.pk).state == "paid"
    story.send(cups_x, 1, "SF2")
    story.send(cups_y, 2, "SF3")
    story.send(mill_x, 1, "SF4", one="M1")
    story.send(mill_y, 1, "SF5", one="M2")
    story.arrive("SF1", "SF2", "SF3", "SF4", "SF5")
    for order in (cups_x, mill_x, cups_y, mill_y):
        story.shopper.receive(order.number)
    settle()

    exchanged, unrepaired = story.exchange(cups_x), story.repair_refused(mill_x)
    refunded = story.partial_refund(cups_y)
    assert [(row.state, row.lines.get().claim) for row in (exchanged, unrepaired, refunded)] == [
        ("closed", "replaced"), ("closed", "not_repaired"), ("closed", "refunded")]
    assert refunded.lines.get().refund_fen == 1801                       # half of 38.00 - 1.98
    assert balance(customer.pk, now=timezone.now()).available == 500 + 99
    assert StockLevel.objects.get(sku=story.cup).on_hand == 20 - 5 + 1 - 1

    got, brand = story.close_the_books()
    assert got == {
        story.cup.product.supplier: 5 * 1200 - 1200, story.mill.product.supplier: 2 * 3000 + 2 * 800,
        story.x: 3 * 600 + 1990, story.y: 2 * 700 + 1990 - 700,
    }
    assert brand == -1000 + 99
    kept = payment.amount_fen - sum(Order.objects.values_list("refunded_fen", flat=True))
    assert sum(got.values()) + brand == kept == 19780 - 1801
    parties = (f"supplier:{cups_x.supplier_id}", f"supplier:{mill_x.supplier_id}", f"shop:{story.x.pk}",
               f"shop:{story.y.pk}")
    owed = ledger.balances([f"owed:{party}" for party in parties])
    assert sorted(owed.values()) == sorted(got.values())
    assert [total.balance for total in ledger.totals()] == [0, 0]        # fen and points
