"""Jobs of the clocks."""

from typing import Any

from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.referral.services.confirming import confirm_due

MAX_ROUNDS = 2_000


@task("referral.confirm")
def confirm(**_: Any) -> None:
    """Confirms commissions whose return window is over."""
    in_batches(lambda: confirm_due(now=timezone.now()), most=MAX_ROUNDS)
