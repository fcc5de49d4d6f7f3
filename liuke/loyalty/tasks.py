"""Jobs of the clocks."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.coupons.models import Batch
from liuke.coupons.queries.templates import unfinished_batches
from liuke.kit.jobs import in_batches, task
from liuke.loyalty.services import coupon_grants
from liuke.loyalty.services.releasing import release_due

MAX_ROUNDS = 2_000


@task("loyalty.release")
def release(**_: Any) -> None:
    in_batches(lambda: release_due(now=timezone.now()), most=MAX_ROUNDS)


@task("loyalty.grant_coupons")
def grant_coupons(batch_id: int, **_: Any) -> None:
    """Killed, it goes on where it was."""
    in_batches(lambda: coupon_grants.step(batch_id=batch_id, now=timezone.now()))


@task("loyalty.make_codes")
def make_codes(batch_id: int, **_: Any) -> None:
    in_batches(lambda: coupon_grants.codes_step(batch_id=batch_id, now=timezone.now()))


@task("loyalty.finish_batches")
def finish_batches(**_: Any) -> None:
    """Batches whose job was lost go on; those that are being made wait for nothing and do it once."""
    for batch_id in unfinished_batches():
        with transaction.atomic(durable=True):
            coupon_grants.queue(Batch.objects.get(pk=batch_id))


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
