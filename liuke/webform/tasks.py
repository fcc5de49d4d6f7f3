"""Jobs of the form."""

from typing import Any

from django.utils import timezone

from liuke.kit.jobs import task
from liuke.webform import services


@task("webform.carry", attempts=1)
def carry(*, message_id: int, **_: Any) -> None:
    services.carry(message_id=message_id, now=timezone.now())
