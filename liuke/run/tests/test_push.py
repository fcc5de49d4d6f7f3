"""The server of live pages as browsers see it: over HTTP, as a process of its own."""

import asyncio
import contextlib
import json
import time
from urllib.parse import quote

import httpx
import pytest
from django.core import signing
from django.db import connection, transaction

from liuke.kit import push
from liuke.kit.push import publish, ticket_for
from liuke.run.testing import database_url
from liuke.run.tests.builders import free_port, get, push_server

pytestmark = pytest.mark.django_db(transaction=True)


class Page:
    """A browser's EventSource: collects events, remembers the last id."""

    def __init__(self, url):
        self.url, self.events, self.last_id, self.status = url, [], "", 0

    async def listen(self, client):
        headers = {"Last-Event-ID": self.last_id} if self.last_id else {}
        async with client.stream("GET", self.url, headers=headers, timeout=60) as answer:
            self.status, name, data, pending = answer.status_code, "", "", self.last_id
            async for line in answer.aiter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    data = value
                elif field == "id":
                    pending = value
                elif not line:
                    self.last_id = pending
                    if name:
                        self.events.append(name)
                    elif data:
                        self.events.append(tuple(json.loads(data).values()))
                    name = data = ""


@contextlib.asynccontextmanager
async def open_pages(*pages):
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(limits=limits) as client:
        tasks = [asyncio.create_task(page.listen(client)) for page in pages]
        try:
            await soon(lambda: all(page.last_id for page in pages))
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def soon(promise, seconds=30):
    give_up = time.monotonic() + seconds
    while not promise():
        assert time.monotonic() < give_up
        await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def port(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        url = database_url()
    number = free_port()
    with push_server(number, url):
        yield number


def address(port, *topics):
    return f"http://127.0.0.1:{port}/events?ticket={quote(ticket_for(topics=topics, holder='staff:1'))}"


def tell(topic, **data):
    with transaction.atomic():
        publish(topic=topic, data=data)
    connection.close()  # it runs in a thread of its own


def test_two_hundred_pages_get_every_message_once_and_in_order(port):
    pages = [Page(address(port, "imports:1")) for _ in range(200)]

    async def watch():
        async with open_pages(*pages):
            for number in range(5):
                await asyncio.to_thread(tell, "imports:1", number=number)
            await asyncio.to_thread(tell, "imports:2", number=99)
            await soon(lambda: all(len(page.events) == 5 for page in pages))
            await asyncio.sleep(0.3)

    asyncio.run(watch())

    expected = [("imports:1", {"number": number}) for number in range(5)]
    assert [page.events for page in pages] == [expected] * 200


def test_a_page_that_comes_back_gets_what_it_missed_and_nothing_twice(port):
    page = Page(address(port, "imports:3"))

    async def watch():
        async with open_pages(page):
            await asyncio.to_thread(tell, "imports:3", number=1)
            await soon(lambda: len(page.events) == 1)
        await asyncio.to_thread(tell, "imports:3", number=2)
        async with open_pages(page):
            await asyncio.to_thread(tell, "imports:3", number=3)
            await soon(lambda: len(page.events) == 3)
            await asyncio.sleep(0.3)

    asyncio.run(watch())

    assert [data["number"] for _, data in page.events] == [1, 2, 3]


def test_what_happens_between_the_ticket_and_the_connection_is_not_lost(port):
    page = Page(address(port, "imports:4"))
    tell("imports:4", number=1)

    async def watch():
        async with open_pages(page):
            await soon(lambda: page.events)

    asyncio.run(watch())

    assert page.events == [("imports:4", {"number": 1})]


def test_a_page_that_was_away_too_long_is_told_to_load_anew(port):
    page = Page(address(port, "imports:5"))
    page.last_id = f"10:20:.{int(time.time()) - 3601}"

    async def watch():
        async with open_pages(page):
            await soon(lambda: page.events)

    asyncio.run(watch())

    assert page.events == ["reload"]


def test_nothing_is_told_when_the_transaction_is_undone(port):
    page = Page(address(port, "imports:6"))
    with contextlib.suppress(RuntimeError), transaction.atomic():
        publish(topic="imports:6", data={"number": 1})
        raise RuntimeError
    tell("imports:6", number=2)

    async def watch():
        async with open_pages(page):
            await soon(lambda: page.events)

    asyncio.run(watch())

    assert page.events == [("imports:6", {"number": 2})]


def test_a_forged_or_old_ticket_opens_nothing(port, monkeypatch):
    content = {"topics": ["imports:1"], "holder": "staff:1", "since": "1:1:.1"}
    forged = signing.dumps(content, salt="another salt")
    good = address(port, "imports:1")
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 1_000_000_000.0)
        old = signing.dumps(content, salt=push.SALT)

    url = f"http://127.0.0.1:{port}/events"
    assert get(url)[0] == 403
    assert get(f"{url}?ticket={quote(forged)}")[0] == 403
    assert get(f"{url}?ticket={quote(old)}")[0] == 403
    assert get(good[:-1] + ("A" if good[-1] != "A" else "B"))[0] == 403
    assert get(f"http://127.0.0.1:{port}/other")[0] == 404


def test_only_our_own_pages_may_read_it_in_a_browser(port):
    with httpx.stream("GET", address(port, "imports:1")) as answer:
        headers = answer.headers

    assert headers["access-control-allow-origin"] == "http://127.0.0.1:8000"
    assert headers["cache-control"] == "no-store"


@pytest.mark.crash
def test_pages_lose_nothing_when_the_server_is_killed():
    port, url = free_port(), database_url()
    page = Page(address(port, "imports:7"))

    async def watch(number):
        async with open_pages(page):
            await asyncio.to_thread(tell, "imports:7", number=number)
            await soon(lambda: len(page.events) == number)

    with push_server(port, url) as process:
        asyncio.run(watch(1))
        process.kill()
        process.wait()
    tell("imports:7", number=2)
    with push_server(port, url):
        asyncio.run(watch(3))

    assert [data["number"] for _, data in page.events] == [1, 2, 3]
