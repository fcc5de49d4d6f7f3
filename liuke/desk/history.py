"""The log of one ticket and what it says about its clocks: when each ran, what ended it, which stretches are left out.

Stands beside `rules.py` because reading the log (this file) and measuring what was read (`clocks.py`) are two thoughts.
Pure: it never looks at opening hours and never at the wall clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from liuke.desk.calendars import Calendar, Span
from liuke.desk.rules import (
    CLOCKS,
    FINAL,
    GONE,
    LONGEST_TARGET,
    PAUSING,
    BadTarget,
    Clock,
    Kind,
    State,
    WhenSolved,
    clock_of,
)
from liuke.kit.errors import BadInput


class NotCreated(BadInput):
    """The log of a ticket begins with exactly one `created`."""

    code = "not_created_once"


@dataclass(frozen=True, slots=True)
class Policy:
    """The promises to one group of customers: a budget of working time for each clock that is promised at all.

    `calendars` has the calendar of each promised clock. Clocks in `pauses` stand still while the ticket waits. With
    `first_message_counts` the very first message already opens a turn of `next_response`. Raises BadTarget and
    UnknownClock.
    """

    name: str
    targets: Mapping[str, timedelta]
    calendars: Mapping[str, Calendar]
    pauses: frozenset[str] = frozenset()
    first_message_counts: bool = False
    warn_before: timedelta = timedelta()
    reopens: bool = True

    def __post_init__(self) -> None:
        for name in (*self.targets, *self.pauses):
            clock_of(name)
        for name, target in self.targets.items():
            if not timedelta() < target <= LONGEST_TARGET:
                raise BadTarget(
                    f"The policy {self.name!r} has {target} for {name}; it must be above 0, at most a year."
                )
            assert name in self.calendars, f"{self.name} names no calendar for {name}"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log. `at` is when it happened, whenever it was stored; `message_id` "" has no duplicates."""

    kind: Kind
    at: datetime
    message_id: str = ""
    state: State = State.OPEN  # created, state
    policy: Policy | None = None  # created, policy_change; None promises nothing
    from_customer: bool = True  # created
    reopens: bool | None = None  # customer_message, or created for all of them; None leaves it to the policy
    clock: str = ""  # due_set
    due_at: datetime | None = None  # due_set; None takes the hand-set due back


@dataclass(frozen=True, slots=True)
class Term:
    """A policy and since when it applies to the ticket."""

    policy: Policy | None
    since: datetime


@dataclass(frozen=True, slots=True)
class ByHand:
    """A due that a person promised, and when."""

    due_at: datetime
    set_at: datetime


@dataclass(slots=True)
class Run:
    """One clock from its start to its end, or to now while `ended_at` is None."""

    clock: Clock
    started_at: datetime
    before_first_reply: bool
    ended_at: datetime | None = None
    stopped: bool = False  # by what it waited for; otherwise an end is a cancellation
    solved: bool = False  # the end came from solving the ticket, so reopening may undo it
    term: Term | None = None  # in force at the end
    by_hand: ByHand | None = None
    gaps: list[Span] = field(default_factory=list)  # solved stretches before a reopening

    def end(self, at: datetime, *, stopped: bool, term: Term, solved: bool = False) -> None:
        self.ended_at, self.stopped, self.solved, self.term = at, stopped, solved, term

    def go_on(self, at: datetime) -> None:
        assert self.ended_at is not None
        self.gaps.append(Span(self.ended_at, at))
        self.ended_at, self.stopped, self.solved, self.term = None, False, False, None


@dataclass(slots=True)
class History:
    """What the log says up to one instant."""

    term: Term
    state: State
    reopens: bool | None = None
    gone: bool = False  # merged or spam
    replied: bool = False
    paused_at: datetime | None = None
    pauses: list[Span] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)


def history_of(log: Iterable[Event], *, until: datetime) -> History | None:
    """Read the log up to and including `until`; None when the ticket was not yet created. Raises NotCreated.

    Any order will do: `at` decides, and what happened at the same instant keeps the order of the log. Events with the
    same message id count once, at the earliest; what claims to be older than the ticket counts at its creation.
    """
    born, *rest = _in_order(log)
    if born.at > until:
        return None
    history = History(Term(born.policy, born.at), born.state, born.reopens)
    _open(history, born)
    for event in rest:
        if event.at > until:
            break
        _apply(history, event)
    return history


