"""What a thing will cost before anybody has it, for plans that are played. `costs` says what it did cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from liuke.coupons.models import Coupon
from liuke.coupons.queries.templates import effect, newest_versions, terms_of
from liuke.coupons.rules.states import State
from liuke.points.queries import terms

LEAST_OVER = 30                          # coupons that are used or expired, before their share of use says anything


class Basis(StrEnum):
    """Why a thing is expected to cost so much."""

    BOOKED = "booked"                    # what it stands for in the books
    PRICE = "price"                      # what one costs the brand; every one is expected to be claimed
    USED = "used"                        # what its kind took off so far, those that expired counted in
    FACE = "face"                        # all it could: too few of its kind are over to know better
    NOTHING = "nothing"                  # this kind costs nothing


@dataclass(frozen=True, slots=True)
class Worth:
    """Of so much of one kind, in fen."""

    fen: int
    basis: Basis


WorthOf = Callable[[int, Mapping[str, Any]], Worth]       # the amount, and the details that say which of its kind
_known: dict[str, WorthOf] = {}


def teach(benefit: str, worth: WorthOf) -> None:
    """What a kind will cost; who is not taught costs nothing. Called when the app that gives it is ready."""
    _known[benefit] = worth


def worth(benefit: str, amount: int, details: Mapping[str, Any]) -> Worth:
    """What so much of it will cost."""
    return _known[benefit](amount, details) if benefit in _known else Worth(0, Basis.NOTHING)


def of_points(amount: int, _details: Mapping[str, Any]) -> Worth:
    """What they pay at checkout, as `costs.of_points` has it."""
    return Worth(amount * 100 // terms().points_per_yuan, Basis.BOOKED)


def of_fen(amount: int, _details: Mapping[str, Any]) -> Worth:
    return Worth(amount, Basis.BOOKED)


def of_coupons(amount: int, details: Mapping[str, Any]) -> Worth:
    """What those by the same terms took off in the middle; none of a template that is stopped. Three statements."""
    version = newest_versions([details["template"]]).get(details["template"])
    if version is None:
        return Worth(0, Basis.NOTHING)
    found = effect(Coupon.objects.filter(version=version))
    over = found.used + found.states.get(State.EXPIRED, 0)
    if over < LEAST_OVER:
        return Worth(amount * terms_of(version).worth_fen, Basis.FACE)
    return Worth(amount * found.used_fen // over, Basis.USED)
