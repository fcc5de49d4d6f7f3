"""The job that carries one fact to its handlers."""

from typing import Any

from liuke.kit.jobs import task
from liuke.timeline import reactor


@task("timeline.react")
def react(*, fact_id: int, **_: Any) -> None:
    reactor.react(fact_id)
