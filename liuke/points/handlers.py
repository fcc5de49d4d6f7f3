"""Reactions of points: lots follow customers who are merged, and go back when the merge is undone."""

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.points.models import Change, Lot, OpenLot, Redemption
from liuke.points.services.settling import settle
from liuke.timeline import facts
from liuke.timeline.models import Fact

MODELS = (Lot, OpenLot, Redemption, Change)


def move_lots(fact: Fact, body: facts.CustomersMerged) -> None:
    """Stands after the ledger's handler: the balance has moved already, the lots follow it."""
    for model in MODELS:
        move_rows(merge_id=body.merge_id, rows=model.objects.all())
    _settle_both(fact, body)


def move_lots_back(fact: Fact, body: facts.CustomersUnmerged) -> None:
    """What the surviving record has spent meanwhile is not the other's loss: the lots follow the balances."""
    for model in MODELS:
        move_rows_back(merge_id=body.merge_id, model=model)
    _settle_both(fact, body)


def _settle_both(fact: Fact, body: facts.CustomersMerged | facts.CustomersUnmerged) -> None:
    for customer_id in sorted((fact.customer_id, body.merged_customer_id)):
        settle(customer_id=customer_id, key=f"{fact.kind}:{body.merge_id}", now=fact.happened_at)
