"""Jobs of the files that come in."""

from typing import Any

from django.utils import timezone

from liuke.intake import retention
from liuke.kit.jobs import in_batches, task


@task("intake.delete_old_files")
def delete_old_files(**_: Any) -> None:
    now = timezone.now()
    in_batches(lambda: retention.delete_old_files(now=now))
    in_batches(lambda: retention.delete_strays(now=now))
