"""The worker of facts and jobs: `python -m liuke.run.worker`."""

import select
import sys
from typing import Any

import django
from django.db import connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from liuke.config.logs import follow
from liuke.kit import env
from liuke.kit.db import unapplied_migrations
from liuke.run.errors import NOT_MIGRATED
from liuke.run.reaper import HEARTBEAT_SECONDS, STALLED_SECONDS

STOP_SECONDS = 3  # a job that takes longer is cut off, and put back by the reaper
LINE_SECONDS = 3  # to wait for a line to the database; who stops without one must not wait long


def main() -> None:
    """Work facts off and run jobs until told to stop; LIUKE_WORKER_JOBS (8) of them at a time."""
    django.setup()
    if unapplied_migrations():
        sys.exit(f"liuke: {NOT_MIGRATED}")
    connections.close_all()
    from liuke.run.lanes import open_lanes  # noqa: PLC0415  it knows models, which are there only now

    with app.replace_connector(connector()) as queue, open_lanes():
        run(queue)


def connector() -> PsycopgConnector:
    """The queue's lines to the database. A job is fetched and finished by one statement each, and costs two ways there
    and back in place of eight: no transaction around each statement, no question before it whether the line stands.
    """
    return PsycopgConnector(kwargs=connector_params(), pool_factory=_pool)


def _pool(**given: Any) -> AsyncConnectionPool:
    return AsyncConnectionPool(**{**given, "configure": _alone, "check": _ask_if_it_speaks, "timeout": LINE_SECONDS})


async def _alone(line: AsyncConnection) -> None:
    await line.set_autocommit(True)


async def _ask_if_it_speaks(line: AsyncConnection) -> None:
    """A server says nothing unasked but that it hangs up, so as long as nothing has come, there is nothing to ask."""
    heard = select.poll()
    heard.register(line.fileno(), select.POLLIN)
    if heard.poll(0):
        await AsyncConnectionPool.check_connection(line)


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
