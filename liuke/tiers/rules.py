"""What growth comes to, until when it is kept, and every limit. Days are local dates of the brand.

    forever  all growth counts; what was reached is never lost by time
    year     what came in a calendar year counts; what it reaches is kept until the end of the next year
    months   what came in the last N months counts; what it reaches is kept for N months, and what came in these is
             then looked at again

After its last day a tier is kept for the days of grace. Growth that is taken back is taken from the day on which it
came, so a tier that rested on it falls at once.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from liuke.kit.errors import BadInput, Refused

UNIT = "growth"
FOREVER, YEAR, MONTHS = "forever", "year", "months"
PERIODS = (FOREVER, YEAR, MONTHS)
CODE = re.compile(r"[a-z][a-z0-9_-]{0,19}")
NAME_CHARACTERS = 20
NOTICE_CHARACTERS = 300
MAX_TIERS = 12
MAX_THRESHOLD = 10**12
MAX_MONTHS = 60
MAX_GRACE_DAYS = 180
MAX_EARLY_HOURS = 30 * 24
MAX_RETURN_DAYS = 180
MAX_PRIORITY = 1
MAX_GROWTH = 10**9                       # of one gift
MAX_BATCH = 2_000                        # customers reckoned, or gifts given, at once
MAX_RENEWALS = 70                        # periods that a clock which did not run may be behind
KEY_CHARACTERS = 120
BIRTHDAY_BATCH = 500
BIRTHDAY_LATE_DAYS = 7                   # days on which no clock ran are made up for
LEAP_DAY, DAY_BEFORE_LEAP_DAY = 229, 228
PAGE = 50


class Reason(StrEnum):
    """Why somebody's tier is looked at, and so why it changed."""

    GROWTH = "growth"                    # growth value came
    REFUND = "refund"                    # growth value was taken back
    PERIOD = "period"                    # the time for which it was kept is over
    PLAN = "plan"                        # another version of the plan begins
    MERGE = "merge"                      # two records became one, or two again
    STAFF = "staff"                      # granted or withdrawn by a person
    REWARD = "reward"                    # given for a time, or taken back with what it was given for


class BadPlan(BadInput):
    """The plan does not hold together. `about` is the part: tiers, code, name, threshold, period, months and so on.

    `row` is the number of the tier, from 0, where the part belongs to one.
    """

    code = "tiers_plan"

    def __init__(self, about: str, row: int | None = None) -> None:
        super().__init__(about)
        self.about, self.row = about, row


class NoNotice(Refused):
    """A change needs the words by which customers are told of it (G22), and no day before today."""

    code = "tiers_notice"
    status = 422

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


@dataclass(frozen=True, kw_only=True)
class Level:
    """One tier of a plan: its threshold, and what it brings.

    `early_hours`: timed prices begin so much earlier. `priority`: 1 if tickets count as those of VIPs.
    `own_agent`: tickets go to the customer's own person. `return_days`: so many days longer to send goods back.
    """

    code: str
    name: str
    threshold: int = 0
    free_freight: bool = False
    early_hours: int = 0
    return_days: int = 0
    priority: int = 0
    own_agent: bool = False
    birthday: bool = False


BENEFITS = ("free_freight", "early_hours", "return_days", "priority", "own_agent", "birthday")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A version of the plan, from `starts_on` on; its lowest tier is everybody's."""

    levels: tuple[Level, ...]
    period: str = YEAR
    months: int = 12
    grace_days: int = 0
    starts_on: date
    notice: str = ""
    number: int = 0
    pk: int = 0

    @property
    def base(self) -> str:
        return self.levels[0].code

    def level(self, code: str) -> Level:
        """The tier of this code; the lowest for a code that the plan does not know."""
        return next((level for level in self.levels if level.code == code), self.levels[0])

    def rank(self, code: str) -> int:
        """0 for the lowest, and for a code that the plan does not know."""
        return next((at for at, level in enumerate(self.levels) if level.code == code), 0)

    def reached_by(self, growth: int) -> str:
        """The highest tier that so much growth reaches."""
        return [level.code for level in self.levels if level.threshold <= max(growth, 0)][-1]

    def after(self, code: str) -> Level | None:
        """The next tier above; None at the top."""
        at = self.rank(code) + 1
        return self.levels[at] if at < len(self.levels) else None


def check(plan: Plan, *, before: Plan | None, today: date) -> Plan:
    """Raises BadPlan, NoNotice. `before` is the version that it follows."""
    if not 0 < len(plan.levels) <= MAX_TIERS:
        raise BadPlan("tiers")
    for at, level in enumerate(plan.levels):
        _check_level(level, at)
    thresholds = [level.threshold for level in plan.levels]
    if thresholds[0]:
        raise BadPlan("threshold", 0)
    for at, (low, high) in enumerate(pairwise(thresholds), start=1):
        if high <= low or high > MAX_THRESHOLD:
            raise BadPlan("threshold", at)
    for name in ("code", "name"):
        said = [getattr(level, name) for level in plan.levels]
        if twice := next((at for at, each in enumerate(said) if each in said[:at]), None):
            raise BadPlan(name, twice)
    _check_times(plan)
    if plan.starts_on < today:
        raise NoNotice("starts_on")
    if before is not None:
        if before.base != plan.base:
            raise BadPlan("code", 0)
        if not plan.notice.strip():
            raise NoNotice("notice")
    return plan


