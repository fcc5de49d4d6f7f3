"""Jobs of the files that come in."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.intake import retention
from liuke.kit.jobs import task


@task("intake.delete_old_files")
def delete_old_files(**_: Any) -> None:
    """As many batches as there are; each is a transaction of its own."""
    now = timezone.now()
    for batch in (retention.delete_old_files, retention.delete_strays):
        more = True
        while more:
            with transaction.atomic(durable=True):
                more = bool(batch(now=now))
