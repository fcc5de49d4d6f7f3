"""Reactions of outreach: messages follow merged customers, and a pending return keeps the brand silent."""

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.outreach import services
from liuke.outreach.models import Block, Message
from liuke.timeline import facts
from liuke.timeline.models import Fact


def move_messages(_fact: Fact, body: facts.CustomersMerged) -> None:
    move_rows(merge_id=body.merge_id, rows=Message.objects.all())
    move_rows(merge_id=body.merge_id, rows=Block.objects.all())


def move_messages_back(_fact: Fact, body: facts.CustomersUnmerged) -> None:
    move_rows_back(merge_id=body.merge_id, model=Message)
    move_rows_back(merge_id=body.merge_id, model=Block)


def hush_for_return(fact: Fact, body: facts.ReturnRequested) -> None:
    """While the customer waits for a decision nobody advertises to them."""
    services.block(customer_id=fact.customer_id, key=f"return:{body.return_id}", reason="return",
                   now=fact.happened_at)


def speak_after_return(fact: Fact, body: facts.ReturnDecided) -> None:
    services.unblock(key=f"return:{body.return_id}", now=fact.happened_at)
