"""Days and months as whole numbers, the way the export stores them."""

from datetime import date, timedelta

EPOCH = date(1970, 1, 1)


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - EPOCH).days


def day_on(day: int) -> date:
    return EPOCH + timedelta(days=day)


def month_number(on: date) -> int:
    """Months since year 0: consecutive over the turn of a year."""
    return on.year * 12 + on.month - 1


def month_on(month: int) -> date:
    """The first day of the month."""
    return date(month // 12, month % 12 + 1, 1)


def month_is_over(month: int, *, until: date) -> bool:
    """Whether every day of the month has been seen by the end of `until`."""
    return month_number(until + timedelta(days=1)) > month
