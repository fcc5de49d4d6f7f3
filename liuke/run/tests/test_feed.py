"""Events whose ids are not committed in order, the trap of every feed that remembers a highest id."""

import asyncio

import psycopg
import pytest

from liuke.run import feed as feed_module
from liuke.run.feed import Feed
from liuke.run.hub import Hub, Mark
from liuke.run.testing import database_url

pytestmark = pytest.mark.django_db(transaction=True)
INSERT = "INSERT INTO push_event (topic, data) VALUES ('t', %s)"


def numbers(batches):
    return [event.data for batch in batches for event in batch.events]


class Reader:
    """A feed that is asked by hand."""

    def __init__(self, connection):
        self.feed, self.connection = Feed(database_url(), Hub()), connection

    async def look(self):
        await self.feed._hand_out_new(self.connection)


def run(story):
    async def tell():
        url = database_url()
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            reader = Reader(connection)
            await reader.look()
            with reader.feed.hub.join(("t",)) as listener, psycopg.connect(url) as early, psycopg.connect(url) as late:
                await story(reader, listener, early, late)

    asyncio.run(tell())


def taken(listener):
    found = []
    while not listener.queue.empty():
        found.append(listener.queue.get_nowait())
    return found


def test_an_event_that_is_committed_late_comes_late_and_the_others_come_once():
    async def story(reader, listener, early, late):
        early.execute(INSERT, ["1"])
        late.execute(INSERT, ["2"])
        late.commit()
        await reader.look()
        late.execute(INSERT, ["3"])
        late.commit()
        await reader.look()
        assert numbers(taken(listener)) == ["2", "3"]

        early.commit()
        await reader.look()
        await reader.look()
        assert numbers(taken(listener)) == ["1"]

    run(story)


def test_a_page_that_left_in_between_gets_the_late_one_alone():
    async def story(reader, listener, early, late):
        early.execute(INSERT, ["1"])
        late.execute(INSERT, ["2"])
        late.commit()
        await reader.look()
        (batch,) = taken(listener)
        early.commit()

        replay = await reader.feed.replay(("t",), batch.mark)

        assert numbers([replay]) == ["1"]
        assert not replay.reload

    run(story)


def test_too_many_at_once_are_a_reload(monkeypatch):
    monkeypatch.setattr(feed_module, "MOST_AT_ONCE", 3)

    async def story(reader, listener, early, late):
        for number in range(4):
            early.execute(INSERT, [str(number)])
        early.commit()
        await reader.look()

        assert [batch.reload for batch in taken(listener)] == [True]

    run(story)


def test_a_mark_of_another_database_is_a_reload():
    async def story(reader, listener, early, late):
        replay = await reader.feed.replay(("t",), Mark.now(f"{2**60}:{2**60}:"))

        assert replay.reload

    run(story)


def test_a_page_that_does_not_read_is_dropped_and_the_others_go_on():
    async def story(reader, listener, early, late):
        with reader.feed.hub.join(("t",)) as reading:
            for number in range(150):
                early.execute(INSERT, [str(number)])
                early.commit()
                await reader.look()
                reading.queue.get_nowait()

            assert listener.dropped.is_set()
            assert not reading.dropped.is_set()

    run(story)


@pytest.mark.parametrize("text", ["", "x", "1:2:", "1:2:.x", "1:2;drop.5", "1:2:" + "3," * 9000 + ".5"])
def test_nonsense_is_no_mark(text):
    assert Mark.parse(text) is None


def test_a_mark_survives_the_wire():
    mark = Mark.now("12:40:12,20")

    assert Mark.parse(str(mark)) == mark
