"""Jobs: queued by name in the same PostgreSQL and the same transaction as the change that asks for them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import structlog
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager

Task = TypeVar("Task", bound=Callable[..., Any])

MAX_ATTEMPTS = 8
MAX_BATCHES = 5_000               # of one job; what is left waits for its next run
PROVIDER_KNOWS_SECONDS = 30       # after which one who took a message and did not answer can be asked for it
LOG_KEYS = ("request_id",)
WITH_THE_CHANGE = JobManager(DjangoConnector(alias="default"))      # in a worker, the queue has lines of its own


def task(
    name: str, *, queue: str = "default", attempts: int = MAX_ATTEMPTS, wait_seconds: int = 0,
) -> Callable[[Task], Task]:
    """Register a job as "module.task". It may run more than once: make its service call safe to repeat.

    Failures are tried again after 2, 4, 8 ... seconds and `wait_seconds` more, at most `attempts` times.
    """

    def register(function: Task) -> Task:
        retry = RetryStrategy(max_attempts=attempts, wait=wait_seconds, exponential_wait=2)
        app.task(name=name, queue=queue, retry=retry)(function)
        return function

    return register


def in_batches(step: Callable[[], object], *, most: int = MAX_BATCHES) -> None:
    """Call `step`, each time in a transaction of its own, until it answers that it found nothing more to do.

    For jobs of the clocks: killed between two batches, the next run goes on. At most `most` batches.
    """
    for _batch in range(most):
        with transaction.atomic(durable=True):
            if not step():
                return


def later(
    name: str,
    *,
    run_at: datetime | None = None,
    lock: str | None = None,
    once: str | None = None,
    queue: str = "default",
    **arguments: Any,
) -> int | None:
    """Queue the job `name`; it exists only if the surrounding transaction commits.

    Arguments are ids and plain values. `lock`: jobs with the same lock never run side by side.
    `once`: refuse silently (returns None) while a job with the same word is still waiting.
    The request id of the log goes along, so one request can be followed into its jobs.
    """
    job = app.configure_task(name, schedule_at=run_at, lock=lock, queueing_lock=once, queue=queue)
    job.job_manager = WITH_THE_CHANGE
    if once is None:
        return job.defer(**arguments, **_trace())
    try:
        with transaction.atomic():          # a refused job must not break the caller's transaction
            return job.defer(**arguments, **_trace())
    except AlreadyEnqueued:
        return None


def later_each(name: str, *, argument: str, values: Sequence[int]) -> None:
    """Queue the job `name` once for each of these values of its one argument; one statement, none for no values."""
    if values:
        job = app.configure_task(name)
        job.job_manager = WITH_THE_CHANGE
        job.batch_defer(*({argument: value, **_trace()} for value in values))


def trace() -> dict[str, str]:
    """What of the log's context goes along with whatever is asked for now."""
    context = structlog.contextvars.get_contextvars()
    return {key: str(context[key]) for key in LOG_KEYS if key in context}


def _trace() -> dict[str, Any]:
    found = trace()
    return {"trace": found} if found else {}
