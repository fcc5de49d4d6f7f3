"""Put the jobs of dead workers back into the queue. The queue itself never does.

It runs in the supervisor and not as a job, because a job can be among the stalled. It may fail at any time, such as
while the database restarts; it is simply asked again.
"""

import asyncio
from dataclasses import dataclass

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.jobs import Status

HEARTBEAT_SECONDS = 5
STALLED_SECONDS = 20  # without a heartbeat
MAX_ATTEMPTS = 8  # a job that kills its worker every time must not do so for ever
PATIENCE_SECONDS = 5
KEPT_HOURS = 24 * 7
FORGET_ROWS = 2_000  # at once; the supervisor has children to look after
FORGET = """
WITH oldest AS (SELECT id FROM procrastinate_jobs WHERE status = 'succeeded' ORDER BY id LIMIT %(rows)s)
DELETE FROM procrastinate_jobs job USING oldest
 WHERE job.id = oldest.id AND NOT EXISTS (
    SELECT FROM procrastinate_events event
     WHERE event.job_id = job.id AND event.at >= now() - make_interval(hours => %(hours)s))
"""


@dataclass(frozen=True)
class Reaped:
    """How many jobs went back into the queue, and how many were given up."""

    again: int = 0
    given_up: int = 0


def reap(url: str) -> Reaped:
    """Retry every job whose worker has gone. Raises when the database does not answer within a few seconds."""
    psycopg.connect(url, connect_timeout=2).close()  # says at once what a pool would try to mend until it gives up
    return asyncio.run(asyncio.wait_for(_reap(url), PATIENCE_SECONDS))


def forget_old(url: str, *, rows: int = FORGET_ROWS) -> bool:
    """Delete jobs that were finished a week ago; those that failed stay for a person to see. True: there may be more.

    Only the oldest `rows` are looked at. (The queue's own way sorts every job there is, which takes minutes.)
    """
    with psycopg.connect(url, connect_timeout=2) as connection:
        connection.execute("SELECT set_config('statement_timeout', %s, true)", [f"{PATIENCE_SECONDS}s"])
        return connection.execute(FORGET, {"rows": rows, "hours": KEPT_HOURS}).rowcount == rows


async def _reap(url: str) -> Reaped:
    again = given_up = 0
    async with _queue(url).open_async() as queue:
        for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            if job.attempts + 1 >= MAX_ATTEMPTS:
                await queue.job_manager.finish_job(job, Status.FAILED, delete_job=False)
                given_up += 1
            else:
                await queue.job_manager.retry_job(job)
                again += 1
    return Reaped(again, given_up)


def _queue(url: str) -> App:
    return App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=1, timeout=PATIENCE_SECONDS))
