"""Who stands behind a customer."""

from collections.abc import Collection

from django.conf import settings
from django.utils.module_loading import import_string

from liuke.customers.queries.records import living
from liuke.kit.rows import fetch
from liuke.ledger.queries import balance


def referrers_of(customer_ids: Collection[int]) -> dict[int, int]:
    """Who is to be rewarded for having referred each of these, as `settings.LIUKE_REFERRERS` knows it; nobody is left
    out. Never oneself.
    """
    if not customer_ids:
        return {}
    found: dict[int, int] = import_string(settings.LIUKE_REFERRERS)(customer_ids)
    moved = living_of(found.values())
    return {customer: moved[referrer] for customer, referrer in found.items()
            if referrer in moved and moved[referrer] != customer}


def living_of(customer_ids: Collection[int]) -> dict[int, int]:
    """The record that stands for each of these now; most stand for themselves. Who never was is left out."""
    if not customer_ids:
        return {}
    found = fetch(_LIVING, [list(customer_ids)])
    return {pk: living(pk) if into else pk for pk, into in found}


_LIVING = "SELECT id, merged_into_id FROM customers_customer WHERE id = ANY(%s::bigint[])"


def growth_of(customer_id: int) -> int:
    """The growth value that counts now; what is held is not in it."""
    return balance(f"growth:customer:{customer_id}").posted
