"""Training at the demo brand: two programmes with a course each, two scripts, and who has done what.

Not part of the usual file set since it must never run on a real brand; `liuke up --demo` calls it by `seed_training`.
"""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from liuke.org.models import Staff
from liuke.training.examples import LATE, RASH
from liuke.training.models import Drill, Programme
from liuke.training.rules import PRODUCT, SKILLS, quiz_of
from liuke.training.services import courses, drilling
from liuke.training.services.courses import Plan

MATERIAL = """纸尿裤：NB 到 XL 五个尺码，按体重选，不按月龄。红屁股先停用，温水清洗，通风；有发热或破皮请就医。

湿巾：不能冲马桶，会堵。开封后三个月内用完。

推车：轻便款承重 15 公斤，轮子保修一年。寄回检测的运费由我们承担。"""
QUIZ = """纸尿裤按什么选尺码？
+ 体重
- 月龄
- 身高
> 同样月龄的宝宝体重差很多。

客户说宝宝起了红疹，先做什么？
- 先退款
+ 先问孩子的情况，请客户停用
- 解释产品合格
> 险情先问人，再谈处理。

哪些情况要提醒就医？
+ 发热
+ 破皮
- 只是有点红
> 不下医学结论，有发热、破皮就请客户就医。"""
TALKING = """先接住情绪，再问情况，最后给办法和时间。

不说“耐心等待”“以物流为准”；说清楚我们去做什么、几点前告诉您结果。"""
TALK_QUIZ = """客户着急时，第一句话该做什么？
+ 表达歉意和理解
- 请客户耐心等待
- 让客户找快递

答应客户的事要带上什么？
+ 时间
- 表情
> 没有时间的承诺等于没有承诺。"""
WELL = ("非常抱歉让您担心。宝宝现在怎么样，有没有发热或破皮？",
        "请先停用这款纸尿裤，用温水清洗；如果明天没有好转请去医院。",
        "请拍一下包装上的批号给我。", "我先给您全额退款。", "批号已报给品控核实，今天 18 点前答复您。")
BADLY = ("亲，请问有什么可以帮您？", "我可以给您退款。", "这款产品没有问题的，可能是您使用不当。")


def seed(*, now: datetime) -> int:
    """Fill an empty school; returns how many programmes. One that has any stays as it is."""
    people = {person.username: person for person in Staff.objects.filter(username__in=("agent", "operator", "owner"))}
    if Programme.objects.exists() or len(people) < 3:
        return 0
    with transaction.atomic():
        owner, today = people["owner"].pk, timezone.localdate(now)
        rash, late = (drilling.save_script(text=json.dumps(each, ensure_ascii=False, indent=2), staff_id=owner, now=now)
                      for each in (RASH, LATE))
        made = []
        for name, kind, every, material, quiz, drill_id in (
                ("母婴用品知识", PRODUCT, 1, MATERIAL, QUIZ, None),
                ("投诉与险情沟通", SKILLS, 3, TALKING, TALK_QUIZ, rash.pk)):
            programme = courses.save_programme(name=name, kind=kind, every_months=every, valid_months=6,
                                               pass_percent=60, now=now)
            made.append(courses.save_course(
                programme_id=programme.pk, staff_id=owner, now=now, publish=True, plan=Plan(
                    title=f"{today:%m} 月 · {name}", opens_on=today - timedelta(days=9),
                    material=material, quiz=quiz, drill_id=drill_id,
                    due_on=today + timedelta(days=18 if kind == PRODUCT else 4))))
        _learn(made[0].pk, people["operator"].pk, quiz=QUIZ, now=now)
        courses.attend(course_id=made[0].pk, staff_id=people["agent"].pk, now=now)
        courses.answer(course_id=made[0].pk, staff_id=people["agent"].pk, answers={0: frozenset({0})}, now=now)
        _learn(made[1].pk, people["operator"].pk, quiz=TALK_QUIZ, now=now)
        _talk(rash.pk, people["operator"].pk, WELL, now - timedelta(days=2))
        _talk(rash.pk, people["agent"].pk, BADLY, now - timedelta(days=1))
        _candidate(rash.pk, owner, now)
        drilling.begin(script_id=late.pk, staff_id=people["agent"].pk, now=now - timedelta(minutes=3))
    return len(made)


def _learn(course_id: int, staff_id: int, *, quiz: str, now: datetime) -> None:
    courses.attend(course_id=course_id, staff_id=staff_id, now=now)
    courses.answer(course_id=course_id, staff_id=staff_id, now=now,
                   answers={at: each.right for at, each in enumerate(quiz_of(quiz))})


def _candidate(script_id: int, owner_id: int, now: datetime) -> None:
    """Somebody who applies has worked the script by a link."""
    at = now - timedelta(hours=20)
    drill, _token = drilling.invite(script_id=script_id, name="应聘者 白女士", by_id=owner_id, now=at)
    _speak(drilling.start(drill_id=drill.pk, now=at), WELL, at)


def _talk(script_id: int, staff_id: int, texts: tuple[str, ...], at: datetime) -> None:
    _speak(drilling.begin(script_id=script_id, staff_id=staff_id, now=at), texts, at)


def _speak(drill: Drill, texts: tuple[str, ...], at: datetime) -> None:
    for number, text in enumerate(texts, start=1):
        at += timedelta(seconds=35)
        if drill.ended_at is None:
            drill = drilling.say(drill_id=drill.pk, text=text, number=number, now=at)
