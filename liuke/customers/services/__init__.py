"""Every write of the customer records, a file per subject."""

from liuke.customers.services.bulk import Reference, find_many, find_or_create_many
from liuke.customers.services.matching import Person, match_people

__all__ = ["Person", "Reference", "find_many", "find_or_create_many", "match_people"]
