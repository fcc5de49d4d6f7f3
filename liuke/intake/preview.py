"""What a file looks like before it is brought in: its first rows, and which column was recognised as what."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from liuke.intake.files import open_table
from liuke.intake.header import Fields, recognise
from liuke.intake.line import Table
from liuke.intake.rules import HEADER_WITHIN, PREVIEW_ROWS, FileRefused


@dataclass(frozen=True)
class Preview:
    """`sources` says for each recognised field which column it is; `refusal` why the file cannot be read like this."""

    table: Table
    columns: tuple[str, ...]
    rows: list[list[str]]
    sources: Mapping[str, str]
    unused: list[str]
    refusal: str = ""


def look(path: Path, *, fields: Fields, mapping: Mapping[str, str]) -> Preview:
    """Raises FileRefused only when the file is no table at all."""
    table = open_table(path)
    head = list(islice(table.lines(), HEADER_WITHIN + PREVIEW_ROWS))
    try:
        header = recognise(table, fields, mapping)
    except FileRefused as refusal:
        loose = Fields(known=fields.known, needed=())
        try:
            header = recognise(table, loose, mapping)
        except FileRefused:
            header = recognise(table, loose, {})
        rows = [line.cells for line in head if line.number > header.line][:PREVIEW_ROWS]
        return Preview(table, header.columns, rows, header.sources, header.unused(), refusal.message)
    rows = [line.cells for line in head if line.number > header.line][:PREVIEW_ROWS]
    return Preview(table, header.columns, rows, header.sources, header.unused())
