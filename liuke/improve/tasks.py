"""Jobs of the clocks."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.improve.services import tasks
from liuke.kit.jobs import task


@task("improve.look")
@transaction.atomic(durable=True)
def look(**_: Any) -> None:
    """Every Monday: what rose in the weeks before, and whether what was done helped."""
    from liuke.improve.services import weekly  # noqa: PLC0415  loads scipy: only who runs it pays

    weekly.look(today=timezone.localdate(), now=timezone.now())
    weekly.measure(today=timezone.localdate())


@task("improve.remind")
@transaction.atomic(durable=True)
def remind(**_: Any) -> None:
    tasks.remind(today=timezone.localdate(), now=timezone.now())
