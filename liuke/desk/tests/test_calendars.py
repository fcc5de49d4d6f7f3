"""Opening hours count real seconds, and nothing depends on how far apart the instants are."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.desk.calendars import (
    BadTime,
    BadWindows,
    CalendarNeverOpens,
    Due,
    NeverDue,
    Span,
    UnknownZone,
    due_after,
    next_opening,
    openings,
    union,
    windows_of,
    working_time,
    zone_of,
)
from liuke.desk.tests.builders import EVERY_DAY, calendar, minutes, utc

OFFICE = calendar("09:00-12:00", "13:30-18:00")
NIGHT = ("22:00-06:00",)


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        ("America/New_York", "2026-03-07", 7),
        ("America/New_York", "2026-10-31", 9),
        ("Europe/Berlin", "2026-03-28", 7),
        ("Europe/Berlin", "2026-10-24", 9),
        ("Australia/Lord_Howe", "2026-10-03", 7.5),
        ("Australia/Lord_Howe", "2026-04-04", 8.5),
        ("Asia/Shanghai", "2026-03-28", 8),
    ],
)
def test_a_night_with_a_clock_change_has_its_real_hours(zone, evening, hours):
    nights = calendar(*NIGHT, zone=zone, days=EVERY_DAY)
    noon = datetime.fromisoformat(f"{evening}T12:00").replace(tzinfo=zone_of(zone)).astimezone(UTC)

    assert working_time(nights, noon, noon + timedelta(hours=24)) == timedelta(hours=hours)


def test_a_day_around_the_clock_has_23_or_25_hours():
    whole = calendar("00:00-24:00", zone="Europe/Berlin", days=EVERY_DAY)

    assert due_after(whole, utc("2026-03-28T23:00"), timedelta(hours=23)) == Due(utc("2026-03-29T22:00"))
    assert working_time(whole, utc("2026-10-24T22:00"), utc("2026-10-25T23:00")) == timedelta(hours=25)


def test_an_hour_that_is_skipped_holds_nothing_and_one_that_comes_twice_counts_twice():
    early = calendar("02:30-03:30", zone="Europe/Berlin", days=["sun"])

    assert working_time(early, utc("2026-03-29T00:00"), utc("2026-03-29T12:00")) == minutes(30)
    assert next_opening(early, utc("2026-03-28T12:00")) == utc("2026-03-29T01:00")
    assert working_time(early, utc("2026-10-25T00:00"), utc("2026-10-25T12:00")) == minutes(30 + 60)


def test_a_window_past_midnight_belongs_to_the_day_it_starts_on():
    nights = calendar("21:00-09:00", days=EVERY_DAY, overrides={"2026-06-09": []})

    assert working_time(nights, utc("2026-06-08T16:00"), utc("2026-06-10T12:00")) == timedelta(hours=9)


def test_the_same_time_twice_is_a_whole_day_and_24_00_is_the_end_of_it():
    assert working_time(calendar("08:00-08:00", days=["mon"]), utc("00:00"), utc("2026-06-14T00:00")) == minutes(1440)
    assert working_time(calendar("20:00-24:00", days=["mon"]), utc("00:00"), utc("2026-06-14T00:00")) == minutes(240)


def test_overlapping_windows_count_once():
    twice = calendar("09:00-13:00", "12:00-18:00", "22:00-10:00", days=EVERY_DAY)

    assert working_time(twice, utc("2026-06-08T16:00"), utc("2026-06-09T16:00")) == timedelta(hours=2 + 18)


def test_holidays_empty_a_day_and_make_up_days_fill_one():
    around = calendar("09:00-18:00", overrides={"2026-06-12": [], "2026-06-13": ["10:00-12:00"]})

    assert due_after(around, utc("2026-06-11T09:00"), minutes(90)) == Due(utc("2026-06-13T02:30"))


def test_a_budget_that_ends_at_closing_time_is_due_then_and_names_the_next_opening():
    assert due_after(OFFICE, utc("03:45"), minutes(15)) == Due(utc("04:00"), utc("05:30"))
    friday, monday = utc("2026-06-12T10:00"), utc("2026-06-15T01:00")
    assert due_after(OFFICE, friday - minutes(60), minutes(60)) == Due(friday, monday)


def test_where_two_windows_touch_nothing_closes():
    touching = calendar("09:00-12:00", "12:00-18:00")
    whole = calendar("00:00-24:00", days=EVERY_DAY)

    assert due_after(touching, utc("03:00"), minutes(60)) == Due(utc("04:00"))
    assert due_after(whole, utc("15:00"), minutes(60)) == Due(utc("16:00"))


def test_a_stretch_that_is_left_out_moves_the_due_but_is_no_closing_edge():
    hold = [Span(utc("02:00"), utc("02:40")), Span(utc("02:20"), utc("03:00"))]

    assert due_after(OFFICE, utc("01:00"), minutes(60), hold) == Due(utc("02:00"))
    assert due_after(OFFICE, utc("01:00"), minutes(61), hold) == Due(utc("03:01"))
    assert working_time(OFFICE, utc("01:00"), utc("04:00"), hold) == minutes(120)


def test_seconds_and_fractions_are_not_lost():
    start = utc("01:00:00.250000")

    assert due_after(OFFICE, start, timedelta(seconds=90)) == Due(utc("01:01:30.250000"))
    assert working_time(OFFICE, start, utc("01:00:01")) == timedelta(milliseconds=750)


def test_a_calendar_that_never_opens_is_refused():
    with pytest.raises(CalendarNeverOpens, match="no opening hours"):
        calendar("09:00-18:00", days=[], overrides={"2026-06-08": []})


def test_a_target_that_is_never_used_up_is_refused_instead_of_searched_for_ever():
    once = calendar("09:00-18:00", days=[], overrides={"2026-06-08": ["09:00-10:00"]})

    assert due_after(once, utc("00:00"), minutes(60)) == Due(utc("02:00"))
    assert next_opening(once, utc("2026-06-09T00:00")) is None
    with pytest.raises(NeverDue):
        due_after(once, utc("00:00"), minutes(61))


@pytest.mark.parametrize("text", ["9:00", "24:01", "12:60", "noon", "", " 09:00", "24:00", 9, None])
def test_a_time_of_day_that_nobody_would_write_is_refused(text):
    with pytest.raises(BadTime):
        windows_of([[text, "18:00"]])


def test_windows_are_pairs():
    for pairs in (["09:00"], [["09:00"]], ["ab"]):
        with pytest.raises(BadWindows):
            windows_of(pairs)
    with pytest.raises(BadWindows, match="at most"):
        windows_of([["09:00", "10:00"]] * 25)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "", "Europe", "a\0b"])
def test_a_time_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(UnknownZone):
        zone_of(name)


def test_a_due_beyond_the_known_holidays_is_a_guess():
    known = calendar("09:00-18:00", known_until=date(2026, 12, 31))

    assert not known.is_guess(utc("2026-12-31T15:59:59"))
    assert known.is_guess(utc("2026-12-31T16:00"))
    assert [known.needs_holidays(day) for day in (date(2026, 10, 31), date(2026, 11, 1))] == [False, True]
    assert not OFFICE.is_guess(utc("2199-01-01T00:00"))
    assert not OFFICE.needs_holidays(date(2199, 1, 1))


def test_a_year_is_walked_in_days_not_in_minutes():
    end = utc("2027-06-08T00:00")

    assert sum(1 for _ in takewhile(lambda span: span.opens < end, openings(OFFICE, utc("00:00")))) < 366 * 2


def test_union_joins_what_overlaps_or_touches():
    spans = [Span(utc("03:00"), utc("04:00")), Span(utc("01:00"), utc("02:00")), Span(utc("02:00"), utc("03:30")),
             Span(utc("05:00"), utc("05:00")), Span(utc("07:00"), utc("06:00"))]  # fmt: skip

    assert union(spans) == [Span(utc("01:00"), utc("04:00"))]


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Asia/Beirut"])
NIGHTS = ["2026-03-08T03:00", "2026-03-29T00:00", "2026-03-28T21:00", "2026-04-04T14:00", "2026-10-03T14:00",
          "2026-10-24T20:00", "2026-10-25T00:00", "2026-11-01T04:00", "2026-06-08T00:00"]  # fmt: skip
TIME = st.integers(0, 86_399).map(lambda second: f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}")
HOURS = st.lists(st.tuples(TIME, TIME).map("-".join), min_size=1, max_size=3)


def is_open(hours, at, zone):
    """The walk's question: does the wall clock show a time inside [open, close) of a window of today or last night?"""
    local = at.astimezone(zone_of(zone)).replace(tzinfo=None)
    for pair in hours:
        opens, closes = (timedelta(**dict(zip(["hours", "minutes", "seconds"], map(int, text.split(":")), strict=True)))
                         for text in pair.split("-"))  # fmt: skip
        for midnight in (datetime.combine(local.date(), datetime.min.time()) - timedelta(days=back) for back in (0, 1)):
            if midnight + opens <= local < midnight + closes + timedelta(days=closes <= opens):
                return True
    return False


