"""Jobs of the mailbox."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from liuke.channels import imap
from liuke.kit.jobs import in_batches, task
from liuke.mailbox.services import intake, polling, sending, settling


@task("mailbox.poll", attempts=1)
def poll(**_: Any) -> None:
    """Look for new mail; without LIUKE_IMAP_URL there is none."""
    inbox = imap.from_environment()
    if inbox is not None and settings.LIUKE_SERVICE_MAIL:
        polling.poll(inbox=inbox, address=settings.LIUKE_SERVICE_MAIL)


@task("mailbox.carry", attempts=1)
def carry(*, message_id: int, **_: Any) -> None:
    sending.carry(message_id=message_id, now=timezone.now())


@task("mailbox.acknowledge")
@transaction.atomic(durable=True)
def acknowledge(*, mail_id: int, **_: Any) -> None:
    intake.acknowledge(mail_id=mail_id, now=timezone.now())


@task("mailbox.forget_old")
def forget_old(**_: Any) -> None:
    in_batches(lambda: settling.forget_old(now=timezone.now()))
