"""Odds as exact fractions: read from what people type, and summing to one or refused."""

import re
from collections.abc import Sequence
from fractions import Fraction

from liuke.draws.rules.limits import MAX_PARTS
from liuke.kit.errors import BadInput

RATIO = re.compile(r"([0-9]{1,10})\s*/\s*([0-9]{1,10})")
PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")
DECIMAL = re.compile(r"[01](?:\.[0-9]{1,9})?")


class BadOdds(BadInput):
    """Not a fraction from 0 to 1: write 1/1000, 0.1% or 0.001."""

    code = "draw_odds"


class OddsDiffer(BadInput):
    """The odds of all prizes, nothing included, must sum to exactly one. `rest` is what is missing (or too much)."""

    code = "draw_odds_sum"

    def __init__(self, rest: Fraction) -> None:
        super().__init__(f"{rest} is missing")
        self.rest = rest


def read(text: str) -> Fraction:
    """"1/1000", "0.1%" and "0.001" are the same. Raises BadOdds."""
    text = text.strip().replace("％", "%")
    if found := RATIO.fullmatch(text):
        if not int(found[2]):
            raise BadOdds(text)
        odds = Fraction(int(found[1]), int(found[2]))
    elif found := PERCENT.fullmatch(text):
        odds = Fraction(found[1]) / 100
    elif DECIMAL.fullmatch(text):
        odds = Fraction(text)
    else:
        raise BadOdds(text[:20])
    if not 0 <= odds <= 1 or odds.denominator > MAX_PARTS:
        raise BadOdds(text[:20])
    return odds


def check_sum(odds: Sequence[Fraction]) -> None:
    """Raises OddsDiffer."""
    rest = 1 - sum(odds, Fraction(0))
    if rest:
        raise OddsDiffer(rest)


def told(odds: Fraction) -> str:
    """1/1000 as "0.1%", and what no short percentage says exactly as the fraction."""
    percent = odds * 100
    for places in range(5):
        if (percent * 10**places).denominator == 1:
            return f"{float(percent):.{places}f}%"
    return f"{odds.numerator}/{odds.denominator}"
