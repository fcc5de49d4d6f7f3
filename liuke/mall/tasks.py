"""Jobs of the mall."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.intake.engine import work_through
from liuke.kit import pictures
from liuke.kit.jobs import in_batches, task
from liuke.mall.services import (
    bills,
    carrier_events,
    fulfilment,
    made_files,
    orders,
    payments,
    refunds,
    returns,
    settlement,
)
from liuke.mall.services.order_import import Orders
from liuke.mall.services.pictures import is_used
from liuke.mall.services.product_import import Products
from liuke.mall.services.tracking_import import Tracking


@task("mall.expire_orders")
def expire_orders(**_: Any) -> None:
    in_batches(lambda: orders.expire(now=timezone.now()))


@task("mall.receive_silent")
def receive_silent(**_: Any) -> None:
    """What nobody spoke of for long enough has arrived: orders, and what returns sent out."""
    in_batches(lambda: fulfilment.receive_silent(now=timezone.now()))
    in_batches(lambda: returns.close_silent(now=timezone.now()))


@task("mall.ask_payments")
@transaction.atomic(durable=True)
def ask_payments(**_: Any) -> None:
    payments.queue_due(now=timezone.now())


@task("mall.ask_payment")
def ask_payment(*, payment_id: int, **_: Any) -> None:
    payments.ask_payment(payment_id=payment_id, now=timezone.now())


@task("mall.ask_refunds")
@transaction.atomic(durable=True)
def ask_refunds(**_: Any) -> None:
    refunds.queue_due(now=timezone.now())


@task("mall.ask_refund")
def ask_refund(*, refund_id: int, **_: Any) -> None:
    refunds.ask_refund(refund_id=refund_id, now=timezone.now())


@task("mall.compare_bills")
@transaction.atomic(durable=True)
def compare_bills(**_: Any) -> None:
    bills.queue_due(now=timezone.now())


@task("mall.compare_bill", attempts=1)
def compare_bill(*, provider: str, day: str, **_: Any) -> None:
    bills.fetch_and_compare(provider=provider, day=date.fromisoformat(day), now=timezone.now())


@task("mall.delete_old_events")
@transaction.atomic(durable=True)
def delete_old_events(**_: Any) -> None:
    """What is left over after one batch waits for the next hour."""
    carrier_events.delete_old(now=timezone.now())


@task("mall.make_file", attempts=1)
def make_file(*, file_id: int, **_: Any) -> None:
    made_files.make(file_id=file_id)


@task("mall.delete_old_files")
@transaction.atomic(durable=True)
def delete_old_files(**_: Any) -> None:
    """What is left over after one batch waits for the next hour."""
    made_files.delete_old(now=timezone.now())


@task("mall.import_orders")
def import_orders(*, run_id: int, **_: Any) -> None:
    """Works on from where a killed worker stopped; a finished run is left as it is."""
    work_through(run_id, Orders(), now=timezone.now())


@task("mall.import_products")
def import_products(*, run_id: int, **_: Any) -> None:
    """Works on from where a killed worker stopped; a finished run is left as it is."""
    work_through(run_id, Products(), now=timezone.now())


@task("mall.remove_file")
def remove_file(*, file: str, **_: Any) -> None:
    """A picture that no row names any more leaves the storage."""
    if not is_used(file=file):
        pictures.remove(file)


@task("mall.sweep_pictures", attempts=1)
def sweep_pictures(**_: Any) -> None:
    """What a killed process has left in the storage goes the night after."""
    pictures.sweep(used=pictures.used, now=timezone.now())


@task("mall.open_statements")
@transaction.atomic(durable=True)
def open_statements(**_: Any) -> None:
    settlement.open_month(now=timezone.now())


@task("mall.import_tracking")
def import_tracking(*, run_id: int, **_: Any) -> None:
    """Works on from where a killed worker stopped; a finished run is left as it is."""
    work_through(run_id, Tracking(), now=timezone.now())
