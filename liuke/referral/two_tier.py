"""A two-tier plan played in memory: people are bound, order and are refunded; at most two inviters above are paid.

Beside rules.py because it holds state. Calls raise the `Refused` of refusals.py and then have changed nothing.
"""

from itertools import islice

from liuke.referral import refusals, rules
from liuke.referral.book import Award, Booked, Order, Orders, Purse
from liuke.referral.plans import PAID_TIERS_AT_MOST, TwoTier


class TwoTierPlay:
    """One play of one plan; O(1) per order."""

    def __init__(self, plan: TwoTier) -> None:
        self.plan = plan
        self.inviter_of: dict[str, str | None] = {}
        self.purses: dict[str, Purse] = {}
        self._orders = Orders()

    def register(self, who: str, *, inviter: str | None) -> str | None:
        """A newcomer, bound to the inviter for good; returns the inviter."""
        rules.refuse_binding(who=who, inviter=inviter, inviter_of=self.inviter_of)
        self.inviter_of[who], self.purses[who] = inviter, Purse()
        return inviter

    def rebind(self, who: str, *, inviter: str | None) -> str | None:
        """Bind somebody who registered without an inviter; returns the inviter."""
        if who not in self.inviter_of:
            raise refusals.UnknownPerson
        rules.refuse_binding(who=who, inviter=inviter, inviter_of=self.inviter_of, again=True)
        self.inviter_of[who] = inviter
        return inviter

    def order(self, who: str, *, order: str, net_amount: int) -> list[Booked]:
        """Goods are paid; `net_amount` is what was really paid for them, net of freight, coupons and points."""
        if who not in self.inviter_of:
            raise refusals.UnknownPerson
        paid = self._orders.pay(order, buyer=who, amount=net_amount)
        uplines = tuple(islice(rules.line_above(who, self.inviter_of), PAID_TIERS_AT_MOST))
        for due in rules.tier_rewards(self.plan, net_amount=net_amount, uplines=uplines):
            paid_in = self.plan.terms.currency_of(due.reward)
            paid.awards.append(Award(due.to, due.reward, due.amount, due.amount, paid_in))
        return [self._credit(paid, award, award.amount, award.reward) for award in paid.awards]

    def refund(self, order: str, *, amount: int | None = None, notice: str | None = None) -> list[Booked]:
        """Take back the rewards on the refunded part (all that is left, if no amount is given).

        `notice` is the refund's own number: the same number again raises AlreadyRefunded.
        """
        found = self._orders.get(order)
        remaining = found.take(amount, notice)
        events = []
        for award in found.awards:
            left = self.entitled(award, remaining)
            taken, award.amount = award.amount - left, left
            if taken:
                events.append(self._credit(found, award, -taken, f"{award.reward}_reversal"))
        return events

    def entitled(self, award: Award, remaining: int) -> int:
        """What the award is worth on what is left of the payment: the plan's percentage again, rounded down again."""
        tier = rules.TIER_REWARDS.index(award.reward)
        return rules.part(remaining, self.plan.paid_tiers_ppm[tier])

    def _credit(self, order: Order, award: Award, amount: int, kind: str) -> Booked:
        self.purses[award.to].credit(amount, award.paid_in)
        return Booked(award.to, kind, amount, order.number, award.paid_in)
