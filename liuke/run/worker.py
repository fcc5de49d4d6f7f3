"""The worker of jobs: `python -m liuke.run.worker`."""

import sys

import django
from django.db import connections
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from liuke.config.logs import follow
from liuke.kit import env
from liuke.kit.db import unapplied_migrations
from liuke.run.errors import NOT_MIGRATED
from liuke.run.reaper import HEARTBEAT_SECONDS, STALLED_SECONDS

STOP_SECONDS = 3  # a job that takes longer is cut off, and put back by the reaper


def main() -> None:
    """Run jobs until told to stop; LIUKE_WORKER_JOBS (8) at a time."""
    django.setup()
    if unapplied_migrations():
        sys.exit(f"liuke: {NOT_MIGRATED}")
    connections.close_all()
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as queue:
        run(queue)


def run(queue: App) -> None:
    """The same on a queue that is ready, which is how tests run it."""
    queue.run_worker(
        concurrency=env.number("LIUKE_WORKER_JOBS", 8, least=1, most=100),
        shutdown_graceful_timeout=STOP_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        worker_middleware=[follow],
    )


if __name__ == "__main__":
    main()
