"""Programmes and courses as those who teach make them, and what people do with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.training import queries
from liuke.training.models import Attempt, Attendance, Certificate, Course, DrillScript, Programme
from liuke.training.rules import (
    KINDS,
    MATERIAL_CHARACTERS,
    MOST_ATTEMPTS,
    MOST_PROGRAMMES,
    NAME_CHARACTERS,
    months_after,
    percent,
    quiz_of,
)

MOST_MONTHS = 36


class CourseOpen(Refused):
    """People have answered the quiz: what they answered cannot be changed under them."""

    code = "course_answered"


class NotAttended(Refused):
    """The quiz comes after the materials."""

    code = "course_not_attended"


class NoAttemptsLeft(Refused):
    """All tries at the quiz are used; who teaches may allow one more."""

    code = "quiz_attempts_used"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a course says. `quiz` is text as `rules.quiz_of` reads it."""

    title: str
    opens_on: date
    due_on: date
    material: str = ""
    quiz: str = ""
    drill_id: int | None = None
    held_at: datetime | None = None


def save_programme(
    *, name: str, kind: str, every_months: int, valid_months: int, pass_percent: int, now: datetime,
    programme_id: int | None = None, active: bool = True,
) -> Programme:
    """Make a programme or replace what it says; certificates keep their end. Raises BadInput."""
    require_transaction()
    title = _named(name)
    if kind not in KINDS or not 1 <= every_months <= MOST_MONTHS or not 1 <= valid_months <= MOST_MONTHS:
        raise BadInput(_("周期和有效期要在 1 到 %(most)s 个月之间。") % {"most": MOST_MONTHS})
    if not 0 <= pass_percent <= 100:
        raise BadInput(_("及格线要在 0 到 100 之间。"))
    if Programme.objects.filter(name=title).exclude(pk=programme_id or 0).exists():
        raise BadInput(_("已有同名的培训项目。"))
    if programme_id is None and Programme.objects.count() >= MOST_PROGRAMMES:
        raise BadInput(_("培训项目太多了，请先停用一些。"))
    row = Programme.objects.select_for_update().get(pk=programme_id) if programme_id else Programme(made_at=now)
    row.name, row.kind, row.every_months, row.valid_months = title, kind, every_months, valid_months
    row.pass_percent, row.active = pass_percent, active
    row.save()
    return row


def save_course(
    *, programme_id: int, plan: Plan, staff_id: int | None, now: datetime, publish: bool, course_id: int | None = None
) -> Course:
    """Make a course or change it; publishing is for good. Raises CourseOpen for another quiz after the first answer,
    BadQuiz, BadInput.
    """
    require_transaction()
    title = _named(plan.title)
    if plan.due_on < plan.opens_on:
        raise BadInput(_("截止日期不能早于开始日期。"))
    if len(plan.material) > MATERIAL_CHARACTERS or "\x00" in plan.material + plan.quiz:
        raise BadInput(_("内容太长，最多 %(most)s 个字。") % {"most": MATERIAL_CHARACTERS})
    quiz_of(plan.quiz)
    if plan.drill_id is not None and not DrillScript.objects.filter(pk=plan.drill_id, active=True).exists():
        raise BadInput(_("没有这个演练剧本。"))
    row = Course.objects.select_for_update().get(pk=course_id) if course_id else Course(
        programme_id=programme_id, made_by_id=staff_id)
    answered = course_id is not None and row.attempts.exists()
    if answered and (row.quiz.strip() != plan.quiz.strip() or row.drill_id != plan.drill_id):
        raise CourseOpen(_("已经有人答题，考题和演练不能再改；请开一门新课。"))
    row.title, row.material, row.quiz, row.drill_id = title, plan.material, plan.quiz, plan.drill_id
    row.opens_on, row.due_on, row.held_at = plan.opens_on, plan.due_on, plan.held_at
    row.published_at = row.published_at or (now if publish else None)
    row.save()
    return row


