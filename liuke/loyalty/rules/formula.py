"""How much an award is: a small language of whole numbers, read into a tree of our own and never executed as Python.

    50
    floor(amount_fen / 100) * 2
    min(500, max(20, quality * 10))

Numbers, the names of the fact's fields, + - * / and brackets, and floor ceil round min max. A divisor is a number, so
nothing can divide by zero; what a formula can come to is known from the ranges of its fields before it is ever used.
The result is rounded down.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from liuke.kit.errors import BadInput
from liuke.kit.money import round_half_up
from liuke.loyalty.rules.limits import FORMULA_CHARACTERS, FORMULA_PARTS, MAX_AWARD

MAX_NUMBER = 10**9
Range = tuple[Fraction, Fraction]

TWO: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}
MANY: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "min": min, "max": max,
    "floor": lambda parts: Fraction(floor(parts[0])), "ceil": lambda parts: Fraction(ceil(parts[0])),
    "round": lambda parts: Fraction(round_half_up(parts[0].numerator, parts[0].denominator)),
}


class BadFormula(BadInput):
    """The formula cannot be read. `about` is the part that is wrong."""

    code = "loyalty_formula"

    def __init__(self, about: str = "") -> None:
        super().__init__(about)
        self.about = about


class UnknownName(BadFormula):
    """The fact has no such field, or it is no number."""

    code = "loyalty_formula_name"


class BadDivisor(BadFormula):
    """Only numbers other than 0 may stand behind a division sign."""

    code = "loyalty_formula_divisor"


class MayBeNegative(BadFormula):
    """For some inputs the formula would give less than nothing."""

    code = "loyalty_formula_negative"


class GivesNothing(BadFormula):
    """The formula never gives anything."""

    code = "loyalty_formula_nothing"


class TooComplex(BadFormula):
    """Longer than a person can check."""

    code = "loyalty_formula_long"


@dataclass(frozen=True)
class Number:
    value: Fraction


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Apply:
    """A sign or a function on its parts."""

    sign: str
    parts: tuple["Node", ...]


Node = Number | Name | Apply
SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
FUNCTIONS = {"floor": (1, 1), "ceil": (1, 1), "round": (1, 1), "min": (1, 10), "max": (1, 10)}


def parse(text: str) -> Node:
    """The formula as a tree. Raises BadFormula, TooComplex, BadDivisor."""
    if len(text) > FORMULA_CHARACTERS:
        raise TooComplex(text[:20])
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadFormula(text[:40]) from error
    if sum(1 for _ in ast.walk(tree)) > FORMULA_PARTS:
        raise TooComplex(text[:20])
    return _node(tree.body)


def names(node: Node) -> frozenset[str]:
    """The fields it speaks of."""
    if isinstance(node, Name):
        return frozenset((node.name,))
    return frozenset().union(*(names(part) for part in node.parts)) if isinstance(node, Apply) else frozenset()


def value(node: Node, inputs: Mapping[str, int]) -> int:
    """What the formula gives, rounded down and between 0 and MAX_AWARD."""
    return max(0, min(MAX_AWARD, floor(_value(node, inputs))))


def bounds(node: Node, ranges: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """The least and the most that it can come to when each field lies in its range. Raises UnknownName."""
    least, most = _bounds(node, ranges)
    return floor(least), floor(most)


def check(text: str, ranges: Mapping[str, tuple[int, int]]) -> Node:
    """The formula, if it is sound for these fields: it never gives less than nothing, and not always nothing.

    Raises BadFormula and its kinds.
    """
    node = parse(text)
    least, most = bounds(node, ranges)
    if least < 0:
        raise MayBeNegative(text[:40])
    if most <= 0:
        raise GivesNothing(text[:40])
    return node


def _node(tree: ast.expr) -> Node:
    if isinstance(tree, ast.Constant) and isinstance(tree.value, (int, float)) and not isinstance(tree.value, bool):
        if not tree.value <= MAX_NUMBER:
            raise BadFormula(str(tree.value)[:40])
        return Number(Fraction(str(tree.value)))
    if isinstance(tree, ast.Name):
        return Name(tree.id)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return Apply("-", (Number(Fraction(0)), _node(tree.operand)))
    if isinstance(tree, ast.BinOp) and type(tree.op) in SIGNS:
        left, right = _node(tree.left), _node(tree.right)
        if isinstance(tree.op, ast.Div) and not (isinstance(right, Number) and right.value):
            raise BadDivisor(ast.unparse(tree.right)[:40])
        return Apply(SIGNS[type(tree.op)], (left, right))
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.keywords:
        least, most = FUNCTIONS.get(tree.func.id, (0, -1))
        if least <= len(tree.args) <= most:
            return Apply(tree.func.id, tuple(_node(part) for part in tree.args))
    raise BadFormula(ast.unparse(tree)[:40])


def _value(node: Node, inputs: Mapping[str, int]) -> Fraction:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return Fraction(max(0, inputs.get(node.name, 0)))
    return _apply(node.sign, [_value(part, inputs) for part in node.parts])


def _apply(sign: str, parts: list[Fraction]) -> Fraction:
    return TWO[sign](parts[0], parts[-1]) if sign in TWO else MANY[sign](parts)


def _bounds(node: Node, ranges: Mapping[str, tuple[int, int]]) -> Range:
    if isinstance(node, Number):
        return node.value, node.value
    if isinstance(node, Name):
        if node.name not in ranges:
            raise UnknownName(node.name)
        least, most = ranges[node.name]
        return Fraction(max(0, least)), Fraction(max(0, most))
    parts = [_bounds(part, ranges) for part in node.parts]
    first, last = parts[0], parts[-1]
    if node.sign == "-":
        return first[0] - last[1], first[1] - last[0]
    if node.sign in ("*", "/"):
        corners = [_apply(node.sign, [a, b]) for a in first for b in last]
        return min(corners), max(corners)
    return _apply(node.sign, [low for low, _ in parts]), _apply(node.sign, [high for _, high in parts])
