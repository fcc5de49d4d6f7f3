"""The error file: the rows that were not taken, with the columns they had, and beside them where and why.

It can be mended and brought in alone: the column `liuke_row` keeps the identity of a row, whatever else is changed.
It is made by reading the file a second time, so that no rejected text ever lies in the database.
"""

import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _

from liuke.intake import reasons
from liuke.intake.header import OWN_COLUMNS, ROW_KEY, Fields, Header
from liuke.intake.line import Line, Table
from liuke.intake.models import Rejection, Run
from liuke.intake.rules import CHUNK_ROWS, FileRefused
from liuke.intake.tables import sheet


def write_error_file(run: Run, *, table: Table, header: Header, fields: Fields, path: Path) -> None:
    """Write it beside and move it into place, so that it is whole or not there."""
    kept = [at for at, name in enumerate(header.columns) if name not in OWN_COLUMNS]
    unfinished = path.with_name(f"unfinished-{path.name}")
    with sheet(unfinished) as out:
        out.write([*(header.columns[at] for at in kept), *OWN_COLUMNS])
        for line, rejection in _rejected_lines(run, table):
            cells = line.cells + [""] * (len(header.columns) - len(line.cells))
            surplus = " | ".join(cell for cell in line.cells[len(header.columns):] if cell)
            where, codes, why = _explained(rejection.bad, header, fields)
            own = {ROW_KEY: rejection.row_key, "错误行号": line.number, "错误列": where, "原因代码": codes, "原因": why,
                   "多出的内容": surplus}
            out.write([*(cells[at] for at in kept), *(own[name] for name in OWN_COLUMNS)])
    shutil.move(unfinished, path)


def _rejected_lines(run: Run, table: Table) -> Iterator[tuple[Line, Rejection]]:
    """Both come in the order of the file. Raises FileRefused when the file is no longer the one that was read."""
    rejections = Rejection.objects.filter(run=run).order_by("line").iterator(chunk_size=CHUNK_ROWS)
    wanted = next(rejections, None)
    for line in table.lines():
        if wanted is None:
            return
        if line.number == wanted.line:
            yield line, wanted
            wanted = next(rejections, None)
    if wanted is not None:
        raise FileRefused(_("文件在导入期间被改动了, 请重新导入。"))


def _explained(bad: str, header: Header, fields: Fields) -> tuple[str, str, str]:
    """Columns, codes and words of everything that is bad about the row."""
    pairs = list({(reason, _column(field, header, fields) if field else ""): (reason, field)
                  for reason, _sign, field in (part.partition(":") for part in bad.split())}.values())
    columns = dict.fromkeys(chain.from_iterable([_column(field, header, fields)] for _reason, field in pairs if field))
    said = [f"{_column(field, header, fields)}: {reasons.words(reason)}" if field else reasons.words(reason)
            for reason, field in pairs]
    return "、".join(columns), " ".join(reason for reason, _field in pairs), "; ".join(said)


def _column(field: str, header: Header, fields: Fields) -> str:
    source = header.sources.get(field, "=")
    return fields.label(field) if source.startswith("=") else source
