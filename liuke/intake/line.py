"""A row of a file as it was read, and what every kind of file can do."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from liuke.intake.rules import Reason


class Line(NamedTuple):
    """One row: the line on which it begins (1 is the first of the file), its cells as text, what is broken about it."""

    number: int
    cells: list[str]
    broken: Reason | None = None


class Table(Protocol):
    """A file whose rows can be read again and again from the beginning; blank rows are left out."""

    container: str                    # csv, csv.gz, xlsx
    encoding: str
    delimiter: str
    sheet: str
    sha256: str

    def lines(self) -> Iterator[Line]: ...

    def done(self) -> float:
        """How much of the file the newest `lines()` has read, 0 to 1."""
        ...
