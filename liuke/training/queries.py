"""Who must learn what, who knows it, and talks with simulated customers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from liuke.kit import crypto
from liuke.kit.errors import NotYours
from liuke.org import queries as org
from liuke.org.models import Staff
from liuke.training import drills
from liuke.training.drills import Played, Said, Script
from liuke.training.models import Attempt, Attendance, Certificate, Course, Drill, DrillScript, Programme
from liuke.training.rules import MOST_ATTEMPTS, REMIND_DAYS, SOON_DAYS, next_course_due

LEARNS = "desk.work"
TRIES = 5                            # talks of one person that a page shows


@dataclass(frozen=True)
class Standing:
    """Where one person is with one course. `left`: tries at the quiz that remain."""

    attended: bool
    percent: int | None
    passed: bool
    left: int
    drilled: bool
    certificate: Certificate | None

    @property
    def done(self) -> bool:
        return self.certificate is not None


def learners() -> list[Staff]:
    """Everybody who serves customers, by name."""
    return [person for person in org.staff_people() if person.is_active and person.has_perm(LEARNS)]


def certified(today: date) -> set[tuple[int, int]]:
    """(person, programme) of every certificate that is good on this day; one statement."""
    found = Certificate.objects.filter(withdrawn_at=None, ends_on__gte=today)
    return set(found.values_list("staff_id", "programme_id"))


def courses(*, published: bool = True) -> QuerySet[Course]:
    """The newest first."""
    found = Course.objects.select_related("programme", "drill").order_by("-opens_on", "-pk")
    return found.exclude(published_at=None) if published else found


def standings(staff_id: int, found: Collection[Course]) -> dict[int, Standing]:
    """Where the person is with each of these courses; four statements, however many."""
    ids = [course.pk for course in found]
    there = {row.course_id: row for row in Attendance.objects.filter(staff_id=staff_id, course_id__in=ids)}
    tried = {row["course_id"]: row for row in Attempt.objects.filter(staff_id=staff_id, course_id__in=ids).values(
        "course_id").annotate(best=Max("percent"), tries=Count("pk"), good=Count("pk", filter=Q(passed=True)))}
    held = {row.course_id: row for row in Certificate.objects.filter(
        staff_id=staff_id, course_id__in=ids, withdrawn_at=None)}
    drilled = set(Drill.objects.filter(staff_id=staff_id, passed=True).values_list("script_id", flat=True))
    return {course.pk: _standing(course, there.get(course.pk), tried.get(course.pk), course.drill_id in drilled,
                                 held.get(course.pk)) for course in found}


def _standing(course: Course, there: Attendance | None, tried: dict[str, int] | None, drilled: bool,
              held: Certificate | None) -> Standing:
    tries = tried["tries"] if tried else 0
    most = MOST_ATTEMPTS + (there.more_attempts if there else 0)
    return Standing(
        attended=there is not None, percent=tried["best"] if tried else None,
        passed=not course.quiz.strip() or bool(tried and tried["good"]), left=max(most - tries, 0),
        drilled=course.drill_id is None or drilled, certificate=held)


def course_seen(staff: Staff, course_id: int) -> Course:
    """A course the person may open: drafts are for who teaches. Raises NotYours."""
    found = courses(published=not staff.has_perm("training.edit")).filter(pk=course_id).first()
    if found is None:
        raise NotYours
    return found


@dataclass(frozen=True)
class Row:
    """One programme on the page: its newest course, and when the next should open."""

    programme: Programme
    newest: Course | None
    next_on: date
    late: bool
    certified: int


def programmes(today: date) -> list[Row]:
    """Active programmes by name, with how many serve customers with a good certificate."""
    people = {person.pk for person in learners()}
    good = certified(today)
    newest = {course.programme_id: course for course in Course.objects.exclude(published_at=None).order_by(
        "programme_id", "-opens_on", "-pk").distinct("programme_id")}
    found = []
    for row in Programme.objects.filter(active=True).order_by("kind", "name"):
        course = newest.get(row.pk)
        due = next_course_due(course.opens_on if course else None, row.every_months, today)
        count = sum((pk, row.pk) in good for pk in people)
        found.append(Row(row, course, due, due < today or course is None, count))
    return found


@dataclass(frozen=True)
class Reminder:
    """What one person should do soon."""

    course: Course
    standing: Standing


def to_do(staff: Staff, today: date) -> list[Reminder]:
    """Open courses that the person has not finished, the first due on top."""
    if not staff.has_perm(LEARNS):
        return []
    found = list(courses().filter(opens_on__lte=today, due_on__gte=today - timedelta(days=SOON_DAYS),
                                  programme__active=True).order_by("due_on", "pk"))
    told = standings(staff.pk, found)
    return [Reminder(course, told[course.pk]) for course in found if not told[course.pk].done]


@dataclass(frozen=True)
class Unfinished:
    """A course that is due soon, or was not long ago, with who has not finished it."""

    course: Course
    people: list[Staff]


def unfinished(today: date) -> list[Unfinished]:
    """Courses due within REMIND_DAYS or up to SOON_DAYS ago that somebody has not finished, the first due on top."""
    found = list(courses().filter(opens_on__lte=today, due_on__gte=today - timedelta(days=SOON_DAYS),
                                  due_on__lte=today + timedelta(days=REMIND_DAYS), programme__active=True,
                                  ).order_by("due_on", "pk"))
    if not found:
        return []
    done = set(Certificate.objects.filter(course__in=found, withdrawn_at=None).values_list("course_id", "staff_id"))
    people = learners()
    rows = [Unfinished(each, [person for person in people if (each.pk, person.pk) not in done]) for each in found]
    return [row for row in rows if row.people]


def ending(today: date) -> QuerySet[Certificate]:
    """Certificates that end soon and of which the person has no later one."""
    later = Certificate.objects.filter(withdrawn_at=None, ends_on__gt=today + timedelta(days=SOON_DAYS))
    rows = Certificate.objects.filter(withdrawn_at=None, ends_on__gte=today,
                                      ends_on__lte=today + timedelta(days=SOON_DAYS), staff__is_active=True)
    newer = [pk for pk, staff_id, programme_id in rows.values_list("pk", "staff_id", "programme_id")
             if later.filter(staff_id=staff_id, programme_id=programme_id).exists()]
    return rows.exclude(pk__in=newer).select_related("staff", "programme").order_by("ends_on", "pk")


def results(course: Course) -> list[tuple[Staff, Standing]]:
    """Everybody who should learn it, and where they are."""
    people = learners()
    return [(person, standings(person.pk, [course])[course.pk]) for person in people]


@dataclass(frozen=True)
class Talk:
    """One drill with its script, its messages, and what follows from them."""

    drill: Drill
    script: Script
    said: tuple[Said, ...]
    played: Played

    @property
    def lines(self) -> list[tuple[str, str]]:
        return drills.lines(self.script, self.said)


def talk(drill: Drill) -> Talk:
    """The talk, played anew from its lines."""
    script = drills.script_of(drill.text)
    said = tuple(Said(crypto.decrypt(line.text_enc), line.seconds) for line in drill.lines.order_by("number"))
    return Talk(drill, script, said, drills.play(script, said))


def drill_seen(staff: Staff, drill_id: int) -> Drill:
    """One's own, or any for who teaches. Raises NotYours."""
    found = Drill.objects.select_related("script", "staff", "invited_by").filter(pk=drill_id)
    row = found.first() if staff.has_perm("training.edit") else found.filter(staff=staff).first()
    if row is None:
        raise NotYours
    return row


