"""Jobs of outreach."""

from typing import Any

from django.utils import timezone

from liuke.kit.jobs import PROVIDER_KNOWS_SECONDS, later, task
from liuke.outreach import services


@task("outreach.deliver", wait_seconds=PROVIDER_KNOWS_SECONDS)
def deliver(*, message_id: int, **_: Any) -> None:
    services.deliver(message_id=message_id, now=timezone.now())


@task("outreach.deliver_due")
def deliver_due(**_: Any) -> None:
    """Whatever is due and was not delivered by its own job, because that was lost or its worker died."""
    for message_id in services.due_messages(now=timezone.now()):
        later("outreach.deliver", message_id=message_id, once=f"message:{message_id}")
