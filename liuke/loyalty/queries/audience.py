"""Who belongs to an audience: conditions on the customer alone, for draws and plans."""

from collections.abc import Collection

from django.utils import timezone

from liuke.loyalty.queries.fields import OF_CUSTOMER
from liuke.loyalty.rules import conditions
from liuke.loyalty.rules.conditions import Conditions, Field


def audience_fields() -> dict[str, Field]:
    """What an audience may ask of a customer, by name."""
    return {name: known.field for name, known in OF_CUSTOMER.items()}


def fitting(audience: Conditions, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers that all conditions hold for; nobody is left out when there are none."""
    now = timezone.now()
    asked = [(customer_id, now) for customer_id in customer_ids]
    loaded = {name: OF_CUSTOMER[name].load(asked) for name in audience if name in OF_CUSTOMER}
    return {
        each[0] for each in asked
        if conditions.hold(audience, {name: found.get(each, OF_CUSTOMER[name].without)
                                      for name, found in loaded.items()})
    }
