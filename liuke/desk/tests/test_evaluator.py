"""Deadlines never depend on when the evaluator ran: late, twice, in fits and starts, or not at all for two hours."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.desk.clocks import Status, corrections, evaluate
from liuke.desk.history import Event
from liuke.desk.rules import Kind, State
from liuke.desk.tests.builders import calendar, minutes, policy, utc

OFFICE = calendar("09:00-12:00", "13:30-18:00")
POLICIES = [
    policy("wall", first_response=15, next_response=30, resolution=240, first_message_counts=True),
    policy("office", on=OFFICE, first_response=60, next_response=45, resolution=480, pauses=("next_response",)),
    None,
]
START, LENGTH = utc("00:30"), 3 * 24 * 60


def build(draw, number, kind):
    offset = draw(st.integers(0, LENGTH - 1))
    event = Event(kind, START + minutes(offset), message_id=f"m{number}")
    extra = {
        Kind.STATE: lambda: {"state": draw(st.sampled_from([State.OPEN, State.ON_HOLD, State.SOLVED, State.CLOSED]))},
        Kind.POLICY_CHANGE: lambda: {"policy": draw(st.sampled_from(POLICIES))},
        Kind.DUE_SET: lambda: {"clock": "resolution", "due_at": START + minutes(draw(st.integers(0, LENGTH)))},
    }.get(kind, dict)()
    return Event(event.kind, event.at, event.message_id, **extra), event.at + minutes(draw(st.integers(0, 600)))


KINDS = st.sampled_from([Kind.CUSTOMER_MESSAGE, Kind.AGENT_REPLY, Kind.STATE, Kind.POLICY_CHANGE, Kind.DUE_SET])


@st.composite
def stored_logs(draw):
    """Events, each with the time at which it was stored; many come late and out of order."""
    created = Event(Kind.CREATED, START, policy=draw(st.sampled_from(POLICIES[:2])))
    kinds = draw(st.lists(KINDS, max_size=8))
    return [(created, START), *(build(draw, number, kind) for number, kind in enumerate(kinds))]


def breaches(sheet):
    return {(run.clock, run.started_at): run.breached_at for run in sheet.readings if run.breached_at}


@settings(max_examples=200)
@given(stored_logs(), st.lists(st.integers(0, LENGTH), max_size=8))
def test_any_sequence_of_runs_records_the_same_breaches_as_one(stored, runs):
    end = START + minutes(LENGTH + 700)
    recorded, trail = {}, []

    for now in [*sorted(START + minutes(run) for run in runs), end]:
        known = [event for event, stored_at in stored if stored_at <= now]
        for change in corrections(recorded, evaluate(known, now=now)):
            assert recorded.get((change.clock, change.started_at)) == change.before
            recorded[change.clock, change.started_at] = change.after
            trail.append(change)
        recorded = {key: at for key, at in recorded.items() if at}

    assert recorded == breaches(evaluate([event for event, _ in stored], now=end))
    assert sum((change.after is not None) - (change.before is not None) for change in trail) == len(recorded)


@settings(max_examples=200)
@given(stored_logs(), st.integers(0, LENGTH), st.integers(1, 3000))
def test_a_breach_is_dated_alike_however_late_it_is_noticed(stored, first, later):
    log = [event for event, _ in stored if event.at <= START + minutes(first)]
    noticed, long_after = START + minutes(first), START + minutes(first + later)

    early, late = evaluate(log, now=noticed), evaluate(log, now=long_after)

    assert breaches(early).items() <= breaches(late).items()


@settings(max_examples=200)
@given(stored_logs(), st.integers(0, LENGTH))
def test_the_due_that_was_shown_is_the_instant_of_the_breach(stored, minute):
    now = START + minutes(minute)
    log = [event for event, _ in stored if event.at <= now]

    for reading in evaluate(log, now=now).readings:
        if reading.status is Status.RUNNING:
            *_, then = [run for run in evaluate(log, now=reading.due_at).readings
                        if (run.clock, run.started_at) == (reading.clock, reading.started_at)]  # fmt: skip
            before = evaluate(log, now=reading.due_at - timedelta(microseconds=1))
            assert (then.status, then.breached_at) == (Status.BREACHED, reading.due_at)
            assert (reading.clock, reading.started_at) not in breaches(before)
