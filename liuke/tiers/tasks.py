"""Jobs of the clocks."""

from typing import Any

import structlog
from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.tiers.queries import standings
from liuke.tiers.services import birthdays, standing

log = structlog.get_logger(__name__)


@task("tiers.settle")
def settle(**_: Any) -> None:
    """Periods that are over, then everybody when a version of the plan has begun."""
    in_batches(lambda: standing.settle_due(now=timezone.now()))
    in_batches(lambda: standing.settle_plan(now=timezone.now()))


@task("tiers.birthdays")
def record_birthdays(**_: Any) -> None:
    in_batches(lambda: birthdays.record_birthdays(now=timezone.now()))


@task("tiers.check")
def check(**_: Any) -> None:
    """Every night: what the ledger says came is what stands by days."""
    found = standings.differing()
    if found:
        log.error("growth_differs", customers=found)
