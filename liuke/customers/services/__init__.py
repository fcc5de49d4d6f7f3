"""Every write of the customer records, a file per subject."""

from liuke.customers.services.bulk import Reference, find_many, find_or_create_many

__all__ = ["Reference", "find_many", "find_or_create_many"]
