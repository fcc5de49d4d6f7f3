"""Customers as purchase models see them: repeats, recency and age; checked row by row, then grouped.

Words, as in the papers: *repeats* x is the number of buying days after the first one, *recency* t_x the time from the
first to the last buying day, *age* T the time from the first buying day to the end of observation; one unit for both.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from liuke.kit.errors import BadInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MAX_REPEATS = 1_000_000          # the tables of a fit are this long at most
MAX_CODE = 1 << 20               # whole numbers below it are packed into one sort key


class Fault(StrEnum):
    """Why one row cannot be a customer; the names are stable, files and scripts may rely on them."""

    NOT_FINITE = "not_finite"                    # empty, NaN or infinite
    NEGATIVE = "negative"
    FRACTION = "fraction"                        # repeats are counted, so they are whole
    TOO_MANY = "too_many"                        # more than MAX_REPEATS
    RECENCY_AFTER_END = "recency_after_end"      # bought after the observation ended
    RECENCY_WITHOUT_REPEAT = "recency_without_repeat"


class NoCustomers(BadInput):
    """There is no customer to learn from."""

    code = "no_customers"


class UnevenColumns(BadInput):
    """Repeats, recency and age do not have the same length."""

    code = "uneven_columns"


class ImpossibleRow(BadInput):
    """A row cannot be a customer; the message names its place and fault."""

    code = "impossible_row"


@dataclass(frozen=True, slots=True)
class Grouped:
    """Distinct (repeats, recency, age), how many customers share each, and each customer's place among them."""

    repeats: Ints
    recency: Floats
    age: Floats
    count: Ints
    place: Ints

    @property
    def customers(self) -> int:
        return len(self.place)


def faults(repeats: ArrayLike, recency: ArrayLike, age: ArrayLike) -> list[tuple[int, Fault]]:
    """Every row that cannot be a customer, with the first thing wrong about it, in row order."""
    x, t_x, t = columns(repeats, recency, age)
    with np.errstate(invalid="ignore"):
        tests = [
            (Fault.NOT_FINITE, ~(np.isfinite(x) & np.isfinite(t_x) & np.isfinite(t))),
            (Fault.NEGATIVE, (x < 0) | (t_x < 0) | (t < 0)),
            (Fault.FRACTION, x != np.floor(x)),
            (Fault.TOO_MANY, x > MAX_REPEATS),
            (Fault.RECENCY_AFTER_END, t_x > t),
            (Fault.RECENCY_WITHOUT_REPEAT, (x == 0) & (t_x > 0)),
        ]
    kinds = list(Fault)
    first = np.full(len(x), len(kinds))
    for fault, bad in reversed(tests):
        first[bad] = kinds.index(fault)
    return [(int(i), kinds[first[i]]) for i in np.flatnonzero(first < len(kinds))]


def group(repeats: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Grouped:
    """Customers with equal numbers become one row: a fit then costs per distinct row, and equal customers score equal.

    Raises NoCustomers, UnevenColumns, or ImpossibleRow for the first row with a fault.
    """
    x, t_x, t = columns(repeats, recency, age)
    if not len(x):
        raise NoCustomers
    if bad := faults(x, t_x, t):
        row, fault = bad[0]
        raise ImpossibleRow(f"row {row} cannot be a customer: {fault} (x={x[row]}, t_x={t_x[row]}, T={t[row]})")
    order, starts, place = _sorted_runs(x, t_x, t)
    pick = order[starts]
    return Grouped(repeats=x[pick].astype(np.int64), recency=t_x[pick], age=t[pick],
                   count=np.diff(np.append(starts, len(x))), place=place)


def columns(repeats: ArrayLike, recency: ArrayLike, age: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """The three columns as float arrays of one length."""
    x, t_x, t = (np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (repeats, recency, age))
    if not x.shape == t_x.shape == t.shape or x.ndim != 1:
        raise UnevenColumns
    return x, t_x, t


def _sorted_runs(x: Floats, t_x: Floats, t: Floats) -> tuple[Ints, Ints, Ints]:
    """The sort order by (x, t_x, T), where each run of equal rows starts in it, and every row's run."""
    key = (_codes(x) << 40) | (_codes(t_x) << 20) | _codes(t)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    new = np.empty(len(key), dtype=bool)
    new[0], new[1:] = True, ordered[1:] != ordered[:-1]
    place = np.empty(len(key), dtype=np.int64)
    place[order] = np.cumsum(new) - 1
    return order, np.flatnonzero(new), place


def _codes(column: Floats) -> Ints:
    """Whole numbers that order and equal like the column, small enough to be packed."""
    whole = column.astype(np.int64)
    if whole.max() < MAX_CODE and np.array_equal(whole, column):
        return whole
    codes = np.unique(column, return_inverse=True)[1]
    return codes.astype(np.int64)
