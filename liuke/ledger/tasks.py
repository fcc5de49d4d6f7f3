"""Jobs of the clocks."""

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.ledger import queries
from liuke.ledger.services.sealing import seal_day
from liuke.ledger.services.upkeep import expire_holds, roll_up
from liuke.ledger.services.verifying import verify

log = structlog.get_logger(__name__)
MAX_ROUNDS = 1_000


@task("ledger.expire_holds")
def expire(**_: Any) -> None:
    in_batches(lambda: expire_holds(now=timezone.now()), most=MAX_ROUNDS)


@task("ledger.roll_up")
def roll(**_: Any) -> None:
    in_batches(roll_up, most=MAX_ROUNDS)


@task("ledger.close_day")
def close_day(**_: Any) -> None:
    """Just after midnight of the brand: seal yesterday, then verify what was not verified yet."""
    now = timezone.now()
    seal_day(day_on=timezone.localdate(now) - timedelta(days=1), now=now)
    with transaction.atomic(durable=True):
        found = verify(now=now, since_seal=queries.last_clean_seal())
    if not found.ok:
        log.error("ledger_broken", faults=[f"{fault.check} {fault.about}" for fault in found.faults])
