"""One line of JSON for each request and each job, tied together by the request id. No line names a person."""

import logging
import re
import time
from collections.abc import Callable, MutableMapping
from typing import Any, cast
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from procrastinate.job_context import JobContext
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

log = structlog.get_logger(__name__)
LEVELS = {4: logging.WARNING, 5: logging.ERROR}
DETAILS = re.compile(r"^DETAIL:.*?(?=^(?:CONTEXT|HINT|Traceback|The above exception|During handling)|\Z)",
                     re.MULTILINE | re.DOTALL)
BOUND = ("request_id", "staff_id")       # on every line of a request; `org.access` says whose it is


class NotOfReadiness(logging.Filter):
    """Django tells of every answer from 500 on. "Not ready yet" is none to be told: whoever asks, asks again."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is of something else, or of a probe that broke."""
        asked = getattr(getattr(record, "request", None), "path_info", "")
        return record.exc_info is not None or asked != "/readyz"


class WithoutTokens(logging.Filter):
    """Django names the path of what it refused or what broke; the log holds that path as it holds every other."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always; a path with a token in it is told by its pattern."""
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(_path(request) if each == request.path else each for each in record.args)
        return True


class RequestLog:
    """Middleware: whatever is logged or queued on the way to an answer carries the request's id; the answer is a line.

    The path is logged without what was searched for, which may be somebody's phone number, and without a token that
    stands in it: whoever has that may read what it opens.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=str(uuid4()))
        response = self.get_response(request)
        log.log(
            LEVELS.get(response.status_code // 100, logging.INFO), "request_finished", code=response.status_code,
            request=f"{request.method} {_path(request)}", seconds=round(time.perf_counter() - began, 3),
        )
        structlog.contextvars.unbind_contextvars(*BOUND)
        return response


def _path(request: HttpRequest) -> str:
    found = request.resolver_match
    return f"/{found.route}" if found and "token" in found.kwargs else request.path


def without_details(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor: tracebacks without the database's details, which quote whole rows."""
    if "exception" in event:
        event["exception"] = DETAILS.sub("", str(event["exception"]))
    return event


async def follow(call_next: AsyncCallNext, context: JobContext, worker: Worker) -> Any:
    """Middleware of the worker: a job's lines carry the id of the request that queued it, and its end is a line."""
    del worker
    job = context.job
    trace = cast(dict[str, str], job.task_kwargs.get("trace") or {})
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(job_id=job.id, job=job.task_name, attempt=job.attempts, **trace)
    began = time.perf_counter()
    try:
        result = await call_next()
    except Exception:
        log.exception("job_failed", seconds=round(time.perf_counter() - began, 3))
        raise
    log.info("job_done", seconds=round(time.perf_counter() - began, 3))
    return result
