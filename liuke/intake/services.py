"""Runs: planned, counted, finished. The engine calls what stands below the first function."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _

from liuke.intake.cells import DateOrder
from liuke.intake.models import Run
from liuke.intake.rules import FILES_KEPT_DAYS, FileRefused, RunState, slots_for
from liuke.kit.db import require_transaction
from liuke.kit.jobs import later
from liuke.kit.push import publish

TOPIC = "imports"                     # pages that show runs listen to it


@dataclass(frozen=True)
class Options:
    """How a person wants a file to be read. Empty means: find out."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    date_order: DateOrder = "ymd"
    sheet: str = ""
    encoding: str = ""
    scope: str = "import"


def new_run(*, kind: str, path: Path, file_name: str, options: Options, by_id: int | None = None) -> Run:
    """A run that is not stored yet. Raises FileRefused for a zone that does not exist."""
    check_zone(options.zone)
    return Run(
        kind=kind, path=str(path), file_name=file_name[:200], state=RunState.WAITING, by_id=by_id,
        mapping=dict(options.mapping), zone=options.zone, date_order=options.date_order, sheet=options.sheet,
        encoding=options.encoding, scope=options.scope,
    )


def check_zone(zone: str) -> None:
    """Raises FileRefused for a zone that does not exist."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FileRefused(_("没有叫“%(zone)s”的时区，例如：Asia/Shanghai。") % {"zone": zone}) from error


def plan_run(
    *, kind: str, path: Path, file_name: str, sha256: str, options: Options, by_id: int | None = None
) -> Run:
    """The run for this file: the one that was killed half-way when there is one, else a new one."""
    require_transaction()
    run = new_run(kind=kind, path=path, file_name=file_name, options=options, by_id=by_id)
    run.sha256 = sha256
    open_states = [RunState.WAITING, RunState.READING, RunState.MERGING]
    same = Run.objects.select_for_update().filter(
        kind=kind, sha256=sha256, mapping=run.mapping, zone=run.zone, date_order=run.date_order, sheet=run.sheet,
        encoding=run.encoding, scope=run.scope, state__in=open_states,
    )
    if killed := same.order_by("-pk").first():
        killed.path = str(path)
        killed.save(update_fields=["path"])
        return killed
    run.save()
    return run


def error_path(run: Run) -> Path:
    """Where the error file of the run lies, beside nothing else of that name."""
    name = Path(run.file_name).name.removesuffix(".gz")
    ending = ".xlsx" if name.lower().endswith(".xlsx") else ".csv"
    mark = "错误行"  # data, not words
    return uploads_folder() / "errors" / f"{run.pk}-{Path(name).stem[:80]}-{mark}{ending}"


def uploads_folder() -> Path:
    """Where uploads and error files lie, all of them ours to delete."""
    return Path(settings.LIUKE_DATA) / "uploads"


def changed_file() -> str:
    return _("文件在导入期间被改动了, 请重新导入。")


def mark_reading(*, run: Run, sha256: str, now: datetime) -> None:
    """Reading begins, or begins again after a kill."""
    require_transaction()
    run.state, run.sha256, run.percent = RunState.READING, sha256, 0
    run.started_at = run.started_at or now
    run.delete_files_at = None
    run.save(update_fields=["state", "sha256", "percent", "started_at", "delete_files_at"])
    tell(run)


def mark_merging(*, run: Run, rows: int, notes: Mapping[str, int]) -> None:
    """All rows are staged. After a kill the slots that were merged stay merged."""
    require_transaction()
    slots = slots_for(rows)
    assert run.next_slot == 0 or (run.rows, run.slots) == (rows, slots), "the same file gave other rows"
    run.state, run.rows, run.slots, run.notes = RunState.MERGING, rows, slots, dict(notes)
    run.save(update_fields=["state", "rows", "slots", "notes"])


def count_slot(*, run: Run, slot: int, accepted: int, unchanged: int, reasons: Mapping[str, int]) -> None:
    """Add what became of the rows of one slot, in the transaction that merges them."""
    require_transaction()
    assert run.next_slot == slot, "every slot is merged once"
    run.next_slot = slot + 1
    run.accepted += accepted
    run.unchanged += unchanged
    run.rejected += sum(reasons.values())
    run.reasons = dict(Counter(run.reasons) + Counter(reasons))
    run.save(update_fields=["next_slot", "accepted", "unchanged", "rejected", "reasons"])


def mark_done(*, run: Run, error_file: str, now: datetime) -> None:
    """Every row read has been counted once. If any changed something, the jobs that wait for that are queued."""
    require_transaction()
    assert run.accepted + run.unchanged + run.rejected == run.rows, "a row was lost"
    run.state, run.error_file, run.finished_at, run.percent = RunState.DONE, error_file, now, 100
    run.delete_files_at = files_until(now)
    run.save(update_fields=["state", "error_file", "finished_at", "percent", "delete_files_at"])
    tell(run)
    if run.accepted:
        for job in settings.LIUKE_AFTER_IMPORT.get(run.kind, ()):
            later(job, once=job)


def mark_failed(*, run: Run, why: str, now: datetime) -> None:
    """The file as a whole cannot be read; what an earlier part of this run merged stays counted."""
    require_transaction()
    run.state, run.failure, run.finished_at = RunState.FAILED, why, now
    run.delete_files_at = files_until(now)
    run.save(update_fields=["state", "failure", "finished_at", "delete_files_at"])
    tell(run)


def mark_percent(*, run: Run, percent: int) -> None:
    """How far it is, for the pages that show it."""
    require_transaction()
    run.percent = percent
    Run.objects.filter(pk=run.pk).update(percent=percent)
    tell(run)


def tell(run: Run) -> None:
    """Let the pages that show runs fetch them again."""
    publish(topic=TOPIC, data={"run": run.pk})


def files_until(now: datetime) -> datetime:
    """When the files of a run that ends now, or was uploaded now and never begun, are deleted."""
    return now + timedelta(days=FILES_KEPT_DAYS)
