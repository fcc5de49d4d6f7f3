"""What sending one order costs: the row with the longest matching region, by weight, free from an amount or by tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from liuke.kit.errors import Refused


class NotDelivered(Refused):
    """The supplier does not deliver to this region."""

    code = "region_not_delivered"


class Free(StrEnum):
    """Why sending costs nothing, though it would cost somebody else something."""

    NO = ""
    TIER = "tier"
    COUPON = "coupon"
    AMOUNT = "amount"


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


@dataclass(frozen=True)
class Freight:
    """What sending costs in fen, and of what benefit it costs nothing."""

    fen: int
    free: Free = Free.NO


def freight(rows: Sequence[Row], *, region: str, grams: int, goods_fen: int, free: Free = Free.NO) -> Freight:
    """For so many grams of goods worth goods_fen (after discounts). Without rows the supplier asks nothing of anybody.

    `free` is the benefit that this customer has anyway, by tier or coupon. Raises NotDelivered, also with a benefit.
    """
    if not rows:
        return Freight(0)
    row = max((row for row in rows if region.startswith(row.region)), key=lambda row: len(row.region), default=None)
    if row is None or not row.delivers:
        raise NotDelivered
    more = max(0, grams - row.first_grams)
    fen = row.first_fen + -(-more // row.step_grams) * row.step_fen
    if not fen:
        return Freight(0)
    if row.free_from_fen is not None and goods_fen >= row.free_from_fen:
        return Freight(0, Free.AMOUNT)
    return Freight(0, free) if free else Freight(fen)
