"""Which batch of the maker a sold piece is of, as it was written down when it was packed."""

from collections.abc import Collection

from liuke.mall.models import OrderLine, ShipmentLine


def batches_of(line_ids: Collection[int]) -> dict[int, str]:
    """The batch of each line all of whose parcels had one and the same; lines without are left out. One statement."""
    found: dict[int, set[str]] = {}
    for line_id, batch in ShipmentLine.objects.filter(line__in=line_ids).values_list("line_id", "batch"):
        found.setdefault(line_id, set()).add(batch)
    return {line_id: batches.pop() for line_id, batches in found.items() if len(batches) == 1 and batches != {""}}


def bought_lines(customer_id: int, *, most: int) -> list[OrderLine]:
    """What the customer bought of our own goods, the newest first, with product and order."""
    rows = OrderLine.objects.filter(order__customer=customer_id).exclude(item=None)
    return list(rows.select_related("item__product", "order").order_by("-order__placed_at", "-pk")[:most])
