"""`liuke export KIND FILE`: the part that all kinds share. What goes out can come in again."""

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from liuke.intake.tables import sheet

ENDINGS = (".csv", ".xlsx")


class ExportCommand(BaseCommand):
    """A command says its columns and gives its rows; they are written as they come."""

    columns: Sequence[str]

    def rows(self) -> Iterable[Sequence[object]]:
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to write; .csv or .xlsx")

    def handle(self, *, file: Path, **_options: Any) -> None:
        if file.suffix.lower() not in ENDINGS:
            raise CommandError(_("文件名要以 .csv 或 .xlsx 结尾。"))
        count = 0
        try:
            with sheet(file) as out:
                out.write(self.columns)
                for row in tqdm(self.rows(), disable=None, unit=" rows"):
                    out.write(row)
                    count += 1
        except OSError as error:
            raise CommandError(_("写不了文件：%(why)s") % {"why": error.strerror}) from error
        self.stdout.write(_("已导出 %(count)d 行到 %(file)s") % {"count": count, "file": file})
