"""Who stands behind a customer."""

from collections.abc import Collection

from liuke.customers.models import Customer
from liuke.customers.queries.records import living
from liuke.ledger.queries import balance
from liuke.timeline import facts
from liuke.timeline.models import Fact


def referrers_of(customer_ids: Collection[int]) -> dict[int, int]:
    """Who referred each of these customers, as the newest ReferrerBound says; nobody is left out. Never oneself."""
    rows = Fact.objects.filter(kind=facts.ReferrerBound.__name__, customer_id__in=customer_ids)
    found = {customer_id: data["referrer_id"] for customer_id, data in
             rows.order_by("happened_at", "pk").values_list("customer_id", "data")}
    moved = living_of(found.values())
    return {customer: moved[referrer] for customer, referrer in found.items()
            if referrer in moved and moved[referrer] != customer}


def living_of(customer_ids: Collection[int]) -> dict[int, int]:
    """The record that stands for each of these now; most stand for themselves. Who never was is left out."""
    rows = dict(Customer.objects.filter(pk__in=customer_ids).values_list("pk", "merged_into_id"))
    return {pk: living(pk) if into else pk for pk, into in rows.items()}


def growth_of(customer_id: int) -> int:
    """The growth value that counts now; what is held is not in it."""
    return balance(f"growth:customer:{customer_id}").posted
