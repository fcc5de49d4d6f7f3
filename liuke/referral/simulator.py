"""A plan played with thousands of joiners: how much is paid out, who earns less than they paid, who holds the rest.

Beside rules.py because it draws at random (from a seed, so the same call gives the same figures). The plan page shows
this before a plan may be activated. Every joiner pays one order and recruiting never stops being possible, so the
figures flatter a plan: in reality the last to join find nobody.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from liuke.referral.book import Purse
from liuke.referral.chain import ChainPlay
from liuke.referral.packs import NO_PACKS, PackWorth
from liuke.referral.plans import Chain21, Plan, Role, TwoTier
from liuke.referral.two_tier import TwoTierPlay

DEFAULT_JOINERS = 10_000
MAX_JOINERS = 1_000_000
DEFAULT_ORDER = 49_900                        # what a joiner spends where the plan asks for no entry order
RECENT_SHARE = 5                              # one in so many, the latest, recruits in `recent_joiners`
ROOT = 0

Shape = Callable[[int, random.Random], Iterator[int]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One shape of recruiting. Amounts in the plan's unit; shares from 0 to 1; the root is not a joiner.

    Only cash counts as earned; `other_value` is what points and coupons come to on top, `pack_fen` the packs of both
    sides. `top_1_pct_share` is of what all joiners together earned.
    """

    shape: str
    joiners: int
    collected: int                            # what the joiners paid
    paid_out: int                             # in cash, to the root and the joiners
    other_value: int
    pack_fen: int
    earn_less_than_paid: float
    earn_nothing: float
    become_boss: float
    root_share: float
    top_1_pct_share: float
    median_earned: int

    @property
    def payout_share(self) -> float:
        return _share(self.paid_out, self.collected)

    @property
    def other_share(self) -> float:
        return _share(self.other_value, self.collected)

    @property
    def pack_share(self) -> float:
        return _share(self.pack_fen, self.collected)


def simulated(
    plan: Plan, *, joiners: int = DEFAULT_JOINERS, seed: int = 1, order: int | None = None, packs: PackWorth = NO_PACKS
) -> list[Outcome]:
    """The four shapes, each from its own seed. `order` is what each joiner spends (a chain plan says it itself);
    `packs` what the packs cost that the plan promises.
    """
    assert 0 < joiners <= MAX_JOINERS, "joiners out of range"
    spent = plan.entry_amount if isinstance(plan, Chain21) else DEFAULT_ORDER if order is None else order
    return [
        _outcome(name, plan, spent, packs, list(shape(joiners, random.Random(f"{seed}/{name}"))))     # noqa: S311 - no secret
        for name, shape in SHAPES.items()
    ]


def two_recruit_two(joiners: int, _rng: random.Random) -> Iterator[int]:
    """The advertised ideal: everybody recruits two, in the order they came."""
    return ((at - 1) // 2 for at in range(1, joiners + 1))


def uniform(joiners: int, rng: random.Random) -> Iterator[int]:
    """Each joiner is recruited by anybody who is there."""
    return (rng.randrange(at) for at in range(1, joiners + 1))


def recent_joiners(joiners: int, rng: random.Random) -> Iterator[int]:
    """Each joiner is recruited by one of the latest fifth: enthusiasm fades."""
    return (rng.randrange(at - math.ceil(at / RECENT_SHARE), at) for at in range(1, joiners + 1))


def popular_inviters(joiners: int, rng: random.Random) -> Iterator[int]:
    """Each joiner is recruited by somebody in proportion to one more than the people they recruited already."""
    lots = [ROOT]
    for at in range(1, joiners + 1):
        inviter = rng.choice(lots)
        yield inviter
        lots += [inviter, at]


SHAPES: dict[str, Shape] = {
    "two_recruit_two": two_recruit_two,
    "uniform": uniform,
    "recent_joiners": recent_joiners,
    "popular_inviters": popular_inviters,
}


def _outcome(shape: str, plan: Plan, spent: int, packs: PackWorth, inviters: list[int]) -> Outcome:
    purses, bosses = (
        _chain(plan, spent, inviters) if isinstance(plan, Chain21) else (_two_tier(plan, spent, inviters), 0)
    )
    earned = [purse.earned for purse in purses]
    root, rest = earned[ROOT], sorted(earned[ROOT + 1 :])
    joiners, top = len(rest), math.ceil(len(rest) / 100)
    return Outcome(
        shape=shape,
        joiners=joiners,
        collected=spent * joiners,
        paid_out=sum(earned),
        other_value=sum(purse.not_cash.total() for purse in purses),
        pack_fen=packs.fen(newcomers=joiners, brought=Counter(inviters).values()),
        earn_less_than_paid=sum(1 for amount in rest if amount < spent) / joiners,
        earn_nothing=sum(1 for amount in rest if not amount) / joiners,
        become_boss=bosses / joiners,
        root_share=_share(root, sum(earned)),
        top_1_pct_share=_share(sum(rest[-top:]), sum(rest)),
        median_earned=rest[joiners // 2],
    )


def _chain(plan: Chain21, spent: int, inviters: list[int]) -> tuple[list[Purse], int]:
    """The purses of the root and of every joiner, and how many joiners are a boss at the end."""
    play = ChainPlay(plan)
    for at, inviter in enumerate([None, *inviters]):
        play.join(str(at), inviter=None if inviter is None else str(inviter), order=str(at), amount=spent)
        if plan.holds_until_confirm:
            play.confirm(str(at))
    root, *joiners = play.people.values()
    return [person.purse for person in (root, *joiners)], sum(one.role is Role.BOSS for one in joiners)


def _two_tier(plan: TwoTier, spent: int, inviters: list[int]) -> list[Purse]:
    play = TwoTierPlay(plan)
    play.register(str(ROOT), inviter=None)
    for at, inviter in enumerate(inviters, 1):
        play.register(str(at), inviter=str(inviter))
        play.order(str(at), order=str(at), net_amount=spent)
    return list(play.purses.values())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
