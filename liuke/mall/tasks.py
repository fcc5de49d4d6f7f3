"""Jobs of the mall."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.kit.jobs import task
from liuke.mall.services import fulfilment, orders


@task("mall.expire_orders")
def expire_orders(**_: Any) -> None:
    """Batch after batch, each in a transaction of its own, until none is left."""
    while expire_batch():
        pass


@transaction.atomic(durable=True)
def expire_batch() -> int:
    return orders.expire(now=timezone.now())


@task("mall.receive_silent")
def receive_silent(**_: Any) -> None:
    while receive_batch():
        pass


@transaction.atomic(durable=True)
def receive_batch() -> int:
    return fulfilment.receive_silent(now=timezone.now())
