"""Jobs of cash bonuses."""

from datetime import date
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from liuke.cash import queries
from liuke.cash.services import collecting, flows, planning, sending
from liuke.kit.jobs import in_batches, task

log = structlog.get_logger(__name__)


@task("cash.run")
def run(**_: Any) -> None:
    """Every minute: plans that are due, bonuses whose turn it is, transfers to ask for or about."""
    in_batches(lambda: planning.run_due(now=timezone.now()))
    in_batches(lambda: collecting.collect(now=timezone.now()))
    with transaction.atomic(durable=True):
        sending.queue_due(now=timezone.now())


@task("cash.collect")
def collect(**_: Any) -> None:
    in_batches(lambda: collecting.collect(now=timezone.now()))


@task("cash.ask")
def ask(*, transfer_id: int, **_: Any) -> None:
    sending.ask(transfer_id=transfer_id, now=timezone.now())


@task("cash.compare_days")
@transaction.atomic(durable=True)
def compare_days(**_: Any) -> None:
    flows.queue_due(now=timezone.now())


@task("cash.compare", attempts=1)
def compare(*, provider: str, day: str, **_: Any) -> None:
    flows.fetch_and_compare(provider=provider, day=date.fromisoformat(day), now=timezone.now())


@task("cash.check")
def check(**_: Any) -> None:
    """Every night: what is held must be what the open bonuses say, and nothing may be lost on its way."""
    if found := queries.differing():
        log.error("cash_differs", bonuses=found)
    if lost := list(queries.stuck().values_list("pk", flat=True)[:50]):
        log.error("transfers_stuck", transfers=lost)
