"""Changing many prices at once: by a share or an amount, with the ending that a brand likes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from liuke.kit.errors import BadInput
from liuke.kit.money import BASIS_POINTS, round_half_up
from liuke.mall.rules.catalogue import MAX_FEN

YUAN = 100
MOST_BP = 100_000                        # ten times as much on top


class Which(StrEnum):
    """The price that changes."""

    LIST = "list"
    SUPPLY = "supply"


class Ending(StrEnum):
    """What the new price ends in."""

    EXACT = "exact"
    WHOLE = "whole"                      # the nearest yuan
    NINETY = "ninety"                    # the nearest price that ends in .90


class BadMove(BadInput):
    """A change of prices is a share or an amount, one of the two, and not nothing."""

    code = "bad_price_move"


@dataclass(frozen=True, kw_only=True)
class Move:
    """Exactly one of `share_bp` (hundredths of a percent of the price; negative is less) and `amount_fen` is set."""

    which: Which = Which.LIST
    share_bp: int | None = None
    amount_fen: int | None = None
    ending: Ending = Ending.EXACT

    def checked(self) -> "Move":
        """Raises BadMove."""
        if (self.share_bp is None) == (self.amount_fen is None) or not (self.share_bp or self.amount_fen):
            raise BadMove
        if not -BASIS_POINTS <= (self.share_bp or 0) <= MOST_BP or abs(self.amount_fen or 0) > MAX_FEN:
            raise BadMove
        return self


@dataclass(frozen=True)
class Priced:
    """One SKU before a change and after it. `problem`: nothing, floor, ceiling, range, or same (nothing changes)."""

    sku_id: int
    supply_fen: int
    list_fen: int
    floor_fen: int
    ceiling_fen: int | None
    after_fen: int = 0
    problem: str = ""


def moved(fen: int, move: Move) -> int:
    """The new price in fen; it may be out of bounds."""
    if move.amount_fen is not None:
        after = fen + move.amount_fen
    else:
        after = fen + round_half_up(fen * (move.share_bp or 0), BASIS_POINTS)
    return ended(after, move.ending)


def ended(fen: int, ending: Ending) -> int:
    """The nearest price with this ending; halves go up."""
    if ending == Ending.WHOLE:
        return round_half_up(fen, YUAN) * YUAN
    if ending == Ending.NINETY:
        return max(90, round_half_up(fen - 90, YUAN) * YUAN + 90) if fen > 0 else fen
    return fen


def plan(skus: Sequence[Priced], move: Move) -> list[Priced]:
    """Every SKU with its new price and what stands in its way. Pure; raises BadMove."""
    move.checked()
    return [_planned(sku, move) for sku in skus]


def _planned(sku: Priced, move: Move) -> Priced:
    before = sku.list_fen if move.which == Which.LIST else sku.supply_fen
    after = moved(before, move)
    return replace(sku, after_fen=after, problem=_problem(sku, before, after, move.which))


def _problem(sku: Priced, before: int, after: int, which: Which) -> str:
    if not 0 <= after <= MAX_FEN:
        return "range"
    if which == Which.LIST and after < sku.floor_fen:
        return "floor"
    if which == Which.LIST and sku.ceiling_fen is not None and after > sku.ceiling_fen:
        return "ceiling"
    return "same" if after == before else ""
