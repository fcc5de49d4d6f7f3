"""The life of a commission, and how an order's reward is shared out among its lines. Pure.

Beside rules.py because a play knows one amount for each order and no lines.
"""

from collections.abc import Mapping
from enum import StrEnum

from liuke.kit.money import allocate
from liuke.referral import rules
from liuke.referral.rules import Due


class State(StrEnum):
    """`void`: taken back whole before it was confirmed. What is taken back later leaves it confirmed, with less."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    VOID = "void"


def by_line(due: Due[int], paid_fen: Mapping[int, int]) -> dict[int, int]:
    """A reward of an order, shared among its lines by what was paid for each; the parts sum to it exactly."""
    lines = sorted(paid_fen)
    parts = allocate(due.amount, [paid_fen[line] for line in lines])
    return {line: part for line, part in zip(lines, parts, strict=True) if part}


def to_take(*, promised: int, amount: int, paid_fen: int, refunded_fen: int) -> int:
    """How much a commission loses now that so much of its line went back; the entitlement is reckoned anew."""
    return amount - rules.left_of(promised, remaining=paid_fen - refunded_fen, paid=paid_fen)


def points_for(fen: int, points_per_yuan: int) -> int:
    """Points worth so many fen, rounded down."""
    return fen * points_per_yuan // 100


def withheld_of(amount: int, ppm: int, *, closed: bool) -> int:
    """The help fund's share of a reward."""
    return rules.part(amount, ppm) if closed else 0

