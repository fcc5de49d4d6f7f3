"""From the materials over quiz and drill to the certificate that the desk asks for."""

import json
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.desk.models import Notice
from liuke.desk.queries.routing import hands
from liuke.desk.services import duty, routing
from liuke.desk.tests.rows import NOW, agent, customer, say, ticket_of
from liuke.training import queries
from liuke.training.examples import BLANK
from liuke.training.models import Certificate, Course, Drill
from liuke.training.rules import BadQuiz, months_after, percent, quiz_of, text_of
from liuke.training.services import courses, drilling
from liuke.training.services.courses import CourseOpen, NoAttemptsLeft, NotAttended, Plan
from liuke.training.services.drilling import DrillEnded, MovedOn

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)
QUIZ = """湿巾能冲马桶吗？
- 能
+ 不能
> 会堵。

哪些是险情？
+ 红疹
+ 冒烟
- 发票开错"""
RIGHT = {0: frozenset({1}), 1: frozenset({0, 1})}


@transaction.atomic
def course(*, drill=None, quiz=QUIZ, publish=True, held_at=None, name="产品知识"):
    programme = courses.save_programme(name=name, kind="product", every_months=1, valid_months=6, pass_percent=80,
                                       now=NOW)
    return courses.save_course(programme_id=programme.pk, staff_id=None, now=NOW, publish=publish, plan=Plan(
        title="六月新品", opens_on=TODAY, due_on=TODAY + timedelta(days=20), material="看这里", quiz=quiz,
        drill_id=drill.pk if drill else None, held_at=held_at))


@transaction.atomic
def learn(row, person, answers=RIGHT, now=NOW):
    courses.attend(course_id=row.pk, staff_id=person.pk, now=now)
    return courses.answer(course_id=row.pk, staff_id=person.pk, answers=answers, now=now)


def test_who_has_not_finished_is_told_before_the_due_and_after_it_with_the_managers():
    boss, mei, lan = agent("boss"), agent("mei", role="agent"), agent("lan", role="agent")
    row = course()
    learn(row, lan)

    def told(day):
        with transaction.atomic():
            duty.remind_courses(now=NOW + timedelta(days=day))
            duty.remind_courses(now=NOW + timedelta(days=day))
        return list(Notice.objects.order_by("reason", "staff__username").values_list("reason", "staff__username"))

    assert told(12) == []
    assert told(13) == [("course_due", "boss"), ("course_due", "mei")]
    learn(row, boss, now=NOW + timedelta(days=14))
    assert told(21) == [("course_due", "boss"), ("course_due", "mei"), ("course_late", "boss"), ("course_late", "mei")]
    assert [[person.pk for person in each.people] for each in queries.unfinished(TODAY + timedelta(days=21))] == [
        [mei.pk]]
    assert queries.unfinished(TODAY + timedelta(days=40)) == []


@transaction.atomic
def script():
    return drilling.save_script(text=json.dumps(BLANK, ensure_ascii=False), staff_id=None, now=NOW)


def talk(row, texts, seconds=5):
    at = row.began_at
    for number, text in enumerate(texts, start=1):
        at += timedelta(seconds=seconds)
        with transaction.atomic():
            row = drilling.say(drill_id=row.pk, text=text, number=number, now=at)
    return row


def test_a_quiz_is_read_and_written_as_people_type_it():
    questions = quiz_of(QUIZ)

    assert [each.right for each in questions] == [{1}, {0, 1}]
    assert quiz_of(text_of(questions)) == questions
    assert [percent(questions, {}), percent(questions, {0: frozenset({1})}), percent(questions, RIGHT)] == [0, 50, 100]


@pytest.mark.parametrize("text", ["只有题目", "- 没有题目", "题\n- 全错\n- 全错", "题\n+ 全对\n+ 全对", "题\n+ 一个"],
                         ids=["no choices", "no question", "all wrong", "all right", "one"])
def test_a_quiz_that_cannot_be_answered_is_refused(text):
    with pytest.raises(BadQuiz):
        quiz_of(text)


def test_months_end_where_the_month_ends():
    assert [months_after(date(2026, 1, 31), 1), months_after(date(2023, 11, 30), 3), months_after(date(2026, 12, 1), 1)
            ] == [date(2026, 2, 28), date(2024, 2, 29), date(2027, 1, 1)]


def test_who_reads_and_passes_is_certified_once_until_it_ends():
    row, ann = course(), agent("ann", role="agent")

    with pytest.raises(NotAttended), transaction.atomic():
        courses.answer(course_id=row.pk, staff_id=ann.pk, answers=RIGHT, now=NOW)
    learn(row, ann)
    learn(row, ann)

    held = Certificate.objects.get()
    assert held.ends_on == months_after(TODAY, 6)
    assert queries.certified(held.ends_on) == {(ann.pk, row.programme_id)}
    assert queries.certified(held.ends_on + timedelta(days=1)) == set()
    with transaction.atomic():
        courses.withdraw(certificate_id=held.pk, by_id=ann.pk, now=NOW)
        courses.certify(course=row, staff_id=ann.pk, now=NOW)
    assert queries.certified(TODAY) == set()


def test_three_tries_and_one_more_when_it_is_allowed():
    row, ann = course(), agent("ann", role="agent")
    tries = [learn(row, ann, answers={}) for _try in range(3)]

    with pytest.raises(NoAttemptsLeft):
        learn(row, ann)
    with transaction.atomic():
        courses.allow_more(course_id=row.pk, staff_id=ann.pk)
    assert [each.number for each in (*tries, learn(row, ann))] == [1, 2, 3, 4]
    with pytest.raises(CourseOpen), transaction.atomic():
        courses.save_course(programme_id=row.programme_id, course_id=row.pk, staff_id=None, now=NOW, publish=True,
                            plan=Plan(title="改", opens_on=TODAY, due_on=TODAY, quiz="新题\n+ 对\n- 错"))


