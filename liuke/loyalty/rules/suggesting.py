"""Which reward suits whom: candidates with a chance and a margin in, a ranked list with reason, effect and cost out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from liuke.insight.rules.tiers import ValueTier
from liuke.kit.money import BASIS_POINTS

PRIOR_LIFT, PRIOR_SPREAD = 0.10, 0.10    # by how much a reward raises a chance, before anything was measured
SHARE = {ValueTier.LATER: 0.3, ValueTier.ORDINARY: 0.4, ValueTier.VALUED: 0.5, ValueTier.CORE: 0.6}
STEP, LEAST, MOST = 10, 10, 5_000        # points
MOST_SUGGESTED = 3
POINTS = "points"                        # what is given where nothing else fits
RAISED_DAYS = 90                         # for which a higher tier is suggested
RAISED_MONTHS = 3                        # in which it is expected to work: three times the 30 days of a chance
RAISED_COST_BP = 100                     # of what they spend: the desk's time and whatever has no price
Z = 1.959963984540054


class Why(StrEnum):
    """The reason of a suggestion."""

    KEEP = "keep"                        # likely to buy this category again
    WIDEN = "widen"                      # has not bought it; people like them do
    THANK = "thank"                      # worth much to the brand
    RAISE = "raise"                      # worth much, and not yet in the highest tier


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One thing that could be given: `amount` of a kind of benefit, which `details` name.

    It takes `fen` at most, or, with `part_bp`, that part of a purchase up to `fen`. `certain`: it costs so much whether
    the customer then buys or not; otherwise only when they do. It is for purchases of `categories` (empty: of any) from
    `least_fen` on. `whys` are the reasons for which it may be given.
    """

    benefit: str
    fen: int
    amount: int = 1
    details: Mapping[str, Any] = field(default_factory=dict)
    part_bp: int = 0
    certain: bool = True
    categories: frozenset[str] = frozenset()
    least_fen: int = 0
    whys: frozenset[Why] = frozenset({Why.THANK})

    def fits(self, candidate: "Candidate") -> bool:
        """Whether it is for this reason and for what the candidate is expected to buy."""
        return (candidate.why in self.whys and candidate.each_fen >= self.least_fen
                and (not self.categories or candidate.category in self.categories))

    def cost_fen(self, candidate: "Candidate", lift: float) -> float:
        """What it is expected to cost: all of it, or as often as the customer then buys."""
        most = min(self.fen, candidate.each_fen * self.part_bp / BASIS_POINTS) if self.part_bp else self.fen
        return most if self.certain else most * min(1.0, candidate.chance * (1 + lift))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reason to reward: with this `chance` the customer buys within 30 days, for `each_fen`, of which `margin_fen`
    is the brand's.

    `months`: for how many times 30 days the reward works. `only`: the one thing that can be given for it.
    """

    why: Why
    chance: float
    margin_fen: int
    category: str = ""
    because: str = ""
    each_fen: int = 0
    months: int = 1
    only: Offer | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """`gain_fen` is the margin that the reward is expected to add, `cost_fen` what it is expected to cost, and `charge`
    what it may cost at most, in points: so much of their own budget whoever gives it needs.
    """

    why: Why
    category: str
    because: str
    chance: float
    benefit: str
    amount: int
    details: Mapping[str, Any]
    gain_fen: int
    cost_fen: int
    charge: int


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


def rank(
    candidates: Sequence[Candidate], *, tier: ValueTier, lift: Lift, points_per_yuan: int, offers: Sequence[Offer] = ()
) -> list[Suggested]:
    """The rewards that are worth their cost, the most useful first; at most MOST_SUGGESTED.

    A reward is expected to add chance x lift x margin: the likeliest category with the most margin room comes first.
    No chance rises above 1, so who buys anyway is given little: a reward changes nothing for them.
    It costs a share of that gain, the larger the more the customer is worth, so that the rest stays with the brand; a
    gain too small for LEAST points suggests nothing. What it is: of the offers that fit and cost no more than this the
    dearest, else points. Of one category only the best reason is kept, beside a higher tier; equal gains keep the
    order of the candidates.
    """
    found: dict[tuple[str, bool], Suggested] = {}
    for each in candidates:
        suggested = _suggested(each, tier, lift, points_per_yuan, offers)
        about = (each.category, each.why is Why.RAISE)
        if suggested and (about not in found or found[about].gain_fen < suggested.gain_fen):
            found[about] = suggested
    return sorted(found.values(), key=lambda each: each.cost_fen - each.gain_fen)[:MOST_SUGGESTED]


def _suggested(
    each: Candidate, tier: ValueTier, lift: Lift, points_per_yuan: int, offers: Sequence[Offer]
) -> Suggested | None:
    gain_fen = min(each.chance * lift.part, 1 - each.chance) * each.margin_fen * each.months
    room_fen = gain_fen * SHARE[tier]
    costs = [(offer.cost_fen(each, lift.part), offer) for offer in ([each.only] if each.only else offers)
             if offer.fits(each)]
    cost_fen, offer = max(((cost, offer) for cost, offer in costs if 0 < cost <= room_fen), key=lambda pair: pair[0],
                          default=(0.0, None))
    if offer is None:
        points = 0 if each.only else min(MOST, int(room_fen * points_per_yuan / 100) // STEP * STEP)
        if points < LEAST:
            return None
        offer = Offer(benefit=POINTS, amount=points, fen=-(-points * 100 // points_per_yuan))
        cost_fen = offer.fen
    charge = offer.amount if offer.benefit == POINTS else in_points(offer.fen, points_per_yuan)
    return Suggested(each.why, each.category, each.because, each.chance, offer.benefit, offer.amount, offer.details,
                     round(gain_fen), round(cost_fen), charge)


def in_points(fen: int, points_per_yuan: int) -> int:
    """What of a budget in points so much money takes, rounded up."""
    return -(-fen * points_per_yuan // 100)


def raised(*, chance: float, each_fen: int, freight_fen: int) -> int:
    """What a higher tier is expected to cost in its RAISED_DAYS: `freight_fen` that it pays on each purchase, and a
    hundredth of what is spent.
    """
    return max(1, round(RAISED_MONTHS * chance * (each_fen * RAISED_COST_BP / BASIS_POINTS + freight_fen)))


def margin_of(each_fen: int, margin_bp: int) -> int:
    """What of a purchase is left."""
    return each_fen * margin_bp // BASIS_POINTS
