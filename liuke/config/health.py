"""Answers for machines that watch us: /healthz, /readyz and /metrics.

They come before every other middleware, so that a probe needs no session, no host name and no line in the log. They
live with the wiring and not in `run`, because the web process answers them.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from liuke.config import metrics
from liuke.kit.db import unapplied_migrations

Answer = Callable[[HttpRequest], HttpResponse]
HEARTBEAT_SECONDS = 30


class Probes:
    """Middleware, the first of all."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.doors: dict[str, Answer] = {"/healthz": healthz, "/readyz": readyz, "/metrics": show_metrics}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or let the request through."""
        return self.doors.get(request.path_info, self.get_response)(request)


def healthz(request: HttpRequest) -> HttpResponse:
    """This process lives."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when work can be done: the database answers, its tables are ours, and a worker has been seen lately."""
    del request
    try:
        said = {"database": "ok", "migrations": _migrations(), "worker": _worker()}
    except DatabaseError as error:
        said = {"database": f"not reachable ({type(error).__name__})"}
    ready = set(said.values()) == {"ok"}
    return JsonResponse(said, status=200 if ready else 503)


def show_metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: with the token of LIUKE_METRICS_TOKEN, or without one from this very machine only."""
    if token := settings.LIUKE_METRICS_TOKEN:
        allowed = request.headers.get("Authorization") == f"Bearer {token}"
    else:
        local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1", "")
        allowed = local and "X-Forwarded-For" not in request.headers
    if not allowed:
        return HttpResponse("not found\n", status=404, content_type="text/plain")
    return HttpResponse(metrics.render(), content_type=metrics.CONTENT_TYPE)


_migrated = False


def _migrations() -> str:
    """Whether every migration has been applied; once true it stays so for this process."""
    global _migrated  # noqa: PLW0603 a fact about the process that is dear to find out
    if not _migrated:
        if missing := unapplied_migrations():
            return f"{missing} not applied; run `liuke migrate`"
        _migrated = True
    return "ok"


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [HEARTBEAT_SECONDS],
        )
        alive: int = cursor.fetchone()[0]
    return "ok" if alive else f"no heartbeat for {HEARTBEAT_SECONDS} s; is `liuke worker` running?"
