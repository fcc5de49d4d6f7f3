"""Reactions of tiers: growth and what it reached follow customers who are merged, and go back when that is undone."""

from liuke.customers.services.merge import move_rows, move_rows_back
from liuke.tiers.models import Growth, Reach, Standing
from liuke.tiers.rules import Reason
from liuke.tiers.services.standing import settle
from liuke.timeline import facts
from liuke.timeline.models import Fact


def move_growth(fact: Fact, body: facts.CustomersMerged) -> None:
    """Both parts add up, so the one who stays may rise. The other record stands nowhere any more."""
    for model in (Growth, Reach):
        move_rows(merge_id=body.merge_id, rows=model.objects.all())
    Standing.objects.filter(pk=body.merged_customer_id).update(
        code="", since_on=None, until=None, graced=False, look_on=None)
    settle(customer_ids=[fact.customer_id], reason=Reason.MERGE, now=fact.happened_at)


def move_growth_back(fact: Fact, body: facts.CustomersUnmerged) -> None:
    for model in (Growth, Reach):
        move_rows_back(merge_id=body.merge_id, model=model)
    settle(customer_ids=[fact.customer_id, body.merged_customer_id], reason=Reason.MERGE, now=fact.happened_at)
