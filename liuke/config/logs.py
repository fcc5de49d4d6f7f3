"""One line of JSON for each request and each job, tied together by the request id. No line names a person."""

import time
from typing import Any, cast

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from procrastinate.job_context import JobContext
from procrastinate.middleware import AsyncCallNext
from procrastinate.worker import Worker

log = structlog.get_logger(__name__)


class RequestLog(RequestMiddleware):
    """Logs the path without what was searched for, which may be somebody's phone number."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Such as GET /console/customers/."""
        return f"{request.method} {request.path}"


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