def test_a_course_with_a_drill_certifies_when_the_drill_is_passed():
    row, ann = course(drill=script()), agent("ann", role="agent")
    learn(row, ann)
    assert not Certificate.objects.exists()

    with transaction.atomic():
        drill = drilling.begin(script_id=row.drill_id, staff_id=ann.pk, now=NOW)
    drill = talk(drill, ["抱歉", "请拍张照片", "给您换新"])

    assert (drill.score, drill.end, drill.passed) == (100, "satisfied", True)
    assert Certificate.objects.get().staff == ann
    with pytest.raises(DrillEnded), transaction.atomic():
        drilling.say(drill_id=drill.pk, text="还在吗", number=4, now=NOW)


def test_the_stored_score_is_what_playing_the_lines_anew_gives():
    ann = agent("ann", role="agent")
    with transaction.atomic():
        drill = drilling.begin(script_id=script().pk, staff_id=ann.pk, now=NOW)
    with transaction.atomic():
        drilling.say(drill_id=drill.pk, text="你好", number=1, now=NOW)
        drilling.say(drill_id=drill.pk, text="你好", number=1, now=NOW)
    with pytest.raises(MovedOn), transaction.atomic():
        drilling.say(drill_id=drill.pk, text="别的", number=1, now=NOW)
    with transaction.atomic():
        drill = drilling.give_up(drill_id=drill.pk, now=NOW)

    assert drill.lines.count() == 1
    assert (drill.end, drill.score) == ("left", queries.talk(drill).played.score)


def test_a_kind_that_asks_for_a_certificate_comes_only_to_who_holds_it():
    row, ann, ben = course(), agent("ann", role="agent"), agent("ben", role="agent")
    learn(row, ben)
    with transaction.atomic():
        routing.require_certificate(kind="quality", programme_id=row.programme_id)
    ticket = ticket_of(say(customer(), "质量太差，裂了"))

    with transaction.atomic():
        assert routing.route(ticket_id=ticket.pk, now=NOW).assignee == ben
    ended = NOW + timedelta(days=400)
    other = ticket_of(say(customer(), "质量太差，裂了", at=ended))
    with transaction.atomic():
        assert routing.route(ticket_id=other.pk, now=ended).assignee is None
        routing.require_certificate(kind="quality", programme_id=None)
    assert all(not hand.lacks for hand in hands(now=ended))
    assert ann.pk in {hand.staff_id for hand in hands(now=ended)}


def test_a_candidate_works_the_drill_by_a_link_and_nobody_elses(client):
    boss = agent("boss")
    client.force_login(boss)
    client.post(reverse("training:invite", args=[script().pk]), {"name": "应聘的小李"})
    page = client.get(reverse("training:drills")).content.decode()
    link = page.partition("/drill/")[2].partition("<")[0]
    client.logout()

    assert client.get(f"/drill/{link[:-3]}xx/").status_code == 404
    assert "应聘的小李" in client.get(f"/drill/{link}").content.decode()
    client.post(f"/drill/{link}", {"do": "start"})
    for number, text in enumerate(("抱歉", "请拍照片", "给您退款"), start=1):
        assert client.post(f"/drill/{link}", {"text": text, "number": number}).status_code == 302
    assert "演练结束了" in client.get(f"/drill/{link}").content.decode()
    assert client.get(reverse("training:drills")).status_code == 302

    drill = Drill.objects.get()
    assert (drill.staff, drill.passed) == (None, True)
    with transaction.atomic():
        drilling.forget_candidates(now=timezone.now() + timedelta(days=181))
    drill.refresh_from_db()
    assert (bytes(drill.candidate_enc), drill.lines.count(), drill.passed) == (b"", 0, True)


def test_pages_of_a_learner_and_of_who_teaches(client):
    row, ann, boss = course(held_at=NOW), agent("ann", role="agent", name="安"), agent("boss")
    client.force_login(ann)
    assert "六月新品" in client.get(reverse("training:overview")).content.decode()
    assert client.post(reverse("training:act", args=[row.pk]), {"do": "attend"}).status_code == 422
    assert client.post(reverse("training:mark", args=[row.pk, ann.pk]), {"do": "there"}).status_code == 403

    client.force_login(boss)
    client.post(reverse("training:mark", args=[row.pk, ann.pk]), {"do": "there"})
    client.force_login(ann)
    client.post(reverse("training:act", args=[row.pk]), {"q0": "1", "q1": ["0", "1"], "q2x": "9"})

    assert "会堵。" in client.get(reverse("training:course", args=[row.pk])).content.decode()
    assert Certificate.objects.get().staff == ann
    client.force_login(boss)
    for page in (reverse("training:programme", args=[row.programme_id]), reverse("training:drills"),
                 reverse("training:script_new"), reverse("desk:certificates"),
                 reverse("training:course_edit", args=[row.programme_id, row.pk])):
        assert client.get(page).status_code == 200
    wrong = client.post(reverse("training:script_new"), {"text": "{}"})
    assert wrong.status_code == 422
    assert "剧本里这里不对" in wrong.content.decode()


def test_a_draft_is_for_who_teaches(client):
    row = course(publish=False)
    client.force_login(agent("ann", role="agent"))

    assert client.get(reverse("training:course", args=[row.pk])).status_code == 404
    assert Course.objects.exclude(published_at=None).count() == 0
