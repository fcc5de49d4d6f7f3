"""Opening hours and the working time inside them: pure sums, no clock, no database.

Stands beside `rules.py` because it is a subject of its own and the clocks, the roster and the page of a calendar all
count with it. An instant counts when the wall clock of the calendar's zone shows a time inside [open, close) of a
window, so a night with a clock change has seven or nine hours, an hour that is skipped holds nothing and an hour that
comes twice counts twice. Cost: a few steps a day that is walked over, never a step a minute.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from liuke.kit.errors import BadInput, Refused

DAY = timedelta(days=1)
HORIZON = timedelta(days=3660)  # a budget that is not used up after ten years never is
HOLIDAY_ALERT_DAYS = 60
MOST_WINDOWS_A_DAY = 24
_STEP = timedelta(days=7)  # no zone changes its offset twice within a week
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


class CalendarNeverOpens(BadInput):
    """The calendar has no opening hours, so no clock could ever run."""

    code = "calendar_never_opens"


class UnknownZone(BadInput):
    """There is no such time zone."""

    code = "unknown_zone"


class BadTime(BadInput):
    """A time of day is written HH:MM, from 00:00 to 24:00; 24:00 can only be an end."""

    code = "bad_time"


class BadWindows(BadInput):
    """A day has a list of [open, close] pairs, each as HH:MM."""

    code = "bad_windows"


class NeverDue(Refused):
    """The calendar does not open often enough for this target within ten years."""

    code = "due_out_of_reach"


@dataclass(frozen=True, slots=True)
class Span:
    """The instants from `opens` up to, not including, `closes`; both UTC."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """Opening hours of one local day, counted from its midnight; past 24 hours they run into the next day."""

    opens: timedelta
    closes: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """When a budget is used up. `or_at` is the next opening when that is exactly at a closing edge, else None."""

    at: datetime
    or_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """When we work. `weekly` has seven days from Monday on; `overrides` replaces single local dates, both ways.

    A window belongs to the day it starts on: a holiday empties its own windows, not the tail of the night before.
    `known_until` is the last date whose holidays are known; None says there is nothing to know. Raises
    CalendarNeverOpens when there is no window at all.
    """

    name: str
    zone: ZoneInfo
    weekly: tuple[tuple[Window, ...], ...] = ((),) * 7
    overrides: Mapping[date, tuple[Window, ...]] = field(default_factory=dict, hash=False)
    always_open: bool = False
    known_until: date | None = None

    def __post_init__(self) -> None:
        if not (self.always_open or any(self.weekly) or any(self.overrides.values())):
            raise CalendarNeverOpens(f"The calendar {self.name!r} has no opening hours, so no clock could ever run.")

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The opening hours that start on this local date."""
        return self.overrides.get(day, self.weekly[day.weekday()])

    def is_guess(self, at: datetime) -> bool:
        """Whether the instant lies beyond the known holidays, so that it may still move."""
        return self.known_until is not None and at.astimezone(self.zone).date() > self.known_until

    def needs_holidays(self, today: date) -> bool:
        """Whether the known holidays end within HOLIDAY_ALERT_DAYS: time to load next year's."""
        return self.known_until is not None and self.known_until - today <= timedelta(days=HOLIDAY_ALERT_DAYS)


def working_time(calendar: Calendar, start: datetime, end: datetime, left_out: Sequence[Span] = ()) -> timedelta:
    """Real time inside the opening hours from start to end, the stretches in `left_out` not counted."""
    total = timedelta()
    for span in _without(openings(calendar, start), left_out):
        if span.opens >= end:
            break
        total += min(span.closes, end) - span.opens
    return total


def due_after(calendar: Calendar, start: datetime, target: timedelta, left_out: Sequence[Span] = ()) -> Due:
    """The earliest instant at which `target` of working time is used up; raises NeverDue beyond HORIZON.

    A budget that ends exactly at closing time is due at the closing instant, not at the next opening.
    """
    if target <= timedelta():
        return Due(start)
    left = target
    for span in _without(openings(calendar, start), left_out):
        if left > span.closes - span.opens:
            left -= span.closes - span.opens
            continue
        at = span.opens + left
        opening = next_opening(calendar, at)
        return Due(at, opening if opening != at else None)
    raise NeverDue(f"The calendar {calendar.name!r} does not open often enough for {target} within ten years.")


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """The instant itself when it is inside the opening hours, else when they next begin; None beyond HORIZON."""
    return next((span.opens for span in openings(calendar, at)), None)


