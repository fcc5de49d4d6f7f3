"""Jobs of the customer records."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from liuke.customers.services import export, tokens
from liuke.customers.services.customer_import import Customers
from liuke.intake.engine import work_through
from liuke.kit.jobs import PROVIDER_KNOWS_SECONDS, task


@task("customers.build_export")
@transaction.atomic
def build_export(*, export_id: int, **_: Any) -> None:
    export.build_export(export_id=export_id, now=timezone.now())


@task("customers.delete_expired_exports")
@transaction.atomic
def delete_expired_exports(**_: Any) -> None:
    export.delete_expired_exports(now=timezone.now())


@task("customers.import_customers")
def import_customers(*, run_id: int, **_: Any) -> None:
    """Works on from where a killed worker stopped; a finished run is left as it is."""
    work_through(run_id, Customers(), now=timezone.now())


@task("customers.send_login_code", attempts=3, wait_seconds=PROVIDER_KNOWS_SECONDS)
def send_login_code(*, code_id: int, **_: Any) -> None:
    tokens.deliver_code(code_id=code_id, now=timezone.now())


@task("customers.delete_old_codes")
@transaction.atomic
def delete_old_codes(**_: Any) -> None:
    tokens.delete_old_codes(now=timezone.now())
