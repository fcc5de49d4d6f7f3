"""Jobs: of the clocks, and the making of codes."""

from typing import Any

import structlog
from django.utils import timezone

from liuke.coupons.queries.checks import differing
from liuke.coupons.rules.limits import MAX_CODES, STEP
from liuke.coupons.services import batches, expiring
from liuke.kit.jobs import in_batches, task

log = structlog.get_logger(__name__)


@task("coupons.expire")
def expire(**_: Any) -> None:
    in_batches(lambda: expiring.expire(now=timezone.now()))


@task("coupons.remind")
def remind(**_: Any) -> None:
    in_batches(lambda: expiring.remind(now=timezone.now()))


@task("coupons.make_codes")
def make_codes(batch_id: int, **_: Any) -> None:
    """Killed, it goes on where it was when it is started again."""
    in_batches(lambda: batches.make_codes(batch_id=batch_id, now=timezone.now()), most=MAX_CODES // STEP + 1)


@task("coupons.check")
def check(**_: Any) -> None:
    """Every night: what is set aside must be what customers hold."""
    found = differing()
    if found:
        log.error("coupons_differ", versions=[each.version_id for each in found])
