"""States of a record, and how a customer likes to be spoken to."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import available_timezones

from liuke.customers.rules import consents
from liuke.kit.errors import BadInput, Refused

UNDO = timedelta(days=30)                # so long a merge can be undone
EXPORT_LIFE = timedelta(days=3)          # so long an export waits to be taken
EXPORT_BYTES = 200_000_000
MERGE_CHAIN = 20                         # how many records may stand one behind the other
MINUTES_A_DAY = 1440
LEAP_YEAR = 2024

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


class CustomerMerged(Refused):
    """This record was merged into another one: use that."""

    code = "customer_merged"


class CustomerForgotten(Refused):
    """This person has been forgotten: nothing can be written about them any more."""

    code = "customer_forgotten"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How the customer likes to be spoken to; what is empty is left to the brand.

    Quiet hours are local minutes of the day and may go over midnight (1320 to 480 is 22:00 to 8:00).
    """

    language: str = ""
    best_channel: str = ""
    zone: str = ""
    quiet_from_minutes: int | None = None
    quiet_until_minutes: int | None = None
    birth_month_day: int | None = None       # 1231; the 29th of February is a birthday too

    def check(self) -> None:
        """Raises BadInput with the first thing that cannot be."""
        if self.language and not _LANGUAGE.fullmatch(self.language):
            raise BadInput("the language is a code like zh-hans")
        if self.best_channel and self.best_channel not in consents.CHANNELS:
            raise BadInput("there is no such channel")
        if self.zone and self.zone not in available_timezones():
            raise BadInput("there is no such time zone")
        self._check_quiet_hours()
        self._check_birthday()

    def _check_quiet_hours(self) -> None:
        both = (self.quiet_from_minutes, self.quiet_until_minutes)
        if both == (None, None):
            return
        if any(each is None or not 0 <= each < MINUTES_A_DAY for each in both) or both[0] == both[1]:
            raise BadInput("quiet hours have a beginning and another end, in minutes of the day")

    def _check_birthday(self) -> None:
        if self.birth_month_day is None:
            return
        try:
            date(LEAP_YEAR, *divmod(self.birth_month_day, 100))
        except ValueError as error:
            raise BadInput("there is no such day in a year") from error
