"""What a rule can give. A kind of benefit is registered here, by the module that gives it; rules name it by its code.

    benefits.register(Coupons())          # in the ready() of the app that gives them

A rule for a code that nobody registered is refused when it is written (BenefitMissing), never when it would earn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from liuke.kit.errors import BadInput
from liuke.ledger.services import Cause
from liuke.loyalty.rules.suggesting import Offer


class BenefitMissing(BadInput):
    """Nobody gives this kind of benefit yet."""

    code = "loyalty_benefit_missing"


class BadDetails(BadInput):
    """The details name nothing that this kind of benefit could give (which coupon, which draw)."""

    code = "loyalty_benefit_details"


@dataclass(frozen=True, kw_only=True)
class Gift:
    """One award as the kind of benefit sees it. `source` is the budget's address, empty where it needs none.

    A pending gift is set aside and becomes the customer's by `release`, with the `expires_at` that is known then.
    """

    key: str
    customer_id: int
    amount: int
    source: str = ""
    pending: bool = False
    expires_at: datetime | None = None
    cause: Cause = field(default_factory=Cause)
    details: Mapping[str, Any] = field(default_factory=dict)


class Benefit(Protocol):
    """A kind of benefit. `unit` is what its budget counts in, empty when it costs nothing and needs no budget.

    `detail` is the one word under which the details say which of its kind is given (`{"draw": 7}`); empty where there
    is nothing to choose, as with points.
    """

    code: ClassVar[str]
    unit: ClassVar[str]
    expires: ClassVar[bool]              # whether "valid for so many days" means anything for it
    detail: ClassVar[str]

    def choices(self) -> Sequence[tuple[int, str]]:
        """What can be given now and how a person calls it, for a form; nothing where there is nothing to choose."""

    def check(self, details: Mapping[str, Any]) -> None:
        """Raises a Refused (BadDetails) when the details of a rule name nothing that could be given."""

    def told(self, details: Mapping[str, Any]) -> str:
        """What the details name, as a person calls it; empty where there is nothing to choose."""

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        """Give each once per key; answers for each "" or why not, such as "budget". Never raises for one of them."""

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        """Pending gifts are the customer's from now on. Again is nothing; what was taken back meanwhile stays away."""

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        """Take so much of a gift back to its source, once per key; `left` of `gift.amount` stays the customer's.

        `gift.pending` says whether it was not yet released.
        """


@runtime_checkable
class Chosen(Benefit, Protocol):
    """A kind of which staff choose one themselves, to make up for something."""

    def most_fen(self, details: Mapping[str, Any]) -> int:
        """What one of it costs at most. Raises as `check`."""


@runtime_checkable
class Promised(Benefit, Protocol):
    """A kind of which a draw promises so many: each comes from a budget of its own, and there may be only so many."""

    def paid_by(self, details: Mapping[str, Any]) -> tuple[str, int]:
        """The address of the budget that pays one, and what it costs at most in the budget's unit."""

    def left(self, details: Mapping[str, Any]) -> int | None:
        """How many pieces there are, whatever they cost; None for what is made as it is given."""


@runtime_checkable
class ByHand(Benefit, Protocol):
    """A kind that is suggested to staff, who give it with one click and may take it back."""

    def offers(self, *, now: datetime) -> Sequence[Offer]:
        """What of it can be suggested to anybody whom it fits; nothing where that is reckoned for each customer."""

    def whole(self, gift: Gift) -> bool:
        """Whether all of a gift can still be taken back."""


_known: dict[str, Benefit] = {}


def register(benefit: Benefit) -> None:
    """Called once for each kind, when the app that gives it is ready. Again with the same kind is nothing."""
    assert type(_known.get(benefit.code, benefit)) is type(benefit), f"two kinds of benefit are called {benefit.code}"
    _known[benefit.code] = benefit


def benefit_of(code: str) -> Benefit:
    """Raises BenefitMissing."""
    if found := _known.get(code):
        return found
    raise BenefitMissing(code)


def by_hand() -> list[ByHand]:
    """The kinds that can be suggested, in the order in which they were registered."""
    return [each for each in _known.values() if isinstance(each, ByHand)]


def codes() -> list[str]:
    """What can be given, in the order in which it was registered."""
    return list(_known)
