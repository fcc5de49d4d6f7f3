"""Who is on duty: rotations, what replaces them, and how good the plan is. Pure sums over ids of staff and instants.

Stands beside `rules.py` because one function, `duties`, answers every question about the plan: who is called now, where
the gaps are, how the load is shared. Nothing asks a rotation directly, so nothing can forget an override.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

from liuke.desk.calendars import DAY, Calendar, Span, Window, instant_of, openings, union
from liuke.kit.errors import BadInput

LONGEST_VIEW = timedelta(days=400)
OVERLOADED = 1.2  # more than this times the average
NOTHING = timedelta()


class BadRotation(BadInput):
    """A rotation needs at least one turn, and each turn lasts at least a day."""

    code = "bad_rotation"


class ViewTooLong(BadInput):
    """A roster is looked at for at most 400 days at once, and the end comes after the start."""

    code = "roster_view"


@dataclass(frozen=True, slots=True)
class Rotation:
    """Shifts that go round. Each of `turns` serves for `days` local dates, then the next; () is a turn nobody took.

    `windows` has the shifts of the seven weekdays from Monday on; a shift belongs to the turn of the date it starts on.
    Raises BadRotation.
    """

    name: str
    zone: ZoneInfo
    starts_on: date
    turns: tuple[tuple[int, ...], ...]
    windows: tuple[tuple[Window, ...], ...]
    days: int = 7
    priority: int = 0
    ends_on: date | None = None  # the last date on which a shift starts

    def __post_init__(self) -> None:
        if not self.turns or self.days < 1:
            raise BadRotation(f"The rotation {self.name!r} needs at least one turn of at least a day.")

    def turn_on(self, day: date) -> tuple[int, ...] | None:
        """Whose date it is; None before the first and after the last date."""
        if day < self.starts_on or (self.ends_on and day > self.ends_on):
            return None
        return self.turns[(day - self.starts_on).days // self.days % len(self.turns)]


@dataclass(frozen=True, slots=True)
class Override:
    """These people instead of every rotation, for a while."""

    span: Span
    staff: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Swap:
    """`taker` takes the rotation's shifts of `giver` in this stretch. Two make an exchange; they do not chain."""

    span: Span
    giver: int
    taker: int


@dataclass(frozen=True, slots=True)
class Leave:
    """Not there, so never called, whatever the plan says."""

    span: Span
    staff: int


