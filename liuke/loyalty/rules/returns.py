"""What a refund takes back: the share of what was really given, by the money that earned it, and never today's rule."""

from collections.abc import Mapping
from dataclasses import dataclass

from liuke.kit.money import round_half_up


@dataclass(frozen=True)
class Basis:
    """The lines of an order that earned an award, with the money each counted for, and what of each was refunded."""

    lines: Mapping[int, int]

    @property
    def total_fen(self) -> int:
        return sum(self.lines.values())


def to_take(given: int, taken: int, basis: Basis, refunded: Mapping[int, int]) -> int:
    """How much more is to be taken back when so much of each line was refunded so far.

    Every refund brings what was taken in all to the share of what was refunded in all, rounded; so the parts sum to
    exactly what was given once everything is refunded, in whatever order and however often this is asked.
    """
    total = basis.total_fen
    back = sum(min(fen, max(0, refunded.get(line, 0))) for line, fen in basis.lines.items())
    if total <= 0 or back <= 0:
        return 0
    share = given if back >= total else round_half_up(given * back, total)
    return max(0, share - taken)
