"""What a draw promises, as plain values, and every reason to refuse it where it is written or published.

Codes G15, G16, G20 and G22 are those of the guard's list; each refusal names its clause. Counsel signs the list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from liuke.draws.rules import odds
from liuke.draws.rules.limits import (
    CONTACT_CHARACTERS,
    MAX_A_DAY,
    MAX_COUNT,
    MAX_LENGTH,
    MAX_PRIZES,
    NAME_CHARACTERS,
    PRIZE_CHARACTERS,
    TEXT_CHARACTERS,
)
from liuke.draws.rules.results import Stretch
from liuke.kit.errors import BadInput
from liuke.loyalty.rules.guard import CASH_FEN, Against, Code, Finding, check_words
from liuke.loyalty.rules.limits import MAX_AWARD

POINTS, COUPON, GIFT, CASH, NOTHING = "points", "coupon", "gift", "cash", "nothing"
KINDS = (POINTS, COUPON, GIFT, CASH, NOTHING)
UNITS = {POINTS: "points", CASH: "fen"}                # kinds that are paid by a budget in the ledger
LOOKS = ("wheel", "scratch")


class BadDraw(BadInput):
    """The terms of a draw do not hold together. `about` is the part; `position` the prize, 0 for the draw itself."""

    code = "draw_bad"

    def __init__(self, about: str, position: int = 0) -> None:
        super().__init__(f"{about} {position}" if position else about)
        self.about, self.position = about, position


class NegativeAmount(BadDraw):
    """Amounts and counts are whole and not below zero."""

    code = "draw_amount"


class NoWayDown(BadDraw):
    """A prize that can run out must fall to another, and in the end to one that cannot."""

    code = "draw_fallback"


@dataclass(frozen=True, kw_only=True)
class Prize:
    """`amount` in points or fen, pieces of coupons or gifts; `count` None never runs out (only where nothing is won).

    `value_fen` is what one is worth in the market; of points and cash it follows from the amount. `fallback` is the
    position of the prize that is won instead when this one has run out.
    """

    position: int
    name: str
    kind: str
    odds: Fraction
    count: int | None = None
    amount: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)
    value_fen: int = 0
    fallback: int | None = None


@dataclass(frozen=True, kw_only=True)
class Promise:
    """All terms of a draw. `free_a_day` tickets come by themselves each local day; `most_a_day` and `most` bound how
    often one customer may draw (0: no bound). `audience`: loyalty.rules.conditions on the customer.
    """

    name: str
    rules: str
    contact: str
    look: str = "wheel"
    opens_at: datetime
    closes_at: datetime
    free_a_day: int = 0
    most_a_day: int = 0
    most: int = 0
    audience: Mapping[str, Any] = field(default_factory=dict)
    budgets: Mapping[str, int] = field(default_factory=dict)      # unit -> loyalty budget
    prizes: Sequence[Prize] = ()


def check(promise: Promise) -> None:
    """What must hold already for a draft: amounts, texts, odds. Raises BadDraw and its kinds, BadOdds, OddsDiffer,
    Against.
    """
    for about, text, most in (("name", promise.name, NAME_CHARACTERS), ("rules", promise.rules, TEXT_CHARACTERS),
                              ("contact", promise.contact, CONTACT_CHARACTERS)):
        if len(text) > most or "\x00" in text:
            raise BadDraw(about)
    if not promise.name.strip():
        raise BadDraw("name")
    if promise.look not in LOOKS:
        raise BadDraw("look")
    check_words(promise.rules, "rules")
    if not promise.opens_at < promise.closes_at <= promise.opens_at + MAX_LENGTH:
        raise BadDraw("closes_at")
    for about, number in (("free_a_day", promise.free_a_day), ("most_a_day", promise.most_a_day),
                          ("most", promise.most)):
        if type(number) is not int or number < 0:
            raise NegativeAmount(about)
    if promise.free_a_day > MAX_A_DAY:
        raise BadDraw("free_a_day")
    _check_prizes(promise.prizes)


def _check_prizes(prizes: Sequence[Prize]) -> None:
    if len(prizes) > MAX_PRIZES or len({prize.position for prize in prizes}) < len(prizes):
        raise BadDraw("prizes")
    for prize in prizes:
        _check_prize(prize)
    odds.check_sum([prize.odds for prize in prizes])
    _check_fallbacks({prize.position: prize for prize in prizes})


def _check_prize(prize: Prize) -> None:
    at = prize.position
    if not 0 < len(prize.name.strip()) <= PRIZE_CHARACTERS:
        raise BadDraw("prize_name", at)
    if prize.kind not in KINDS:
        raise BadDraw("kind", at)
    if not 0 <= prize.odds <= 1:
        raise BadDraw("odds", at)
    for about, number in (("amount", prize.amount), ("value_fen", prize.value_fen), ("count", prize.count or 0)):
        if type(number) is not int or number < 0:
            raise NegativeAmount(about, at)
    if prize.kind == NOTHING:
        if prize.amount or prize.value_fen or prize.count is not None:
            raise BadDraw("nothing", at)
        return
    if not prize.count or prize.count > MAX_COUNT:
        raise NegativeAmount("count", at)
    if not 0 < prize.amount <= MAX_AWARD:
        raise NegativeAmount("amount", at)
    if prize.kind == CASH and not CASH_FEN[0] <= prize.amount <= CASH_FEN[1]:
        raise Against(Finding(Code.G20, "amount"))


def _check_fallbacks(prizes: Mapping[int, Prize]) -> None:
    """Every prize that can run out leads, by fallbacks, to one that cannot."""
    for prize in prizes.values():
        seen, at = set[int](), prize
        while at.count is not None:
            if at.position in seen or at.fallback is None or at.fallback not in prizes:
                raise NoWayDown("fallback", prize.position)
            seen.add(at.position)
            at = prizes[at.fallback]


def check_published(promise: Promise, *, now: datetime, cap_fen: int) -> None:
    """What the public must be told before a draw opens, and what no prize may exceed. Raises Against."""
    for about, there in (("prizes", promise.prizes), ("rules", promise.rules.strip()),
                         ("contact", promise.contact.strip())):
        if not there:
            raise Against(Finding(Code.G15, about))
    if all(prize.kind == NOTHING for prize in promise.prizes):
        raise Against(Finding(Code.G15, "prizes"))
    if promise.opens_at <= now:
        raise Against(Finding(Code.G22, "opens_at"))
    for prize in promise.prizes:
        if prize.kind in UNITS and UNITS[prize.kind] not in promise.budgets:
            raise Against(Finding(Code.G15, "budget"))
        if worth_fen(prize) > cap_fen:
            raise Against(Finding(Code.G15, "value_fen"))
        if prize.kind in (GIFT, COUPON) and not prize.value_fen:
            raise Against(Finding(Code.G15, "value_fen"))


def worth_fen(prize: Prize) -> int:
    """What one prize is worth in the market."""
    return prize.amount if prize.kind == CASH else prize.value_fen


def costs(prizes: Sequence[Prize]) -> dict[str, int]:
    """By unit, what all prizes together take from its budget."""
    found: dict[str, int] = {}
    for prize in prizes:
        if prize.kind in UNITS:
            unit = UNITS[prize.kind]
            found[unit] = found.get(unit, 0) + prize.amount * (prize.count or 0)
    return found


def published(number: str, promise: Promise) -> dict[str, Any]:
    """The terms as everybody sees them, and as their hash is taken."""
    return {
        "number": number, "name": promise.name, "rules": promise.rules, "contact": promise.contact,
        "opens_at": promise.opens_at.isoformat(), "closes_at": promise.closes_at.isoformat(),
        "free_a_day": promise.free_a_day, "most_a_day": promise.most_a_day, "most": promise.most,
        "prizes": [{
            "position": prize.position, "name": prize.name, "kind": prize.kind, "amount": prize.amount,
            "value_fen": worth_fen(prize), "count": prize.count, "odds": str(prize.odds), "fallback": prize.fallback,
        } for prize in promise.prizes],
    }


def stretches(prizes: Sequence[Prize]) -> list[Stretch]:
    return [Stretch(prize.position, prize.odds, prize.count, prize.fallback) for prize in prizes]
