"""Which reward suits whom: candidates with a chance and a margin in, a ranked list with reason, effect and cost out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from liuke.insight.rules.tiers import ValueTier
from liuke.kit.money import BASIS_POINTS

PRIOR_LIFT, PRIOR_SPREAD = 0.10, 0.10    # by how much a reward raises a chance, before anything was measured
SHARE = {ValueTier.LATER: 0.3, ValueTier.ORDINARY: 0.4, ValueTier.VALUED: 0.5, ValueTier.CORE: 0.6}
STEP, LEAST, MOST = 10, 10, 5_000        # points
MOST_SUGGESTED = 3
Z = 1.959963984540054


class Why(StrEnum):
    """The reason of a suggestion."""

    KEEP = "keep"                        # likely to buy this category again
    WIDEN = "widen"                      # has not bought it; people like them do
    THANK = "thank"                      # worth much to the brand


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reason to reward: with this `chance` the customer buys within 30 days and brings `margin_fen`."""

    why: Why
    chance: float
    margin_fen: int
    category: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Suggested:
    """`gain_fen` is the margin that the reward is expected to add, `cost_fen` what the points are worth."""

    why: Why
    category: str
    because: str
    chance: float
    points: int
    gain_fen: int
    cost_fen: int


@dataclass(frozen=True, slots=True)
class Lift:
    """By what part of itself a reward raises the chance to buy. `measured`: effects of rules have had their say."""

    part: float
    measured: bool


def believed(seen: Iterable[tuple[float, float]]) -> Lift:
    """What to believe of the lift after these measurements (estimate, standard error).

    A normal prior and normal measurements, weighed by their precision (A. Gelman et al., Bayesian Data Analysis, 2.5):
    one vague test moves it little, many sharp ones replace it. Never below zero, since then nothing is suggested.
    """
    weight, total, measured = 1 / PRIOR_SPREAD**2, PRIOR_LIFT / PRIOR_SPREAD**2, False
    for estimate, error in seen:
        if error > 0:
            weight, total, measured = weight + 1 / error**2, total + estimate / error**2, True
    return Lift(max(0.0, total / weight), measured)


def relative(treated: float, control: float, low: float, high: float) -> tuple[float, float] | None:
    """A measured difference of shares, with its interval, as a part of the control's share; None when that is zero."""
    if control <= 0:
        return None
    return (treated - control) / control, (high - low) / (2 * Z) / control


def rank(candidates: Sequence[Candidate], *, tier: ValueTier, lift: Lift, points_per_yuan: int) -> list[Suggested]:
    """The rewards that are worth their cost, the most useful first; at most MOST_SUGGESTED.

    A reward is expected to add chance x lift x margin: the likeliest category with the most margin room comes first.
    No chance rises above 1, so who buys anyway is given little: a reward changes nothing for them.
    It costs a share of that gain, the larger the more the customer is worth, so that the rest stays with the brand; a
    gain too small for LEAST points suggests nothing. Of one category only the best reason is kept; equal gains keep the
    order of the candidates.
    """
    found: dict[str, Suggested] = {}
    for each in candidates:
        gain_fen = min(each.chance * lift.part, 1 - each.chance) * each.margin_fen
        points = min(MOST, int(gain_fen * SHARE[tier] * points_per_yuan / 100) // STEP * STEP)
        if points < LEAST:
            continue
        suggested = Suggested(each.why, each.category, each.because, each.chance, points, round(gain_fen),
                              -(-points * 100 // points_per_yuan))
        if each.category not in found or found[each.category].gain_fen < suggested.gain_fen:
            found[each.category] = suggested
    return sorted(found.values(), key=lambda each: each.cost_fen - each.gain_fen)[:MOST_SUGGESTED]


def margin_of(each_fen: int, margin_bp: int) -> int:
    """What of a purchase is left."""
    return each_fen * margin_bp // BASIS_POINTS
