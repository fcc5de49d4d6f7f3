"""Rows and files for tests."""

import os
from datetime import UTC, datetime
from pathlib import Path

from liuke.intake.models import Run
from liuke.intake.rules import RunState
from liuke.intake.services import uploads_folder

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def make_run(*, path="/tmp/orders.csv", state=RunState.DONE, finished_at=NOW, **fields) -> Run:
    usual = {"kind": "orders", "file_name": "orders.csv", "sha256": "0" * 64, "zone": "Asia/Shanghai"}
    return Run.objects.create(path=str(path), state=state, finished_at=finished_at, **{**usual, **fields})


def make_upload(name="2026-11/a1b2", *, changed_at=NOW) -> Path:
    """A file in the folder of uploads (settings.LIUKE_DATA), as old as one says."""
    path = uploads_folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("订单号\nD1\n", encoding="utf-8")
    os.utime(path, (changed_at.timestamp(), changed_at.timestamp()))
    return path