def _check_level(level: Level, at: int) -> None:
    if not CODE.fullmatch(level.code):
        raise BadPlan("code", at)
    if not 0 < len(level.name.strip()) <= NAME_CHARACTERS or "\x00" in level.name:
        raise BadPlan("name", at)
    most = {"early_hours": MAX_EARLY_HOURS, "return_days": MAX_RETURN_DAYS, "priority": MAX_PRIORITY}
    for name, limit in most.items():
        if not 0 <= getattr(level, name) <= limit:
            raise BadPlan(name, at)


def _check_times(plan: Plan) -> None:
    if plan.period not in PERIODS:
        raise BadPlan("period")
    if plan.period == MONTHS and not 0 < plan.months <= MAX_MONTHS:
        raise BadPlan("months")
    if not 0 <= plan.grace_days <= MAX_GRACE_DAYS:
        raise BadPlan("grace_days")
    if len(plan.notice) > NOTICE_CHARACTERS or "\x00" in plan.notice:
        raise BadPlan("notice")


@dataclass(frozen=True)
class Span:
    """Days whose growth is counted together: after `after` (None: from the beginning) up to and with `last`."""

    after: date | None
    last: date | None


def span(plan: Plan, on: date) -> Span:
    """The days that count on a day."""
    if plan.period == YEAR:
        return Span(date(on.year - 1, 12, 31), date(on.year, 12, 31))
    if plan.period == MONTHS:
        return Span(add_months(on, -plan.months), on)
    return Span(None, None)


def kept_until(plan: Plan, on: date) -> date | None:
    """The last day on which a tier is kept that is reached on a day; None: it is kept for good."""
    if plan.period == YEAR:
        return date(on.year + 1, 12, 31)
    return add_months(on, plan.months) if plan.period == MONTHS else None


def add_months(on: date, months: int) -> date:
    """The same day so many months later (or earlier), or the last day of that month: 31 January + 1 -> 28 February."""
    month = on.year * 12 + on.month - 1 + months
    year, at = divmod(month, 12)
    return date(year, at + 1, min(on.day, monthrange(year, at + 1)[1]))


@dataclass(frozen=True)
class Reached:
    """What a customer came to: the tier that its growth is worth by the thresholds of that time, or that staff granted.

    `version` is the plan's; `after` and `last` as Span; `until` the last day, None for good.
    """

    code: str
    version: int
    after: date | None
    last: date | None
    until: date | None
    grace_days: int = 0
    granted: bool = False

    def holds(self, on: date) -> bool:
        """Within its time, grace left out."""
        return self.until is None or on <= self.until

    def lives(self, on: date) -> bool:
        """Within its time or its grace."""
        return self.until is None or on <= self.until + timedelta(days=self.grace_days)


@dataclass(frozen=True)
class Standing:
    """Which tier somebody has, its last day (None: for good), and the next day on which to look again (None: never).

    `graced`: its time is over, and `until` is the last day of its grace.
    """

    code: str
    until: date | None
    graced: bool
    look_on: date | None


def newly_reached(plan: Plan, known: Sequence[Reached], *, counted: int, on: date) -> Reached | None:
    """What growth that counts on this day newly reaches; None when it is nothing more than what is held."""
    code = plan.reached_by(counted)
    if code == plan.base:
        return None
    days = span(plan, on)
    if plan.period == MONTHS:
        held = max((plan.rank(each.code) for each in known if each.holds(on)), default=0)
        fresh = plan.rank(code) > held
    else:                                # one for each year, or one for good
        fresh = not any((each.version, each.last, each.granted) == (plan.number, days.last, False) for each in known)
    if not fresh:
        return None
    return Reached(code, plan.number, days.after, days.last, kept_until(plan, on), plan.grace_days)


def renewed(plan: Plan, known: Sequence[Reached], over: Reached, *, counted: int) -> Reached | None:
    """When a tier's months are over: what the growth that came in them (`counted`) is worth for the next months."""
    assert over.until is not None, "only what ends is looked at again"
    code, first_day = plan.reached_by(counted), over.until + timedelta(days=1)
    held = max((plan.rank(each.code) for each in known if each.holds(first_day)), default=0)
    if plan.rank(code) <= held:
        return None
    return Reached(code, plan.number, over.last, over.until, add_months(over.until, plan.months), plan.grace_days)


def standing(plan: Plan, known: Iterable[Reached], on: date) -> Standing:
    """The highest of what is held on a day; of two alike the one that is kept longer."""
    living = [each for each in known if each.lives(on) and plan.rank(each.code)]
    rank = max((plan.rank(each.code) for each in living), default=0)
    best = [each for each in living if plan.rank(each.code) == rank]
    graced = bool(best) and not any(each.holds(on) for each in best)
    ends = [each.until + timedelta(days=each.grace_days * graced) for each in best if each.until is not None]
    until = max(ends) if ends and len(ends) == len(best) else None
    return Standing(plan.levels[rank].code, until, graced, _look_on(living, on))


def _look_on(living: Iterable[Reached], on: date) -> date | None:
    """The first day after `on` on which something of it ends: its time, or its grace."""
    day = timedelta(days=1)
    ends = [end for each in living if each.until is not None
            for end in (each.until + day, each.until + (each.grace_days + 1) * day) if end > on]
    return min(ends, default=None)


def birthdays_on(on: date) -> tuple[int, ...]:
    """Who has a birthday on a day, as month and day (1231); who was born on 29 February also has one on the 28th."""
    today = on.month * 100 + on.day
    leap = monthrange(on.year, 2)[1] == 29
    return (today, LEAP_DAY) if today == DAY_BEFORE_LEAP_DAY and not leap else (today,)
