"""What a kind of file (orders, customers, products) has to say so that the engine can bring it in."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from liuke.intake.cells import DateOrder
from liuke.intake.header import Fields, Header
from liuke.intake.line import Line
from liuke.intake.models import Run

Row = tuple[Any, ...]
Staged = Row | str                   # the values of the columns, or a whole line of COPY in its text format
Transaction = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Merged:
    """What became of the rows of a slot that were taken: they changed something, or said what is known."""

    accepted: int
    unchanged: int


@dataclass(frozen=True)
class Reading:
    """How the rows of this run are to be read."""

    header: Header
    zone: ZoneInfo
    date_order: DateOrder
    scope: str
    now: datetime


class Kind(Protocol):
    """The engine calls `reader`, then for each row what it gave, then `gather`, then `merge` for each slot."""

    name: str

    @property
    def fields(self) -> Fields:
        """The columns it knows; they may depend on what the installation has by now."""
        ...

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """Of the staging table: name, SQL type."""
        ...

    @property
    def gathered_columns(self) -> Sequence[tuple[str, str]]:
        """Added to the staged rows by the joins, once for the whole file: name, SQL expression."""
        ...

    @property
    def gathered_joins(self) -> str:
        """SQL that joins what `gather` has found to the staged row `s`, no row twice."""
        ...

    @property
    def work_columns(self) -> Sequence[tuple[str, str]]:
        """Added to the rows of one slot for the merge: name, SQL expression over the row `s` and its slot."""
        ...

    def reader(self, reading: Reading) -> Callable[[Line], Staged]:
        """Rows as (line, slot, row key or "", what is bad or None, *columns). Must not raise for any row.

        Must not use the database either: its connection takes in the rows meanwhile.
        What is bad is written "reason:field reason:field"; rows that belong together must have the same slot.
        """
        ...

    def chunk_read(self) -> None:
        """Called after every chunk of rows that was staged; the place to stage what was gathered aside."""
        ...

    def gather(self, run: Run, *, now: datetime, transaction: Transaction) -> None:
        """All rows are staged: find or make what they refer to, in transactions of its own. May be called again."""
        ...

    def merge(self, run: Run, *, now: datetime) -> Merged:
        """Merge the rows of the work table, in the caller's transaction; those it cannot take get a reason in `bad`."""
        ...

    def notes(self) -> dict[str, int]:
        """Rows that were taken although something in them was left aside: note code -> rows."""
        ...
