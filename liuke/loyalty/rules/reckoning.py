"""What one fact earns by one rule: the conditions, then the formula, then what a refund would take back by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from liuke.loyalty.rules import conditions, formula
from liuke.loyalty.rules.terms import Terms

AMOUNT = "amount_fen"
LINES = ("category", "product")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the order that the fact is about; fen as paid for it."""

    line_id: int
    fen: int
    product: int | None
    categories: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one fact: its fields by name and, where it is about an order, the order's lines."""

    values: Mapping[str, Any]
    lines: Sequence[Line] = ()
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    """So much, what it was reckoned from, and the money by order line that it rests on."""

    amount: int
    inputs: dict[str, Any]
    basis: dict[int, int] = field(default_factory=dict)


parsed = lru_cache(maxsize=1_000)(formula.parse)


def reckon(terms: Terms, known: Known) -> Earned | None:
    """What the fact earns; None when a condition does not hold or nothing comes of it.

    A condition on categories or products picks lines: only their money counts, and only their refund takes back.
    """
    values, basis = known.values, {}
    if known.order_id is not None:
        lines = [line for line in known.lines if _picked(terms, line)]
        if not lines:
            return None
        basis = {line.line_id: line.fen for line in lines}
        if not any(basis.values()):      # paid with points or coupons alone: points do not earn points
            return None
        values = {**values, AMOUNT: sum(basis.values())}
    others = {name: condition for name, condition in terms.conditions.items() if name not in LINES}
    if not conditions.hold(others, values):
        return None
    node = parsed(terms.amount)
    amount = formula.value(node, values)
    if amount <= 0:
        return None
    used = formula.names(node) | others.keys()
    return Earned(amount, {name: _plain(values[name]) for name in sorted(used) if name in values}, basis)


def _picked(terms: Terms, line: Line) -> bool:
    product, category = terms.conditions.get("product"), terms.conditions.get("category")
    if product and line.product not in product["any"]:
        return False
    return not category or any(each in category["any"] for each in line.categories)


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, (set, frozenset, tuple)) else value
