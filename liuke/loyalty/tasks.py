"""Jobs of the clocks."""

from typing import Any

from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.loyalty.services.releasing import release_due

MAX_ROUNDS = 2_000


@task("loyalty.release")
def release(**_: Any) -> None:
    in_batches(lambda: release_due(now=timezone.now()), most=MAX_ROUNDS)
