"""Tags: the list of words, and who carries them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from liuke.customers.models import CustomerTag, Tag

AUDIENCE = "SELECT 'tag', tag_id::text FROM customers_customertag WHERE customer_id = %(customer)s"


@dataclass(frozen=True)
class TagLine:
    id: int
    name: str
    sources: tuple[str, ...]


def tag_ids(customer_id: int) -> frozenset[int]:
    """The tags of one customer, from whatever source."""
    return frozenset(CustomerTag.objects.filter(customer_id=customer_id).values_list("tag_id", flat=True))


def tags_of(customer_ids: Collection[int]) -> dict[int, tuple[TagLine, ...]]:
    """The tags of each customer with where they come from, in the order of adding; one query."""
    rows = CustomerTag.objects.filter(customer_id__in=customer_ids).order_by("added_at", "pk")
    found: dict[int, dict[int, tuple[str, list[str]]]] = {}
    for customer_id, tag_id, name, source in rows.values_list("customer_id", "tag_id", "tag__name", "source"):
        found.setdefault(customer_id, {}).setdefault(tag_id, (name, []))[1].append(source)
    return {
        customer_id: tuple(TagLine(tag_id, name, tuple(sources)) for tag_id, (name, sources) in tags.items())
        for customer_id, tags in found.items()
    }


def all_tags() -> QuerySet[Tag]:
    """The list of words, those carried most first."""
    return Tag.objects.order_by("-customers", "name", "pk")
