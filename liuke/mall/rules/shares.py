"""Every fen of every discount belongs to a line, so that the refund of any part of any line is exact."""

from collections.abc import Sequence
from dataclasses import dataclass

from liuke.kit.errors import Refused
from liuke.kit.money import allocate


class RefundTooLarge(Refused):
    """More pieces or more money than were bought and are not yet back."""

    code = "refund_too_large"


@dataclass(frozen=True)
class Sold:
    """A line as far as refunds care: pieces and fen really paid for them, and what of both went back already."""

    quantity: int
    amount_fen: int
    refunded: int = 0
    refunded_fen: int = 0


def share_discount(discount_fen: int, amounts_fen: Sequence[int]) -> list[int]:
    """One discount over the lines it applies to, by their amounts; no line below zero, the sum exact.

    A discount larger than all lines together is cut to them.
    """
    return allocate(min(discount_fen, sum(amounts_fen)), amounts_fen)


def refund_fen(sold: Sold, *, quantity: int) -> int:
    """What so many more pieces of a line are worth: their share of what was really paid, cumulatively rounded down.

    All pieces together give exactly amount_fen, in whatever portions they come back. Amounts that were given back
    without pieces (a goodwill refund) are taken from what is left. Raises RefundTooLarge.
    """
    back = sold.refunded + quantity
    if quantity < 0 or back > sold.quantity:
        raise RefundTooLarge
    due = sold.amount_fen * back // sold.quantity if sold.quantity else 0
    before = sold.amount_fen * sold.refunded // sold.quantity if sold.quantity else 0
    return max(0, min(due - before, sold.amount_fen - sold.refunded_fen))
