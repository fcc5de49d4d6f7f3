"""The operations of a scenario file on the two kinds of play, and their answers as JSON.

Beside scenario.py because it is the vocabulary of the steps; every operation reads all its fields before it acts.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from liuke.kit.errors import Refused
from liuke.referral.book import Booked, Event, FundReleased, Graduated, PaidOut, Person, Purse
from liuke.referral.chain import ChainPlay
from liuke.referral.plans import PaidIn, Plan, TwoTier
from liuke.referral.step import Step
from liuke.referral.two_tier import TwoTierPlay

Json = dict[str, Any]
Act = Callable[[], Any]                       # does the step; returns its events as JSON or raises Refused


class Player(Protocol):
    def play(self, step: Step) -> Json:
        """`expect` of the step. What the plan refuses is an answer; raises ScenarioRefused for a malformed step."""

    def people(self) -> int: ...

    def summary(self) -> Json:
        """What stands beside the steps when the scenario is over."""


def player_for(plan: Plan) -> Player:
    return TwoTierPlayer(plan) if isinstance(plan, TwoTier) else ChainPlayer(ChainPlay(plan))


class ChainPlayer:
    def __init__(self, play: ChainPlay) -> None:
        self._play = play
        self._ops: dict[str, Callable[[Step], Act]] = {
            "join": self._join, "buy": self._buy, "confirm": self._confirm, "refund": self._refund,
            "rebind": self._rebind, "payout": self._payout,
        }

    def play(self, step: Step) -> Json:
        return {"events": _answer(step, self._ops), "after": self._after()}

    def people(self) -> int:
        return len(self._play.people)

    def summary(self) -> Json:
        return {"totals": {name: person.purse.earned for name, person in self._play.people.items()}}

    def _join(self, step: Step) -> Act:
        who, inviter, order = step.name("member"), step.name_or_null("inviter"), step.name("order")
        amount = step.optional_amount("amount")
        paid = self._play.plan.entry_amount if amount is None else amount
        return lambda: _events(self._play.join(who, inviter=inviter, order=order, amount=paid))

    def _buy(self, step: Step) -> Act:
        who, order, amount = step.name("member"), step.name("order"), step.amount("amount")
        return lambda: _events(self._play.buy(who, order=order, amount=amount))

    def _confirm(self, step: Step) -> Act:
        order = step.name("order")
        return lambda: _events(self._play.confirm(order))

    def _refund(self, step: Step) -> Act:
        order, amount, notice = step.name("order"), step.optional_amount("amount"), step.optional_name("refund")
        return lambda: _events(self._play.refund(order, amount=amount, notice=notice))

    def _rebind(self, step: Step) -> Act:
        who, inviter = step.name("member"), step.name_or_null("inviter")
        return lambda: _events(self._play.rebind(who, inviter=inviter))

    def _payout(self, step: Step) -> Act:
        who, amount = step.name("member"), step.amount("amount")
        return lambda: _events(self._play.pay_out(who, amount=amount))

    def _after(self) -> Json:
        return {name: self._row(person) for name, person in self._play.people.items()}

    def _row(self, person: Person) -> Json:
        always = {
            "role": person.role,
            "inviter": person.inviter,
            "team_parent": self._play.team_parent(person.name),
            "team_boss": self._play.team_boss(person.name),
            "confirmed_directs": person.confirmed_directs,
            "balance": person.purse.balance,
        }
        purse = person.purse
        some: Json = {"pending": purse.pending, "withheld": purse.withheld, "paid_out": purse.paid_out}
        some |= {str(paid_in): value for paid_in, value in purse.not_cash.items()}
        return always | {place: amount for place, amount in some.items() if amount}


class TwoTierPlayer:
    def __init__(self, plan: TwoTier) -> None:
        self._play = TwoTierPlay(plan)
        self._has_other_rewards = bool(plan.terms.paid_in)
        self._ops: dict[str, Callable[[Step], Act]] = {
            "register": self._register, "rebind": self._rebind, "order": self._order, "refund": self._refund,
        }

    def play(self, step: Step) -> Json:
        expect = {"events": _answer(step, self._ops), "balances": self._balances(PaidIn.CASH)}
        if self._has_other_rewards:
            expect |= {paid_in: self._balances(paid_in) for paid_in in PaidIn if paid_in is not PaidIn.CASH}
        return expect

    def people(self) -> int:
        return len(self._play.purses)

    def summary(self) -> Json:
        totals = {name: purse.earned for name, purse in self._play.purses.items()}
        return {"totals": totals, "inviters": dict(self._play.inviter_of)}

    def _register(self, step: Step) -> Act:
        who, inviter = step.name("member"), step.name_or_null("inviter")
        return lambda: {"bound_to": self._play.register(who, inviter=inviter)}

    def _rebind(self, step: Step) -> Act:
        who, inviter = step.name("member"), step.name_or_null("inviter")
        return lambda: {"bound_to": self._play.rebind(who, inviter=inviter)}

    def _order(self, step: Step) -> Act:
        who, order, amount = step.name("member"), step.name("order"), step.amount("net_amount")
        return lambda: _events(self._play.order(who, order=order, net_amount=amount))

    def _refund(self, step: Step) -> Act:
        order, amount, notice = step.name("order"), step.optional_amount("amount"), step.optional_name("refund")
        return lambda: _events(self._play.refund(order, amount=amount, notice=notice))

    def _balances(self, paid_in: PaidIn) -> Json:
        return {name: _held(purse, paid_in) for name, purse in self._play.purses.items()}


def _answer(step: Step, ops: dict[str, Callable[[Step], Act]]) -> Any:
    if step.op not in ops:
        step.wrong("op", f"must be one of {', '.join(ops)}")
    act = ops[step.op](step)
    step.end()
    try:
        return act()
    except Refused as refused:
        return {"rejected": refused.code}


def _held(purse: Purse, paid_in: PaidIn) -> int:
    return purse.balance if paid_in is PaidIn.CASH else purse.not_cash[paid_in]


def _events(events: Sequence[Event]) -> list[Json]:
    return [_event(event) for event in events]


def _event(event: Event) -> Json:
    match event:
        case Graduated():
            return {"event": "graduate", "member": event.who, "former_boss": event.former_boss}
        case FundReleased():
            return {"event": "help_fund_release", "member": event.who, "amount": event.amount}
        case PaidOut():
            return {"event": "payout", "member": event.who, "amount": event.amount}
        case Booked():
            return _booked(event)


def _booked(event: Booked) -> Json:
    booked: Json = {"to": event.to, "type": event.kind, "amount": event.amount, "order": event.order}
    if event.withheld:
        booked["withheld"] = event.withheld
    if event.paid_in is not PaidIn.CASH:
        booked["paid_in"] = event.paid_in
    if event.status:
        booked["status"] = event.status
    return booked