@settings(max_examples=40)
@given(HOURS, ZONES, st.sampled_from(NIGHTS), st.integers(0, 3 * 3600), st.integers(1, 2 * 3600))
def test_working_time_is_what_a_walk_second_by_second_counts(hours, zone, night, delay, length):
    ours = calendar(*hours, zone=zone, days=EVERY_DAY)
    start = utc(night) + timedelta(seconds=delay)

    counted = sum(is_open(hours, start + timedelta(seconds=second), zone) for second in range(length))

    assert working_time(ours, start, start + timedelta(seconds=length)) == timedelta(seconds=counted)


@settings(max_examples=200)
@given(HOURS, ZONES, st.sampled_from(NIGHTS), st.integers(1, 200_000))
def test_a_due_is_the_first_instant_at_which_the_target_is_used_up(hours, zone, night, seconds):
    ours = calendar(*hours, zone=zone, days=EVERY_DAY)
    start, target = utc(night), timedelta(seconds=seconds)

    try:
        due = due_after(ours, start, target)
    except NeverDue:                                      # a window of some seconds a day: ten years are not enough
        assert working_time(ours, start, start + timedelta(days=3_600)) < target
        return

    assert working_time(ours, start, due.at) == target
    assert working_time(ours, start, due.at - timedelta(seconds=1)) == target - timedelta(seconds=1)
    assert (due.or_at is not None) == (next_opening(ours, due.at) != due.at)


@settings(max_examples=100)
@given(HOURS, ZONES, st.sampled_from(NIGHTS))
def test_opening_hours_come_in_order_and_never_overlap(hours, zone, night):
    spans = list(takewhile(lambda span: span.opens < utc(night) + timedelta(days=20),
                           openings(calendar(*hours, zone=zone, days=EVERY_DAY), utc(night))))  # fmt: skip

    assert all(span.opens < span.closes for span in spans)
    assert all(before.closes <= after.opens for before, after in pairwise(spans))
