"""Jobs whose worker was killed."""

import subprocess
import sys

import psycopg
import pytest
from django.db import connection, transaction

from liuke.kit.jobs import later
from liuke.run import reaper
from liuke.run.reaper import Reaped, reap
from liuke.run.testing import database_url, process_environment
from liuke.run.tests.builders import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "postgresql://x@127.0.0.1:1/x"
DEAD = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"


@pytest.fixture(autouse=True)
def _empty_queue(transactional_db):
    run_sql("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_events CASCADE")


def state(job_id):
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, attempts FROM procrastinate_jobs WHERE id = %s", [job_id])
        return cursor.fetchone()


def run_sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() if cursor.description else None


def taken_job(*, attempts=0):
    """A job in the hands of a worker that has just said it lives."""
    with transaction.atomic():
        job_id = later("desk.send_call", notice_id=0)
    worker = run_sql("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")[0]
    run_sql(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
        worker, attempts, job_id,
    )  # fmt: skip
    return job_id


def test_a_job_of_a_dead_worker_goes_back_into_the_queue():
    job_id = taken_job()
    run_sql(DEAD)

    assert reap(database_url()) == Reaped(again=1)

    assert state(job_id) == ("todo", 1)
    assert reap(database_url()) == Reaped()


def test_a_job_of_a_living_worker_is_left_alone():
    job_id = taken_job()

    assert reap(database_url()) == Reaped()

    assert state(job_id) == ("doing", 0)


def test_a_job_that_kills_every_worker_is_given_up():
    job_id = taken_job(attempts=reaper.MAX_ATTEMPTS - 1)
    run_sql(DEAD)

    assert reap(database_url()) == Reaped(given_up=1)

    assert state(job_id)[0] == "failed"


def test_a_database_that_is_away_is_told_at_once():
    with pytest.raises(psycopg.OperationalError, match="Connection refused"):
        reap(NOWHERE)


def test_old_finished_jobs_are_forgotten_and_failed_ones_stay():
    done, failed, fresh = taken_job(), taken_job(), taken_job()
    run_sql("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id IN (%s, %s)", done, fresh)
    run_sql("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", failed)
    run_sql("UPDATE procrastinate_events SET at = at - interval '8 days' WHERE job_id IN (%s, %s)", done, failed)

    assert reaper.forget_old(database_url()) is False

    assert (state(done), state(failed)[0], state(fresh)[0]) == (None, "failed", "succeeded")


def test_old_jobs_are_forgotten_a_few_at_a_time_so_that_nobody_waits():
    jobs = [taken_job() for _ in range(5)]
    run_sql("UPDATE procrastinate_jobs SET status = 'succeeded'")
    run_sql("UPDATE procrastinate_events SET at = at - interval '8 days'")

    more = [reaper.forget_old(database_url(), rows=2) for _ in range(3)]

    assert (more, [state(job) for job in jobs]) == ([True, True, False], [None] * 5)


@pytest.mark.crash
def test_a_worker_killed_in_the_middle_of_a_job_loses_nothing():
    """With real workers: the job waits for a table that we hold, and the next worker tries it again."""
    url = database_url()
    with psycopg.connect(url) as holder:
        holder.execute("LOCK TABLE desk_notice IN ACCESS EXCLUSIVE MODE")
        with transaction.atomic():
            job_id = later("desk.send_call", notice_id=0)
        first = start_worker()
        wait_until(lambda: state(job_id)[0] == "doing", what="the job to be taken")
        first.kill()
        first.wait()
        run_sql(DEAD)
        assert reap(url).again >= 1  # the clocks of that minute may have been in its hands, too
        assert state(job_id) == ("todo", 1)
    second = start_worker()
    try:
        # there is no such notice, so the second try fails, and it is put back for a third
        wait_until(lambda: state(job_id)[1] == 2, what="the second try")
    finally:
        second.terminate()
        second.wait()


def start_worker():
    return subprocess.Popen(
        [sys.executable, "-m", "liuke.run.worker"], env=process_environment(), stderr=subprocess.DEVNULL)
