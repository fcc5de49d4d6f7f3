"""Jobs of the clocks."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.referral.services import couponing, replaying
from liuke.referral.services.confirming import confirm_due
from liuke.referral.services.measuring import measure as measure_all
from liuke.referral.services.watching import watch as watch_network

MAX_ROUNDS = 2_000


@task("referral.confirm")
def confirm(**_: Any) -> None:
    """Confirms commissions whose return window is over."""
    in_batches(lambda: confirm_due(now=timezone.now()), most=MAX_ROUNDS)


@task("referral.give_coupons")
def give_coupons(**_: Any) -> None:
    """Makes coupons of what has gathered where a budget or a template was in the way."""
    last = 0
    for _round in range(MAX_ROUNDS):
        with transaction.atomic(durable=True):
            last = couponing.settle_waiting(after=last, now=timezone.now())
        if not last:
            return


@task("referral.watch")
@transaction.atomic(durable=True)
def watch(**_: Any) -> None:
    """Looks at the live network: alarms, and freezes pay-outs under a head."""
    watch_network(now=timezone.now())


@task("referral.measure")
@transaction.atomic(durable=True)
def measure(**_: Any) -> None:
    """Reckons K by cohort and the leaderboard."""
    measure_all(now=timezone.now())


@task("referral.replay")
@transaction.atomic(durable=True)
def replay(*, version_id: int, **_: Any) -> None:
    """Plays a plan on last year's real orders."""
    replaying.replay(version_id=version_id, now=timezone.now())
