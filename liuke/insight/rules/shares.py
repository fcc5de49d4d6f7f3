"""A share of people with its uncertainty."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054                   # 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; `low` and `high` are the 95 % interval. Of nobody, the share is None."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def low(self) -> float | None:
        return self._edge(-1)

    @property
    def high(self) -> float | None:
        return self._edge(1)

    def _edge(self, side: int) -> float | None:
        """Wilson's score interval: E. B. Wilson, Journal of the American Statistical Association 22 (1927)."""
        if not self.whole:
            return None
        rate, square = self.part / self.whole, Z * Z / self.whole
        middle = rate + square / 2
        reach = Z * sqrt(rate * (1 - rate) / self.whole + square / self.whole / 4)
        return min(1.0, max(0.0, (middle + side * reach) / (1 + square)))


def differ(one: Share, other: Share) -> bool:
    """Whether two shares differ by more than chance explains (two-sided, 5 %); never for a share of nobody."""
    if not (one.whole and other.whole):
        return False
    pooled = (one.part + other.part) / (one.whole + other.whole)
    spread = sqrt(pooled * (1 - pooled) * (1 / one.whole + 1 / other.whole))
    return spread > 0 and abs(one.part / one.whole - other.part / other.whole) > Z * spread
