"""What a pack may be: several benefits under one name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from liuke.kit.errors import BadInput
from liuke.loyalty.rules import guard
from liuke.loyalty.rules.limits import MAX_AWARD, NAME_CHARACTERS

CODE = "pack"                            # as a kind of benefit
MOST_PARTS = 6
MAX_PACKS = 500                          # that are not stopped
WORDS_CHARACTERS = 300


class BadPack(BadInput):
    """A pack does not hold together. `about` is the part of the form, `at` the number of the benefit or 0."""

    code = "loyalty_pack"

    def __init__(self, about: str, at: int = 0) -> None:
        super().__init__(about)
        self.about, self.at = about, at


@dataclass(frozen=True, kw_only=True)
class Part:
    """One benefit of a pack: so much of it, of which kind (`details`), out of which budget where it needs one."""

    benefit: str
    amount: int
    details: Mapping[str, Any] = field(default_factory=dict)
    budget_id: int | None = None


def check(*, name: str, words: str, parts: Sequence[Part]) -> None:
    """Raises BadPack, guard.Against for cash that the channel does not take."""
    if not 0 < len(name.strip()) <= NAME_CHARACTERS or "\x00" in name:
        raise BadPack("name")
    if len(words) > WORDS_CHARACTERS or "\x00" in words:
        raise BadPack("words")
    if not 0 < len(parts) <= MOST_PARTS:
        raise BadPack("parts")
    for at, part in enumerate(parts, start=1):
        if part.benefit == CODE:
            raise BadPack("benefit", at)
        if not 0 < part.amount <= MAX_AWARD:
            raise BadPack("amount", at)
        if part.benefit == guard.CASH and not guard.CASH_FEN[0] <= part.amount <= guard.CASH_FEN[1]:
            raise guard.Against(guard.Finding(guard.Code.G20, "amount"))


def in_order(parts: Sequence[Part]) -> list[tuple[int, Part]]:
    """The parts with their numbers in the order in which they are given: what takes stock before what takes money, so
    that all wait for each other in one order.
    """
    return sorted(enumerate(parts, start=1), key=lambda each: (each[1].benefit != "gift", each[1].benefit, each[0]))
