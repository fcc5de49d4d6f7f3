"""The worked examples come out exactly, and a file that is not understood is refused with a code and a place."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.desk.scenarios import simulated
from liuke.kit.errors import Refused

EXAMPLES = Path(__file__).parent / "data" / "sla-examples.json"
DOCUMENT = json.loads(EXAMPLES.read_text())
NAMES = [scenario["id"] for scenario in DOCUMENT["scenarios"]]


@pytest.fixture(scope="module")
def computed():
    """The same file, with an `expect` that must be ignored in every scenario."""
    blind = {**DOCUMENT, "scenarios": [{**body, "expect": {"ignored": True}} for body in DOCUMENT["scenarios"]]}
    return {scenario["id"]: scenario for scenario in simulated(json.dumps(blind))["scenarios"]}


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_every_worked_example_comes_out_exactly(computed, number):
    scenario = DOCUMENT["scenarios"][number]

    assert computed[scenario["id"]] == scenario


def test_everything_but_the_expectations_is_handed_back_unchanged():
    assert json.dumps(simulated(EXAMPLES.read_text())) == json.dumps(DOCUMENT)


def document(*, calendar=None, policy=None, scenario=None, event=None, **more):
    """A small file that is understood, with these fields changed; None takes a field away."""
    base = {
        "schema": "liuke-sla/1",
        "calendars": {"office": {"tz": "Asia/Shanghai", "weekly": {"mon": [["09:00", "18:00"]]}} | (calendar or {})},
        "policies": {"plain": {"calendar": "office", "first_response_min": 15} | (policy or {})},
        "scenarios": [
            {
                "id": "S1",
                "as_of": "2026-06-08T01:05:00Z",
                "events": [{"at": "2026-06-08T01:00:00Z", "type": "created", "policy": "plain"} | (event or {})],
            }
            | (scenario or {})
        ],
    }
    return json.dumps(base | more)


def answer(text):
    return simulated(text)["scenarios"][0]["expect"]


LATER = {"at": "2026-06-08T01:02:00Z"}
BORN = {"at": "2026-06-08T01:00:00Z", "type": "created", "policy": "plain"}
REFUSALS = {
    "not JSON": ("{", "not_json"),
    "empty": ("", "not_json"),
    "not a number": (document(policy={"first_response_min": float("nan")}), "not_json"),
    "a field twice": ('{"schema": "liuke-sla/1", "schema": "liuke-sla/1"}', "not_json"),
    "too deep": ("[" * 100_000, "not_json"),
    "no object": ("[]", "bad_value"),
    "other schema": (document(schema="liuke-sla/9"), "wrong_schema"),
    "no calendars": (document(calendars=None), "missing_field"),
    "never opens": (document(calendar={"weekly": {}}), "calendar_never_opens"),
    "only empty days": (document(calendar={"weekly": {"mon": []}}), "calendar_never_opens"),
    "opens too rarely": (document(calendar={"weekly": {}, "extra_workdays": {"2026-06-08": [["09:00", "09:05"]]}}),
                         "due_out_of_reach"),
    "no zone": (document(calendar={"tz": None}), "missing_field"),
    "unknown zone": (document(calendar={"tz": "Asia/Peking"}), "unknown_zone"),
    "unknown weekday": (document(calendar={"weekly": {"monday": [["09:00", "18:00"]]}}), "unknown_field"),
    "malformed time": (document(calendar={"weekly": {"mon": [["9 Uhr", "18:00"]]}}), "bad_time"),
    "no pair": (document(calendar={"weekly": {"mon": [["09:00"]]}}), "bad_windows"),
    "windows as text": (document(calendar={"weekly": {"mon": "09:00-18:00"}}), "bad_value"),
    "malformed holiday": (document(calendar={"holidays": ["1 May"]}), "bad_value"),
    "impossible holiday": (document(calendar={"holidays": ["2026-02-30"]}), "bad_value"),
    "always open with hours": (document(calendar={"always_open": True}), "bad_value"),
    "misspelt calendar field": (document(calendar={"holiday": []}), "unknown_field"),
    "misspelt policy field": (document(policy={"first_respons_min": 5}), "unknown_field"),
    "unknown calendar": (document(policy={"calendar": "home"}), "unknown_calendar"),
    "no calendar": (document(policy={"calendar": None}), "missing_field"),
    "unknown clock": (document(policy={"pause_clocks": ["coffee"]}), "unknown_clock"),
    "no target": (document(policy={"first_response_min": 0}), "bad_target"),
    "negative target": (document(policy={"first_response_min": -15}), "bad_target"),
    "endless target": (document(policy={"first_response_min": 10**400}), "bad_target"),
    "target as text": (document(policy={"first_response_min": "15"}), "bad_value"),
    "target as truth": (document(policy={"first_response_min": True}), "bad_value"),
    "unknown start of turns": (document(policy={"next_response_starts": "never"}), "bad_value"),
    "no scenarios": (document(scenarios=None), "missing_field"),
    "scenario is no object": (document(scenarios=["S1"]), "bad_value"),
    "no as_of": (document(scenario={"as_of": None}), "missing_field"),
    "misspelt scenario field": (document(scenario={"event": []}), "unknown_field"),
    "no events": (document(scenario={"events": []}), "not_created_once"),
    "created twice": (document(scenario={"events": [BORN, BORN]}), "not_created_once"),
    "local time": (document(event={"at": "2026-06-08T01:00:00"}), "bad_instant"),
    "no time": (document(event={"at": "yesterday"}), "bad_instant"),
    "far away": (document(scenario={"as_of": "9999-12-31T23:59:59Z"}), "bad_instant"),
    "malformed ingested_at": (document(event={"ingested_at": "now"}), "bad_instant"),
    "unknown policy": (document(event={"policy": "gold"}), "unknown_policy"),
    "policy is no name": (document(event={"policy": ["plain"]}), "unknown_policy"),
    "no policy": (document(scenario={"events": [{"at": BORN["at"], "type": "created"}]}), "missing_field"),
    "unknown event": (document(scenario={"events": [BORN, LATER | {"type": "agent_repy"}]}), "unknown_event"),
    "unknown state": (document(event={"state": "parked"}), "unknown_state"),
    "state without a name": (document(scenario={"events": [BORN, LATER | {"type": "state"}]}), "missing_field"),
    "misspelt event field": (document(event={"from_costumer": False}), "unknown_field"),
    "due for no clock": (document(scenario={"events": [BORN, LATER | {"type": "due_set", "clock": "x"}]}),
                         "unknown_clock"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_not_understood_is_refused_with_a_stable_code(name):
    text, code = REFUSALS[name]

    with pytest.raises(Refused) as refused:
        simulated(text)

    assert refused.value.code == code
    assert "\n" not in refused.value.message


def test_a_refusal_names_the_place():
    with pytest.raises(Refused, match=r"Scenario 'S1': event 1: there is no policy 'gold'"):
        simulated(document(event={"policy": "gold"}))
    with pytest.raises(Refused, match=r"Calendar 'office': mon has '9 Uhr'"):
        simulated(REFUSALS["malformed time"][0])


def test_holidays_of_a_feed_count_only_when_they_are_marked_active():
    feed = [{"date": "2026-06-08", "active": False}, {"date": "2026-06-08", "summary": "somebody's idea"}]

    assert answer(document(calendar={"holidays": feed}))["first_response"]["due"] == "2026-06-08T01:15:00Z"
    feed.append({"date": "2026-06-08", "active": True})
    assert answer(document(calendar={"holidays": feed}))["first_response"]["due"] == "2026-06-15T01:15:00Z"


def test_a_make_up_day_wins_over_a_holiday_on_the_same_date():
    both = {"holidays": ["2026-06-08"], "extra_workdays": {"2026-06-08": [["10:00", "12:00"]]}}

    assert answer(document(calendar=both))["first_response"]["due"] == "2026-06-08T02:15:00Z"


def test_a_reply_that_is_not_public_is_a_note():
    reply = LATER | {"type": "agent_reply", "public": False}

    assert answer(document(scenario={"events": [BORN, reply]}))["first_response"]["status"] == "running"


def test_whether_a_message_reopens_can_be_said_by_the_message_the_ticket_or_the_policy():
    events = [BORN, LATER | {"type": "state", "to": "solved"}, LATER | {"type": "customer_message"}]
    quiet = [*events[:2], events[2] | {"auto_reopen": False}]

    def status(**changes):
        changes["policy"] = {"resolution_min": 60} | changes.get("policy", {})
        return answer(document(**changes))["resolution"]["status"]

    assert status(scenario={"events": events}) == "running"
    assert status(scenario={"events": quiet}) == "met"
    assert status(scenario={"events": events, "auto_reopen": False}) == "met"
    assert status(scenario={"events": events}, policy={"auto_reopen": False}) == "met"
    assert status(scenario={"events": [BORN | {"auto_reopen": False}, *events[1:]]}) == "met"


def test_the_clocks_of_a_return_are_shown_when_they_are_promised():
    request = LATER | {"type": "return_requested"}
    promised = answer(document(policy={"decision_min": 60, "return_leg_min": 60}, scenario={"events": [BORN, request]}))

    assert list(promised) == ["first_response", "next_response", "resolution", "decision", "return_leg", "next_breach"]
    assert promised["decision"]["turns"][0]["started_at"] == "2026-06-08T01:02:00Z"
    assert list(answer(document())) == ["first_response", "next_response", "resolution", "next_breach"]


def test_a_due_by_hand_and_a_guess_are_marked():
    by_hand = LATER | {"type": "due_set", "clock": "first_response", "due": "2026-06-08T01:45:00Z"}
    guess = document(calendar={"known_until": "2026-06-07"}, scenario={"events": [BORN, by_hand]})

    reading = answer(guess)["first_response"]

    assert reading["due"] == "2026-06-08T01:45:00Z"
    assert reading["computed_due"] == "2026-06-08T01:15:00Z"
    assert reading["provisional"] is True


def test_a_clock_can_have_a_calendar_of_its_own():
    calendars = {
        "office": {"tz": "Asia/Shanghai", "weekly": {"tue": [["09:00", "18:00"]]}},
        "wall": {"tz": "Asia/Shanghai", "always_open": True},
    }
    policy = {"calendars": {"first_response": "wall"}, "resolution_min": 15}

    both = answer(document(calendars=calendars, policy=policy))

    assert both["first_response"]["due"] == "2026-06-08T01:15:00Z"
    assert both["resolution"]["due"] == "2026-06-09T01:15:00Z"


def test_the_file_on_the_page_for_service_managers_is_understood():
    page = (Path(__file__).parents[3] / "docs" / "howto" / "sla.md").read_text()
    example = page.partition("```json")[2].partition("```")[0]

    assert answer(example)["first_response"]["due_equivalent"] == "2026-06-08T05:30:00Z"


def test_seconds_of_offset_and_fractions_survive():
    event = {"at": "2026-06-08T09:00:00.500+08:00"}

    assert answer(document(event=event))["first_response"]["due"] == "2026-06-08T01:15:00.500000Z"


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["", "x", "24:00"])
JUNK = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["at", "mon", "x"]), inner, max_size=3),
    max_leaves=4,
)


def places(body, path=()):
    """Every place in the file, as keys to follow."""
    children = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


@settings(max_examples=300)
@given(st.data())
def test_whatever_stands_anywhere_in_the_file_it_is_understood_or_refused(data):
    body = json.loads(
        document(
            calendar={"holidays": ["2026-06-09"], "extra_workdays": {"2026-06-13": [["09:00", "12:00"]]}},
            policy={"pause_clocks": ["resolution"], "calendars": {"resolution": "office"}, "warn_before_min": 5},
            scenario={"events": [BORN, LATER | {"type": "state", "to": "on_hold", "msg_id": "m1"}]},
        )
    )
    for _ in range(data.draw(st.integers(1, 2))):
        *path, last = data.draw(st.sampled_from(list(places(body))))
        spot = body
        for key in path:
            spot = spot[key]
        spot[last] = data.draw(JUNK)

    try:
        simulated(json.dumps(body))
    except Refused as refused:
        code = refused.code
    else:
        code = "understood"

    assert code not in {"refused", "bad_input"}
