"""For tests: run what is queued, here and now, in the test's own transaction."""

import json
from typing import Any

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

MAX_ROUNDS = 200


def settle(*, name: str | None = None) -> int:
    """Run every job that is due (or only those called `name`) until none is left; returns how many ran.

    Errors come through, so a test sees them. Jobs planned for later stay where they are.
    """
    ran = 0
    for _ in range(MAX_ROUNDS):
        due = _due(name)
        if not due:
            return ran
        for job_id, task_name, arguments in due:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
            app.tasks[task_name].func(**arguments)
            ran += 1
    raise AssertionError(f"jobs queue jobs without end (after {ran})")


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
