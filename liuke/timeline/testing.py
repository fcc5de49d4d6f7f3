"""For tests: run what waits, facts and jobs, here and now, in the test's own transaction."""

import json
from typing import Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from liuke.timeline.reactor import work_off

MAX_ROUNDS = 200


def settle(*, name: str | None = None) -> int:
    """Let handlers see every fact and run every job that is due (or only the jobs called `name`) until none is left.

    Returns how many facts and jobs. Errors of jobs come through, so a test sees them; a handler's are in its reaction.
    What is planned for later stays where it is.
    """
    ran = 0
    for _ in range(MAX_ROUNDS):
        ran += settle_facts() if name is None else 0
        due = _due(name)
        if not due:
            return ran
        for job_id, task_name, arguments in due:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
            app.tasks[task_name].func(**arguments)
            ran += 1
    raise AssertionError(f"jobs queue jobs without end (after {ran})")


def settle_facts() -> int:
    """Only the facts."""
    ran = 0
    for _ in range(MAX_ROUNDS):
        worked_off = work_off()
        ran += worked_off
        if not worked_off:
            return ran
    raise AssertionError(f"facts cause facts without end (after {ran})")


def _due(name: str | None) -> list[tuple[int, str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= %s) AND (%s::text IS NULL OR task_name = %s) ORDER BY id",
            [timezone.now(), name, name],
        )
        return [(row[0], row[1], _plain(row[2])) for row in cursor.fetchall()]


def _plain(arguments: Any) -> dict[str, Any]:
    return dict(json.loads(arguments)) if isinstance(arguments, str) else dict(arguments)
