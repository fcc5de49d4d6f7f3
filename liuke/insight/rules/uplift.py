"""What a treatment has changed: two groups that chance has parted, the difference between them, and how sure it is.

Sources: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
Medicine 17 (1998), method 10 (shares; from two Wilson intervals, so it holds for few people and for shares near 0);
B. L. Welch, Biometrika 34 (1947) (means of groups with different spread); I. Waudby-Smith, D. Arbour, R. Sinha,
E. Kennedy & A. Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52
(2024), equation 3 (an interval that stays right however often somebody looks).
"""

from dataclasses import dataclass
from math import ceil, log, sqrt

from liuke.insight.rules.shares import Share, Z

POWER_Z = 0.8416212335729143             # 80 %
ALPHA = 0.05
LOOKED_AT = 2_000                        # customers at which the interval for many looks is at its narrowest
LEAST_OF_MEANS = 30                      # people in each group before their money is compared
UNEVEN_Z = 4.0                           # groups further from their planned sizes than this were not parted by chance


@dataclass(frozen=True, slots=True)
class Moments:
    """So many people, the sum of what each has, and the sum of its squares."""

    count: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.count if self.count else 0.0

    @property
    def variance(self) -> float:
        """Of the population they are drawn from; 0 of fewer than two."""
        if self.count < 2:
            return 0.0
        return max(0.0, (self.squares - self.total * self.total / self.count) / (self.count - 1))


@dataclass(frozen=True, slots=True)
class Difference:
    """Treated less control, with its interval."""

    estimate: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether nothing at all lies outside the interval."""
        return self.low > 0 or self.high < 0


def of_shares(treated: Share, control: Share) -> Difference | None:
    """The difference of two shares with its 95 % interval; None when a group is empty."""
    if treated.rate is None or control.rate is None:
        return None
    one, other = treated.rate, control.rate
    low_one, high_one = treated.low or 0.0, treated.high or 0.0
    low_other, high_other = control.low or 0.0, control.high or 0.0
    down = sqrt((one - low_one) ** 2 + (high_other - other) ** 2)
    up = sqrt((high_one - one) ** 2 + (other - low_other) ** 2)
    return Difference(one - other, one - other - down, one - other + up)


def of_means(treated: Moments, control: Moments) -> Difference | None:
    """The difference of two means with its 95 % interval; None below LEAST_OF_MEANS people in a group."""
    if min(treated.count, control.count) < LEAST_OF_MEANS:
        return None
    middle, error = treated.mean - control.mean, _error(treated, control)
    reach = _quantile(_freedom(treated, control)) * error
    return Difference(middle, middle - reach, middle + reach)


def of_means_always(treated: Moments, control: Moments) -> Difference | None:
    """The same, wider: in 95 of 100 tests the truth is never outside it, although somebody looks every night.

    Who stops at the first night on which an ordinary interval leaves 0 finds an effect where there is none in far more
    than 5 of 100 tests; decisions rest on this one.
    """
    if min(treated.count, control.count) < LEAST_OF_MEANS:
        return None
    middle, error = treated.mean - control.mean, _error(treated, control)
    tuned = (-2 * log(ALPHA) + log(-2 * log(ALPHA)) + 1) * (treated.count + control.count) / LOOKED_AT
    reach = error * sqrt((1 + 1 / tuned) * log((tuned + 1) / ALPHA**2))
    return Difference(middle, middle - reach, middle + reach)


def needed_of_shares(rate: float, *, control_share: float, worth_knowing: float) -> int:
    """How many customers in all show a difference of shares as large as `worth_knowing` in 80 of 100 tests."""
    return _needed(rate * (1 - rate), rate * (1 - rate), control_share, worth_knowing)


def needed_of_means(treated: Moments, control: Moments, *, control_share: float, worth_knowing: float) -> int:
    """The same of means; the spread is taken from the groups seen so far."""
    return _needed(treated.variance, control.variance, control_share, worth_knowing)


def parted_by_chance(control: int, everybody: int, *, control_share: float) -> bool:
    """Whether so many of everybody may be in the control group when each came into it by that chance.

    If not, something other than chance decided who was counted (a sample ratio mismatch), and no difference between
    the groups means anything: Fabijan et al., "Diagnosing sample ratio mismatch", KDD 2019.
    """
    spread = sqrt(everybody * control_share * (1 - control_share))
    return spread == 0 or abs(control - everybody * control_share) <= UNEVEN_Z * spread


def _needed(of_treated: float, of_control: float, control_share: float, worth_knowing: float) -> int:
    spread = of_treated / (1 - control_share) + of_control / control_share
    return ceil((Z + POWER_Z) ** 2 * spread / worth_knowing**2)


def _error(treated: Moments, control: Moments) -> float:
    return sqrt(treated.variance / treated.count + control.variance / control.count)


def _freedom(treated: Moments, control: Moments) -> float:
    """Degrees of freedom: Satterthwaite, Biometrics Bulletin 2 (1946)."""
    one, other = treated.variance / treated.count, control.variance / control.count
    below = one**2 / (treated.count - 1) + other**2 / (control.count - 1)
    return (one + other) ** 2 / below if below else float("inf")


def _quantile(freedom: float) -> float:
    """Of Student's t, 97.5 %: Cornish & Fisher's expansion around the normal one, right to four digits from 20 on."""
    if freedom == float("inf"):
        return Z
    first, second = (Z**3 + Z) / 4, (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / freedom + second / freedom**2 + third / freedom**3