def attend(*, course_id: int, staff_id: int, now: datetime, marked_by_id: int | None = None) -> Attendance:
    """The person has read it, or somebody saw them there. Again is once. Raises BadInput before it opens."""
    require_transaction()
    course = _open(course_id)
    if marked_by_id is None and course.held_at is not None:
        raise BadInput(_("这门课要到场，由讲师记录出勤。"))
    if timezone.localdate(now) < course.opens_on:
        raise BadInput(_("课程还没有开始。"))
    row, _made = Attendance.objects.get_or_create(course=course, staff_id=staff_id, defaults={
        "at": now, "marked_by_id": marked_by_id})
    certify(course=course, staff_id=staff_id, now=now)
    return row


def unmark(*, course_id: int, staff_id: int) -> None:
    """They were not there after all. Again is nothing. Raises CourseOpen once the quiz was answered."""
    require_transaction()
    if Attempt.objects.filter(course_id=course_id, staff_id=staff_id).exists():
        raise CourseOpen(_("这位同事已经答题，不能取消出勤。"))
    Attendance.objects.filter(course_id=course_id, staff_id=staff_id).delete()


def answer(*, course_id: int, staff_id: int, answers: Mapping[int, frozenset[int]], now: datetime) -> Attempt:
    """One try at the quiz. Two at once count as two. Raises NotAttended, NoAttemptsLeft, BadInput."""
    require_transaction()
    course = _open(course_id)
    there = Attendance.objects.select_for_update().filter(course=course, staff_id=staff_id).first()
    if there is None:
        raise NotAttended(_("请先学完材料，再答题。"))
    questions, tries = quiz_of(course.quiz), Attempt.objects.filter(course=course, staff_id=staff_id).count()
    if not questions:
        raise BadInput(_("这门课没有考题。"))
    if tries >= MOST_ATTEMPTS + there.more_attempts:
        raise NoAttemptsLeft(_("答题次数已用完，请找主管再给一次机会。"))
    got = percent(questions, answers)
    row = Attempt.objects.create(
        course=course, staff_id=staff_id, number=tries + 1, percent=got, at=now,
        passed=got >= course.programme.pass_percent,
        answers={str(at): sorted(chosen) for at, chosen in answers.items() if at < len(questions)})
    certify(course=course, staff_id=staff_id, now=now)
    return row


def allow_more(*, course_id: int, staff_id: int) -> Attendance:
    """One more try at the quiz. Raises NotAttended."""
    require_transaction()
    row = Attendance.objects.select_for_update().filter(course_id=course_id, staff_id=staff_id).first()
    if row is None:
        raise NotAttended(_("这位同事还没有学过这门课。"))
    row.more_attempts += 1
    row.save(update_fields=["more_attempts"])
    return row


def certify(*, course: Course, staff_id: int, now: datetime) -> Certificate | None:
    """The certificate, when the person has done all that the course asks for; again is the same one."""
    require_transaction()
    standing = queries.standings(staff_id, [course])[course.pk]
    if standing.certificate or not (standing.attended and standing.passed and standing.drilled):
        return standing.certificate
    withdrawn = Certificate.objects.filter(course=course, staff_id=staff_id).exists()
    if withdrawn:                                    # taken back once: only another course earns it anew
        return None
    return Certificate.objects.create(
        programme=course.programme, course=course, staff_id=staff_id, issued_at=now,
        ends_on=months_after(timezone.localdate(now), course.programme.valid_months))


def withdraw(*, certificate_id: int, by_id: int, now: datetime) -> Certificate:
    """Take a certificate back. Again is once."""
    require_transaction()
    row = Certificate.objects.select_for_update().get(pk=certificate_id)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_id = now, by_id
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return row


def _open(course_id: int) -> Course:
    course = Course.objects.select_related("programme").filter(pk=course_id).exclude(published_at=None).first()
    if course is None:
        raise BadInput(_("没有这门课。"))
    return course


def _named(name: str) -> str:
    title = " ".join(name.split())
    if not 0 < len(title) <= NAME_CHARACTERS:
        raise BadInput(_("请填写名称，最多 %(most)s 个字。") % {"most": NAME_CHARACTERS})
    return title
