"""Reactions of the mall: what is bought follows merged customers, and what is owed to suppliers and shops is noted."""

from django.db.models.functions import Now

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.mall.models import Address, Order, OrderGroup, Return, Serial
from liuke.mall.services import claims, repairs, settlement
from liuke.timeline import facts
from liuke.timeline.models import Fact


def move_orders(fact: Fact, body: facts.CustomersMerged) -> None:
    """The survivor keeps its own preferred address; a purchase or return that both have with one key stays."""
    move_rows(merge_id=body.merge_id, rows=Order.objects.all(), also={"changed_at": Now()})
    for model in (OrderGroup, Return):
        move_rows(merge_id=body.merge_id, rows=model.objects.all(), once=("key",))
    prefers = Address.objects.filter(customer_id=fact.customer_id, preferred=True).exists()
    addresses = Address.objects.filter(preferred=False) if prefers else Address.objects.all()
    move_rows(merge_id=body.merge_id, rows=addresses)
    move_rows(merge_id=body.merge_id, rows=Serial.objects.all())


def move_orders_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    move_rows_back(merge_id=body.merge_id, model=Order, also={"changed_at": Now()})
    for model in (OrderGroup, Return, Address, Serial):
        move_rows_back(merge_id=body.merge_id, model=model)


def settle_received(_fact: Fact, body: facts.OrderReceived) -> None:
    """What the order brings to supplier, shop and brand."""
    settlement.settle_order(order_id=body.order_id)


def end_refunded_claims(fact: Fact, body: facts.OrderRefunded) -> None:
    """The money is back: the lines of the request that waited for it are refunded, and the customer reads it."""
    if body.refund_id is not None:
        claims.mark_refunded(refund_id=body.refund_id, now=fact.happened_at)


def begin_repair(fact: Fact, body: facts.RepairPaid) -> None:
    repairs.begin_paid(order_id=body.order_id, now=fact.happened_at)


def offer_repair_again(fact: Fact, body: facts.OrderCancelled) -> None:
    """A repair that was not paid in time may be answered again; other orders are over."""
    if body.source == "repair":
        repairs.lapse(order_id=body.order_id, now=fact.happened_at)


def settle_repair(fact: Fact, body: facts.RepairFinished) -> None:
    """What the fee brings to who repaired."""
    repairs.settle(request_id=body.return_id, now=fact.happened_at)


def settle_refund(_fact: Fact, body: facts.OrderRefunded) -> None:
    """What the refund takes back from them; refunds of imported orders are nobody's business here."""
    if body.refund_id is not None:
        settlement.settle_refund(refund_id=body.refund_id)
