"""What sending one order costs: the row with the longest matching region, by weight, free from an amount."""

from collections.abc import Sequence
from dataclasses import dataclass

from liuke.kit.errors import Refused


class NotDelivered(Refused):
    """The supplier does not deliver to this region."""

    code = "region_not_delivered"


@dataclass(frozen=True)
class Row:
    """first_fen up to first_grams, then step_fen for each begun step_grams."""

    region: str
    delivers: bool
    first_grams: int
    first_fen: int
    step_grams: int
    step_fen: int
    free_from_fen: int | None = None


def freight_fen(rows: Sequence[Row], *, region: str, grams: int, goods_fen: int, free: bool = False) -> int:
    """Fen for sending so many grams of goods worth goods_fen (after discounts). No rows at all: free.

    `free` is a benefit of the customer's tier or a coupon. Raises NotDelivered.
    """
    if not rows:
        return 0
    row = max((row for row in rows if region.startswith(row.region)), key=lambda row: len(row.region), default=None)
    if row is None or not row.delivers:
        raise NotDelivered
    if free or (row.free_from_fen is not None and goods_fen >= row.free_from_fen):
        return 0
    more = max(0, grams - row.first_grams)
    return row.first_fen + -(-more // row.step_grams) * row.step_fen
