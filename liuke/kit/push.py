"""Live pages: tell every open page that something has changed. The page fetches it; no personal data travels here.

A page gets a ticket from `ticket_for` and opens LIUKE_PUSH_URL/events?ticket=... as an EventSource. `publish` reaches
it as a message {"topic": ..., "data": ...}; what it misses while it is away is sent when it comes back. A message can
arrive twice and must do no harm then. `event: reload` says that too much was missed: load everything anew.
"""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.db import connection

from liuke.kit import rows
from liuke.kit.db import require_transaction

CHANNEL = "push_event"
SALT = "liuke.kit.push"
TICKET_SECONDS = 12 * 3600  # as long as a page may stay open
TOPIC = re.compile(r"[a-z][a-z0-9_.-]*(:[a-z0-9_.-]+)*")
MAX_TOPICS = 20
MAX_BYTES = 4000
SNAPSHOT = "pg_current_snapshot()::text"


@dataclass(frozen=True)
class Ticket:
    """What a page may hear. `since` is where it was made: nothing after that is missed."""

    topics: tuple[str, ...]
    holder: str
    since: str


def publish(*, topic: str, data: dict[str, int | str | bool | None] | None = None) -> None:
    """Tell the pages that listen to `topic` (such as "imports:12"), if and when the transaction commits.

    `data` holds ids and numbers, at most 4,000 bytes as JSON. Called twice, it is two events.
    """
    require_transaction()
    rows.fetch(f"WITH {PUBLISHED} TABLE rung", {"topic": _checked(topic), "told": _told(data or {})})


def publish_all(events: Sequence[tuple[str, dict[str, int | str | bool | None]]]) -> None:
    """The same for several (topic, data), in this order; one statement, whatever their number."""
    require_transaction()
    rows.fetch(_ALL, {"topics": [_checked(topic) for topic, _data in events],
                      "told": [_told(data) for _topic, data in events]})


def _checked(topic: str) -> str:
    assert _is_topic(topic), f"not a topic: {topic!r}"
    return topic


def _told(data: dict[str, int | str | bool | None]) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) <= MAX_BYTES, "fetch the rest by id"
    return text


_ALL = f"""
WITH event AS (
    INSERT INTO push_event (topic, data) SELECT topic, told::jsonb
    FROM unnest(%(topics)s::text[], %(told)s::text[]) WITH ORDINALITY AS new (topic, told, at) ORDER BY at RETURNING 1)
SELECT pg_notify('{CHANNEL}', '') FROM event LIMIT 1
"""  # noqa: S608  a name of our own
PUBLISHED = f"""
event AS (INSERT INTO push_event (topic, data) VALUES (%(topic)s, %(told)s) RETURNING 1),
rung AS MATERIALIZED (SELECT pg_notify('{CHANNEL}', '') FROM event)      -- a bell; the server of pages reads the rows
"""  # noqa: S608  a name of our own
"""For a statement that changes rows and tells pages of it: two of its WITH. It must read `rung`, which is one row."""


def ticket_for(*, topics: Sequence[str], holder: str, snapshot: str | None = None) -> str:
    """The signed ticket of a page; good for twelve hours, as often as the page connects.

    `holder` says whose page it is, such as "staff:3", for the log. Ask for the ticket *before* reading what the page
    shows: whatever changes after this call reaches the page. `snapshot` is what SNAPSHOT was in an earlier statement of
    the page, when it has one to spare: then nothing that this statement did not see is missed.
    """
    assert topics, "a page without topics needs no ticket"
    assert len(topics) <= MAX_TOPICS, "too many topics for one page"
    assert all(map(_is_topic, topics)), f"not all topics: {topics!r}"
    if snapshot is None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {SNAPSHOT}")
            snapshot = cursor.fetchone()[0]
    content = {"topics": list(topics), "holder": holder, "since": f"{snapshot}.{int(time.time())}"}
    return signing.dumps(content, salt=SALT, compress=True)


def read_ticket(text: str) -> Ticket | None:
    """What the ticket says, or None when it is forged or too old."""
    try:
        content = signing.loads(text, salt=SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return None
    return Ticket(tuple(content["topics"]), content["holder"], content["since"])


def _is_topic(text: str) -> bool:
    return bool(TOPIC.fullmatch(text)) and len(text) <= 120
