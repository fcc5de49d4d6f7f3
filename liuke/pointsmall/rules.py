"""What an item may be, who may have it now, and every limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from liuke.kit.errors import BadInput

NAME_CHARACTERS = 60
ABOUT_CHARACTERS = 500
MAX_POINTS = 10**7                       # of one piece
MAX_STOCK = 10**6
MAX_QUANTITY = 20                        # at once
KEY_CHARACTERS = 80
PAGE = 50


class State(StrEnum):
    """Of an exchange."""

    DONE = "done"
    UNDONE = "undone"


class Why(StrEnum):
    """Why somebody cannot have an item now; nothing in the way is the empty word."""

    NOTHING = ""
    PAUSED = "paused"
    EARLY = "early"
    OVER = "over"
    TIER = "tier"
    LIMIT = "limit"
    SOLD_OUT = "sold_out"


class BadItem(BadInput):
    """An item does not hold together. `about` is the part."""

    code = "points_mall_item"

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An item as staff describe it. `what` is the id of the SKU, the coupon or the draw; goods need a shop.

    `per_customer` 0: no limit. `tiers`: codes of those who may have it; empty: everybody.
    """

    name: str
    kind: str
    what: int
    points: int
    stock: int
    about: str = ""
    shop_id: int | None = None
    per_customer: int = 0
    starts_at: datetime
    ends_at: datetime | None = None
    tiers: Sequence[str] = ()


def check(offer: Offer, *, taken: int = 0) -> Offer:
    """Raises BadItem. `taken`: pieces that are gone already, which the stock cannot fall below."""
    if not 0 < len(offer.name.strip()) <= NAME_CHARACTERS or "\x00" in offer.name:
        raise BadItem("name")
    if len(offer.about) > ABOUT_CHARACTERS or "\x00" in offer.about:
        raise BadItem("about")
    if not 0 < offer.points <= MAX_POINTS:
        raise BadItem("points")
    if not max(taken, 0) <= offer.stock <= MAX_STOCK:
        raise BadItem("stock")
    if not 0 <= offer.per_customer <= MAX_STOCK:
        raise BadItem("per_customer")
    if offer.ends_at is not None and offer.ends_at <= offer.starts_at:
        raise BadItem("ends_at")
    return offer


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What decides whether somebody may have so many pieces: the item, the customer's tier, and what they had of it."""

    starts_at: datetime
    ends_at: datetime | None
    paused: bool
    left: int
    per_customer: int
    tiers: Sequence[str]
    tier: str
    had: int
    quantity: int = 1


def why_not(asked: Asked, now: datetime) -> Why:
    """The first thing in the way."""
    if asked.paused:
        return Why.PAUSED
    if now < asked.starts_at:
        return Why.EARLY
    if asked.ends_at is not None and now >= asked.ends_at:
        return Why.OVER
    if asked.tiers and asked.tier not in asked.tiers:
        return Why.TIER
    if asked.per_customer and asked.had + asked.quantity > asked.per_customer:
        return Why.LIMIT
    return Why.SOLD_OUT if asked.left < asked.quantity else Why.NOTHING
