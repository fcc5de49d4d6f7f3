"""What machines that watch us are told."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from liuke.config import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def test_a_probe_needs_no_host_no_session_and_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz", headers={"host": "any.example"})

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies


def test_ready_means_database_tables_and_worker(client, worker):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok", "worker": "ok"})


def test_without_a_worker_it_is_not_ready_and_says_why_to_who_asks_and_not_to_the_log(client, caplog):
    answer = client.get("/readyz")

    assert (answer.status_code, caplog.text) == (503, "")
    assert answer.json()["worker"] == "no heartbeat for 30 s; is `liuke worker` running?"


def test_a_worker_that_fell_silent_does_not_count(client, worker):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 s'")

    assert client.get("/readyz").status_code == 503


def test_without_database_it_is_not_ready_and_tells_no_secret(client, monkeypatch):
    def fail():
        raise OperationalError("password of liuke is wrong")

    monkeypatch.setattr(health, "_migrations", fail)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": "not reachable (OperationalError)"})


def test_metrics_count_by_route_and_not_by_id(client):
    client.get("/api/v1/openapi.json")

    text = client.get("/metrics").content.decode()

    assert 'liuke_requests_total{method="GET",status="200",view="api/v1/openapi.json"}' in text
    assert "liuke_request_seconds_bucket" in text


def test_metrics_show_the_queue(client):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, scheduled_at)"
            " VALUES ('default', 'x', 0, '{}', 'todo', now() - interval '90 s')"
        )

        cursor.execute("INSERT INTO customers_customer (id, number, name_enc, name_grams, joined_at)"
                       " VALUES (1, 'M1', '', '{}', now())")
        cursor.execute("INSERT INTO timeline_fact (id, kind, customer_id, key, happened_at, data, depth, history)"
                       " SELECT n, 'OrderPaid', 1, n, now(), '{}', 0, false FROM generate_series(1, 2) n")
        cursor.execute("INSERT INTO timeline_waiting (fact_id, due_at, request_id)"
                       " SELECT n, now() + (n - 1.5) * interval '1 minute', '' FROM generate_series(1, 2) n")

    lines = client.get("/metrics").content.decode().splitlines()

    assert 'liuke_jobs{state="todo"} 1.0' in lines
    assert "liuke_facts_waiting 2.0" in lines
    for name, seconds in (("liuke_jobs", 90), ("liuke_facts", 30)):
        (waited,) = [line for line in lines if line.startswith(f"{name}_oldest_due_seconds ")]
        assert float(waited.split()[1]) == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "203.0.113.9", 404),
        ("", {"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 404),
        ("secret", {}, "127.0.0.1", 404),
        ("secret", {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        ("secret", {"Authorization": "Bearer secret"}, "203.0.113.9", 200),
    ],
)
def test_metrics_are_not_for_everybody(settings, token, headers, address, status):
    settings.LIUKE_METRICS_TOKEN = token

    assert Client(REMOTE_ADDR=address, headers=headers).get("/metrics").status_code == status
