"""Jobs of the clocks."""

from typing import Any

from django.utils import timezone

from liuke.kit.jobs import in_batches, task
from liuke.training.services import drilling


@task("training.forget_candidates")
def forget_candidates(**_: Any) -> None:
    in_batches(lambda: drilling.forget_candidates(now=timezone.now()))
