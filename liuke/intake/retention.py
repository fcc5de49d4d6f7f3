"""Uploads and error files hold personal data, so they go after FILES_KEPT_DAYS. What a run counted stays.

Not part of the usual file set: a clock's work on files, apart from the runs that `services.py` keeps.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db.models import Q

from liuke.intake.models import Run
from liuke.intake.rules import FILES_AT_ONCE, FILES_KEPT_DAYS, RunState
from liuke.intake.services import uploads_folder
from liuke.kit.db import require_transaction


def delete_old_files(*, now: datetime, limit: int = FILES_AT_ONCE) -> int:
    """Delete the files of runs whose time is up, and forget uploads that nobody ever began. Again is nothing.

    A file outside our own folder (`liuke import orders FILE`) belongs to the person who named it, and stays. The files
    go first: killed in between, the next call finds them gone and finishes the rows. Returns how many runs there were.
    """
    require_transaction()
    due = Run.objects.select_for_update(skip_locked=True).filter(delete_files_at__lte=now).order_by("pk")
    runs = list(due[:limit])
    for run in runs:
        for name in filter(None, (run.path, run.error_file)):
            if _is_ours(Path(name)):
                Path(name).unlink(missing_ok=True)
    done = Run.objects.filter(pk__in=[run.pk for run in runs])
    done.filter(state=RunState.UPLOADED).delete()
    done.update(delete_files_at=None, error_file="")
    return len(runs)


def delete_strays(*, now: datetime, limit: int = FILES_AT_ONCE) -> int:
    """Delete old files that no run speaks of: a request that broke off after its upload was written."""
    require_transaction()
    old = list(islice(_older_than(now - timedelta(days=FILES_KEPT_DAYS + 1)), limit))
    names = [str(path) for path in old]
    spoken_of = Run.objects.filter(Q(path__in=names) | Q(error_file__in=names)).filter(
        Q(delete_files_at__isnull=False) | Q(finished_at=None))
    kept = {name for run in spoken_of for name in (run.path, run.error_file)}
    strays = [path for path in old if str(path) not in kept]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _is_ours(path: Path) -> bool:
    return path.resolve().is_relative_to(uploads_folder().resolve())


def _older_than(moment: datetime) -> Iterator[Path]:
    for path in sorted(uploads_folder().rglob("*")):
        if path.is_file() and path.stat().st_mtime < moment.timestamp():
            yield path
