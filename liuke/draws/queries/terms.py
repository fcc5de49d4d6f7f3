"""The terms of a draw as plain values."""

from fractions import Fraction
from typing import Any

from liuke.draws.models import Draw
from liuke.draws.rules import promise as rules
from liuke.draws.rules.promise import Promise

FIELDS = ("name", "rules", "contact", "look", "opens_at", "closes_at", "free_a_day", "most_a_day", "most", "audience",
          "budgets")


def promise_of(draw: Draw) -> Promise:
    """The terms of a draw as plain values."""
    return Promise(
        **{name: getattr(draw, name) for name in FIELDS},
        prizes=[rules.Prize(
            position=row.position, name=row.name, kind=row.kind, amount=row.amount, details=row.details,
            value_fen=row.value_fen, count=row.count, odds=Fraction(row.numerator, row.denominator),
            fallback=row.fallback) for row in draw.prizes.order_by("position")])


def published_terms(draw: Draw) -> dict[str, Any]:
    """As everybody sees them, and as their hash is taken: from the database as it stands now."""
    return rules.published(draw.number, promise_of(draw))
