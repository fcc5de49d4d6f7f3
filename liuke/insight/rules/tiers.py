"""RFM levels, segments and value tiers: the words of them. Loads no numpy, because pages need them; see cutting.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

LEVELS = 5                                       # of recency, frequency and money: 5 is best
FIFTHS = (0.2, 0.4, 0.6, 0.8)
VALUE_SHARES = (0.5, 0.8, 0.95)                  # below them: later, ordinary, valued; above: core
HIGH = 4                                         # a level from here on counts as high in a segment
CHURN_SHARE = 0.9                                # silent longer than so many of the intervals seen: lost
CHURN_DAYS = (31, 365)                           # and never fewer or more days than this


class ValueTier(IntEnum):
    LATER = 1
    ORDINARY = 2
    VALUED = 3
    CORE = 4


class RfmSegment(StrEnum):
    """The eight segments of recency, frequency and money, each high or low."""

    CHAMPION = "champion"            # high high high
    PROMISING = "promising"          # recent, seldom, much money
    KEEP = "keep"                    # not recent, often, much money
    WIN_BACK = "win_back"            # not recent, seldom, much money
    LOYAL = "loyal"                  # recent, often, little money
    NEW = "new"                      # recent, seldom, little money
    FADING = "fading"                # not recent, often, little money
    GONE = "gone"                    # low low low


SEGMENTS = {
    (True, True, True): RfmSegment.CHAMPION, (True, False, True): RfmSegment.PROMISING,
    (False, True, True): RfmSegment.KEEP, (False, False, True): RfmSegment.WIN_BACK,
    (True, True, False): RfmSegment.LOYAL, (True, False, False): RfmSegment.NEW,
    (False, True, False): RfmSegment.FADING, (False, False, False): RfmSegment.GONE,
}


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the levels end; a value equal to a cut belongs to the level below it."""

    recency_days: tuple[int, ...]
    buying_days: tuple[int, ...]
    net_fen: tuple[int, ...]
    value_fen: tuple[int, ...]
    churn_days: int


def churn_days(counted_gaps: Sequence[tuple[int, int]]) -> int:
    """How long a silence ends in "lost": longer than CHURN_SHARE of the (days, count) seen between buying days."""
    lowest, highest = CHURN_DAYS
    seen = quantile(counted_gaps, CHURN_SHARE)
    return highest if seen is None else min(max(seen, lowest), highest)


def quantile(counted: Sequence[tuple[int, int]], share: float) -> int | None:
    """The smallest value that at least `share` of all do not exceed; (value, count) rise by value. None of nothing."""
    needed, seen = share * sum(count for _, count in counted), 0
    for value, count in counted:
        seen += count
        if seen >= needed:
            return value
    return None


def segment(recency: int, frequency: int, money: int) -> RfmSegment:
    """The segment of three levels."""
    return SEGMENTS[recency >= HIGH, frequency >= HIGH, money >= HIGH]
