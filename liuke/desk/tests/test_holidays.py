"""The published days become overrides, and what staff corrected stays corrected."""

import json
from datetime import date, timedelta
from pathlib import Path

from liuke.desk.calendars import windows_of
from liuke.desk.holidays import NAMES, SpecialDay, listed, listed_until, merged, overrides
from liuke.desk.tests.builders import calendar

HOURS = ("09:00-12:00", "13:30-18:00")
EXAMPLES = json.loads((Path(__file__).parent / "data" / "sla-examples.json").read_text())


def test_the_list_of_2026_gives_the_office_year_of_the_worked_examples():
    office = EXAMPLES["calendars"]["cn_office_2026"]
    expected = {day: [] for day in office["holidays"]} | office["extra_workdays"]
    days = overrides(listed(year=2026), hours=windows_of([hours.split("-") for hours in HOURS]))
    ours = calendar(*HOURS)

    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        pairs = expected.get(day.isoformat(), ours.weekly[day.weekday()] and [hours.split("-") for hours in HOURS])
        assert days.get(day, ours.weekly[day.weekday()]) == windows_of(pairs or []), day


def test_a_year_that_is_not_published_is_unknown():
    last = listed_until()

    assert (last.month, last.day) == (12, 31)
    assert listed(year=last.year)
    assert listed(year=last.year + 1) == []


def test_every_listed_day_of_these_years_has_its_chinese_name():
    names = {special.name for year in range(2016, listed_until().year + 1) for special in listed(year=year)}

    assert names <= set(NAMES.values())


def test_loading_a_list_again_keeps_what_was_set_by_hand_and_changes_nothing_else():
    spring = date(2026, 2, 17)
    ours = SpecialDay(spring, True, "值班", by_hand=True)
    extra = SpecialDay(date(2026, 8, 8), False, "店庆", by_hand=True)

    once = merged(stored=[ours, extra], fresh=listed(year=2026))

    assert merged(stored=once, fresh=listed(year=2026)) == once
    assert [special for special in once if special.by_hand] == [ours, extra]
    assert len(once) == len(listed(year=2026)) + 1


def test_a_corrected_list_replaces_its_year_and_leaves_the_others():
    wrong, gone = SpecialDay(date(2027, 1, 1), True, "元旦"), SpecialDay(date(2027, 1, 4), False, "元旦")
    right, before = SpecialDay(date(2027, 1, 1), False, "元旦"), SpecialDay(date(2026, 1, 1), False, "元旦")

    assert merged(stored=[before, wrong, gone], fresh=[right]) == [before, right]
