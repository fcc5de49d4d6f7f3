"""The clocks of one ticket as a pure function of its log: evaluate(log, now), and nothing else decides a deadline.

Stands beside `rules.py`, which holds the table of clocks; this file holds how any of them is measured. The answer
depends on when things happened, never on when they were stored, in which order they came in or how often this ran.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from liuke.desk.calendars import Due, Span, due_after, working_time
from liuke.desk.history import Event, History, Policy, Run, history_of
from liuke.desk.rules import CLOCK_NAMES, NEXT_RESPONSE


class Status(StrEnum):
    INACTIVE = "inactive"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reading:
    """One run of one clock, read at one instant. `target` and `used` are working time; `_at` are UTC.

    `due_at` is the due in force: the one set by hand if there is one, else `computed_due_at`. A clock that is paused
    and not yet breached has neither, but a remainder. `breached_at` is the due instant, or the instant at which the
    policy (or the hand-set due) came into force if that was later. A cancelled clock ended but did not stop.
    """

    clock: str
    policy: str
    status: Status
    started_at: datetime
    target: timedelta
    budget: timedelta  # the target, or the working time up to a due that was set by hand
    used: timedelta
    due_at: datetime | None = None
    due_or_at: datetime | None = None  # the next opening, when the due is exactly at a closing edge
    computed_due_at: datetime | None = None
    warn_at: datetime | None = None  # while running, if the policy warns
    breached_at: datetime | None = None
    stopped_at: datetime | None = None
    ended_at: datetime | None = None  # stopped or cancelled; None while the customer is waiting
    provisional: bool = False  # the due lies beyond the known holidays and may still move

    @property
    def remaining(self) -> timedelta:
        """What is left of the budget; negative when it is overdrawn."""
        return self.budget - self.used


@dataclass(frozen=True, slots=True)
class Sheet:
    """All clocks of a ticket at one instant. `cancelled`: merged, spam or without a policy, so nothing is promised."""

    at: datetime
    readings: tuple[Reading, ...] = ()
    cancelled: bool = False
    promised: frozenset[str] = frozenset()  # the clocks for which the policy in force has a target

    def runs_of(self, clock: str) -> tuple[Reading, ...]:
        """The runs of one clock, oldest first: at most one, except for the clocks that repeat."""
        return tuple(reading for reading in self.readings if reading.clock == clock)

    def next_breach(self) -> Reading | None:
        """The running clock that is due first; at the same instant the order of CLOCKS decides."""
        running = [reading for reading in self.readings if reading.status is Status.RUNNING]
        return min(running, key=_urgency, default=None)


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry for the audit trail: a breach is recorded (`before` None), withdrawn (`after` None) or moved."""

    clock: str
    started_at: datetime
    before: datetime | None
    after: datetime | None


def evaluate(log: Iterable[Event], *, now: datetime) -> Sheet:
    """Read every clock of a ticket from its log; what happens after `now` is not looked at.

    Raises NotCreated when the log does not begin with one `created`, NeverDue when a calendar cannot hold a target.
    """
    history = history_of(log, until=now)
    return Sheet(now) if history is None else measured(history, now=now)


def measured(history: History, *, now: datetime) -> Sheet:
    """The same for a log that was read up to now. Raises NeverDue."""
    if history.gone or history.term.policy is None:
        return Sheet(now, cancelled=True)
    readings = [reading for run in history.runs if (reading := _reading(history, run, now=now))]
    readings.sort(key=lambda reading: CLOCK_NAMES.index(reading.clock))
    return Sheet(now, tuple(readings), promised=frozenset(history.term.policy.targets))


def corrections(recorded: Mapping[tuple[str, datetime], datetime], sheet: Sheet) -> list[Correction]:
    """What must change in the recorded breaches, (clock, started_at) -> breached_at, to agree with the sheet.

    Empty when they agree. A reply that was stored late withdraws the breach that was recorded before it was known.
    """
    breaches = {(reading.clock, reading.started_at): reading.breached_at for reading in sheet.readings}
    changes = []
    for key in sorted(recorded.keys() | breaches.keys()):
        before, after = recorded.get(key), breaches.get(key)
        if before != after:
            changes.append(Correction(*key, before, after))
    return changes


def _urgency(reading: Reading) -> tuple[datetime, int]:
    assert reading.due_at is not None, "a running clock has a due"
    return reading.due_at, CLOCK_NAMES.index(reading.clock)


def _reading(history: History, run: Run, *, now: datetime) -> Reading | None:
    """Measure one run by the policy that was in force when it ended, or is now; None when that promises nothing."""
    term, clock = run.term or history.term, run.clock.name
    policy = term.policy
    if policy is None or clock not in policy.targets:
        return None
    if clock == NEXT_RESPONSE and run.before_first_reply and not policy.first_message_counts:
        return None
    calendar, target = policy.calendars[clock], policy.targets[clock]
    end = run.ended_at or now
    left_out = _left_out(history, run, policy, end)
    used = working_time(calendar, run.started_at, end, left_out)
    paused = run.ended_at is None and history.paused_at is not None and clock in policy.pauses and used < target
    computed = None if paused else due_after(calendar, run.started_at, target, left_out)
    due = Due(run.by_hand.due_at) if run.by_hand else computed
    budget = working_time(calendar, run.started_at, due.at, left_out) if run.by_hand and due else target
    since = run.by_hand.set_at if run.by_hand else term.since
    late = due is not None and (due.at < end if run.ended_at else due.at <= now)
    status = _status(run, late=late, waiting=due is None)
    warn_at = None
    if status is Status.RUNNING and policy.warn_before:  # by the same calendar; at the start when there is less time
        warn_at = due_after(calendar, run.started_at, budget - policy.warn_before, left_out).at
    return Reading(
        clock=clock,
        policy=policy.name,
        status=status,
        started_at=run.started_at,
        target=target,
        budget=budget,
        used=used,
        due_at=due.at if due else None,
        due_or_at=due.or_at if due else None,
        computed_due_at=computed.at if computed else None,
        warn_at=warn_at,
        breached_at=max(due.at, since) if due and late else None,
        stopped_at=run.ended_at if run.stopped else None,
        ended_at=run.ended_at,
        provisional=due is not None and run.ended_at is None and calendar.is_guess(due.at),
    )


def _status(run: Run, *, late: bool, waiting: bool) -> Status:
    if late:
        return Status.BREACHED
    if run.ended_at:
        return Status.MET if run.stopped else Status.CANCELLED
    return Status.PAUSED if waiting else Status.RUNNING


def _left_out(history: History, run: Run, policy: Policy, end: datetime) -> list[Span]:
    """Solved stretches before a reopening and, if the policy pauses this clock, the waiting so far."""
    waits = []
    if run.clock.name in policy.pauses:
        waits = [Span(pause.opens, min(pause.closes, end)) for pause in history.pauses]
        if history.paused_at is not None:
            waits.append(Span(history.paused_at, end))
    return run.gaps + waits
