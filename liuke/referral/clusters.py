"""A quotient of two sums over inviters and its difference between two arms, robust to what one inviter's people share.

Beside rules.py because no order is reckoned with it. People of one inviter resemble each other; to count each of them
as one more observation makes intervals far too narrow. So the inviter is the unit: means of whole inviters by
`insight.rules.uplift`, quotients here by the delta method (A. Deng, U. Knoblich & J. Lu, "Applying the Delta Method in
Metric Analytics", KDD 2018, section 4). Pure.
"""

from dataclasses import dataclass
from math import sqrt

from liuke.insight.rules.shares import Z
from liuke.insight.rules.uplift import LEAST_OF_MEANS, Difference


@dataclass(frozen=True, slots=True)
class Quotient:
    """Sums over so many inviters of y, x, and their squares and product; the quotient is sum of y by sum of x."""

    count: int
    y: float
    x: float
    yy: float
    xx: float
    xy: float

    @property
    def value(self) -> float | None:
        return self.y / self.x if self.x else None

    @property
    def variance(self) -> float:
        """Of the quotient, by inviters."""
        if self.count < 2 or not self.x:
            return 0.0
        ratio = self.y / self.x
        spread = max(0.0, self.yy - 2 * ratio * self.xy + ratio**2 * self.xx) / (self.count - 1)
        return spread * self.count / self.x**2


def difference(treated: Quotient, control: Quotient) -> Difference | None:
    """Treated less control with its 95 % interval; None below LEAST_OF_MEANS inviters or without anything to divide by.
    """
    if min(treated.count, control.count) < LEAST_OF_MEANS or treated.value is None or control.value is None:
        return None
    middle = treated.value - control.value
    reach = Z * sqrt(treated.variance + control.variance)
    return Difference(middle, middle - reach, middle + reach)
