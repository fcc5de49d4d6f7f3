"""Who belongs to an audience: everybody, a tag, or a segment; never records that were merged or forgotten."""

from django.db.models import Exists, OuterRef, QuerySet

from liuke.customers.models import Customer, CustomerTag
from liuke.insight.models import CustomerScore
from liuke.insight.rules.tiers import HIGH, SEGMENTS
from liuke.kit.forms import number_of

EVERYBODY = "everybody"


def members(audience: str) -> QuerySet[Customer]:
    """Customers of "everybody", "tag:12" or "segment:gone"; an audience that nobody knows has none."""
    rows = Customer.objects.filter(merged_into=None, forgotten_at=None)
    kind, _sign, name = audience.partition(":")
    if audience == EVERYBODY:
        return rows
    if kind == "tag" and (tag_id := number_of(name)) is not None:
        return rows.filter(Exists(CustomerTag.objects.filter(customer=OuterRef("pk"), tag_id=tag_id)))
    levels = {str(segment): highs for highs, segment in SEGMENTS.items()}
    if kind == "segment" and name in levels:
        return rows.filter(Exists(_scored(levels[name]).filter(pk=OuterRef("pk"))))
    return rows.none()


def _scored(highs: tuple[bool, bool, bool]) -> QuerySet[CustomerScore]:
    rows = CustomerScore.objects.all()
    for field, high in zip(("recency", "frequency", "money"), highs, strict=True):
        rows = rows.filter(**{f"{field}__gte" if high else f"{field}__lt": HIGH})
    return rows


def next_members(audience: str, *, after: int, limit: int) -> tuple[list[int], bool]:
    """The ids of so many members after an id, rising, and whether there are more."""
    rows = members(audience).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    found = list(rows[:limit + 1])
    return found[:limit], len(found) > limit
