"""Jobs of the clocks."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.performance.services import bonus, folding


@task("performance.fold")
def fold(**_: Any) -> None:
    in_batches(lambda: folding.fold(now=timezone.now()))


@task("performance.suggest")
def suggest(**_: Any) -> None:
    """Bonuses of the month before."""
    today = timezone.localdate()
    with transaction.atomic(durable=True):
        bonus.suggest(month=today.replace(day=1) - timedelta(days=1), today=today, now=timezone.now())
