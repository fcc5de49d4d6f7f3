"""What-if files (`liuke-sla/1`): calendars, policies and the logs of some tickets in, what their clocks say out.

Stands beside `rules.py` because it is a format of its own, read strictly: in a calendar, a policy, a scenario or an
event a word it does not know is refused, for a misspelt one would silently change a deadline. Pure; the command is a
thin door to it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from liuke.desk.calendars import Calendar, Window, windows_of, zone_of
from liuke.desk.clocks import Reading, Sheet, Status, evaluate
from liuke.desk.history import Event, Policy
from liuke.desk.rules import CLOCKS, FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, BadTarget, Kind, State, clock_of
from liuke.kit.errors import BadInput, Refused

SCHEMA = "liuke-sla/1"
MOST_SCENARIOS = 10_000
MOST_EVENTS = 10_000  # in one scenario
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MOST_MINUTES = 527_040  # a year

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS_SHOWN = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)
TARGETS = {f"{clock.name}_min": clock.name for clock in CLOCKS}
STARTS = {"any_customer_message": True, "after_first_response": False}
TO_READERS = frozenset({"id", "name", "title", "source", "note", "description", "comment", "tags"})
CALENDAR = TO_READERS | {"tz", "weekly", "holidays", "extra_workdays", "always_open", "known_until"}
POLICY = TO_READERS | TARGETS.keys() | {"calendar", "calendars", "pause_clocks", "next_response_starts"}
POLICY |= {"warn_before_min", "auto_reopen"}
SCENARIO = TO_READERS | {"as_of", "events", "expect", "auto_reopen"}
EVENT = TO_READERS | {"at", "type", "ingested_at", "msg_id", "channel", "by", "text", "reason", "public", "into"}
EVENT |= {"policy", "state", "from_customer", "to", "auto_reopen", "clock", "due"}


class Unreadable(BadInput):
    """The file cannot be read, or is not UTF-8."""

    code = "unreadable"


class TooLarge(BadInput):
    """The file is larger than anything a person would simulate."""

    code = "too_large"


class NotJson(BadInput):
    """The file is not JSON."""

    code = "not_json"


class WrongSchema(BadInput):
    """The file is not of the schema liuke-sla/1."""

    code = "wrong_schema"


class UnknownField(BadInput):
    """There is a field that means nothing here."""

    code = "unknown_field"


class MissingField(BadInput):
    """A field is missing."""

    code = "missing_field"


class BadValue(BadInput):
    """A value is of the wrong kind."""

    code = "bad_value"


class BadInstant(BadInput):
    """An instant is written like 2026-06-08T09:00:00Z, with its offset, between 1970 and 2200."""

    code = "bad_instant"


class UnknownCalendar(BadInput):
    """There is no such calendar in the file."""

    code = "unknown_calendar"


class UnknownPolicy(BadInput):
    """There is no such policy in the file."""

    code = "unknown_policy"


class UnknownEvent(BadInput):
    """There is no such type of event."""

    code = "unknown_event"


class UnknownState(BadInput):
    """There is no such state of a ticket."""

    code = "unknown_state"


def simulated(text: str) -> dict[str, Any]:
    """The file with the `expect` of every scenario computed anew; everything else stays as it was.

    Raises a Refused that names the place and has a stable code when anything cannot be understood.
    """
    try:
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotJson(f"The file is not JSON: {error}.") from error
    document: dict[str, Any] = _typed(content, dict, "the file")
    if document.get("schema") != SCHEMA:
        raise WrongSchema(f"The file has the schema {document.get('schema')!r}; {SCHEMA!r} is understood.")
    calendars = {}
    for name, body in _field(document, "calendars", dict).items():
        with _within(f"Calendar {name!r}"):
            calendars[name] = _calendar(name, _typed(body, dict, "it"))
    policies = {}
    for name, body in _field(document, "policies", dict).items():
        with _within(f"Policy {name!r}"):
            policies[name] = _policy(name, _typed(body, dict, "it"), calendars)
    scenarios = _field(document, "scenarios", list)
    if len(scenarios) > MOST_SCENARIOS:
        raise BadValue(f"The file has {len(scenarios)} scenarios; at most {MOST_SCENARIOS} are simulated at once.")
    for number, body in enumerate(scenarios, start=1):
        with _within(f"Scenario {body.get('id', number) if isinstance(body, dict) else number!r}"):
            body["expect"] = _expected(_typed(body, dict, "it"), policies)
    return document


def _calendar(name: str, body: dict[str, Any]) -> Calendar:
    _only(body, CALENDAR)
    weekly = _field(body, "weekly", dict, {})
    _only(weekly, frozenset(DAYS))
    overrides: dict[date, tuple[Window, ...]] = dict.fromkeys(_holidays(body), ())
    for day, pairs in _field(body, "extra_workdays", dict, {}).items():
        overrides[_date(day)] = windows_of(_typed(pairs, list, day), where=day)
    always_open = _field(body, "always_open", bool, False)
    if always_open and (any(weekly.values()) or overrides):
        raise BadValue("it is always open, so it can have neither opening hours nor holidays")
    return Calendar(
        name=name,
        zone=zone_of(_field(body, "tz", str, *["UTC"] * always_open)),
        weekly=tuple(windows_of(_typed(weekly.get(day) or [], list, day), where=day) for day in DAYS),
        overrides=overrides,
        always_open=always_open,
        known_until=_date(body["known_until"]) if body.get("known_until") else None,
    )


def _holidays(body: dict[str, Any]) -> Iterator[date]:
    """Dates, or objects with a date that count only when they are marked active, as holiday feeds have them."""
    for entry in _field(body, "holidays", list, []):
        if not isinstance(entry, dict):
            yield _date(entry)
        elif entry.get("active") is True:
            yield _date(_field(entry, "date", str))


def _policy(name: str, body: dict[str, Any], calendars: Mapping[str, Calendar]) -> Policy:
    _only(body, POLICY)
    targets = {clock: _minutes(body[key], key) for key, clock in TARGETS.items() if body.get(key) is not None}
    usual = _field(body, "calendar", str)
    own = {clock_of(clock).name: name for clock, name in _field(body, "calendars", dict, {}).items()}
    for calendar in (usual, *own.values()):
        if _typed(calendar, str, "calendars") not in calendars:
            raise UnknownCalendar(f"there is no calendar {calendar!r} in the file")
    starts = _field(body, "next_response_starts", str, "after_first_response")
    if starts not in STARTS:
        raise BadValue(f"next_response_starts is {starts!r}; it is one of {', '.join(STARTS)}")
    warn = body.get("warn_before_min")
    return Policy(
        name=name,
        targets=targets,
        calendars={clock: calendars[own.get(clock, usual)] for clock in targets},
        pauses=frozenset(_typed(clock, str, "pause_clocks") for clock in _field(body, "pause_clocks", list, [])),
        first_message_counts=STARTS[starts],
        warn_before=_minutes(warn, "warn_before_min") if warn else timedelta(),
        reopens=_field(body, "auto_reopen", bool, True),
    )


def _expected(body: dict[str, Any], policies: Mapping[str, Policy]) -> dict[str, Any]:
    _only(body, SCENARIO)
    reopens = _field(body, "auto_reopen", bool, None)
    events = _field(body, "events", list)
    if len(events) > MOST_EVENTS:
        raise BadValue(f"it has {len(events)} events; at most {MOST_EVENTS} are understood")
    log = []
    for number, event in enumerate(events, start=1):
        with _within(f"event {number}"):
            log.append(_event(_typed(event, dict, "it"), policies, reopens=reopens))
    return as_json(evaluate(log, now=_instant(_field(body, "as_of", str))))


def _event(body: dict[str, Any], policies: Mapping[str, Policy], *, reopens: bool | None) -> Event:
    _only(body, EVENT)
    name = _field(body, "type", str)
    if name not in set(Kind):
        raise UnknownEvent(f"there is no type of event {name!r}")
    kind = Kind(name)
    if kind is Kind.AGENT_REPLY and not _field(body, "public", bool, True):
        kind = Kind.INTERNAL_NOTE
    message_id = body.get("msg_id")
    _instant(_field(body, "ingested_at", str, "1970-01-01T00:00:00Z"))  # it decides nothing, but it must be an instant
    return Event(
        kind=kind,
        at=_instant(_field(body, "at", str)),
        message_id="" if message_id is None else str(message_id),
        state=_state(body, kind),
        policy=_policy_of(body, policies) if kind in (Kind.CREATED, Kind.POLICY_CHANGE) else None,
        from_customer=_field(body, "from_customer", bool, True),
        reopens=_field(body, "auto_reopen", bool, reopens),
        clock=clock_of(_field(body, "clock", str)).name if kind is Kind.DUE_SET else "",
        due_at=_instant(body["due"]) if kind is Kind.DUE_SET and body.get("due") is not None else None,
    )


def _state(body: dict[str, Any], kind: Kind) -> State:
    name = _field(body, "to", str) if kind is Kind.STATE else _field(body, "state", str, State.OPEN)
    if name not in set(State):
        raise UnknownState(f"there is no state {name!r}")
    return State(name)


def _policy_of(body: dict[str, Any], policies: Mapping[str, Policy]) -> Policy | None:
    if "policy" not in body:
        raise MissingField("it has no field 'policy'; null says that nothing is promised")
    name = body["policy"]
    if name is None:
        return None
    if not isinstance(name, str) or name not in policies:
        raise UnknownPolicy(f"there is no policy {name!r} in the file")
    return policies[name]


def as_json(sheet: Sheet) -> dict[str, Any]:
    """What a scenario's `expect` says: every clock, then the running one that is due first."""
    answer = {name: _clock_as_json(sheet, name) for name in ALWAYS_SHOWN}
    for clock in CLOCKS:
        if clock.name not in answer and (clock.name in sheet.promised or sheet.runs_of(clock.name)):
            answer[clock.name] = _clock_as_json(sheet, clock.name)
    first = sheet.next_breach()
    return {**answer, "next_breach": [_written(first.due_at), first.clock] if first else None}


