"""Windows, causes, states of an improvement and verdicts. Pure; the tests of chance stand in `figures.py`.

A rate is tickets per unit-week. A unit counts from the day it is shipped for WATCHED_WEEKS, in which most of what goes
wrong goes wrong; so a sale that doubles does not look like a fault, and neither do its tickets a month later.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from liuke.kit.errors import Refused

RECENT_WEEKS, BEFORE_WEEKS = 4, 12
WEEKS = RECENT_WEEKS + BEFORE_WEEKS
WATCHED_WEEKS = 12
LEAST = 5                            # tickets of both sides together; fewer say nothing either way
FALSE_SHARE = 0.1                    # of a week's findings that may be chance
SURE = 0.95                          # of the interval of a ratio
WATCHED_AFTER = 26                   # weeks after an improvement was done that its rate is watched
TITLE_CHARACTERS, TEXT_CHARACTERS, KEY_CHARACTERS = 80, 2_000, 40
MOST_CAUSES, MOST_TASKS, MOST_TICKETS, MOST_LATE = 200, 200, 50, 200
PER_UNITS = 1_000                    # rates are shown per so many unit-weeks
LEAST_EXPOSURE = 50                  # unit-weeks; of fewer a rate is chance alone and is not shown
WEEK = timedelta(days=7)

OPEN, WORKING, DONE, DROPPED = "open", "working", "done", "dropped"
MOVES = {("begin", OPEN): WORKING, ("finish", OPEN): DONE, ("finish", WORKING): DONE, ("drop", OPEN): DROPPED,
         ("drop", WORKING): DROPPED, ("again", DONE): WORKING, ("again", DROPPED): OPEN}
FELL, ROSE, UNPROVEN, EARLY = "fell", "rose", "unproven", "early"


class NotAllowed(Refused):
    """The improvement cannot do that in its state."""

    code = "improvement_state"


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """A product, a kind of ticket, and a batch ("" is all of them)."""

    product_id: int
    kind: str
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Tickets and unit-weeks of a cause, and of what it is held against."""

    tickets: int
    exposure: float
    other_tickets: int
    other_exposure: float

    @property
    def total(self) -> int:
        return self.tickets + self.other_tickets


def next_state(move: str, state: str) -> str:
    """Where the move leads. Raises NotAllowed."""
    if to := MOVES.get((move, state)):
        return to
    raise NotAllowed(f"cannot {move} an improvement that is {state}")


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def pairs(
    tickets: Mapping[tuple[int, Cause], int], exposure: Mapping[tuple[int, int, str], float], *, weeks: int = WEEKS,
    recent: int = RECENT_WEEKS,
) -> dict[Cause, Pair]:
    """Each cause of a run of whole weeks (0 is the oldest) beside what it is held against.

    A product and kind: the recent weeks beside the weeks before them. A batch of it: that batch beside the other known
    batches, in all weeks, since a batch has no "before". `tickets` are by week and cause with the batch as known;
    `exposure` are unit-weeks by week, product and batch.
    """
    said: Counter[tuple[int, str, bool]] = Counter()
    units: dict[tuple[int, bool], float] = defaultdict(float)
    for (week, cause), count in tickets.items():
        said[cause.product_id, cause.kind, week >= weeks - recent] += count
    for (week, product_id, _batch), many in exposure.items():
        units[product_id, week >= weeks - recent] += many
    found = {Cause(product_id, kind): Pair(said[product_id, kind, True], units[product_id, True],
                                           said[product_id, kind, False], units[product_id, False])
             for product_id, kind, _recent in said}
    return {**found, **_batches(tickets, exposure)}


def _batches(
    tickets: Mapping[tuple[int, Cause], int], exposure: Mapping[tuple[int, int, str], float]
) -> dict[Cause, Pair]:
    said: Counter[Cause] = Counter()                     # the batch "" is all known ones together
    units: dict[tuple[int, str], float] = defaultdict(float)
    for (_week, cause), count in tickets.items():
        if cause.batch:
            said[cause] += count
            said[Cause(cause.product_id, cause.kind)] += count
    for (_week, product_id, batch), many in exposure.items():
        if batch:
            units[product_id, batch] += many
            units[product_id, ""] += many
    found = {}
    for cause, count in said.items():
        if cause.batch:
            own = units[cause.product_id, cause.batch]
            found[cause] = Pair(count, own, said[Cause(cause.product_id, cause.kind)] - count,
                                units[cause.product_id, ""] - own)
    return found


def rate(tickets: int, exposure: float) -> float | None:
    """Tickets per PER_UNITS unit-weeks; None when nobody has any."""
    return PER_UNITS * tickets / exposure if exposure > 0 else None


def verdict(*, weeks: int, total: int, low: float | None, high: float | None) -> str:
    """Whether the rate fell: only when chance is ruled out, and never before RECENT_WEEKS have passed."""
    if weeks < RECENT_WEEKS or total < LEAST or low is None or high is None:
        return EARLY
    if high < 1:
        return FELL
    return ROSE if low > 1 else UNPROVEN
