"""Reactions of loyalty: facts earn, refunds take back, received goods start the return window."""

from collections.abc import Sequence

from django.utils import timezone

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.loyalty.models import Award, Grant
from liuke.loyalty.services import awarding, releasing, reversing
from liuke.timeline import facts
from liuke.timeline.facts import FactBody
from liuke.timeline.models import Fact
from liuke.timeline.reactor import together


@together
def award(told: Sequence[tuple[Fact, FactBody]]) -> None:
    """Whatever the rules give for them. A kind of fact can earn when this handler stands in its row."""
    awarding.award(facts=[fact for fact, _ in told], now=timezone.now())


def take_back_awards(fact: Fact, body: facts.OrderRefunded) -> None:
    reversing.take_back_for_refund(order_id=body.order_id, fact_id=fact.pk, now=timezone.now())


def plan_release(fact: Fact, body: facts.OrderReceived) -> None:
    releasing.plan_release(order_id=body.order_id, received_at=fact.happened_at)


def move_awards(_fact: Fact, body: facts.CustomersMerged) -> None:
    move_rows(merge_id=body.merge_id, rows=Award.objects.all())
    move_rows(merge_id=body.merge_id, rows=Grant.objects.all())


def move_awards_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    move_rows_back(merge_id=body.merge_id, model=Award)
    move_rows_back(merge_id=body.merge_id, model=Grant)
