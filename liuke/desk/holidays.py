"""Holidays and make-up days of mainland China as rows that staff can correct; what a calendar makes of them.

Stands beside `rules.py` because the published list is data with a source and an end: the State Council names the days
of a year in the November before, so a year that is not listed is unknown, never guessed. Pure: rows in, rows out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from chinese_calendar import constants

from liuke.desk.calendars import Window

YEARS = 2                            # of lists before the newest one

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "Mid-autumn Festival": "中秋",
    "National Day": "国庆节",
}


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One local date that is not like its weekday. Rows `by_hand` are staff's and win over the list."""

    day: date
    works: bool
    name: str
    by_hand: bool = False


def listed(*, year: int) -> list[SpecialDay]:
    """The published days off and make-up days of a year, by date; empty when the year is not published yet."""
    return sorted(
        (
            SpecialDay(day, works, NAMES.get(name, name))
            for works, days in ((False, constants.holidays), (True, constants.workdays))
            for day, name in days.items()
            if day.year == year
        ),
        key=lambda special: special.day,
    )


def listed_from() -> date:
    """The first day of the first year that is worth having: last year's clocks may still be read."""
    return date(listed_until().year - YEARS, 1, 1)


def listed_until() -> date:
    """The last day of the last published year."""
    return date(max(constants.holidays).year, 12, 31)


def merged(*, stored: Iterable[SpecialDay], fresh: Iterable[SpecialDay]) -> list[SpecialDay]:
    """What should be stored when lists of whole years come in: they replace these years, but no row by hand.

    Loading twice changes nothing.
    """
    days = {special.day: special for special in fresh}
    years = {day.year for day in days}
    days |= {special.day: special for special in stored if special.by_hand or special.day.year not in years}
    return [days[day] for day in sorted(days)]


def overrides(days: Iterable[SpecialDay], *, hours: tuple[Window, ...]) -> Mapping[date, tuple[Window, ...]]:
    """What `Calendar.overrides` wants: nothing on a day off, `hours` on a make-up day."""
    return {special.day: hours if special.works else () for special in days}
