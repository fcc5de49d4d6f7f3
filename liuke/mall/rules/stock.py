"""How stock is spread over warehouses, and what a movement may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LOCK_MILLISECONDS = 5_000
RELEASE_BATCH = 200


class MovementKind(StrEnum):
    RECEIVE = "receive"              # new goods
    RESERVE = "reserve"
    RELEASE = "release"
    SHIP = "ship"                    # leaves the shelf and the promise
    TAKE = "take"                    # what a stock take found
    RETURN = "return"                # back on the shelf


class Held(StrEnum):
    """States of a reservation."""

    HELD = "held"
    KEPT = "kept"
    RELEASED = "released"
    SENT = "sent"


@dataclass(frozen=True)
class Shelf:
    """What one warehouse can promise of one SKU; the caller orders shelves by who is emptied first."""

    level: int
    free: int


def spread(quantity: int, shelves: Sequence[Shelf]) -> list[tuple[int, int]]:
    """(level, pieces) that together make the quantity, from as few warehouses as the order allows; [] when short.

    One warehouse that has all of it goes before several that have it together, so that parcels stay few.
    """
    for shelf in shelves:
        if shelf.free >= quantity:
            return [(shelf.level, quantity)]
    parts, missing = [], quantity
    for shelf in shelves:
        if missing and shelf.free > 0:
            pieces = min(shelf.free, missing)
            parts.append((shelf.level, pieces))
            missing -= pieces
    return [] if missing else parts
