"""Who stands behind a customer."""

from collections.abc import Collection

from django.conf import settings
from django.utils.module_loading import import_string

from liuke.customers.models import Customer
from liuke.customers.queries.records import living
from liuke.ledger.queries import balance


def referrers_of(customer_ids: Collection[int]) -> dict[int, int]:
    """Who is to be rewarded for having referred each of these, as `settings.LIUKE_REFERRERS` knows it; nobody is left
    out. Never oneself.
    """
    found: dict[int, int] = import_string(settings.LIUKE_REFERRERS)(customer_ids)
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
