"""Tables that go out: CSV and XLSX written row by row, safe to open in a spreadsheet.

A cell that a spreadsheet would run as a formula gets an apostrophe before it in CSV (in XLSX every cell is text);
`cells.text` takes the apostrophe off again, so that what goes out can come in.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from liuke.kit.sheets import Sheet

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
XLSX_ROWS = 1_048_576
_NUMBER = re.compile(r"[+-]?[\d.,]+%?")


def safe(value: object) -> str:
    """The cell as text that no spreadsheet takes for a formula; numbers stay as they are."""
    text = "" if value is None else str(value)
    if text.startswith(FORMULA_SIGNS) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


class CsvSheet:
    """UTF-8 with the mark that Excel wants."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8-sig", errors="surrogateescape", newline="")
        self.writer = csv.writer(self.file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.file.close()

    def write(self, row: Iterable[object]) -> None:
        self.writer.writerow([safe(value) for value in row])


class XlsxSheet:
    """One sheet, kept in memory a row at a time; beyond a sheet's rows it goes on in the next."""

    def __init__(self, path: Path) -> None:
        import xlsxwriter  # noqa: PLC0415  10 MB of a process that may never write a workbook

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book: Any = xlsxwriter.Workbook(str(path), options)
        self.bold = self.book.add_format({"bold": True})
        self.money = self.book.add_format({"num_format": "#,##0.00"})
        self.head: Sequence[object] = ()
        self.at = XLSX_ROWS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.book.close()

    def write(self, row: Iterable[object]) -> None:
        values = list(row)
        if self.at == XLSX_ROWS:
            self.head = self.head or values
            self.sheet = self.book.add_worksheet()
            self.sheet.freeze_panes(1, 0)
            self.sheet.write_row(0, 0, [_shown(value) for value in self.head], self.bold)
            self.at = 1
            if values is self.head:
                return
        for column, value in enumerate(values):
            if isinstance(value, int):
                self.sheet.write_number(self.at, column, value)
            elif isinstance(value, Decimal):
                self.sheet.write_number(self.at, column, value, self.money)
            elif value not in (None, ""):
                self.sheet.write_string(self.at, column, _shown(value))
        self.at += 1


def _shown(value: object) -> str:
    """Bytes that could not be read stay visible; XML has no way to keep them."""
    return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def sheet(path: Path) -> CsvSheet | XlsxSheet:
    """A table to write to; the name's ending says which kind."""
    return XlsxSheet(path) if path.suffix.lower() == ".xlsx" else CsvSheet(path)


def write_sheet(path: Path, given: Sheet) -> None:
    """Write a table of plain values with its titles; the name's ending says as what. Decimals are sums of money."""
    with sheet(path) as out:
        out.write([title for _key, title in given.columns])
        for row in given.rows:
            out.write(row)
