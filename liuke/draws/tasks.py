"""Jobs of draws."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.draws.services import delivering, ending
from liuke.kit.jobs import in_batches, task

MOST_BATCHES = 1_000


@task("draws.end")
def end(**_: Any) -> None:
    """Every minute: show the seeds of draws that are over."""
    in_batches(lambda: ending.end_due(now=timezone.now()))


@task("draws.settle")
def settle(**_: Any) -> None:
    """Every hour: try again what could not be given, then give back what nobody has won."""
    after = 0
    for _batch in range(MOST_BATCHES):
        with transaction.atomic(durable=True):
            after = delivering.deliver_left(now=timezone.now(), after=after)
        if not after:
            break
    in_batches(lambda: ending.empty_purses(now=timezone.now()))
