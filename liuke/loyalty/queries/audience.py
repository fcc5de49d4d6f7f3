"""Who belongs to an audience: conditions on the customer alone, for draws and plans."""

from collections.abc import Collection

from liuke.loyalty.queries.fields import OF_CUSTOMER
from liuke.loyalty.rules import conditions
from liuke.loyalty.rules.conditions import Conditions, Field


def audience_fields() -> dict[str, Field]:
    """What an audience may ask of a customer, by name."""
    return {name: known.field for name, known in OF_CUSTOMER.items()}


def fitting(audience: Conditions, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers that all conditions hold for; nobody is left out when there are none."""
    loaded = {name: OF_CUSTOMER[name].load(customer_ids) for name in audience if name in OF_CUSTOMER}
    return {
        customer_id for customer_id in customer_ids
        if conditions.hold(audience, {name: found.get(customer_id, OF_CUSTOMER[name].without)
                                      for name, found in loaded.items()})
    }
