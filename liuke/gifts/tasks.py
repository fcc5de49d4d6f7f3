"""Jobs of the clocks."""

from typing import Any

from django.utils import timezone

from liuke.gifts.services import reminding
from liuke.kit.jobs import in_batches, task


@task("gifts.remind")
def remind(**_: Any) -> None:
    in_batches(lambda: reminding.remind(now=timezone.now()))
