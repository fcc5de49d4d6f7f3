"""The states of a coupon and of a use, and from when until when a coupon is valid."""

from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from liuke.coupons.rules.terms import Terms


class State(StrEnum):
    """Of a coupon: free, pending -> issued -> reserved -> used; back to issued when the purchase is called off or
    refunded; to expired or withdrawn while nobody has reserved it. Each step is one conditional UPDATE in `services`.
    """

    FREE = "free"                        # a single code that nobody has taken yet
    PENDING = "pending"                  # set aside for the customer until what it thanks for can no longer be undone
    ISSUED = "issued"
    RESERVED = "reserved"                # by a purchase that waits to be paid
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class UseState(StrEnum):
    """Of what one purchase takes."""

    RESERVED = "reserved"
    USED = "used"
    RELEASED = "released"
    GIVEN_BACK = "given_back"


class BatchKind(StrEnum):
    """How the coupons of a batch come to customers."""

    CODES = "codes"                      # single codes, each for whoever types it first
    MASS = "mass"                        # one code for many
    OPEN = "open"                        # everybody may take one from a list
    GRANT = "grant"                      # given to many customers at once


HELD = (State.FREE, State.PENDING, State.ISSUED, State.RESERVED)     # whose worth is still set aside


def span(terms: Terms, *, at: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when until before when a coupon is valid that the customer gets at `at`. It may be over already."""
    starts = max(at, terms.starts_at) if terms.starts_at else at
    ends = []
    if terms.days:
        ends.append(datetime.combine(starts.astimezone(zone).date() + timedelta(days=terms.days + 1), time.min, zone))
    if terms.ends_at:
        ends.append(terms.ends_at)
    return starts, min(ends)


def can_be_issued(terms: Terms, *, at: datetime) -> bool:
    """Whether a coupon issued at `at` would still be valid for a moment."""
    return terms.ends_at is None or terms.ends_at > at


class Outcome(StrEnum):
    """What became of a coupon that was to be taken back."""

    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"                # reserved by a purchase; withdrawn if that is called off, else lost
    LOST = "lost"                        # used: it is not to be had back