def candidate_name(drill: Drill) -> str:
    return crypto.decrypt(drill.candidate_enc) if drill.candidate_enc else ""


@dataclass(frozen=True)
class Offer:
    """A script on the page: what it is, how often it was worked, and the person's own best."""

    row: DrillScript
    script: Script
    worked: int
    best: int | None
    passed: bool


def offers(staff_id: int) -> list[Offer]:
    """Scripts that can be worked, by name."""
    own = {row["script_id"]: row for row in Drill.objects.filter(staff_id=staff_id, ended_at__isnull=False).values(
        "script_id").annotate(best=Max("score"), good=Count("pk", filter=Q(passed=True)))}
    rows = DrillScript.objects.filter(active=True).annotate(
        worked=Count("drills", filter=Q(drills__ended_at__isnull=False))).order_by("name")
    return [Offer(row, drills.script_of(row.text), getattr(row, "worked", 0), own[row.pk]["best"] if row.pk in own
                  else None, bool(own.get(row.pk, {}).get("good"))) for row in rows]


def worked(staff_id: int | None = None) -> Sequence[Drill]:
    """The newest talks: of one person, or of everybody and all candidates."""
    found = Drill.objects.select_related("script", "staff")
    if staff_id is not None:
        found = found.filter(staff_id=staff_id)
    return list(found.order_by("-pk")[: TRIES * (1 if staff_id else 6)])


def waiting_since(drill: Drill) -> datetime | None:
    """When the customer last spoke; None before the talk begins."""
    last = drill.lines.order_by("-number").values_list("at", flat=True).first()
    return last or drill.began_at
