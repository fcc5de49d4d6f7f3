"""What a play writes down: people with their purses, orders with their awards, and the events of each step.

Beside rules.py because both plays (chain.py, two_tier.py) keep it and scenario.py prints it. Nothing here decides.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from liuke.referral import refusals, rules
from liuke.referral.plans import PaidIn, Reward, Role


class Status(StrEnum):
    """Which money an event moves: pending, the balance, or pending that will never come."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    VOID = "void"


@dataclass(slots=True)
class Award:
    """A reward of one order as it stands: `amount` is what refunds have left of `at_payment`."""

    to: str
    reward: Reward
    at_payment: int
    amount: int
    paid_in: PaidIn
    withheld: int = 0


@dataclass(slots=True)
class Order:
    number: str
    buyer: str
    amount: int
    is_entry: bool = False
    refunded: int = 0
    is_refunded: bool = False                 # completely
    is_confirmed: bool = False
    awards: list[Award] = field(default_factory=list)
    notices: set[str] = field(default_factory=set)

    def take(self, refund: int | None, notice: str | None) -> int:
        """Refund so much (None: all that is left); returns what remains of the payment.

        `notice` is the refund's own number, if it has one: the same number again is refused. Raises AlreadyRefunded,
        BadAmount or RefundExceedsPaid and then has changed nothing.
        """
        remaining = self.amount - self.refunded
        if self.is_refunded or notice in self.notices:
            raise refusals.AlreadyRefunded
        if refund is not None and refund <= 0:
            raise refusals.BadAmount
        if refund is not None and refund > remaining:
            raise refusals.RefundExceedsPaid
        self.refunded += remaining if refund is None else refund
        self.is_refunded = self.refunded == self.amount
        if notice is not None:
            self.notices.add(notice)
        return self.amount - self.refunded


@dataclass(slots=True)
class Orders:
    """The orders of one play by their number."""

    _by_number: dict[str, Order] = field(default_factory=dict)

    def pay(self, number: str, *, buyer: str, amount: int, is_entry: bool = False) -> Order:
        """Raises DuplicateOrder or BadAmount."""
        if number in self._by_number:
            raise refusals.DuplicateOrder
        if not 0 <= amount <= rules.MAX_AMOUNT:
            raise refusals.BadAmount
        self._by_number[number] = order = Order(number, buyer, amount, is_entry)
        return order

    def get(self, number: str) -> Order:
        """Raises UnknownOrder."""
        if number not in self._by_number:
            raise refusals.UnknownOrder
        return self._by_number[number]


@dataclass(slots=True)
class Purse:
    """Cash in four places; the balance may be negative. Points and coupons are counted once they are confirmed."""

    balance: int = 0
    pending: int = 0
    withheld: int = 0
    paid_out: int = 0
    not_cash: Counter[PaidIn] = field(default_factory=Counter)

    @property
    def earned(self) -> int:
        """Confirmed cash net of what was taken back, wherever it is now."""
        return self.balance + self.withheld + self.paid_out

    def promise(self, amount: int, paid_in: PaidIn) -> None:
        if paid_in is PaidIn.CASH:
            self.pending += amount

    def credit(self, amount: int, paid_in: PaidIn, *, withheld: int = 0) -> None:
        if paid_in is PaidIn.CASH:
            self.balance += amount - withheld
            self.withheld += withheld
        else:
            self.not_cash[paid_in] += amount


@dataclass(slots=True)
class Person:
    """Somebody in a chain plan. `fund_is_closed`: a share of what they earn is withheld."""

    name: str
    inviter: str | None
    role: Role
    fund_is_closed: bool
    former_boss: str | None = None
    confirmed_directs: int = 0
    first_directs: list[str] = field(default_factory=list)
    purse: Purse = field(default_factory=Purse)


@dataclass(frozen=True, slots=True)
class Booked:
    """A reward was promised, confirmed, voided (before confirmation) or clawed back (after it)."""

    to: str
    kind: str                                 # a Reward, or what took it back: void, clawback, tier1_reversal ...
    amount: int
    order: str
    paid_in: PaidIn
    status: Status | None = None              # None in a plan without confirmation
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Graduated:
    who: str
    former_boss: str | None


@dataclass(frozen=True, slots=True)
class FundReleased:
    who: str
    amount: int


@dataclass(frozen=True, slots=True)
class PaidOut:
    who: str
    amount: int


Event = Booked | Graduated | FundReleased | PaidOut
