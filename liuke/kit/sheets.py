"""A table of plain values, the shape in which modules hand out what they know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Value = str | int | Decimal | bool | date | datetime | None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`name` is a file name without an ending; columns are (key for machines, title for people), rows in order."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rows: Iterable[tuple[Value, ...]]
