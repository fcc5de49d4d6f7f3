"""Figures of people, read from the days alone; what a ticket says, read from its log."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, QuerySet, Sum

from liuke.desk.history import history_of
from liuke.desk.models import Deadline, LogEntry, Rating, Ticket
from liuke.desk.queries.log import events_of
from liuke.desk.rules import FINAL, RESOLUTION, Kind
from liuke.knowledge.models import Advice
from liuke.org import queries as org
from liuke.performance import rules
from liuke.performance.models import Bonus, BonusTerms, StaffDay
from liuke.performance.rules import MEASURES, Compared, Helped, Line, Run, Score, Solve, Story, Terms

READ = (rules.REPLY, rules.ASSIGNED, str(Kind.STATE))
ByKind = dict[str, Counter[str]]


@dataclass(frozen=True)
class Person:
    """One person over some days: plain sums, and each figure beside what the same kinds bring to everybody."""

    staff_id: int
    name: str
    sums: Counter[str]
    kinds: Mapping[str, int]                 # solutions by kind
    late: Compared | None
    first: Compared | None
    breached: Compared | None
    solve: Compared | None
    back: Compared | None
    points: Compared | None


def stories(ticket_ids: Collection[int], *, now: datetime) -> dict[int, tuple[str, Story]]:
    """Kind and story of each ticket; what does not exist (any more) is left out."""
    kinds = dict(Ticket.objects.filter(pk__in=ticket_ids).values_list("pk", "kind"))
    lines, runs, scores, helped = defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list)
    finals: dict[tuple[int, datetime], int | None] = {}
    read = LogEntry.objects.filter(ticket_id__in=kinds, kind__in=READ, withdrawn_at=None)
    for row in read.order_by("at", "pk").values_list("ticket_id", "kind", "at", "staff_id", "word", "state"):
        ticket_id, kind, at, staff_id, word, state = row
        if kind != Kind.STATE:
            lines[ticket_id].append(Line(kind, at, staff_id, word))
        elif state in FINAL:
            finals.setdefault((ticket_id, at), staff_id)
    measured = Deadline.objects.filter(ticket_id__in=kinds).order_by("pk")
    for deadline in measured.values_list("ticket_id", "clock", "used_seconds", "stopped_at", "breached_at"):
        runs[deadline[0]].append(Run(*deadline[1:]))
    rated = Rating.objects.filter(ticket_id__in=kinds, rated_at__isnull=False).order_by("pk")
    for said in rated.values_list("ticket_id", "rated_at", "staff_id", "score"):
        if said[1] is not None and said[3] is not None:
            scores[said[0]].append(Score(said[1], said[2], said[3]))
    said_useful = Advice.objects.filter(ticket_id__in=kinds, useful=True).exclude(author=None).exclude(
        author=F("staff")).order_by("pk")
    for pk, at, author_id in said_useful.values_list("ticket_id", "said_at", "author_id"):
        helped[pk].append(Helped(at, author_id))
    return {pk: (kind, Story(lines[pk], runs[pk], _solves(pk, finals, now=now), scores[pk], helped[pk]))
            for pk, kind in kinds.items()}


def _solves(ticket_id: int, finals: Mapping[tuple[int, datetime], int | None], *, now: datetime) -> list[Solve]:
    """Each time the ticket was solved, as its clocks have read the log."""
    if not any(pk == ticket_id for pk, _at in finals):
        return []
    history = history_of(events_of(ticket_id), until=now)
    if history is None or history.gone:
        return []
    whole = next(run for run in history.runs if run.clock.name == RESOLUTION)
    instants = [(gap.opens, True) for gap in whole.gaps]
    if whole.solved and whole.ended_at is not None:
        instants.append((whole.ended_at, False))
    return [Solve(at, back, finals.get((ticket_id, at))) for at, back in instants]


def figures(*, since: date, until: date, kind: str = "") -> dict[int | None, ByKind]:
    """The sums of the days from `since` to before `until`, by person and kind; one statement, whatever was said."""
    rows = StaffDay.objects.filter(day__gte=since, day__lt=until)
    if kind:
        rows = rows.filter(kind=kind)
    summed = rows.values("staff_id", "kind").annotate(**{f"sum_{name}": Sum(name) for name in MEASURES})
    found: dict[int | None, ByKind] = defaultdict(dict)
    for row in summed.order_by("staff_id", "kind"):
        found[row["staff_id"]][row["kind"]] = Counter({name: row[f"sum_{name}"] for name in MEASURES})
    return dict(found)


def everyone(found: Mapping[int | None, ByKind]) -> ByKind:
    """All people together, by kind; what happened while nobody had the ticket is left out."""
    total: ByKind = defaultdict(Counter)
    for staff_id, kinds in found.items():
        for kind, counted in kinds.items():
            if staff_id is not None:
                total[kind].update(counted)
    return dict(total)


def people(*, since: date, until: date, kind: str = "") -> list[Person]:
    """Everybody who did something on these days, by name."""
    found = figures(since=since, until=until, kind=kind)
    names = {person.pk: person.name for person in org.staff_people()}
    usual = everyone(found)
    return sorted((_person(staff_id, names.get(staff_id, ""), kinds, usual)
                   for staff_id, kinds in found.items() if staff_id is not None), key=lambda each: each.name)


def _person(staff_id: int, name: str, kinds: ByKind, usual: ByKind) -> Person:
    return Person(
        staff_id, name, sum(kinds.values(), Counter()),
        {kind: counted[rules.SOLVED] for kind, counted in kinds.items() if counted[rules.SOLVED]},
        late=rules.rate(kinds, usual, events=rules.FIRSTS_LATE, of=rules.FIRSTS),
        first=rules.mean(kinds, usual, total=rules.FIRST_SECONDS, of=rules.FIRSTS),
        breached=rules.rate(kinds, usual, events=rules.BREACHES, of=rules.ANSWERS),
        solve=rules.mean(kinds, usual, total=rules.SOLVE_SECONDS, of=rules.TIMED),
        back=rules.rate(kinds, usual, events=rules.REOPENED, of=rules.SOLVED),
        points=rules.points(kinds, usual))


def weeks(staff_id: int, *, since: date, until: date) -> list[tuple[date, Counter[str]]]:
    """The days of one person, the oldest first."""
    rows = StaffDay.objects.filter(staff_id=staff_id, day__gte=since, day__lt=until).values("day")
    summed = rows.annotate(**{f"sum_{name}": Sum(name) for name in MEASURES}).order_by("day")
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for row in summed:
        monday = date.fromordinal(row["day"].toordinal() - row["day"].weekday())
        found[monday].update({name: row[f"sum_{name}"] for name in MEASURES})
    return sorted(found.items())


def terms() -> Terms:
    """What the bonus is made of now; what a new desk begins with until somebody says otherwise."""
    row = BonusTerms.objects.order_by("-pk").first()
    return Terms(**{name: getattr(row, name) for name in Terms.__dataclass_fields__}) if row else Terms()


def bonuses(month: date) -> QuerySet[Bonus]:
    """Those of a month, by name."""
    return Bonus.objects.filter(month=month).select_related("staff", "decided_by").order_by("staff__name", "pk")


def months() -> Sequence[date]:
    """Months with bonuses, the newest first."""
    return list(Bonus.objects.order_by("-month").values_list("month", flat=True).distinct()[:24])
