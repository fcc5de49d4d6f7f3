"""Random calendars, policies and logs: our clocks say what a slow walk over time says, to the last field."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from liuke.desk.calendars import NeverDue
from liuke.desk.scenarios import SCHEMA, simulated
from liuke.desk.tests.oracle import DAYS, STEP, Ticket, TooFar, written

# Evenings before the clocks change, both ways, and quiet days; Lord Howe changes by half an hour, Lebanon at midnight.
STARTS = {
    "Europe/Berlin": ["2026-03-28T20:00", "2026-10-24T20:00", "2026-06-08T06:00"],
    "America/New_York": ["2026-03-08T02:00", "2026-11-01T02:00", "2026-12-31T20:00"],
    "Australia/Lord_Howe": ["2026-04-04T10:00", "2026-10-03T10:00", "2026-02-27T10:00"],
    "Asia/Beirut": ["2026-03-28T18:00", "2026-10-24T18:00", "2026-07-01T06:00"],
    "Asia/Shanghai": ["2026-02-14T00:00", "2026-09-30T16:00", "2026-06-08T01:00"],
}
TIMES = st.integers(0, 287).map(lambda number: f"{number // 12:02}:{number % 12 * 5:02}")
WINDOWS = st.lists(st.tuples(TIMES, TIMES | st.just("24:00")).map(list), max_size=3)
CLOCKS = ["first_response", "next_response", "resolution"]
TARGETS = st.none() | st.integers(1, 200).map(lambda number: number * 5)
STATES = st.sampled_from(["open", "pending_customer", "on_hold", "pending_close", "solved", "closed"])


@st.composite
def calendars(draw, zone, first):
    days = [(first + timedelta(days=number)).date().isoformat() for number in range(-1, 9)]
    weekly = {day: draw(WINDOWS) for day in DAYS}
    assume(any(weekly.values()))
    return {
        "tz": zone,
        "weekly": weekly,
        "holidays": draw(st.lists(st.sampled_from(days), max_size=3)),
        "extra_workdays": draw(st.dictionaries(st.sampled_from(days), WINDOWS, max_size=2)),
    }


@st.composite
def policies(draw):
    return {
        "calendar": draw(st.sampled_from(["own", "office", "wall"])),
        **{f"{clock}_min": draw(TARGETS) for clock in CLOCKS},
        "pause_clocks": draw(st.lists(st.sampled_from(CLOCKS), unique=True)),
        "next_response_starts": draw(st.sampled_from(["any_customer_message", "after_first_response"])),
        "warn_before_min": draw(st.none() | st.integers(1, 30).map(lambda number: number * 5)),
    }


@st.composite
def logs(draw, first):
    """Events in the order they happened; some at the same instant."""
    created = {"at": first, "type": "created", "policy": "p1"}
    created |= draw(st.fixed_dictionaries({}, optional={"state": STATES, "from_customer": st.booleans()}))
    events, at = [created], first
    for number in range(draw(st.integers(0, 8))):
        at += STEP * draw(st.integers(0, 150) | st.integers(0, 12))
        kind = draw(st.sampled_from(["customer_message", "agent_reply", "state", "state", "policy_change", "rare"]))
        if kind == "rare":
            kind = draw(st.sampled_from(["internal_note", "bot_reply", "merged", "spam", "policy_change"]))
        event = {"at": at, "type": kind, "msg_id": f"m{number}"}
        if kind == "state":
            event["to"] = draw(STATES)
        elif kind == "policy_change":
            event["policy"] = draw(st.sampled_from(["p1", "p2", "p2", None]))
        elif kind == "customer_message":
            event["auto_reopen"] = draw(st.sampled_from([True, True, False]))
        events.append(event)
    return events, at + STEP * draw(st.integers(-100, 400) | st.integers(0, 24))


@st.composite
def documents(draw):
    zone = draw(st.sampled_from(sorted(STARTS)))
    first = datetime.fromisoformat(draw(st.sampled_from(STARTS[zone]))).replace(tzinfo=UTC)
    first += STEP * draw(st.integers(0, 300))
    events, as_of = draw(logs(first))
    office = {day: [["09:00", "12:00"], ["13:30", "18:00"]] for day in DAYS[:5]}
    return {
        "schema": SCHEMA,
        "calendars": {
            "own": draw(calendars(zone, first)),
            "office": {"tz": zone, "weekly": office},
            "wall": {"tz": zone, "always_open": True, "weekly": {}},
        },
        "policies": {"p1": draw(policies()), "p2": draw(policies())},
        "scenarios": [
            {
                "id": "random",
                "as_of": written(max(as_of, first)),
                "events": [{**event, "at": written(event["at"])} for event in events],
            }
        ],
    }


def ours(document):
    return simulated(json.dumps(document))["scenarios"][0]["expect"]


LENIENT = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@settings(max_examples=150, suppress_health_check=LENIENT)
@given(documents())
def test_clocks_say_what_a_walk_in_steps_of_five_minutes_says(document):
    try:
        expected = Ticket(document, document["scenarios"][0]).expect()
        answer = ours(document)
    except (TooFar, NeverDue):
        assume(False)

    assert answer == expected


@settings(max_examples=60, suppress_health_check=LENIENT)
@given(documents(), st.randoms(use_true_random=False))
def test_order_of_arrival_and_repeated_delivery_change_nothing(document, random):
    [scenario] = document["scenarios"]
    try:
        in_order = ours(document)
    except NeverDue:
        assume(False)
    events = scenario["events"]
    assume(len({event["at"] for event in events}) == len(events))
    again = [event | {"at": "2027-12-31T00:00:00Z"} for event in events if event.get("msg_id")]

    scenario["events"] = random.sample(events + events[1:] + again, k=2 * len(events) - 1 + len(again))

    assert ours(document) == in_order
