"""Jobs of the clocks."""

from typing import Any

from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.loyalty.services.releasing import release_due

MAX_ROUNDS = 2_000


@task("loyalty.release")
def release(**_: Any) -> None:
    in_batches(lambda: release_due(now=timezone.now()), most=MAX_ROUNDS)


@task("loyalty.suggest", attempts=3)
def suggest(**_: Any) -> None:
    """What suits each customer, once a night."""
    from liuke.loyalty.services import suggesting  # noqa: PLC0415  loads the models of purchase: only who runs it pays

    suggesting.suggest(now=timezone.now())


@task("loyalty.measure", attempts=3)
def measure(**_: Any) -> None:
    """What everything with a hold-out has brought, once a night."""
    from liuke.loyalty.services.effect import nightly  # noqa: PLC0415  loads the engines: only who runs it pays

    nightly.measure(now=timezone.now())