@dataclass(frozen=True, slots=True)
class Plan:
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()
    leaves: tuple[Leave, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """Who answers in this stretch. `source` is the rotation or "override"; "" when nobody does.

    `unfilled` names what was planned here but had nobody left, even when something of lower priority stepped in.
    """

    span: Span
    staff: tuple[int, ...]
    source: str
    unfilled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a plan is for the hours that need somebody. Shares are from 0 to 1, loads are real time.

    `balance` is the mean over all pairs of people of the smaller load by the larger (grafana/oncall issue 118).
    """

    covered: float
    balance: float
    load: Mapping[int, timedelta]
    overloaded: tuple[int, ...]
    gaps: tuple[Duty, ...]

    @property
    def score(self) -> int:
        """From 0 to 100: half for the cover, half for the balance."""
        return round((self.covered + self.balance) * 50)


def duties(plan: Plan, *, start: datetime, end: datetime) -> list[Duty]:
    """The final roster from start to end without a break: overrides over rotations, of these the highest priority.

    Rotations of the same priority serve together. A layer with nobody left, for leave or an empty turn, gives way to
    the next and is named in `unfilled`. Raises ViewTooLong.
    """
    if not NOTHING < end - start <= LONGEST_VIEW:
        raise ViewTooLong
    shifts = [shift for rotation in plan.rotations for shift in _shifts(rotation, start, end)]
    changes: tuple[_Shift | Override | Swap | Leave, ...] = (*shifts, *plan.overrides, *plan.swaps, *plan.leaves)
    times = {at for change in changes for at in (change.span.opens, change.span.closes) if start < at < end}
    found: list[Duty] = []
    for opens, closes in pairwise(sorted({start, end} | times)):
        duty = _duty(plan, shifts, Span(opens, closes))
        if found and replace(duty, span=found[-1].span) == found[-1]:
            found[-1] = replace(duty, span=Span(found[-1].span.opens, closes))
        else:
            found.append(duty)
    return found


def on_duty(plan: Plan, *, at: datetime) -> tuple[int, ...]:
    """Who is called at this instant, in the order of the plan; nobody is ()."""
    return duties(plan, start=at, end=at + timedelta(microseconds=1))[0].staff


def gaps(plan: Plan, needed: Calendar, *, start: datetime, end: datetime) -> list[Duty]:
    """The stretches inside the needed hours in which nobody answers; `unfilled` tells a hole from an empty shift."""
    empty = [duty for duty in duties(plan, start=start, end=end) if not duty.staff]
    return [Duty(span, (), "", duty.unfilled) for duty in empty for span in _needed(needed, duty.span)]


def quality(plan: Plan, needed: Calendar, *, start: datetime, end: datetime) -> Quality:
    """Judge a plan. Everybody in a rotation counts, also who never gets a shift; no needed hours are all covered."""
    holes = gaps(plan, needed, start=start, end=end)
    wanted = sum((span.closes - span.opens for span in _needed(needed, Span(start, end))), NOTHING)
    missing = sum((hole.span.closes - hole.span.opens for hole in holes), NOTHING)
    load: Counter[int] = Counter()
    for duty in duties(plan, start=start, end=end):
        for person in duty.staff:
            load[person] += (duty.span.closes - duty.span.opens) // timedelta(microseconds=1)
    people = set(load) | {person for rotation in plan.rotations for turn in rotation.turns for person in turn}
    average = load.total() / len(people) if people else 0
    pairs = [_ratio(load[one], load[other]) for one, other in combinations(sorted(people), 2)]
    return Quality(
        covered=1 - missing / wanted if wanted else 1.0,
        balance=sum(pairs) / len(pairs) if pairs else 1.0,
        load={person: timedelta(microseconds=load[person]) for person in sorted(people)},
        overloaded=tuple(person for person in sorted(people) if load[person] > OVERLOADED * average),
        gaps=tuple(holes),
    )


@dataclass(frozen=True, slots=True)
class _Shift:
    span: Span
    rotation: Rotation
    staff: tuple[int, ...]


def _shifts(rotation: Rotation, start: datetime, end: datetime) -> Iterator[_Shift]:
    day = max(start.astimezone(rotation.zone).date() - DAY, rotation.starts_on)
    last = end.astimezone(rotation.zone).date()
    while day <= last:
        if (staff := rotation.turn_on(day)) is not None:
            for window in rotation.windows[day.weekday()]:
                span = Span(*(instant_of(rotation.zone, day, at) for at in (window.opens, window.closes)))
                if span.opens < span.closes:
                    yield _Shift(span, rotation, staff)
        day += DAY


def _duty(plan: Plan, shifts: Sequence[_Shift], span: Span) -> Duty:
    """Nothing begins or ends inside `span`, so what holds at its start holds for all of it."""
    at = span.opens
    away = {leave.staff for leave in plan.leaves if _covers(leave.span, at)}
    swapped = {swap.giver: swap.taker for swap in plan.swaps if _covers(swap.span, at)}
    unfilled: list[str] = []
    for name, planned in _layers(plan, shifts, at, swapped):
        if staff := tuple(dict.fromkeys(person for person in planned if person not in away)):
            return Duty(span, staff, name, tuple(unfilled))
        unfilled.append(name)
    return Duty(span, (), "", tuple(unfilled))


def _layers(
    plan: Plan, shifts: Sequence[_Shift], at: datetime, swapped: Mapping[int, int]
) -> Iterator[tuple[str, list[int]]]:
    """Who was planned, from what wins over everything downwards."""
    if over := [override for override in plan.overrides if _covers(override.span, at)]:
        yield "override", [person for override in over for person in override.staff]
    here = [shift for shift in shifts if _covers(shift.span, at)]
    for priority in sorted({shift.rotation.priority for shift in here}, reverse=True):
        layer = [shift for shift in here if shift.rotation.priority == priority]
        names = dict.fromkeys(shift.rotation.name for shift in layer)
        yield ", ".join(names), [swapped.get(person, person) for shift in layer for person in shift.staff]


def _needed(needed: Calendar, within: Span) -> list[Span]:
    inside = []
    for span in openings(needed, within.opens):
        if span.opens >= within.closes:
            break
        inside.append(Span(span.opens, min(span.closes, within.closes)))
    return union(inside)


def _covers(span: Span, at: datetime) -> bool:
    return span.opens <= at < span.closes


def _ratio(one: float, other: float) -> float:
    return min(one, other) / max(one, other) if max(one, other) else 1.0