def _clock_as_json(sheet: Sheet, name: str) -> dict[str, Any]:
    runs = sheet.runs_of(name)
    nothing: dict[str, Any] = {"status": str(Status.INACTIVE), "due": None, "breached_at": None}
    if sheet.cancelled:
        return {**nothing, "status": str(Status.CANCELLED)}
    if not runs and name not in sheet.promised:
        return nothing
    if not clock_of(name).repeats:
        return _run_as_json(runs[0]) if runs else nothing
    turns = [{**_run_as_json(run), "started_at": _written(run.started_at)} for run in runs]
    if turns and runs[-1].ended_at is None:
        nothing = {key: turns[-1][key] for key in nothing}
    return {
        **nothing,
        "turns": turns,
        "breach_count": sum(run.breached_at is not None for run in runs),
        "longest_used_min": max((_in_minutes(run.used) for run in runs if run.stopped_at), default=None),
    }


def _run_as_json(run: Reading) -> dict[str, Any]:
    target = run.target / MINUTE
    answer: dict[str, Any] = {
        "target_min": int(target) if target.is_integer() else target,
        "due": _written(run.due_at),
        "used_min": _in_minutes(run.used),
    }
    if run.due_or_at:
        answer["due_equivalent"] = _written(run.due_or_at)
    answer |= {"breached_at": _written(run.breached_at), "status": str(run.status)}
    if run.stopped_at:
        answer |= {"stopped_at": _written(run.stopped_at), "margin_min": _in_minutes(run.remaining)}
    if run.status is Status.PAUSED:
        answer["remaining_min"] = _in_minutes(run.remaining)
    if run.warn_at:
        answer["warn_at"] = _written(run.warn_at)
    if run.provisional:
        answer["provisional"] = True
    if run.computed_due_at != run.due_at:
        answer["computed_due"] = _written(run.computed_due_at)
    return answer


