"""Jobs of the clocks."""

from typing import Any

import structlog
from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.points import queries
from liuke.points.services import expiring

log = structlog.get_logger(__name__)


@task("points.expire")
def expire(**_: Any) -> None:
    in_batches(lambda: expiring.expire(now=timezone.now()))


@task("points.remind")
def remind(**_: Any) -> None:
    in_batches(lambda: expiring.remind(now=timezone.now()))


@task("points.check")
def check(**_: Any) -> None:
    """Every night: what the ledger says is free must be what is open."""
    found = queries.differing()
    if found:
        log.error("points_differ", customers=[each.customer_id for each in found])
