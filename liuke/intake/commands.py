"""`liuke import KIND FILE`: the part that all kinds share. Each module has a command of a few lines on top of it."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from liuke.intake import engine, reasons, services
from liuke.intake.files import open_table
from liuke.intake.header import parse_map
from liuke.intake.kinds import Kind
from liuke.intake.models import Run
from liuke.kit.errors import Refused

PARTS = ("read", "accepted", "unchanged", "rejected")


class ImportCommand(BaseCommand):
    requires_system_checks = ()           # they load every page, which takes longer than a small file

    def kind(self) -> Kind:
        raise NotImplementedError

    def default_zone(self) -> str:
        return settings.TIME_ZONE

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV, CSV.GZ or XLSX; UTF-8, UTF-16 or GB18030")
        parser.add_argument("--map", default="", help="field=column,... ; =text with {column} or {#} makes a column up")
        parser.add_argument("--zone", default="", help="where the times without an offset were written (Asia/Shanghai)")
        parser.add_argument("--date-order", choices=["ymd", "mdy", "dmy"], default="ymd", help="how 3/4/2024 is meant")
        parser.add_argument("--sheet", default="", help="which sheet of a workbook; else the first with rows")
        parser.add_argument("--encoding", default="", help="of a CSV, when it is recognised wrongly")
        parser.add_argument("--source", default="import", help="whose ids the external ids are, such as tmall")
        parser.add_argument("--json", action="store_true", help="print the totals as JSON")
        parser.add_argument("--dry-run", action="store_true", help="count everything, change nothing")

    def handle(self, *, file: Path, json: bool, dry_run: bool, **options: Any) -> None:
        try:
            run = self._run(file.absolute(), options, dry_run=dry_run)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(as_json(run, dry_run=dry_run) if json else as_text(run, dry_run=dry_run))

    def _run(self, path: Path, options: dict[str, Any], *, dry_run: bool) -> Run:
        kind = self.kind()
        how = services.Options(
            mapping=parse_map(options["map"]), zone=options["zone"] or self.default_zone(),
            date_order=options["date_order"], sheet=options["sheet"], encoding=options["encoding"],
            scope=options["source"],
        )
        sha256 = open_table(path, sheet=how.sheet, encoding=how.encoding).sha256
        quiet = None if sys.stderr.isatty() else True
        with closing(tqdm(total=100, unit="%", desc=path.name, disable=quiet)) as bar:

            def progress(run: Run) -> None:
                bar.update(run.percent - bar.n)

            if dry_run:
                run = services.new_run(kind=kind.name, path=path, file_name=path.name, options=how)
                return engine.try_out(run, kind, now=timezone.now(), progress=progress)
            with transaction.atomic(durable=True):
                run = services.plan_run(kind=kind.name, path=path, file_name=path.name, sha256=sha256, options=how)
            return engine.bring_in(run, kind, now=timezone.now(), progress=progress)


def as_json(run: Run, *, dry_run: bool) -> str:
    """The totals for a program."""
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else 0.0
    return json.dumps({
        "run": None if dry_run else run.pk, "dry_run": dry_run, "kind": run.kind, "file": run.file_name,
        "sha256": run.sha256, "read": run.rows, "accepted": run.accepted, "unchanged": run.unchanged,
        "rejected": run.rejected, "reasons": run.reasons, "notes": run.notes, "error_file": run.error_file or None,
        "seconds": round(seconds, 3),
    }, ensure_ascii=False)


def as_text(run: Run, *, dry_run: bool) -> str:
    """The totals for a person."""
    said = [
        _("读取 %(rows)d 行: 接受 %(accepted)d, 未变 %(unchanged)d, 拒绝 %(rejected)d") % {
            "rows": run.rows, "accepted": run.accepted, "unchanged": run.unchanged, "rejected": run.rejected},
    ]
    if not run.rows:
        said.append(_("文件里只有表头, 没有数据行。"))
    if dry_run:
        said[0] = _("试运行, 没有改动任何数据。") + said[0]
    said += [f"  {rows:>8}  {reasons.words(reason)} ({reason})" for reason, rows in sorted(run.reasons.items())]
    said += [f"  {rows:>8}  {reasons.note(code)} ({code})" for code, rows in sorted(run.notes.items())]
    if run.error_file:
        said.append(_("被拒绝的行在: %(path)s (改好后可以单独导入)") % {"path": run.error_file})
    return "\n".join(said)
