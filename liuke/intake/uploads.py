"""Files that people upload: stored under a name of our own, looked at before anything is planned.

When and how they go again: `retention.py`.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from liuke.intake import services
from liuke.intake.models import Run
from liuke.intake.rules import FILE_BYTES, MEGABYTE, FileRefused, RunState
from liuke.kit.db import require_transaction
from liuke.kit.errors import Refused


class AlreadyStarted(Refused):
    """The run was started before; open it to see how far it is."""

    code = "run_started"


def store(*, chunks: Iterable[bytes], size: int, now: datetime) -> Path:
    """Write the upload to the disk, readable only by us. Raises FileRefused when it is too large."""
    if size > FILE_BYTES:
        raise FileRefused(_("文件超过 %(most)d MB，请拆成几个较小的文件。") % {"most": FILE_BYTES // MEGABYTE})
    folder = services.uploads_folder() / f"{now:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / secrets.token_hex(16)
    with path.open("xb") as file:
        path.chmod(0o600)
        file.writelines(chunks)
    return path


def start(*, run: Run, mapping: dict[str, str], zone: str, date_order: str) -> Run:
    """Say how the file is to be read, and give it to the worker. Raises AlreadyStarted the second time."""
    require_transaction()
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.state != RunState.UPLOADED:
        raise AlreadyStarted(_("这个文件已经开始导入了。"))
    run.mapping, run.zone, run.date_order, run.state = mapping, zone, date_order, RunState.WAITING
    run.delete_files_at = None
    run.save(update_fields=["mapping", "zone", "date_order", "state", "delete_files_at"])
    services.tell(run)
    return run
