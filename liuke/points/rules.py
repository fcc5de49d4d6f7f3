"""What points may be, what they are worth, and every limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from liuke.kit.errors import BadInput
from liuke.kit.money import BASIS_POINTS

UNIT = "points"
MAX_POINTS = 10**9                       # of one lot or one redemption
MAX_BATCH = 2_000                        # lots granted, released or taken back at once
KEY_CHARACTERS = 100
RELEASE_GRACE = timedelta(days=1)        # what a purchase that never was gives back lives at least so long
GIVE_BACK_GRACE = timedelta(days=30)     # the same of a purchase that was paid and then refunded
EXPIRY_BATCH = 20_000                    # lots that one statement expires
REMIND_DAYS = (30, 7)                    # so many days before points expire, the timeline says so
REMIND_BATCH = 200
REMIND_LATE_DAYS = 7                     # days that a reminder which did not run is made up for
MAX_POINTS_PER_YUAN = 100_000
MAX_STEP = 100_000
PAGE = 50


class BadPoints(BadInput):
    """Not an amount of points, not a key, or not a setting that could hold."""

    code = "points_bad"


class State(StrEnum):
    """Of a redemption."""

    RESERVED = "reserved"
    USED = "used"
    RELEASED = "released"


class Kind(StrEnum):
    """Why points left their lots, other than by a redemption."""

    TAKE_BACK = "take_back"              # what they were given for was undone
    DEBT = "debt"                        # they paid what the customer owed
    ADJUST = "adjust"                    # brought into line with the ledger after two customers were merged or parted


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What points are worth at checkout. `order_cap_bp` of the goods, after every other discount, may be paid so."""

    points_per_yuan: int = 100
    order_cap_bp: int = 5_000
    step: int = 1                        # points are taken in multiples of so many
    least: int = 0                       # and at least so many, or none
    enabled: bool = True


@dataclass(frozen=True)
class Offer:
    """What points can pay of an order: so many points, worth so many fen."""

    points: int
    fen: int


NOTHING = Offer(0, 0)


def check_terms(terms: Terms) -> Terms:
    """Raises BadPoints for terms that give money away or can never be met."""
    if not 0 < terms.points_per_yuan <= MAX_POINTS_PER_YUAN:
        raise BadPoints(f"1 to {MAX_POINTS_PER_YUAN} points are worth a yuan")
    if not 0 <= terms.order_cap_bp <= BASIS_POINTS:
        raise BadPoints("points pay between nothing and all of an order")
    if not 0 < terms.step <= MAX_STEP or not 0 <= terms.least <= MAX_POINTS:
        raise BadPoints(f"points are taken in steps of 1 to {MAX_STEP}")
    return terms


def worth_fen(points: int, terms: Terms) -> int:
    """Whole fen, rounded down: the house never gives more than the points are worth."""
    return points * 100 // terms.points_per_yuan


def points_for(fen: int, terms: Terms) -> int:
    """The least points that are worth so many fen."""
    return -(-fen * terms.points_per_yuan // 100)


def most(goods_fen: int, available: int, terms: Terms) -> Offer:
    """The most that `available` points can pay of goods that cost so much after every other discount.

    No point is taken that pays nothing: of 250 points a yuan, 7 points are worth 2 fen and 5 are taken for them.
    """
    if not terms.enabled or goods_fen <= 0 or available <= 0:
        return NOTHING
    cap_fen = goods_fen * terms.order_cap_bp // BASIS_POINTS
    points = min(available, points_for(cap_fen, terms))
    points -= points % terms.step
    fen = min(cap_fen, worth_fen(points, terms))
    if terms.step == 1:
        points = points_for(fen, terms)
    return Offer(points, fen) if fen > 0 and points >= terms.least else NOTHING


def offer(points: int, goods_fen: int, available: int, terms: Terms) -> Offer:
    """What exactly so many points pay. Raises BadPoints when they break the terms or exceed the cap or the balance."""
    if points == 0:
        return NOTHING
    fen = worth_fen(points, terms)
    allowed = most(goods_fen, available, terms)
    if points < max(terms.least, 1) or points % terms.step or not 0 < fen <= allowed.fen or points > available:
        raise BadPoints(f"{points} points cannot be used for this order, at most {allowed.points}")
    return Offer(points, fen)


def check_amount(points: int) -> int:
    """The amount, or BadPoints."""
    if type(points) is not int or not 0 < points <= MAX_POINTS:
        raise BadPoints(f"{points!r} is not an amount of points between 1 and {MAX_POINTS}")
    return points


def check_key(key: str) -> str:
    """The key, or BadPoints."""
    if not 0 < len(key) <= KEY_CHARACTERS or not key.isprintable():
        raise BadPoints(f"{key!r} is not a key: 1 to {KEY_CHARACTERS} printable characters")
    return key


def returned(parts: list[int], *, before: int, part: int) -> list[int]:
    """How much of each taken part goes back when `before` went back already: what was taken last goes back first."""
    back, skip, rest = [0] * len(parts), before, part
    for at in range(len(parts) - 1, -1, -1):
        skipped = min(skip, parts[at])
        back[at] = min(rest, parts[at] - skipped)
        skip, rest = skip - skipped, rest - back[at]
    assert rest == 0, "more goes back than was taken"
    return back


def expiry_back(expires_at: datetime | None, *, now: datetime, grace: timedelta) -> datetime | None:
    """When points that go back to a lot expire: as they would have, but not before the grace is over."""
    return None if expires_at is None else max(expires_at, now + grace)
