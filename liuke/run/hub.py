"""Who listens to what, and handing events out to them. Plain memory, one thread, no waiting."""

import asyncio
import json
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

QUEUED_BATCHES = 100  # a page that is so far behind is dropped; it comes back and is told what it missed
MARK_LENGTH = 8_000
KEPT_SECONDS = 3600  # how long an event can be replayed


@dataclass(frozen=True)
class Mark:
    """A place in the stream: what this snapshot of the database sees has been sent. It is the event id of SSE."""

    snapshot: str  # as PostgreSQL writes it: oldest open transaction, next one, and those open between
    at: int

    @classmethod
    def now(cls, snapshot: str) -> Self:
        """The place where we are."""
        return cls(snapshot, int(time.time()))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None when it is not one, or so old that its events have been forgotten."""
        found = re.fullmatch(r"(\d+:\d+:[\d,]*)\.(\d+)", text[:MARK_LENGTH], re.ASCII)
        if not found or time.time() - int(found[2]) > KEPT_SECONDS:
            return None
        return cls(found[1], int(found[2]))

    @property
    def next_transaction(self) -> int:
        """The first transaction that is not in it."""
        return int(self.snapshot.split(":")[1])

    def __str__(self) -> str:
        return f"{self.snapshot}.{self.at}"


@dataclass(frozen=True)
class Event:
    """One row of push_event."""

    id: int
    topic: str
    data: str

    @cached_property
    def text(self) -> str:
        """As the browser reads it, made once for all pages."""
        return f'data: {{"topic":{json.dumps(self.topic)},"data":{self.data}}}\n\n'


@dataclass(frozen=True)
class Batch:
    """Events that were read together. Their mark comes last: a page that loses the line between gets them all again."""

    events: tuple[Event, ...]
    mark: Mark
    reload: bool = False

    def text(self, *, but: Iterable[int] = ()) -> str:
        """For the wire, without the events that this page has already had."""
        parts = ["event: reload\ndata: {}\n\n"] if self.reload else [e.text for e in self.events if e.id not in but]
        return "".join(parts) + f"id: {self.mark}\n\n"


@dataclass(eq=False)
class Listener:
    """One open page."""

    topics: tuple[str, ...]
    queue: asyncio.Queue[Batch] = field(default_factory=lambda: asyncio.Queue(QUEUED_BATCHES))
    dropped: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, batch: Batch) -> None:
        """Queue it, or give the page up."""
        try:
            self.queue.put_nowait(batch)
        except asyncio.QueueFull:
            self.dropped.set()


class Hub:
    """The rooms. A topic has a room while somebody listens to it."""

    def __init__(self) -> None:
        self.rooms: dict[str, set[Listener]] = {}
        self.listeners: set[Listener] = set()

    def __len__(self) -> int:
        return len(self.listeners)

    @contextmanager
    def join(self, topics: tuple[str, ...]) -> Iterator[Listener]:
        """Listen inside this block."""
        listener = Listener(topics)
        self.listeners.add(listener)
        for topic in topics:
            self.rooms.setdefault(topic, set()).add(listener)
        try:
            yield listener
        finally:
            self.listeners.discard(listener)
            for topic in topics:
                self.rooms[topic].discard(listener)
                if not self.rooms[topic]:
                    del self.rooms[topic]

    def hand_out(self, batch: Batch) -> None:
        """Give every page the events of its own topics; a reload goes to all."""
        if batch.reload:
            for listener in self.listeners:
                listener.put(batch)
            return
        wanted: dict[Listener, list[Event]] = {}
        for event in batch.events:
            for listener in self.rooms.get(event.topic, ()):
                wanted.setdefault(listener, []).append(event)
        same: dict[tuple[int, ...], Batch] = {}  # pages that hear the same share one batch
        for listener, events in wanted.items():
            key = tuple(event.id for event in events)
            listener.put(same.setdefault(key, Batch(tuple(events), batch.mark)))
