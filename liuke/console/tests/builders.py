"""Rows for tests of pages."""

from datetime import UTC, datetime

from liuke.customers.models import Customer
from liuke.timeline.models import Fact, Reaction

MORNING = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def customer(number: str = "M1", **fields) -> Customer:
    return Customer.objects.create(number=number, **{"joined_at": MORNING, **fields})


def fact(of: Customer, key: str = "order_paid:1", **fields) -> Fact:
    data = {"order_id": 1, "total_fen": 12_300, "source": "shop"}
    return Fact.objects.create(
        customer=of, key=key, **{"kind": "OrderPaid", "happened_at": MORNING, "data": data, **fields}
    )


def reaction(on: Fact, state: str = "dead", **fields) -> Reaction:
    usual = {"handler": "loyalty.handlers.award_order_points", "tries": 6, "error": "Boom"}
    return Reaction.objects.create(fact=on, state=state, **{**usual, **fields})
