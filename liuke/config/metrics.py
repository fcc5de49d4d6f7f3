"""Numbers for Prometheus. With PROMETHEUS_MULTIPROC_DIR set (`liuke up` does), all processes of a machine add up."""

import os
import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

requests = Counter("liuke_requests", "Requests answered", ["view", "method", "status"])
latency = Histogram("liuke_request_seconds", "Time to answer", ["view"], buckets=SECONDS)
push_connections = Gauge("liuke_push_connections", "Open live pages", multiprocess_mode="mostrecent")


class Measure:
    """Middleware: count and time every request by its route, which has no ids in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request through and look at the clock."""
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = match.route if match else "(no view)"
        requests.labels(view, request.method or "", response.status_code).inc()
        latency.labels(view).observe(time.perf_counter() - began)
        return response


class Jobs(Collector):
    """What the queue looks like, read from the database when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        """Jobs by state, facts that some handler has still to see, and how long the longest-due of each have waited.

        Nothing while the database is away.
        """
        count = GaugeMetricFamily("liuke_jobs", "Jobs in the queue", labels=["state"])
        waited = GaugeMetricFamily("liuke_jobs_oldest_due_seconds", "How long the oldest due job has waited")
        facts = GaugeMetricFamily("liuke_facts_waiting", "Facts that some handler has still to see, or to see again")
        late = GaugeMetricFamily("liuke_facts_oldest_due_seconds", "How long the oldest due fact has waited")
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1")
                for state, number in cursor.fetchall():
                    count.add_metric([state], number)
                cursor.execute(
                    "SELECT coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, started.at))), 0)"
                    " FROM procrastinate_jobs job LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events"
                    " WHERE job_id = job.id AND type = 'deferred') started ON true"
                    " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
                )
                waited.add_metric([], float(cursor.fetchone()[0]))
                cursor.execute("SELECT count(*), coalesce(extract(epoch FROM now() - min(due_at)"
                               " FILTER (WHERE due_at <= now())), 0) FROM timeline_waiting")
                for metric, number in zip((facts, late), cursor.fetchone(), strict=True):
                    metric.add_metric([], float(number))
        except DatabaseError:
            return
        yield from (count, waited, facts, late)


def render() -> bytes:
    """All of it, in Prometheus's text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY) + generate_latest(_jobs())
    registry = _jobs()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no type for it
    return generate_latest(registry)


def _jobs() -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Jobs())
    return registry
