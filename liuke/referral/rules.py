"""The sums of the reward plans: who is paid how much for one order, and what a refund leaves of it.

Every sum is O(1) in the size of the tree. One rounding rule: each reward is rounded down by itself, so that a plan
never pays more than its percentages; a refund recomputes the reward from what is left of the payment, so that the
reversals of all partial refunds of one order sum to exactly what was paid.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from liuke.referral import refusals
from liuke.referral.plans import PPM, Chain21, Reward, Role, TwoTier

Who = TypeVar("Who", bound=Hashable)

MAX_AMOUNT = 10**12                           # ten thousand million yuan in fen; more is a typing error
MAX_DIRECTS = 100                             # directs a plan may ask for before graduation
MAX_DECLARED_TIERS = 10
MAX_NAME = 100                                # characters of a person's or an order's name in a scenario
TIER_REWARDS = (Reward.TIER1, Reward.TIER2)


@dataclass(frozen=True, slots=True)
class Standing(Generic[Who]):
    """Where a person stands when an order is paid. Rate and team of the order are fixed by it for good."""

    who: Who
    role: Role
    former_boss: Who | None = None            # the boss they left when they graduated


@dataclass(frozen=True, slots=True)
class Due(Generic[Who]):
    """One reward of one order; the amount is above zero."""

    to: Who
    reward: Reward
    amount: int


def part(amount: int, ppm: int) -> int:
    """So many parts per million of a non-negative amount, rounded down."""
    return amount * ppm // PPM


def left_of(reward: int, *, remaining: int, paid: int) -> int:
    """What a reward is still worth when `remaining` of the `paid` amount was not refunded; rounded down, zero at zero.

    The reversal is the difference to what the reward was worth before: any number of partial refunds ends at zero.
    """
    return reward * remaining // paid if remaining else 0


def entry_rewards(plan: Chain21, *, inviter: Standing[Who], boss: Standing[Who] | None) -> list[Due[Who]]:
    """The rewards of one entry order: direct to the inviter, the difference to the boss above an agent, then a peer.

    `boss` is the nearest boss above the inviter (None when the inviter is one). Without the peer reward they sum to the
    boss rate whenever a boss stands above. Promotion and moves come after.
    """
    return _dues(plan, own=(inviter, Reward.DIRECT), boss=boss)


def repurchase_rewards(plan: Chain21, *, buyer: Standing[Who], boss: Standing[Who] | None) -> list[Due[Who]]:
    """The rewards of a further order: the buyer's saving, the difference to the boss above an agent, then a peer."""
    if plan.repurchase is None:
        return []
    own = (buyer, Reward.SELF_SAVING) if plan.repurchase.self_saving else None
    return _dues(plan, own=own, boss=boss if plan.repurchase.team_differential else None)


def tier_rewards(plan: TwoTier, *, net_amount: int, uplines: tuple[Who, ...]) -> list[Due[Who]]:
    """The rewards on the goods amount really paid; `uplines` are the buyer's inviter and that one's inviter."""
    dues = [
        Due(to, reward, part(net_amount, ppm))
        for to, reward, ppm in zip(uplines, TIER_REWARDS, plan.paid_tiers_ppm, strict=False)
    ]
    return [due for due in dues if due.amount]


def team_boss_of_joiner(*, inviter: Who, inviter_role: Role, inviter_boss: Who | None) -> Who | None:
    """The joiner's team boss, stored once and never updated (exact when the plan `has_fixed_teams`)."""
    return inviter if inviter_role is Role.BOSS else inviter_boss


def graduates(plan: Chain21, *, role: Role, confirmed_directs: int) -> bool:
    """Whether an agent becomes a boss now. Confirmed directs are never counted down, and nobody is demoted."""
    return role is Role.AGENT and confirmed_directs >= plan.graduate_directs


def refuse_binding(*, who: Who, inviter: Who | None, inviter_of: Mapping[Who, Who | None], again: bool = False) -> None:
    """Raise why `who` may not be bound to `inviter`: SelfReferral, AlreadyBound, Loop or UnknownInviter, in this order.

    `inviter_of` holds everybody known. `again` asks for somebody who joined without an inviter; who invited somebody
    is otherwise final. A newcomer cannot close a loop, so only `again` looks at the line above the inviter.
    """
    if who == inviter:
        raise refusals.SelfReferral
    if who in inviter_of and not (again and inviter_of[who] is None):
        raise refusals.AlreadyBound
    if inviter is None:
        return
    if again and who in line_above(inviter, inviter_of):
        raise refusals.Loop
    if inviter not in inviter_of:
        raise refusals.UnknownInviter


def line_above(who: Who, inviter_of: Mapping[Who, Who | None]) -> Iterator[Who]:
    """The inviters above a person, nearest first; ends because nobody is ever bound below themselves."""
    above = inviter_of.get(who)
    while above is not None:
        yield above
        above = inviter_of[above]


def _dues(
    plan: Chain21, *, own: tuple[Standing[Who], Reward] | None, boss: Standing[Who] | None
) -> list[Due[Who]]:
    """The person's own rate, the boss's difference, and the peer reward on whatever of it a graduate earned.

    The peer reward is not itself subject to a peer reward: one order reaches one former boss, not a line of them.
    """
    earned = []
    if own:
        person, reward = own
        earned.append((person, reward, plan.boss_rate if person.role is Role.BOSS else plan.agent_rate))
    if boss:
        earned.append((boss, Reward.TEAM, plan.differential))
    dues = []
    for person, reward, amount in earned:
        dues.append(Due(person.who, reward, amount))
        if person.former_boss is not None:
            dues.append(Due(person.former_boss, Reward.PEER, part(amount, plan.peer_ppm)))
    return [due for due in dues if due.amount]
