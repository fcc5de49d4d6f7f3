"""Programmes and their courses: what one should learn, a course with its quiz, and who has done it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.kit.errors import Refused
from liuke.kit.forms import numbers_of, offer_choices
from liuke.org.access import StaffRequest, staff_may
from liuke.training import queries, words
from liuke.training.models import Certificate, Course, DrillScript, Programme
from liuke.training.rules import (
    KINDS,
    MATERIAL_CHARACTERS,
    MOST_COURSES,
    NAME_CHARACTERS,
    RHYTHM,
    months_after,
    quiz_of,
)
from liuke.training.services import courses
from liuke.training.services.courses import MOST_MONTHS, Plan

WHEN = "%Y-%m-%dT%H:%M"


class ProgrammeForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=NAME_CHARACTERS)
    kind = forms.ChoiceField(label=gettext_lazy("教什么"), choices=[(code, words.KINDS[code]) for code in KINDS],
                             help_text=gettext_lazy("产品每月一次，沟通与技能每季度一次，可以改。"))
    every_months = forms.IntegerField(label=gettext_lazy("几个月开一次课"), min_value=1, max_value=MOST_MONTHS,
                                      initial=1)
    valid_months = forms.IntegerField(label=gettext_lazy("证书管几个月"), min_value=1, max_value=MOST_MONTHS,
                                      initial=6)
    pass_percent = forms.IntegerField(label=gettext_lazy("答对多少算及格（%）"), min_value=0, max_value=100, initial=80)


class CourseForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("标题"), max_length=NAME_CHARACTERS)
    opens_on = forms.DateField(label=gettext_lazy("从哪天开始"), widget=forms.DateInput({"type": "date"}))
    due_on = forms.DateField(label=gettext_lazy("最晚哪天学完"), widget=forms.DateInput({"type": "date"}))
    held_at = forms.DateTimeField(
        label=gettext_lazy("集中上课的时间"), required=False, input_formats=[WHEN],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=WHEN),
        help_text=gettext_lazy("不填就是自学；填了要到场，由讲师记录出勤。"))
    material = forms.CharField(label=gettext_lazy("材料"), max_length=MATERIAL_CHARACTERS, required=False,
                               widget=forms.Textarea({"rows": 12}))
    quiz = forms.CharField(
        label=gettext_lazy("考题"), max_length=MATERIAL_CHARACTERS, required=False,
        widget=forms.Textarea({"rows": 12, "class": "mono"}),
        help_text=gettext_lazy(
            "一行题目，下面每行一个选项：+ 开头是对的，- 开头是错的，> 开头写为什么。不填就没有考试。"))
    drill = forms.TypedChoiceField(label=gettext_lazy("还要通过哪个演练"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, drill=[("", "—"), *DrillScript.objects.filter(active=True).order_by("name").values_list(
            "pk", "name")])

    def plan(self) -> Plan:
        said = {name: value for name, value in self.cleaned_data.items() if name != "drill"}
        return Plan(drill_id=self.cleaned_data["drill"], **said)


@staff_may("training.view")
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    """What one should learn now, and all programmes."""
    return _overview(request)


def _overview(request: StaffRequest, *, form: ProgrammeForm | None = None, status: int = 200) -> HttpResponse:
    today, teaches = timezone.localdate(), request.user.has_perm("training.edit")
    return render(request, "training/overview.html", {
        "to_do": queries.to_do(request.user, today), "rows": queries.programmes(today), "teaches": teaches,
        "learners": len(queries.learners()), "kinds": words.KINDS, "today": today, "form": form or ProgrammeForm(),
        "opens": form is not None, "ending": list(queries.ending(today)[:10]) if teaches else [],
        "unfinished": queries.unfinished(today) if teaches else [],
        "drafts": queries.courses(published=False).filter(published_at=None)[:10] if teaches else []}, status=status)


@staff_may("training.edit")
@require_POST
def programme_new(request: StaffRequest) -> HttpResponse:
    """A new programme."""
    form = ProgrammeForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                row = courses.save_programme(**form.cleaned_data, now=timezone.now())
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            request.audit_target = f"programme:{row.pk}"
            messages.success(request, _("已保存培训项目，接着开第一门课"))
            return redirect("training:course_new", row.pk)
    return _overview(request, form=form, status=422)


@staff_may("training.view")
def programme(request: StaffRequest, programme_id: int) -> HttpResponse:
    """One programme: its courses, and whose certificates are good; who teaches may change it."""
    row, teaches = get_object_or_404(Programme, pk=programme_id), request.user.has_perm("training.edit")
    before = {name: getattr(row, name) for name in ProgrammeForm.base_fields}
    form = ProgrammeForm(request.POST if request.method == "POST" else None, initial=before)
    if request.method == "POST" and teaches and form.is_valid():
        try:
            with transaction.atomic():
                courses.save_programme(programme_id=row.pk, **form.cleaned_data, now=timezone.now(),
                                       active=request.POST.get("active") != "no")
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            request.audit_target = f"programme:{row.pk}"
            messages.success(request, _("已保存培训项目"))
            return redirect("training:programme", row.pk)
    held = Certificate.objects.filter(programme=row, withdrawn_at=None).select_related("staff").order_by(
        "-ends_on", "pk")
    return render(request, "training/programme.html", {
        "row": row, "form": form, "teaches": teaches, "today": timezone.localdate(), "kind": words.KINDS[row.kind],
        "courses": queries.courses(published=not teaches).filter(programme=row)[:MOST_COURSES],
        "certificates": held if teaches else held.filter(staff=request.user), "opens": bool(form.errors)},
        status=422 if form.errors else 200)


@staff_may("training.edit")
def course_edit(request: StaffRequest, programme_id: int, course_id: int | None = None) -> HttpResponse:
    """Write a course, or change it."""
    belongs = get_object_or_404(Programme, pk=programme_id)
    row = get_object_or_404(Course, pk=course_id, programme=belongs) if course_id else None
    form = CourseForm(request.POST if request.method == "POST" else None, initial=_before(belongs, row))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = courses.save_course(
                    programme_id=belongs.pk, course_id=course_id, plan=form.plan(), staff_id=request.user.pk,
                    now=timezone.now(), publish=request.POST.get("then") == "publish")
        except Refused as refused:
            form.add_error("quiz" if refused.code == "bad_quiz" else None, words.refusal(refused))
        else:
            request.audit_target = f"course:{saved.pk}"
            messages.success(request, _("已发布，该学的人会看到") if saved.published_at else _("已存为草稿"))
            return redirect("training:course", saved.pk)
    return render(request, "training/course_edit.html", {"form": form, "row": row, "belongs": belongs},
                  status=422 if form.errors else 200)


def _before(belongs: Programme, row: Course | None) -> dict[str, Any]:
    if row is None:
        today = timezone.localdate()
        return {"opens_on": today, "due_on": months_after(today, RHYTHM[belongs.kind])}
    return {"title": row.title, "opens_on": row.opens_on, "due_on": row.due_on, "held_at": row.held_at,
            "material": row.material, "quiz": row.quiz, "drill": row.drill_id}


@staff_may("training.view")
@require_GET
def course(request: StaffRequest, course_id: int) -> HttpResponse:
    """One course: materials, quiz, drill; who teaches sees where everybody is."""
    return _course(request, queries.course_seen(request.user, course_id))


def _course(request: StaffRequest, row: Course, *, error: str = "", status: int = 200) -> HttpResponse:
    teaches = request.user.has_perm("training.edit")
    standing = queries.standings(request.user.pk, [row])[row.pk]
    last = row.attempts.filter(staff=request.user).order_by("-number").first()
    questions = quiz_of(row.quiz)
    shown = [(at, each, frozenset(last.answers.get(str(at), [])) if last else frozenset(),
              len(each.right) > 1) for at, each in enumerate(questions)]
    ended = standing.passed or (last is not None and not standing.left)
    return render(request, "training/course.html", {
        "row": row, "mine": standing, "questions": shown, "last": last, "error": error, "teaches": teaches,
        "ended": ended, "today": timezone.localdate(), "learns": request.user.has_perm(queries.LEARNS),
        "people": queries.results(row) if teaches else []}, status=status)


@staff_may("training.view")
@require_POST
def act(request: StaffRequest, course_id: int) -> HttpResponse:
    """I have read it; here are my answers."""
    row, now, me = queries.course_seen(request.user, course_id), timezone.now(), request.user.pk
    try:
        with transaction.atomic():
            if request.POST.get("do") == "attend":
                courses.attend(course_id=row.pk, staff_id=me, now=now)
            else:
                tried = courses.answer(course_id=row.pk, staff_id=me, answers=_answers(request), now=now)
                request.audit_detail = {"percent": tried.percent}
    except Refused as refused:
        return _course(request, row, error=refused.message, status=refused.status)
    request.audit_target = f"course:{row.pk}"
    return redirect("training:course", row.pk)


def _answers(request: StaffRequest) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = {}
    for name in request.POST:
        at = name.removeprefix("q")
        if name.startswith("q") and at.isdecimal() and len(at) < 4:
            found[int(at)] = frozenset(numbers_of(request.POST.getlist(name)))
    return found


@staff_may("training.edit")
@require_POST
def mark(request: StaffRequest, course_id: int, staff_id: int) -> HttpResponse:
    """Somebody was there or was not, or may try once more."""
    do = request.POST.get("do", "")
    if staff_id not in {person.pk for person in queries.learners()}:
        messages.error(request, _("这位同事不参加培训。"))
        return redirect("training:course", course_id)
    try:
        with transaction.atomic():
            if do == "there":
                courses.attend(course_id=course_id, staff_id=staff_id, now=timezone.now(),
                               marked_by_id=request.user.pk)
            elif do == "more":
                courses.allow_more(course_id=course_id, staff_id=staff_id)
            else:
                courses.unmark(course_id=course_id, staff_id=staff_id)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        request.audit_target, request.audit_detail = f"course:{course_id}", {"staff_id": staff_id, "do": do}
        messages.success(request, _("已记下"))
    return redirect("training:course", course_id)


@staff_may("training.edit")
@require_POST
def certificate_withdraw(request: StaffRequest, certificate_id: int) -> HttpResponse:
    """Take a certificate back."""
    row = get_object_or_404(Certificate, pk=certificate_id)
    courses.withdraw(certificate_id=row.pk, by_id=request.user.pk, now=timezone.now())
    request.audit_target = f"certificate:{row.pk}"
    messages.success(request, _("已收回证书"))
    return redirect("training:programme", row.programme_id)
