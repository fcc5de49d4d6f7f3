"""Jobs of the clocks."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.kit.jobs import task
from liuke.loyalty.services.releasing import release_due

MAX_ROUNDS = 2_000


@task("loyalty.release")
def release(**_: Any) -> None:
    for _round in range(MAX_ROUNDS):
        with transaction.atomic(durable=True):
            if not release_due(now=timezone.now()):
                return