def _in_order(log: Iterable[Event]) -> list[Event]:
    events = sorted(log, key=lambda event: event.at)
    births = [event for event in events if event.kind is Kind.CREATED]
    if not births or any(other.message_id != births[0].message_id or not other.message_id for other in births[1:]):
        raise NotCreated(f"The log has {len(births)} `created` events; a ticket is created exactly once.")
    born, seen = births[0], {births[0].message_id}
    kept = [born]
    for event in events:
        if event is born or (event.message_id and event.message_id in seen):
            continue
        seen.add(event.message_id)
        kept.append(event if event.at >= born.at else replace(event, at=born.at))
    return kept


def _open(history: History, born: Event) -> None:
    if born.state in GONE:
        history.gone = True
        return
    if born.state in PAUSING:
        history.paused_at = born.at
    _mark(history, Kind.CREATED, born.at)
    if born.from_customer:
        _mark(history, Kind.CUSTOMER_MESSAGE, born.at)
    if born.state in FINAL:
        _solve(history, born.at)


def _apply(history: History, event: Event) -> None:
    if history.gone:
        return
    match event.kind:
        case Kind.MERGED | Kind.SPAM:
            history.gone = True
        case Kind.STATE:
            _move(history, event.state, event.at)
        case Kind.POLICY_CHANGE:
            if event.policy != history.term.policy:  # the same policy again changes nothing
                history.term = Term(event.policy, event.at)
        case Kind.DUE_SET:
            _set_by_hand(history, event)
        case Kind.CUSTOMER_MESSAGE:
            if _reopens(history, event):
                _move(history, State.OPEN, event.at)
            _mark(history, event.kind, event.at)
        case Kind.AGENT_REPLY:
            _mark(history, event.kind, event.at)
            history.replied = True
        case _:
            _mark(history, event.kind, event.at)


def _reopens(history: History, event: Event) -> bool:
    if history.state not in PAUSING | FINAL:
        return False
    by_policy = history.term.policy is None or history.term.policy.reopens
    return next((said for said in (event.reopens, history.reopens) if said is not None), by_policy)


def _move(history: History, state: State, at: datetime) -> None:
    before, history.state = history.state, state
    if state in GONE:
        history.gone = True
        return
    if history.paused_at is not None and state not in PAUSING:
        history.pauses.append(Span(history.paused_at, at))
        history.paused_at = None
    elif history.paused_at is None and state in PAUSING:
        history.paused_at = at
    if before in FINAL and state not in FINAL:
        for run in history.runs:
            if run.solved and run.clock.when_solved is not WhenSolved.CANCELS:
                run.go_on(at)
    elif state in FINAL and before not in FINAL:
        _solve(history, at)


def _solve(history: History, at: datetime) -> None:
    for run in history.runs:
        if run.ended_at is None and run.clock.when_solved is not WhenSolved.GOES_ON:
            run.end(at, stopped=run.clock.when_solved is WhenSolved.STOPS, solved=True, term=history.term)


def _mark(history: History, kind: Kind, at: datetime) -> None:
    """Stop the clocks this event stops, and start those it starts."""
    for clock in CLOCKS:
        run = next((run for run in reversed(history.runs) if run.clock is clock), None)
        if kind is clock.stops and run:
            if run.solved and clock.when_solved is WhenSolved.SUSPENDS:
                run.go_on(at)
            if run.ended_at is None:
                run.end(at, stopped=True, term=history.term)
        elif kind is clock.starts and (run is None or (clock.repeats and run.ended_at is not None)):
            if clock.when_solved is WhenSolved.CANCELS and history.state in FINAL:
                continue  # a thank-you on a solved ticket
            history.runs.append(Run(clock, at, before_first_reply=not history.replied))


def _set_by_hand(history: History, event: Event) -> None:
    for run in history.runs:
        if run.clock.name == event.clock and run.ended_at is None:
            run.by_hand = ByHand(event.due_at, event.at) if event.due_at else None
