"""Compares a provider's bill of a day with our own books, row by row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

AGREE = {                            # ours, theirs; a bill is written once, and a refund may be done since
    ("paid", "paid"), ("asked", "asked"), ("done", "asked"), ("done", "done"), ("failed", "failed"),
}


class Kind(StrEnum):
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"
    STATE = "state"
    TWICE = "twice"                  # the bill has the same number more than once


@dataclass(frozen=True)
class Row:
    """A payment or refund as one of the two books has it."""

    subject: str                     # payment, refund
    number: str
    amount_fen: int
    state: str


@dataclass(frozen=True)
class Difference:
    kind: Kind
    subject: str
    number: str
    ours: Row | None
    theirs: Row | None


def differences(
    *, theirs: Sequence[Row], known: Mapping[tuple[str, str], Row], expected: Sequence[Row]
) -> list[Difference]:
    """Every row that stands in one book only, stands on the bill twice, or differs in amount or state.

    `known`: ours by (subject, number) for every number on the bill, of whatever day. `expected`: ours that should be
    on the bill of this day.
    """
    found = []
    times: Counter[tuple[str, str]] = Counter()
    for row in theirs:
        ours = known.get((row.subject, row.number))
        times[row.subject, row.number] += 1
        if times[row.subject, row.number] > 1:
            if times[row.subject, row.number] == 2:
                found.append(Difference(Kind.TWICE, row.subject, row.number, ours, row))
            continue
        if ours is None:
            found.append(Difference(Kind.MISSING_HERE, row.subject, row.number, None, row))
            continue
        if ours.amount_fen != row.amount_fen:
            found.append(Difference(Kind.AMOUNT, row.subject, row.number, ours, row))
        if (ours.state, row.state) not in AGREE:
            found.append(Difference(Kind.STATE, row.subject, row.number, ours, row))
    there = {(row.subject, row.number) for row in theirs}
    found += [Difference(Kind.MISSING_THERE, ours.subject, ours.number, ours, None)
              for ours in expected if (ours.subject, ours.number) not in there]
    return found
