"""Calendars, policies and logs for tests; what a test does not name is plain."""

from datetime import UTC, datetime, timedelta

from liuke.desk.calendars import Calendar, windows_of, zone_of
from liuke.desk.history import Event, Policy
from liuke.desk.rules import CLOCK_NAMES, Kind

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def utc(text):
    """An instant; a bare time is on Monday, 8 June 2026."""
    return datetime.fromisoformat(text if "-" in text else f"2026-06-08T{text}").replace(tzinfo=UTC)


def minutes(number):
    return timedelta(minutes=number)


def calendar(*windows, zone="Asia/Shanghai", days=WORKDAYS, overrides=None, **more):
    """Open in these windows ("09:00-12:00") on these days; without any window always open."""
    pairs = windows_of([window.split("-") for window in windows])
    return Calendar(
        name="test",
        zone=zone_of(zone),
        weekly=tuple(pairs if day in days else () for day in EVERY_DAY),
        overrides={
            datetime.fromisoformat(day).date(): windows_of([window.split("-") for window in hours])
            for day, hours in (overrides or {}).items()
        },
        always_open=not windows,
        **more,
    )


def policy(name="test", *, on=None, pauses=("resolution",), **more):
    """Minutes by clock, such as first_response=15; on the wall clock unless `on` says otherwise."""
    targets = {clock: minutes(more.pop(clock)) for clock in CLOCK_NAMES if clock in more}
    return Policy(name, targets, dict.fromkeys(targets, on or calendar()), pauses=frozenset(pauses), **more)


def event(time, kind, **more):
    """One line of a log: event("01:05", "agent_reply")."""
    return Event(Kind(kind), utc(time), **more)
