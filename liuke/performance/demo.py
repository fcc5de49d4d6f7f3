"""Thirteen weeks of figures of the demo brand's people, and bonuses of the months that are over.

Not part of the usual file set since it must never run on a real brand; `liuke up --demo` calls `seed_performance`.
The tickets of these weeks are not there: each is told to `rules.shares` as a story, and only the days are kept.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from liuke.desk.rules import FIRST_RESPONSE, RESOLUTION
from liuke.desk.triage import TicketKind
from liuke.org.models import Staff
from liuke.performance import queries
from liuke.performance.models import StaffDay
from liuke.performance.rules import ASSIGNED, REPLY, Helped, Line, Run, Score, Solve, Story, shares
from liuke.performance.services import bonus

DAYS = 91
LATE_AFTER = 900                                         # seconds: the default promise of a first answer
KINDS = {                                                # how long each takes to solve, in hours
    TicketKind.LOGISTICS: 3, TicketKind.USAGE: 1, TicketKind.QUALITY: 14, TicketKind.RETURN: 20,
    TicketKind.COMPLAINT: 26,
}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Habit:
    """How one person works: tickets a day, kinds they get, usual minutes to a first answer, shares of 100."""

    a_day: int
    kinds: tuple[TicketKind, ...]
    first: float
    back: int
    scores: tuple[int, ...]
    helps: int


HABITS = {
    "agent": Habit(6, (TicketKind.LOGISTICS, TicketKind.USAGE, TicketKind.LOGISTICS, TicketKind.QUALITY), 5.0, 3,
                   (5, 5, 5, 4, 5, 4), 9),
    "operator": Habit(5, (TicketKind.LOGISTICS, TicketKind.USAGE, TicketKind.RETURN), 9.5, 9, (5, 4, 4, 3, 5, 2), 2),
    "manager": Habit(2, (TicketKind.COMPLAINT, TicketKind.QUALITY, TicketKind.RETURN), 7.0, 5, (4, 5, 3, 5, 4), 5),
}


def seed(*, now: datetime) -> int:
    """Fill the days before this week, and suggest, approve and pay bonuses; returns how many days. Again is nothing."""
    today = timezone.localdate(now)
    people = {person.username: person for person in Staff.objects.filter(username__in=(*HABITS, "owner"))}
    if StaffDay.objects.filter(day__lt=today - timedelta(days=30)).exists() or len(people) <= len(HABITS):
        return 0
    days: dict[tuple[int | None, date, str], Counter[str]] = {}
    for username, habit in HABITS.items():
        for kind, story in _stories(people[username].pk, habit, today, Random(username)):  # noqa: S311 a demo's dice
            for (staff_id, day), figures in shares(story, day_of=timezone.localdate).items():
                days.setdefault((staff_id, day, kind), Counter()).update(figures)
    rows = [StaffDay(staff_id=staff_id, day=day, kind=kind, **figures)
            for (staff_id, day, kind), figures in days.items() if day < today - timedelta(days=4)]
    with transaction.atomic():
        StaffDay.objects.bulk_create(rows)
        _bonuses(people["owner"].pk, today, now)
    return len(rows)


def _stories(staff_id: int, habit: Habit, today: date, dice: Random) -> Iterator[tuple[str, Story]]:
    for back in range(DAYS, 4, -1):
        day = today - timedelta(days=back)
        if (day.toordinal() + staff_id) % 7 == 0:                # their day off
            continue
        morning = datetime.combine(day, time(9), ZoneInfo(settings.TIME_ZONE))
        for _ticket in range(dice.randint(habit.a_day - 1, habit.a_day + 1)):
            kind = dice.choice(habit.kinds)
            yield str(kind), _story(staff_id, habit, kind, morning + dice.randint(0, 600) * MINUTE, dice)


def _story(staff_id: int, habit: Habit, kind: TicketKind, at: datetime, dice: Random) -> Story:
    """One ticket from its first word to its rating."""
    first = round(60 * dice.lognormvariate(0, 0.55) * habit.first)
    hours = KINDS[kind] * dice.lognormvariate(0, 0.4)
    answered, solved = at + timedelta(seconds=first), at + hours * HOUR
    late = at + timedelta(seconds=LATE_AFTER) if first > LATE_AFTER else None
    again = [Line(REPLY, answered + part * HOUR, staff_id, "") for part in range(min(round(hours), 3))]
    return Story(
        lines=(Line(ASSIGNED, at, staff_id, f"taken:{staff_id}"), Line(REPLY, answered, staff_id, ""), *again),
        runs=(Run(FIRST_RESPONSE, first, answered, late), Run(RESOLUTION, round(hours * 3600), solved, None)),
        solves=(Solve(solved, dice.randrange(100) < habit.back),),
        scores=[Score(solved + HOUR, staff_id, dice.choice(habit.scores))] if dice.random() < 0.4 else [],
        helped=[Helped(solved + DAY, staff_id)] if dice.randrange(100) < habit.helps else [])


def _bonuses(owner_id: int, today: date, now: datetime) -> None:
    """Last month's wait for a decision, one of them decided; those of the month before are paid."""
    last = bonus.month_of(today) - DAY
    before = bonus.month_of(last) - DAY
    for month in (before, last):
        bonus.suggest(month=month, today=today, now=now)
    for row in queries.bonuses(bonus.month_of(before)):
        bonus.decide(bonus_id=row.pk, agree=True, by_id=owner_id, now=now)
    bonus.mark_paid(month=bonus.month_of(before), now=now)
    if first := queries.bonuses(bonus.month_of(last)).first():
        bonus.decide(bonus_id=first.pk, agree=True, by_id=owner_id, now=now)
