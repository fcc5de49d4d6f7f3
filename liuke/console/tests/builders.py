"""Rows for tests of pages."""

from datetime import UTC, datetime

from django.db import transaction

from liuke.customers.models import Customer, Tag
from liuke.customers.services import identities, records, tags
from liuke.mall.models import Order, OrderLine
from liuke.timeline.models import Fact, Reaction

MORNING = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def customer(number: str = "M1", **fields) -> Customer:
    return Customer.objects.create(number=number, **{"joined_at": MORNING, **fields})


def known(name: str = "王小满", phone: str = "13800001234", *, joined_at: datetime = MORNING) -> Customer:
    """A customer as they join: with a name, a phone and the fact of it."""
    with transaction.atomic():
        made = records.join(source="counter", now=MORNING, name=name, joined_at=joined_at)
        if phone:
            identities.add_identity(customer_id=made.pk, kind="phone", value=phone, now=MORNING)
    return made


def tagged(of: Customer, name: str) -> Tag:
    with transaction.atomic():
        tag = tags.find_or_create_tag(name=name)
        tags.add_tag(customer_id=of.pk, tag_id=tag.pk, source="staff", now=MORNING)
    return tag


def order(of: Customer, number: str = "D1", **fields) -> Order:
    usual = {"source": "import", "state": "paid", "placed_at": MORNING, "goods_fen": 12_800, "total_fen": 12_800}
    made = Order.objects.create(customer=of, number=number, **{**usual, **fields})
    OrderLine.objects.create(
        order=made, key="1", sku="SKU1", name="有机奶粉", quantity=2, price_fen=6_400, amount_fen=12_800
    )
    return made


def fact(of: Customer, key: str = "order_paid:1", **fields) -> Fact:
    data = {"order_id": 1, "total_fen": 12_300, "source": "shop"}
    return Fact.objects.create(
        customer=of, key=key, **{"kind": "OrderPaid", "happened_at": MORNING, "data": data, **fields}
    )


def reaction(on: Fact, state: str = "dead", **fields) -> Reaction:
    usual = {"handler": "loyalty.handlers.award_order_points", "tries": 6, "error": "Boom"}
    return Reaction.objects.create(fact=on, state=state, **{**usual, **fields})
