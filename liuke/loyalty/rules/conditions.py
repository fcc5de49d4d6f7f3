"""Which facts a rule means: at most one condition for each field, all of which must hold.

    {"amount_fen": {"least": 10000}, "shop": {"any": [1, 2]}, "first": {"is": true}}

A field is a number (a band), a choice (one of some; the customer or order may have several), or a yes or no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from liuke.kit.errors import BadInput
from liuke.loyalty.rules.limits import MAX_CHOICES

NUMBER, CHOICE, FLAG = "number", "choice", "flag"
INVITER_PLAN = "inviter_plan"            # the plan that rewards who invited the customer
Condition = Mapping[str, Any]
Conditions = Mapping[str, Condition]


class BadCondition(BadInput):
    """A condition on a field that this fact has not, or of another shape than the field's. `about` is the field."""

    code = "loyalty_condition"

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


@dataclass(frozen=True)
class Field:
    """What a fact can be asked about. `lines`: it picks lines of an order, and only those then count."""

    name: str
    kind: str
    least: int = 0                       # of a number
    most: int = 10**12
    lines: bool = False


def check(conditions: Conditions, fields: Mapping[str, Field]) -> None:
    """Raises BadCondition."""
    for name, condition in conditions.items():
        field = fields.get(name)
        if field is None or not isinstance(condition, Mapping) or not _shaped(field, condition):
            raise BadCondition(name)


def _shaped(field: Field, condition: Condition) -> bool:
    if field.kind == FLAG:
        return set(condition) == {"is"} and isinstance(condition["is"], bool)
    if field.kind == CHOICE:
        chosen = condition.get("any")
        return (set(condition) == {"any"} and isinstance(chosen, list) and 0 < len(chosen) <= MAX_CHOICES
                and all(type(each) in (int, str) for each in chosen))
    least, most = band(condition, field)
    numbers = all(type(each) is int for each in condition.values())
    return bool(condition) and set(condition) <= {"least", "most"} and numbers and field.least <= least <= most


def band(condition: Condition, field: Field) -> tuple[int, int]:
    """The least and the most that the condition lets through."""
    least, most = condition.get("least", field.least), condition.get("most", field.most)
    return (least, most) if type(least) is int and type(most) is int else (1, 0)


def ranges(conditions: Conditions, fields: Mapping[str, Field]) -> dict[str, tuple[int, int]]:
    """Of every number among the fields, where it can lie when the conditions hold."""
    numbers = {name: field for name, field in fields.items() if field.kind == NUMBER}
    return {name: band(conditions.get(name, {}), field) for name, field in numbers.items()}


def hold(conditions: Conditions, inputs: Mapping[str, Any]) -> bool:
    """Whether all of them hold. What is not known of the fact does not hold."""
    return all(_holds(condition, inputs.get(name)) for name, condition in conditions.items())


def _holds(condition: Condition, known: Any) -> bool:
    if "is" in condition:
        return known is not None and bool(known) == condition["is"]
    if "any" in condition:
        has = known if isinstance(known, (list, tuple, set, frozenset)) else [known]
        return any(each in condition["any"] for each in has)
    return known is not None and condition.get("least", known) <= known <= condition.get("most", known)


def disjoint(one: Conditions, other: Conditions, fields: Mapping[str, Field]) -> bool:
    """Whether no fact can meet both, as far as the fields tell. A field with several values parts nothing."""
    return any(
        _apart(one[name], other[name], fields[name]) for name in one.keys() & other.keys() & fields.keys()
    )


def _apart(one: Condition, other: Condition, field: Field) -> bool:
    if field.kind == FLAG:
        return bool(one["is"] != other["is"])
    if field.kind == CHOICE:
        return field.name in SINGLE and not set(one["any"]) & set(other["any"])
    (low, high), (floor, ceiling) = band(one, field), band(other, field)
    return high < floor or ceiling < low


SINGLE = ("shop", "segment", "tier", "source", INVITER_PLAN)       # choices of which a fact has exactly one
