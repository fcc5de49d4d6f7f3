"""Jobs of the clocks."""

from collections.abc import Callable
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from liuke.kit.jobs import task
from liuke.points import queries
from liuke.points.services import expiring

log = structlog.get_logger(__name__)
MAX_ROUNDS = 5_000


@task("points.expire")
def expire(**_: Any) -> None:
    _until_none(lambda: expiring.expire(now=timezone.now()))


@task("points.remind")
def remind(**_: Any) -> None:
    _until_none(lambda: expiring.remind(now=timezone.now()))


@task("points.check")
def check(**_: Any) -> None:
    """Every night: what the ledger says is free must be what is open."""
    found = queries.differing()
    if found:
        log.error("points_differ", customers=[each.customer_id for each in found])


def _until_none(step: Callable[[], int]) -> None:
    for _round in range(MAX_ROUNDS):
        with transaction.atomic(durable=True):
            if not step():
                return