def openings(calendar: Calendar, start: datetime) -> Iterator[Span]:
    """Opening hours from `start` on, in order, without overlaps; two may touch. Ends after HORIZON."""
    start = start.astimezone(UTC)
    if calendar.always_open:
        yield Span(start, start + HORIZON)
        return
    for stretch, offset in _offsets(calendar.zone, start):
        done = stretch.opens
        day = (stretch.opens + offset).date() - DAY  # yesterday's window may run past midnight
        while (midnight := datetime.combine(day, time(), UTC) - offset) < stretch.closes:
            for window in calendar.windows_on(day):
                opens, closes = max(midnight + window.opens, done), min(midnight + window.closes, stretch.closes)
                if opens < closes:
                    yield Span(opens, closes)
                    done = closes
            day += DAY


def instant_of(zone: ZoneInfo, day: date, since_midnight: timedelta) -> datetime:
    """The first instant at which the wall clock shows this time of this date, or has skipped it."""
    local = datetime.combine(day, time()) + since_midnight
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == local:
        return at
    return _change_after(zone, int((at - DAY).timestamp()), int(at.timestamp()))


def union(spans: Iterable[Span]) -> list[Span]:
    """The same instants as sorted stretches that neither overlap nor touch; empty ones fall out."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.opens):
        if span.opens >= span.closes:
            continue
        if joined and span.opens <= joined[-1].closes:
            joined[-1] = Span(joined[-1].opens, max(joined[-1].closes, span.closes))
        else:
            joined.append(span)
    return joined


def windows_of(pairs: Iterable[object], *, where: str = "") -> tuple[Window, ...]:
    """Windows from [open, close] pairs of local times, by opening; a close not after its open is on the next day."""
    windows = []
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise BadWindows(f"{where} has {pair!r}; opening hours are pairs of [open, close].")
        opens, closes = _since_midnight(pair[0], where=where), _since_midnight(pair[1], where=where, end=True)
        windows.append(Window(opens, closes if closes > opens else closes + DAY))
    if len(windows) > MOST_WINDOWS_A_DAY:
        raise BadWindows(f"{where} has {len(windows)} windows; a day has at most {MOST_WINDOWS_A_DAY}.")
    return tuple(sorted(windows, key=lambda window: window.opens))


def zone_of(name: str) -> ZoneInfo:
    """The time zone of an IANA name; raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:  # a path, a directory, a null byte, no such key
        raise UnknownZone(f"There is no time zone {name!r}.") from error


def _since_midnight(text: object, *, where: str, end: bool = False) -> timedelta:
    if text == "24:00" and end:
        return DAY
    if isinstance(text, str) and (match := _CLOCK_TIME.fullmatch(text)):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    raise BadTime(f"{where} has {text!r}; a time of day is HH:MM, and 24:00 can only be an end.")


def _without(spans: Iterator[Span], left_out: Sequence[Span]) -> Iterator[Span]:
    gaps = union(left_out)
    at = 0
    for span in spans:
        opens = span.opens
        while at < len(gaps) and gaps[at].closes <= opens:
            at += 1
        following = at
        while following < len(gaps) and gaps[following].opens < span.closes:
            if opens < gaps[following].opens:
                yield Span(opens, gaps[following].opens)
            opens = max(opens, gaps[following].closes)
            following += 1
        if opens < span.closes:
            yield Span(opens, span.closes)


def _offsets(zone: ZoneInfo, start: datetime) -> Iterator[tuple[Span, timedelta]]:
    """Stretches of one UTC offset from `start` on, at most a week each."""
    begins, limit = start, start + HORIZON
    while begins < limit:
        ends = begins + _STEP
        offset = _offset_at(zone, begins)
        if _offset_at(zone, ends) != offset:
            ends = _change_after(zone, int(begins.timestamp()), int(ends.timestamp()))
        yield Span(begins, ends), offset
        begins = ends


def _offset_at(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _change_after(zone: ZoneInfo, low: int, high: int) -> datetime:
    """The first second with another offset than `low`, found by halving; changes happen at whole seconds."""
    before = _offset_at(zone, datetime.fromtimestamp(low, UTC))
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_at(zone, datetime.fromtimestamp(middle, UTC)) == before:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)
