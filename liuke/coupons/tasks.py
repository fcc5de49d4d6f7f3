"""Jobs of the clocks."""

from typing import Any

import structlog
from django.utils import timezone

from liuke.coupons.queries.checks import differing
from liuke.coupons.services import expiring
from liuke.kit.jobs import in_batches, task

log = structlog.get_logger(__name__)


@task("coupons.expire")
def expire(**_: Any) -> None:
    in_batches(lambda: expiring.expire(now=timezone.now()))


@task("coupons.remind")
def remind(**_: Any) -> None:
    in_batches(lambda: expiring.remind(now=timezone.now()))


@task("coupons.check")
def check(**_: Any) -> None:
    """Every night: what is set aside must be what customers hold."""
    found = differing()
    if found:
        log.error("coupons_differ", versions=[each.version_id for each in found])
