"""How often somebody may knock, counted over all processes at almost no cost.

Each process lets everybody in a few times by itself. Who comes more often is let in on shares: a process takes the
right to so many requests at once from a row in the database that all processes use, and asks again when they are used
up. So an ordinary caller costs no statement, a busy one a fraction of a statement for each request, and who has had all
of it costs nothing more until the minute is over. See docs/adr.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from liuke.kit import crypto, rows

SECONDS = 60
REMEMBERED = 20_000                      # callers of the last minute in the memory of a process
SHARES = 20                              # what all processes together may let in is taken in so many parts


@dataclass
class _Caller:
    """What this process may still let in for one caller, until a moment; closed: nothing is left to be taken."""

    until: float
    left: int
    closed: bool = False


class Limit:
    """At most `most` requests a minute for each caller over all processes, and `free` more in each process.

    `who` is whatever names a caller, such as an address; it is stored as a keyed hash only.
    """

    def __init__(self, name: str, *, most: int, free: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.most, self.free, self.clock = name, most, free, clock
        self._callers: OrderedDict[str, _Caller] = OrderedDict()
        self._lock = Lock()

    def wait(self, who: str) -> int:
        """0 when the caller may come in, and that is counted; otherwise the seconds after which to try again."""
        now = self.clock()
        with self._lock:
            caller = self._caller(who, now)
            if caller.left:
                caller.left -= 1
                return 0
            if caller.closed:
                return max(1, round(caller.until - now))
        taken, seconds = self._take(who)                 # outside of the lock: others need not wait for the database
        with self._lock:
            if taken:
                caller.left += taken - 1
                return 0
            caller.closed, caller.until = True, now + seconds
        return max(1, round(seconds))

    def forget(self) -> None:
        """As if nobody had come yet, for tests."""
        with self._lock:
            self._callers.clear()
        rows.run("DELETE FROM request_limit WHERE name = %s", [self.name])

    def _caller(self, who: str, now: float) -> _Caller:
        found = self._callers.get(who)
        if found is None or found.until <= now:
            found = self._callers[who] = _Caller(now + SECONDS, self.free)
            self._callers.move_to_end(who)
            if len(self._callers) > REMEMBERED:
                self._callers.popitem(last=False)
        return found

    def _take(self, who: str) -> tuple[int, float]:
        """How many more this process may let in, and the seconds until the row begins anew."""
        share = max(1, self.most // SHARES)
        (before, seconds), = rows.fetch(_TAKE, {
            "name": self.name, "caller": crypto.blind("request limit", who), "share": share, "most": self.most,
            "seconds": SECONDS,
        })
        return max(0, min(share, self.most - before)), float(seconds)


_TAKE = """
WITH over AS (
    DELETE FROM request_limit WHERE (name, caller) IN (
        SELECT name, caller FROM request_limit WHERE until < now() AND caller <> %(caller)s LIMIT 10
        FOR UPDATE SKIP LOCKED))
INSERT INTO request_limit AS kept (name, caller, taken, before, until)
VALUES (%(name)s, %(caller)s, %(share)s, 0, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (name, caller) DO UPDATE SET
    before = CASE WHEN kept.until <= now() THEN 0 ELSE kept.taken END,
    taken = LEAST(CASE WHEN kept.until <= now() THEN 0 ELSE kept.taken END + EXCLUDED.taken, %(most)s),
    until = CASE WHEN kept.until <= now() THEN EXCLUDED.until ELSE kept.until END
RETURNING before, EXTRACT(epoch FROM until - now())
"""