def _in_minutes(length: timedelta) -> float:
    return round(length / MINUTE, 2) + 0.0  # never -0.0


def _written(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _instant(text: object) -> datetime:
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not EARLIEST <= at < LATEST:
        raise BadInstant(f"{text!r} is not an instant like 2026-06-08T09:00:00Z, between 1970 and 2200")
    return at.astimezone(UTC)


def _date(text: object) -> date:
    try:
        if isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadValue(f"{text!r} is not a date like 2026-06-08")


def _minutes(value: object, where: str) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue(f"{where} is {value!r}; it is a number of minutes")
    if not 0 < value <= MOST_MINUTES:
        raise BadTarget(f"{where} is {value}; it is more than 0 and at most a year")
    return timedelta(minutes=value)


def _field(body: Mapping[str, Any], name: str, kind: type, *default: Any) -> Any:
    """The value of a field, checked; the default when it is missing or null, or MissingField without one."""
    if body.get(name) is not None:
        return _typed(body[name], kind, name)
    if default:
        return default[0]
    raise MissingField(f"it has no field {name!r}")


def _typed(value: Any, kind: type, where: str) -> Any:
    if not isinstance(value, kind):
        words = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
        raise BadValue(f"{where} is {json.dumps(value, ensure_ascii=False)[:60]}; it must be {words[kind]}")
    return value


def _only(body: Mapping[str, Any], known: frozenset[str]) -> None:
    for name in body:
        if name not in known:
            raise UnknownField(f"the field {name!r} means nothing here")


@contextmanager
def _within(where: str) -> Iterator[None]:
    """Say in which part of the file it was."""
    try:
        yield
    except Refused as error:
        raise type(error)(f"{where}: {error.message}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        raise ValueError("a field is given twice in one object")
    return body


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
