"""The log: one request can be followed into its jobs, and no line names a person."""

import json
import logging

import pytest
import structlog
from django.db import transaction
from django.test import Client

from liuke.config import logs
from liuke.kit.jobs import later
from liuke.org.tests import builders


@pytest.fixture
def lines(caplog):
    """What the log would hold, as dictionaries."""
    caplog.set_level(logging.INFO)
    formatter = structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer(ensure_ascii=False))
    return lambda: [json.loads(formatter.format(record)) for record in caplog.records]


@pytest.mark.django_db
def test_a_request_is_one_line_without_address_and_without_what_was_searched(client, lines):
    client.get("/api/v1/openapi.json?q=13800138000", REMOTE_ADDR="203.0.113.9")

    (line,) = [line for line in lines() if line["event"] == "request_finished"]
    assert (line["request"], line["code"]) == ("GET /api/v1/openapi.json", 200)
    assert line["request_id"]
    assert "13800138000" not in json.dumps(line)
    assert "203.0.113.9" not in json.dumps(line)


@pytest.mark.django_db
def test_no_line_holds_a_token_of_an_address(client, lines):
    client.get("/report/1w.anybodys-secret/")

    (line,) = [line for line in lines() if line["event"] == "request_finished"]
    assert (line["request"], line["code"]) == ("GET /report/<str:token>/", 404)


@pytest.mark.django_db
def test_what_django_tells_of_a_refused_form_holds_no_token_either(lines):
    answer = Client(enforce_csrf_checks=True).post("/report/1w.anybodys-secret/", {"text": "x"})

    (line,) = [line for line in lines() if line["event"].startswith("Forbidden")]
    assert answer.status_code == 403
    assert line["event"].endswith(": /report/<str:token>/")


def test_a_traceback_is_told_without_the_rows_that_the_database_quotes():
    told = ('Traceback (most recent call last):\n  line\npsycopg.errors.X: duplicate\nDETAIL:  Key (name)=(王明月\n'
            'DETAIL: 2) exists.\n\nThe above exception was the direct cause:\n\nTraceback: more\nX: duplicate\n'
            'DETAIL:  Key (王明月)')

    kept = logs.without_details(None, "", {"event": "e", "exception": told})["exception"]

    assert kept == ('Traceback (most recent call last):\n  line\npsycopg.errors.X: duplicate\n'
                    'The above exception was the direct cause:\n\nTraceback: more\nX: duplicate\n')


@pytest.mark.django_db
def test_a_line_says_who_of_the_staff_asked_and_how_long_it_took(client, lines):
    staff = builders.staff()
    client.force_login(staff)

    client.get("/console/")
    client.logout()
    client.get("/console/")

    inside, outside = [line for line in lines() if line["event"] == "request_finished"]
    assert (inside["staff_id"], inside["code"], inside["level"]) == (staff.pk, 200, "info")
    assert inside["seconds"] > 0
    assert "staff_id" not in outside
    assert inside["request_id"] != outside["request_id"]


@pytest.mark.django_db
def test_what_goes_wrong_stands_out(client, lines, monkeypatch, caplog):
    monkeypatch.setattr("liuke.mall.queries.catalogue.branches", lambda: 1 / 0)
    client.raise_request_exception = False

    client.get("/nothing/")
    client.get("/api/v1/shop/categories")

    missing, broken = [line for line in lines() if line["event"] == "request_finished"]
    assert (missing["code"], missing["level"]) == (404, "warning")
    assert (broken["code"], broken["level"]) == (500, "error")
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.django_db
def test_a_job_carries_the_id_of_the_request_that_queued_it(lines):
    with structlog.contextvars.bound_contextvars(request_id="r-1"), transaction.atomic():
        later("mall.make_file", file_id=1)

    kwargs = queued()
    run_as_job(kwargs)

    (line,) = [line for line in lines() if line["event"] == "job_done"]
    assert (line["request_id"], line["job"], line["attempt"]) == ("r-1", "mall.make_file", 2)


def test_a_job_that_fails_leaves_its_reason(lines):
    with pytest.raises(ZeroDivisionError):
        run_as_job({}, fail=True)

    (line,) = [line for line in lines() if line["event"] == "job_failed"]
    assert "ZeroDivisionError" in line["exception"]


def queued():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs ORDER BY id DESC LIMIT 1")
        args = cursor.fetchone()[0]
    return json.loads(args) if isinstance(args, str) else args


def run_as_job(kwargs, *, fail=False):
    """As the worker does, through the same middleware."""
    import asyncio
    from types import SimpleNamespace

    from procrastinate.jobs import Job

    job = Job(id=7, status="doing", queue="default", lock=None, queueing_lock=None, task_name="mall.make_file",
              task_kwargs=kwargs, attempts=2)  # fmt: skip

    async def work():
        return 1 / 0 if fail else None

    async def wrapped():
        return await logs.follow(work, SimpleNamespace(job=job), None)

    asyncio.run(wrapped())
