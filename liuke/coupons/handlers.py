"""Reactions of coupons: they follow customers who are merged, and end with a person who is forgotten."""

from liuke.coupons.models import Coupon, LeftOut
from liuke.coupons.services.withdrawing import withdraw_all
from liuke.customers.queries.personal import one_person
from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.timeline import facts
from liuke.timeline.models import Fact


def move_coupons(_fact: Fact, body: facts.CustomersMerged) -> None:
    move_rows(merge_id=body.merge_id, rows=Coupon.objects.all())
    move_rows(merge_id=body.merge_id, rows=LeftOut.objects.all(), once=("batch_id",))


def move_coupons_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    """What the surviving record has used meanwhile goes back with the others, used."""
    for model in (Coupon, LeftOut):
        move_rows_back(merge_id=body.merge_id, model=model)


def withdraw_of_forgotten(fact: Fact, _body: facts.CustomerForgotten) -> None:
    """Nobody can use them any more; their budgets get back what was set aside."""
    withdraw_all(customer_ids=one_person(fact.customer_id), now=fact.happened_at)
