"""Reactions of gifts: they end with their time and with a person who is forgotten, and follow who is merged."""

from liuke.customers.queries.personal import one_person
from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.gifts.models import Gift
from liuke.gifts.services import claiming
from liuke.mall.services.gifts import SOURCE
from liuke.timeline import facts
from liuke.timeline.models import Fact


def end_called_off(fact: Fact, body: facts.OrderCancelled) -> None:
    """Nobody claimed it in time, or staff cancelled it: its cost is at its budget again."""
    if body.source == SOURCE:
        claiming.end_called_off(order_id=body.order_id, now=fact.happened_at)


def withdraw_of_forgotten(fact: Fact, _body: facts.CustomerForgotten) -> None:
    """Nobody can claim them any more."""
    claiming.withdraw_all(customer_ids=one_person(fact.customer_id), now=fact.happened_at)


def move_gifts(_fact: Fact, body: facts.CustomersMerged) -> None:
    move_rows(merge_id=body.merge_id, rows=Gift.objects.all())


def move_gifts_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    move_rows_back(merge_id=body.merge_id, model=Gift)
