"""Tasks of departments: on a ticket, as a list of what one's departments owe, and the departments themselves."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from liuke.desk.models import Department, Task, WorkCalendar
from liuke.desk.queries import duty, talks
from liuke.desk.services import assist
from liuke.kit.errors import Refused
from liuke.kit.forms import number_of, offer_choices
from liuke.kit.pages import back_to
from liuke.org import queries as org
from liuke.org.access import StaffRequest, staff_may

HOUR = 60


class DepartmentForm(forms.Form):
    """A department: its people, and how long it may take."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=assist.NAME_CHARACTERS)
    hours = forms.IntegerField(label=gettext_lazy("几个工作小时内办完"), min_value=1, max_value=366 * 24, initial=8)
    calendar = forms.TypedChoiceField(label=gettext_lazy("按哪个日历"), coerce=int)
    people = forms.TypedMultipleChoiceField(label=gettext_lazy("成员"), coerce=int, required=False,
                                            widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calendars = [(row.pk, row.name) for row in WorkCalendar.objects.order_by("pk")]
        people = [(person.pk, person.name) for person in org.staff_people() if person.is_active]
        offer_choices(self, calendar=calendars, people=people)


@staff_may("desk.view")
@require_GET
def work(request: StaffRequest, number: str) -> HttpResponse:
    """Beside the conversation: what departments do for it, and the trail of all that was changed."""
    row = talks.ticket_seen(number)
    return render(request, "desk/_work.html", {
        "t": row, "tasks": talks.tasks_of(row), "trail": talks.trail(row), "key": secrets.token_hex(8),
        "departments": Department.objects.filter(active=True).order_by("name"),
        "may_work": request.user.has_perm("desk.work"),
    })


@staff_may("desk.work")
@require_POST
def ask(request: StaffRequest, number: str) -> HttpResponse:
    """Ask a department."""
    row, post = talks.ticket_seen(number), request.POST
    department = post.get("department", "")
    try:
        with transaction.atomic():
            task = assist.ask(
                ticket_id=row.pk, department_id=number_of(department) or 0,
                text=post.get("text", ""), staff_id=request.user.pk, key=post.get("key", "")[:40] or "once",
                now=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        request.audit_target, request.audit_detail = f"ticket:{row.pk}", {"task_id": task.pk}
        messages.success(request, _("已请部门协办，对方会收到提醒"))
    return redirect("desk:ticket", number)


@staff_may("desk.view")
@require_GET
def errands(request: StaffRequest) -> HttpResponse:
    """What one's departments owe; managers see everything, and the departments themselves."""
    return _page(request)


def _page(
    request: StaffRequest, *, form: DepartmentForm | None = None, opens: str = "", status: int = 200
) -> HttpResponse:
    manages = org.everywhere(request.user, "desk.arrange")
    if manages:
        departments = Department.objects.select_related("calendar").prefetch_related("members__staff").order_by("name")
    else:
        departments = Department.objects.none()
    return render(request, "desk/errands.html", {
        "tasks": talks.open_tasks(request.user.pk, manages=manages), "manages": manages, "departments": departments,
        "form": form or DepartmentForm(), "opens": opens, "now": timezone.now(),
    }, status=status)


@staff_may("desk.view")
@require_POST
def act(request: StaffRequest, task_id: int) -> HttpResponse:
    """Take a task, finish it with a result, or call it off: who asked, who owns it, its department, managers."""
    task = Task.objects.select_related("ticket", "department").filter(pk=task_id).first()
    if task is None or not _concerns(request, task):
        raise Http404
    do, me, now = request.POST.get("do", ""), request.user.pk, timezone.now()
    back = back_to(request, reverse("desk:errands"))
    try:
        with transaction.atomic():
            if do == "take":
                assist.take(task_id=task_id, staff_id=me, now=now)
            elif do == "off":
                assist.call_off(task_id=task_id, staff_id=me, now=now)
            else:
                assist.finish(task_id=task_id, staff_id=me, text=request.POST.get("text", ""), now=now)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(back)
    request.audit_target, request.audit_detail = f"ticket:{task.ticket_id}", {"task_id": task_id, "do": do}
    messages.success(request, {"take": _("已接下"), "off": _("已取消")}.get(do, _("已记下结果，已告诉请您协办的同事")))
    return redirect(back)


def _concerns(request: StaffRequest, task: Task) -> bool:
    me = request.user.pk
    member = task.department is not None and task.department.members.filter(staff_id=me).exists()
    return member or me in (task.asked_by_id, task.owner_id) or org.everywhere(request.user, "desk.arrange") or (
        request.user.has_perm("desk.work") and task.ticket.assignee_id == me)


@staff_may("desk.arrange")
@require_POST
def department(request: StaffRequest) -> HttpResponse:
    """A new department, or an old one anew."""
    form = DepartmentForm(request.POST)
    asked = request.POST.get("id", "")
    if not org.everywhere(request.user, "desk.arrange") or not form.is_valid():
        return _page(request, form=form, opens="department", status=422)
    said = form.cleaned_data
    try:
        with transaction.atomic():
            row = assist.save_department(
                name=said["name"], minutes=said["hours"] * HOUR, calendar_id=said["calendar"],
                staff_ids=said["people"], department_id=number_of(asked) or 0 if asked else None)
    except Refused as refused:
        form.add_error("name", refused.message)
        return _page(request, form=form, opens="department", status=refused.status)
    request.audit_target = f"department:{row.pk}"
    messages.success(request, _("已保存部门"))
    return redirect("desk:errands")


@staff_may("desk.arrange")
@require_POST
def begin(request: StaffRequest) -> HttpResponse:
    """The usual departments, to begin with."""
    assist.set_up(now=timezone.now())
    return redirect("desk:errands")


@staff_may("desk.work")
@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """To whom a ticket may be given."""
    bulk = "bulk" in request.GET
    return render(request, "desk/_people.html", {
        "people": [person for person in duty.workers() if bulk or person.pk != request.user.pk], "bulk": bulk})
