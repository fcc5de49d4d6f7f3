"""Reactions of the ledger: balances follow customers who are merged, and go back when the merge is undone."""

from liuke.ledger.services.merging import merge_accounts, unmerge_accounts
from liuke.timeline import facts
from liuke.timeline.models import Fact
from liuke.timeline.queries import facts_of

CUSTOMER = "customer"


def merge_balances(fact: Fact, body: facts.CustomersMerged) -> None:
    """Nothing when the merge was undone before we came to it."""
    undone = facts_of(fact.customer_id).filter(kind=facts.CustomersUnmerged.__name__, data__merge_id=body.merge_id)
    if undone.exists():
        return
    merge_accounts(owner_kind=CUSTOMER, kept_id=fact.customer_id, merged_id=body.merged_customer_id, fact_id=fact.pk,
                   now=fact.happened_at)


def unmerge_balances(fact: Fact, body: facts.CustomersUnmerged) -> None:
    unmerge_accounts(owner_kind=CUSTOMER, merged_id=body.merged_customer_id, now=fact.happened_at)
