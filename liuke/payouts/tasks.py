"""Jobs of pay-outs."""

from dataclasses import asdict
from typing import Any

import structlog
from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.payouts.queries.lists import differing
from liuke.payouts.queries.taxes import missing_quarters
from liuke.payouts.services import approving
from liuke.referral.guard import quarter_findings

log = structlog.get_logger(__name__)


@task("payouts.run")
def run(*, run_id: int, **_: Any) -> None:
    in_batches(lambda: approving.pay_more(run_id=run_id, now=timezone.now()))


@task("payouts.check")
def check(**_: Any) -> None:
    """Every night: what is set aside is what the open pay-outs say; a closed quarter that nobody reported is told."""
    if found := differing():
        log.error("payouts_differ", payouts=found)
    if missing := missing_quarters(timezone.now()):
        log.error("quarter_not_exported", findings=[asdict(each) for each in quarter_findings(missing)])
