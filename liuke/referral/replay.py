"""A plan played on what real customers did: who was referred by whom, what they bought and sent back. Pure.

Beside simulator.py, which invents the people. Everything counts as received, and what was sent back as sent back; so
the figures are what the plan would have paid in the end. A chain takes each person's first order of the entry product
(of anything, if the plan names none) as the entry order; who has not joined by then earns nothing, as on real orders.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from liuke.referral.book import Purse
from liuke.referral.chain import ChainPlay
from liuke.referral.packs import NO_PACKS, PackWorth
from liuke.referral.plans import Chain21, Plan
from liuke.referral.two_tier import TwoTierPlay


@dataclass(frozen=True, slots=True)
class PastOrder:
    """Goods really paid, and how much of it went back; fen. `entry`: it holds the plan's entry product; `first`: the
    buyer had bought nothing before.
    """

    number: int
    buyer: int
    paid_fen: int
    refunded_fen: int
    entry: bool = True
    first: bool = False

    @property
    def kept(self) -> bool:
        """A pack is given back with the larger half of its order, as every single thing that an order earned."""
        return 2 * self.refunded_fen < self.paid_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """Orders, buyers and net are those of referred customers; `promoters` are who referred any of these. Of packs those
    that newcomers and those that referrers would have got, and what both would have cost.
    """

    orders: int
    buyers: int
    net_fen: int
    cash_fen: int
    other_fen: int
    earners: int
    promoters: int
    less_than_paid: int                       # promoters who would have earned less than they paid for goods themselves
    top_1_fen: int                            # what the best-paid hundredth of the earners would have got
    top_10_fen: int                           # the best-paid tenth, that hundredth too
    referee_packs: int
    referrer_packs: int
    pack_fen: int

    @property
    def cash_share(self) -> float:
        return self.cash_fen / self.net_fen if self.net_fen else 0.0

    @property
    def other_share(self) -> float:
        return self.other_fen / self.net_fen if self.net_fen else 0.0

    @property
    def pack_share(self) -> float:
        return self.pack_fen / self.net_fen if self.net_fen else 0.0

    @property
    def less_share(self) -> float:
        return self.less_than_paid / self.promoters if self.promoters else 0.0


def replayed(
    plan: Plan, referrer_of: Mapping[int, int], orders: Iterable[PastOrder], *, packs: PackWorth = NO_PACKS,
    newcomers: int = 0,
) -> Replayed:
    """Play the orders, given in the order in which they were paid. O(1) for each while a chain's teams are fixed.

    `packs` is what the packs cost that the plan promises, `newcomers` how many people were referred in that time.
    """
    play = _ChainReplay(plan, referrer_of) if isinstance(plan, Chain21) else _TierReplay(plan, referrer_of)
    paid: dict[int, int] = {}
    brought = Counter[int]()
    many = net = 0
    for order in orders:
        play.order(order)
        kept = order.paid_fen - order.refunded_fen
        paid[order.buyer] = paid.get(order.buyer, 0) + kept
        if order.buyer in referrer_of:
            many, net = many + 1, net + kept
            if order.first and order.kept:
                brought[referrer_of[order.buyer]] += 1
    purses = play.purses()
    earned = sorted((purse.earned for purse in purses.values() if purse.earned > 0), reverse=True)
    buyers = [buyer for buyer in paid if buyer in referrer_of]
    promoters = {referrer_of[buyer] for buyer in buyers}
    return Replayed(
        orders=many, buyers=len(buyers), net_fen=net, cash_fen=sum(purse.earned for purse in purses.values()),
        other_fen=sum(purse.not_cash.total() for purse in purses.values()), earners=len(earned),
        promoters=len(promoters), less_than_paid=sum(
            1 for who in promoters if _earned(purses, who) < paid.get(who, 0)),
        top_1_fen=sum(earned[: math.ceil(len(earned) / 100)]), top_10_fen=sum(earned[: math.ceil(len(earned) / 10)]),
        referee_packs=newcomers if packs.referee_fen else 0, referrer_packs=packs.for_referrers(brought.values()),
        pack_fen=packs.fen(newcomers=newcomers, brought=brought.values()))


def _earned(purses: Mapping[str, Purse], who: int) -> int:
    purse = purses.get(str(who))
    return purse.earned if purse else 0


class _TierReplay:
    def __init__(self, plan: Plan, referrer_of: Mapping[int, int]) -> None:
        assert not isinstance(plan, Chain21)
        self._play, self._referrer_of = TwoTierPlay(plan), referrer_of

    def order(self, order: PastOrder) -> None:
        self._bring(order.buyer)
        number = str(order.number)
        self._play.order(str(order.buyer), order=number, net_amount=order.paid_fen)
        if order.refunded_fen:
            self._play.refund(number, amount=order.refunded_fen)

    def purses(self) -> Mapping[str, Purse]:
        return self._play.purses

    def _bring(self, who: int) -> None:
        """Register the person, and everybody above who is not yet there, from the top."""
        line: list[int] = []
        at: int | None = who
        while at is not None and str(at) not in self._play.purses:
            line.append(at)
            at = self._referrer_of.get(at)
        for each in reversed(line):
            above = self._referrer_of.get(each)
            self._play.register(str(each), inviter=None if above is None else str(above))


class _ChainReplay:
    def __init__(self, plan: Chain21, referrer_of: Mapping[int, int]) -> None:
        self._play, self._referrer_of = ChainPlay(plan), referrer_of

    def order(self, order: PastOrder) -> None:
        number, who = str(order.number), str(order.buyer)
        if not order.entry:
            return
        if who in self._play.people:
            self._play.buy(who, order=number, amount=order.paid_fen)
        else:
            above = str(self._referrer_of.get(order.buyer))
            inviter = above if above in self._play.people else None
            self._play.join(who, inviter=inviter, order=number, amount=order.paid_fen)
        if order.refunded_fen == order.paid_fen:
            self._play.refund(number)
            return
        if self._play.plan.holds_until_confirm:
            self._play.confirm(number)
        if order.refunded_fen:
            self._play.refund(number, amount=order.refunded_fen)

    def purses(self) -> Mapping[str, Purse]:
        return {name: person.purse for name, person in self._play.people.items()}
