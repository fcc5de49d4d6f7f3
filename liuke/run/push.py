"""The server of live pages: server-sent events at /events, from one LISTEN connection (`python -m liuke.run.push`).

Bare ASGI, because thousands of open pages cost little here and much under Django. It knows nothing of the trade: rows
of push_event go to whoever holds a ticket for their topic.
"""

import asyncio
import logging
import resource
import sys
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn
from django.conf import settings
from django.utils.log import configure_logging

from liuke.config.metrics import push_connections
from liuke.kit import env
from liuke.kit.push import Ticket, read_ticket
from liuke.run.feed import Feed
from liuke.run.hub import Hub, Listener, Mark

PING_SECONDS = 20
MOST_FILES = 65_536
SPARE_FILES = 64
STOP_SECONDS = 1
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
log = logging.getLogger("liuke.push")


class Push:
    """The ASGI application."""

    def __init__(self, feed: Feed, *, origin: str) -> None:
        self.feed = feed
        self.hub: Hub = feed.hub
        self.origin = origin
        self.task: asyncio.Task[None] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["path"] == "/healthz":
            alive = self.feed.is_alive()
            await _plain(
                send, HTTPStatus.OK if alive else HTTPStatus.SERVICE_UNAVAILABLE, "ok" if alive else "no database"
            )
        elif scope["path"] != "/events" or scope["method"] != "GET":
            await _plain(send, HTTPStatus.NOT_FOUND, "not found")
        elif ticket := read_ticket(_asked(scope, "ticket")):
            await self._serve(ticket, _last_seen(scope) or ticket.since, receive, send)
        else:
            await _plain(send, HTTPStatus.FORBIDDEN, "this ticket is not valid, or not any more: load the page anew")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        self.task = asyncio.create_task(self.feed.run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.task.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, ticket: Ticket, since: str, receive: Receive, send: Send) -> None:
        """Stream until the page goes, or is too slow, or we stop."""
        headers = {
            "content-type": "text/event-stream; charset=utf-8",
            "cache-control": "no-store",
            "x-accel-buffering": "no",
            "access-control-allow-origin": self.origin,
        }
        encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": encoded})
        with self.hub.join(ticket.topics) as listener:
            push_connections.set(len(self.hub))
            ends = (_disconnected(receive), listener.dropped.wait(), self._stream(listener, since, send))
            tasks = [asyncio.ensure_future(end) for end in ends]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        push_connections.set(len(self.hub))
        if listener.dropped.is_set():
            log.warning("push: dropped a page of %s, which was too slow", ticket.holder)

    async def _stream(self, listener: Listener, since: str, send: Send) -> None:
        """What was missed first, then what comes; a ping with the newest mark when nothing does."""
        replay = await self.feed.replay(listener.topics, Mark.parse(since))
        seen = {event.id for event in replay.events}
        await _chunk(send, "retry: 2000\n\n" + replay.text())
        while True:
            try:
                batch = await asyncio.wait_for(listener.queue.get(), PING_SECONDS)
            except TimeoutError:
                mark = f"id: {self.feed.mark()}\n" if listener.queue.empty() else ""
                await _chunk(send, f": ping\n{mark}\n")
            else:
                await _chunk(send, batch.text(but=seen))


def application(url: str) -> Push:
    """For uvicorn; settings must be in the environment."""
    parts = urlsplit(settings.LIUKE_URL)
    return Push(Feed(url, Hub()), origin=f"{parts.scheme}://{parts.netloc}")


def raise_file_limit() -> int:
    """Every open page is a file; ask for as many as we may have, and return how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    return max(soft, wanted)


def main(host: str, port: int) -> None:
    """Serve until told to stop."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    files = raise_file_limit()
    uvicorn.run(
        application(env.text("LIUKE_DATABASE_URL")),
        host=host,
        port=port,
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        limit_concurrency=files - SPARE_FILES,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _chunk(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _plain(send: Send, status: HTTPStatus, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": f"{text}\n".encode()})


def _asked(scope: dict[str, Any], name: str) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get(name, [""])[0]


def _last_seen(scope: dict[str, Any]) -> str:
    """What a browser says by itself when it connects again, or a script with a new EventSource as `last`."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    said = next((value.decode("latin-1") for name, value in headers if name == b"last-event-id"), "")
    return said or _asked(scope, "last")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
