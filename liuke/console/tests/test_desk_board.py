"""The cards of the desk on the page of today."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.console import desk_board
from liuke.desk.tests.rows import NOW, agent
from liuke.org.rules import Role
from liuke.training.services import courses
from liuke.training.services.courses import Plan

pytestmark = pytest.mark.django_db


@transaction.atomic
def course(title, *, days):
    today = timezone.localdate(NOW)
    programme = courses.save_programme(name=title, kind="product", every_months=1, valid_months=6, pass_percent=80,
                                       now=NOW)
    return courses.save_course(programme_id=programme.pk, staff_id=None, now=NOW, publish=True, plan=Plan(
        title=title, opens_on=today, due_on=today + timedelta(days=days), material="看这里", quiz="能吗？\n+ 能\n- 不"))


def test_each_is_told_of_their_own_courses_and_who_teaches_of_the_others_without_themselves():
    boss = agent("boss", role=Role.OWNER)
    rows = [course("新品", days=3), course("沟通", days=4)]
    on = f"{timezone.localdate(NOW) + timedelta(days=3):%m-%d}"

    def told(person):
        card = desk_board.courses(person, NOW)
        return card and (card.kind, card.count, card.title, card.text)

    assert told(boss) == ("info", 2, "2 门课要学", f"新品 · {on} 前")
    mei = agent("mei", role=Role.AGENT)
    assert told(mei) == ("info", 2, "2 门课要学", f"新品 · {on} 前")
    assert told(boss) == ("warn", 2, "2 门课要学", f"新品 · {on} 前 · 还有 1 位同事没有学完")
    for row in rows:
        with transaction.atomic():
            courses.attend(course_id=row.pk, staff_id=boss.pk, now=NOW)
            courses.answer(course_id=row.pk, staff_id=boss.pk, answers={0: frozenset({0})}, now=NOW)
    assert told(boss) == ("warn", 1, "还有 1 位同事没有学完", f"新品 · {on} 前")
