"""What to do with something that costs money, by what it was seen to bring: keep it, stop it, or wait for more."""

from collections.abc import Sequence
from enum import StrEnum
from math import ceil

from liuke.insight.rules.uplift import Difference, Moments, needed_of_means, needed_of_shares
from liuke.kit.money import BASIS_POINTS

WINDOWS = (7, 14, 30, 60, 90)            # days after the first reward in which customers are looked at
USUAL_WINDOW = 30
WORTH_KNOWING = 0.02                     # of a reward that costs nothing: two points of repurchase
USUAL_AGAIN = 0.3                        # repurchase before anything is known
MOST_MISSING = 10**8


class Verdict(StrEnum):
    """`even`: enough was seen, and it brings about what it costs. `uneven`: the groups were not parted by chance."""

    KEEP = "keep"
    STOP = "stop"
    EVEN = "even"
    COLLECT = "collect"
    UNEVEN = "uneven"
    UNMEASURED = "unmeasured"            # nobody is held out


def verdict(*, hold_out_bp: int, fair: bool, worth: Difference | None, missing: int) -> Verdict:
    """`worth` is margin gained less cost for each customer, with an interval that holds however often one looks."""
    if not hold_out_bp:
        return Verdict.UNMEASURED
    if not fair:
        return Verdict.UNEVEN
    if worth is not None and worth.sure:
        return Verdict.KEEP if worth.low > 0 else Verdict.STOP
    return Verdict.COLLECT if missing or worth is None else Verdict.EVEN


def missing(*, treated: Moments, control: Moments, again: float | None, cost_fen: int, hold_out_bp: int) -> int:
    """How many more customers must be watched to tell whether it pays, in 80 of 100 tests.

    The difference that must show is the cost itself: something that brings its cost twice over, or nothing at all, is
    then told from something that just pays. What costs nothing must show two points of repurchase.
    """
    if not hold_out_bp:
        return 0
    share, seen = hold_out_bp / BASIS_POINTS, treated.count + control.count
    each = cost_fen / treated.count if treated.count else 0.0
    if each and control.count > 1 and treated.variance + control.variance > 0:
        wanted = needed_of_means(treated, control, control_share=share, worth_knowing=each)
    else:
        usual = USUAL_AGAIN if again is None else min(max(again, 0.02), 0.98)
        wanted = needed_of_shares(usual, control_share=share, worth_knowing=WORTH_KNOWING)
    return max(0, min(wanted, MOST_MISSING) - seen)


def days_for(missing: int, met: int, days: float) -> int | None:
    """How long so many more customers take at the pace so far; None while nobody came."""
    if not missing or not met or days <= 0:
        return None
    return ceil(missing * days / met)


def main_window(gap_quarters: Sequence[int] | None) -> int:
    """The window that decisions rest on: the first in which three of four repurchases of this brand fall.

    It is settled by the brand's rhythm and never by the result, which would find an effect where there is none.
    """
    if not gap_quarters:
        return USUAL_WINDOW
    return next((days for days in WINDOWS[1:] if days >= gap_quarters[-1]), WINDOWS[-1])
