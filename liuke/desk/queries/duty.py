"""The stored roster as the pure plan, who is called now, and where nobody is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from liuke.desk import roster
from liuke.desk.calendars import Span, union, windows_of, zone_of
from liuke.desk.models import DutyChange, DutyGap, DutyRotation, Notice, WorkCalendar
from liuke.desk.queries.promises import calendars
from liuke.desk.roster import Duty, Leave, Override, Plan, Rotation, Swap
from liuke.desk.rules import ALERT_DAYS, LEAVE, NEXT_DAYS, OVERRIDE, SWAP
from liuke.org import queries as org
from liuke.org.models import Staff

WORKS, MANAGES = "desk.work", "desk.arrange"


def plan(*, start: datetime, end: datetime) -> Plan:
    """The rotations and what replaces them in this stretch; two queries and one for who still works here."""
    rotations = list(DutyRotation.objects.prefetch_related("people").order_by("name"))
    changes = list(DutyChange.objects.filter(starts_at__lt=end, ends_at__gt=start).order_by("pk"))
    left = set(Staff.objects.filter(is_active=False).values_list("pk", flat=True))
    always = Span(start, end)
    return Plan(
        rotations=tuple(_rotation(row) for row in rotations),
        overrides=tuple(Override(_span(row), (row.staff_id,)) for row in changes if row.kind == OVERRIDE),
        swaps=tuple(Swap(_span(row), row.staff_id, row.taker_id) for row in changes
                    if row.kind == SWAP and row.taker_id),
        leaves=(*(Leave(_span(row), row.staff_id) for row in changes if row.kind == LEAVE),
                *(Leave(always, staff_id) for staff_id in sorted(left))),
    )


def _span(row: DutyChange) -> Span:
    return Span(row.starts_at, row.ends_at)


def _rotation(row: DutyRotation) -> Rotation:
    people = sorted(row.people.all(), key=lambda each: each.pk)
    turns = tuple(tuple(each.staff_id for each in people if each.turn == turn) for turn in range(row.turns))
    return Rotation(
        name=row.name, zone=zone_of(row.zone), starts_on=row.starts_on, turns=turns, days=row.days,
        windows=tuple(windows_of(pairs, where=row.name) for pairs in row.weekly), priority=row.priority,
        ends_on=row.ends_on)


def duties(*, start: datetime, end: datetime) -> list[Duty]:
    """The final roster, without a break. Raises ViewTooLong."""
    return roster.duties(plan(start=start, end=end), start=start, end=end)


def on_duty(*, now: datetime) -> tuple[int, ...]:
    """Who answers at this moment, in the order of the plan; nobody is ()."""
    return roster.on_duty(plan(start=now, end=now + timedelta(minutes=1)), at=now)


def next_on_duty(*, now: datetime, without: Sequence[int]) -> tuple[int, ...]:
    """Who comes on duty next and is not among those `without`."""
    for duty in duties(start=now, end=now + timedelta(days=NEXT_DAYS)):
        if found := tuple(person for person in duty.staff if person not in without):
            return found
    return ()


def gaps(*, now: datetime) -> list[Duty]:
    """Where in the next days nobody answers although we promise by a calendar that is open then.

    Nothing while there is no rotation at all: such a desk has no duty roster.
    """
    if not DutyRotation.objects.exists():
        return []
    begins = now.replace(minute=0, second=0, microsecond=0)
    end = begins + timedelta(days=ALERT_DAYS)
    promised = WorkCalendar.objects.filter(targets__version__policy__active=True).distinct()
    wanted = calendars([row.pk for row in promised])
    found = plan(start=begins, end=end)
    holes = [gap for calendar in wanted.values() for gap in roster.gaps(found, calendar, start=begins, end=end)]
    return _joined(holes)


def _joined(holes: Sequence[Duty]) -> list[Duty]:
    """The same instants once, whichever calendars wanted them."""
    return [Duty(span, (), "") for span in union(hole.span for hole in holes)]


def known_gaps(*, now: datetime) -> QuerySet[DutyGap]:
    """The stretches ahead without anybody, as they were last looked for; the next first."""
    return DutyGap.objects.filter(ends_at__gt=now, starts_at__lt=now + timedelta(days=ALERT_DAYS)).order_by("starts_at")


def quality(*, now: datetime) -> roster.Quality | None:
    """How good the plan of the next days is, by the calendar that is open longest; nothing without rotations."""
    if not DutyRotation.objects.exists():
        return None
    always = WorkCalendar.objects.order_by("-always_open", "pk").first()
    if always is None:
        return None
    end = now + timedelta(days=ALERT_DAYS)
    return roster.quality(plan(start=now, end=end), calendars([always.pk])[always.pk], start=now, end=end)


def managers() -> list[int]:
    """Who arranges the desk for the whole brand, by id."""
    return [person.pk for person in org.staff_people() if person.is_active and org.everywhere(person, MANAGES)]


def workers() -> list[Staff]:
    """Everybody who may work on tickets, by name."""
    return org.holders(WORKS)


def unseen(staff_id: int) -> QuerySet[Notice]:
    """What a person was told and has not looked at, the newest first."""
    found = Notice.objects.filter(staff_id=staff_id, seen_at=None).select_related("ticket", "about")
    return found.order_by("-pk")


def changes_ahead(*, now: datetime) -> QuerySet[DutyChange]:
    """What replaces the rotations from now on, the next first."""
    rows = DutyChange.objects.filter(ends_at__gt=now).select_related("staff", "taker")
    return rows.order_by("starts_at", "pk")
