"""Reads push_event so that nothing is missed and nothing comes twice, although ids are not committed in order.

Every row carries the transaction that wrote it. One statement reads the rows that this snapshot sees and the last one
did not, together with the new snapshot. So a transaction that was open for an hour is found when it commits, whatever
came after it meanwhile. NOTIFY is only the bell.
"""

import asyncio
import logging
import time

import psycopg
from psycopg.rows import TupleRow

from liuke.kit.push import CHANNEL
from liuke.run.hub import KEPT_SECONDS, Batch, Event, Hub, Mark

READ = """
WITH here AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
SELECT here.snapshot::text, event.id, event.topic, event.data::text
  FROM here LEFT JOIN push_event event
    ON event.xid >= pg_snapshot_xmin(%(since)s::pg_snapshot)
   AND NOT pg_visible_in_snapshot(event.xid, %(since)s::pg_snapshot)
   AND (%(topics)s::text[] IS NULL OR event.topic = ANY (%(topics)s))
 ORDER BY event.id LIMIT %(most)s
"""
FORGET = "DELETE FROM push_event WHERE at < now() - make_interval(secs => %s)"
MOST_AT_ONCE = 2_000  # so many are a reload
IDLE_SECONDS = 10
FORGET_SECONDS = 60
GATHER_SECONDS = 0.01  # a burst becomes few batches
AGAIN_SECONDS = 1
log = logging.getLogger("liuke.push")


class Feed:
    """The one reader. `run` never ends; it outlives restarts of the database."""

    def __init__(self, url: str, hub: Hub) -> None:
        self.url = url
        self.hub = hub
        self.snapshot: str | None = None  # what it sees has been handed out
        self.alive_at = 0.0
        self.forget_at = 0.0
        self.replaying = asyncio.Lock()
        self.connection: psycopg.AsyncConnection[TupleRow] | None = None  # for replays

    def is_alive(self) -> bool:
        """Whether the database has been heard of lately."""
        return time.monotonic() - self.alive_at < 3 * IDLE_SECONDS

    def mark(self) -> Mark:
        """Where every page is that has an empty queue."""
        return Mark.now(self.snapshot or "1:1:")

    async def run(self) -> None:
        """Hand out what is published, until cancelled."""
        while True:
            try:
                await self._follow()
            except psycopg.Error as error:
                log.warning("push: the database is away (%s); trying again", type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)

    async def replay(self, topics: tuple[str, ...], since: Mark | None) -> Batch:
        """What was published on these topics since then, or a reload when that is not known any more."""
        async with self.replaying:
            try:
                return await self._replay(topics, since)
            except psycopg.DataError:  # a mark that this database cannot have given
                return await self._replay(topics, None)
            except psycopg.OperationalError:  # the database has been away: once more on a new connection
                self.connection = None
                return await self._replay(topics, since)

    async def _replay(self, topics: tuple[str, ...], since: Mark | None) -> Batch:
        if not self.connection:
            self.connection = await psycopg.AsyncConnection.connect(self.url, autocommit=True, connect_timeout=5)
        snapshot, events = await _read(self.connection, since.snapshot if since else None, list(topics))
        here = Mark.now(snapshot)
        lost = since is None or len(events) >= MOST_AT_ONCE or since.next_transaction > here.next_transaction
        return Batch(() if lost else events, here, reload=lost)

    async def _follow(self) -> None:
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            while True:
                await self._hand_out_new(connection)
                if time.monotonic() > self.forget_at:
                    self.forget_at = time.monotonic() + FORGET_SECONDS
                    await connection.execute(FORGET, [KEPT_SECONDS])
                await asyncio.sleep(GATHER_SECONDS)
                async for _ in connection.notifies(timeout=IDLE_SECONDS, stop_after=1):
                    pass

    async def _hand_out_new(self, connection: psycopg.AsyncConnection[TupleRow]) -> None:
        """No await between reading and handing out: whoever looks sees queues and mark agree."""
        snapshot, events = await _read(connection, self.snapshot, None)
        if events:
            self.hub.hand_out(Batch(events, Mark.now(snapshot), reload=len(events) >= MOST_AT_ONCE))
        self.snapshot = snapshot
        self.alive_at = time.monotonic()


async def _read(
    connection: psycopg.AsyncConnection[TupleRow], since: str | None, topics: list[str] | None
) -> tuple[str, tuple[Event, ...]]:
    """The snapshot of now, and the events that it sees and `since` does not (none when that is None)."""
    most = MOST_AT_ONCE if since else 1
    cursor = await connection.execute(READ, {"since": since, "topics": topics, "most": most})
    rows = await cursor.fetchall()
    return rows[0][0], tuple(Event(*row[1:]) for row in rows if row[1] is not None)
