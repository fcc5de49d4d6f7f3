"""A chain 2+1 plan played in memory: people join, buy, and are refunded; rewards, roles and teams follow the plan.

Beside rules.py because it holds state. The order of effects is the contract: the rewards of an order come first, the
promotion and the moves after. Promotion counts confirmed orders only; a refund takes the money back, never the role or
the count. Calls raise the `Refused` of refusals.py and then have changed nothing.
"""

from liuke.referral import refusals, rules
from liuke.referral.book import Award, Booked, Event, FundReleased, Graduated, Order, Orders, PaidOut, Person, Status
from liuke.referral.plans import Chain21, PaidIn, Role
from liuke.referral.rules import Due, Standing
from liuke.referral.teams import teams_for


class ChainPlay:
    """One play of one plan. O(1) per call while the plan `has_fixed_teams`."""

    def __init__(self, plan: Chain21) -> None:
        self.plan = plan
        self.people: dict[str, Person] = {}
        self._inviter_of: dict[str, str | None] = {}
        self._orders = Orders()
        self._teams = teams_for(plan)

    def team_boss(self, who: str) -> str | None:
        return self._teams.boss_above(who)

    def team_parent(self, who: str) -> str | None:
        return self._teams.parent(who)

    def join(self, who: str, *, inviter: str | None, order: str, amount: int) -> list[Event]:
        """A newcomer pays the entry order. Without an inviter they are a root, of the plan's `root_role`."""
        rules.refuse_binding(who=who, inviter=inviter, inviter_of=self._inviter_of)
        paid = self._orders.pay(order, buyer=who, amount=amount, is_entry=True)
        role = self.plan.root_role if inviter is None else Role.AGENT
        has_fund = bool(self.plan.help_fund_ppm) and role is Role.AGENT      # a born boss leaves nobody behind
        self.people[who] = Person(who, inviter, role, has_fund)
        self._inviter_of[who] = inviter
        self._teams.join(who, inviter=inviter, role=role)
        if inviter is None:
            return self._book(paid, [])
        dues = rules.entry_rewards(self.plan, inviter=self._standing(inviter), boss=self._boss_of(inviter))
        return self._book(paid, dues)

    def buy(self, who: str, *, order: str, amount: int) -> list[Event]:
        """Somebody who has joined pays a further order."""
        self._person(who)
        paid = self._orders.pay(order, buyer=who, amount=amount)
        return self._book(paid, rules.repurchase_rewards(
            self.plan, buyer=self._standing(who), boss=self._boss_of(who)
        ))

    def rebind(self, who: str, *, inviter: str | None) -> list[Event]:
        """Always refused: the team boss was fixed at joining, with or without an inviter."""
        self._person(who)
        rules.refuse_binding(who=who, inviter=inviter, inviter_of=self._inviter_of, again=True)
        raise refusals.AlreadyBound

    def confirm(self, order: str) -> list[Event]:
        """Receipt and return window are over: pending rewards become balance, and the order counts for promotion."""
        found = self._orders.get(order)
        if found.is_confirmed:
            raise refusals.AlreadyConfirmed
        if found.is_refunded:
            raise refusals.OrderRefunded
        for award in found.awards:
            self.people[award.to].purse.promise(-award.amount, award.paid_in)
        return self._confirm(found)

    def refund(self, order: str, *, amount: int | None = None, notice: str | None = None) -> list[Event]:
        """Take back the rewards on the refunded part (all that is left, if no amount is given).

        `notice` is the refund's own number: the same number again raises AlreadyRefunded.
        """
        found = self._orders.get(order)
        remaining = found.take(amount, notice)
        left = [rules.left_of(award.at_payment, remaining=remaining, paid=found.amount) for award in found.awards]
        return [
            self._take_back(found, award, still)
            for award, still in zip(found.awards, left, strict=True)
            if still != award.amount
        ]

    def pay_out(self, who: str, *, amount: int) -> list[Event]:
        """Confirmed cash leaves. A negative balance is netted by later rewards before anything can leave again."""
        purse = self._person(who).purse
        if amount <= 0:
            raise refusals.BadAmount
        if amount > purse.balance:
            raise refusals.PayoutAboveBalance
        purse.balance -= amount
        purse.paid_out += amount
        return [PaidOut(who, amount)]

    def _person(self, who: str) -> Person:
        if who not in self.people:
            raise refusals.UnknownPerson
        return self.people[who]

    def _standing(self, who: str) -> Standing[str]:
        person = self.people[who]
        return Standing(who, person.role, person.former_boss)

    def _boss_of(self, who: str) -> Standing[str] | None:
        boss = self._teams.boss_above(who)
        return None if boss is None else self._standing(boss)

    def _book(self, order: Order, dues: list[Due[str]]) -> list[Event]:
        currency_of = self.plan.terms.currency_of
        order.awards = [Award(due.to, due.reward, due.amount, due.amount, currency_of(due.reward)) for due in dues]
        if not self.plan.holds_until_confirm:
            return self._confirm(order)
        for award in order.awards:
            self.people[award.to].purse.promise(award.amount, award.paid_in)
        return [_booked(order, award, Status.PENDING) for award in order.awards]

    def _confirm(self, order: Order) -> list[Event]:
        order.is_confirmed = True
        for award in order.awards:
            person = self.people[award.to]
            if person.fund_is_closed and award.paid_in is PaidIn.CASH:
                award.withheld = rules.part(award.amount, self.plan.help_fund_ppm)
            person.purse.credit(award.amount, award.paid_in, withheld=award.withheld)
        rewards: list[Event] = [_booked(order, award, Status.CONFIRMED) for award in order.awards]
        inviter = self.people[order.buyer].inviter
        return rewards + self._count(inviter, order.buyer) if order.is_entry and inviter is not None else rewards

    def _count(self, inviter: str, newcomer: str) -> list[Event]:
        """One more confirmed direct: perhaps the inviter graduates, perhaps a help fund opens."""
        person = self.people[inviter]
        person.confirmed_directs += 1
        if len(person.first_directs) < self.plan.graduate_directs:
            person.first_directs.append(newcomer)
        if not rules.graduates(self.plan, role=person.role, confirmed_directs=person.confirmed_directs):
            return []
        person.role, person.former_boss = Role.BOSS, self._teams.graduate(inviter, completed_by=newcomer)
        above = [] if person.inviter is None else self._release(person.inviter)
        return [Graduated(inviter, person.former_boss), *self._release(inviter), *above]

    def _release(self, who: str) -> list[Event]:
        """Open the help fund once the first N directs have all graduated; from then on nothing is withheld."""
        person = self.people[who]
        if not person.fund_is_closed or len(person.first_directs) < self.plan.graduate_directs:
            return []
        if any(self.people[direct].role is not Role.BOSS for direct in person.first_directs):
            return []
        amount, person.fund_is_closed = person.purse.withheld, False
        person.purse.credit(0, PaidIn.CASH, withheld=-amount)
        return [FundReleased(who, amount)] if amount else []

    def _take_back(self, order: Order, award: Award, left: int) -> Event:
        """Before confirmation out of what is pending; after it out of the help fund's share and the balance."""
        person, taken = self.people[award.to], award.amount - left
        award.amount = left
        if not order.is_confirmed:
            person.purse.promise(-taken, award.paid_in)
            return Booked(award.to, "void", -taken, order.number, award.paid_in, Status.VOID)
        from_fund = 0
        if person.fund_is_closed and award.withheld:
            from_fund = award.withheld - rules.part(left, self.plan.help_fund_ppm)
            award.withheld -= from_fund
        person.purse.credit(-taken, award.paid_in, withheld=-from_fund)
        return Booked(award.to, "clawback", -taken, order.number, award.paid_in, Status.CONFIRMED, -from_fund)


def _booked(order: Order, award: Award, status: Status) -> Booked:
    return Booked(award.to, award.reward, award.amount, order.number, award.paid_in, status, award.withheld)
