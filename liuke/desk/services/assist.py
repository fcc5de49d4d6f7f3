"""Other departments help with a ticket: a task with an owner and a clock of its own, told in the ticket's one trail."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from liuke.desk.calendars import due_after
from liuke.desk.models import Department, DepartmentMember, Task, Ticket, WorkCalendar
from liuke.desk.queries import duty as people
from liuke.desk.queries.promises import calendars
from liuke.desk.rules import DEPARTMENTS, DUE_BATCH, MOST_DEPARTMENTS, MOST_TASKS, TEXT_CHARACTERS
from liuke.desk.services import duty, live, promises
from liuke.desk.services.promises import OFFICE
from liuke.desk.services.tickets import entry, held
from liuke.kit import crypto
from liuke.kit.db import require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.org.models import Staff

ASK, RATING = "ask", "rating"
NAME_CHARACTERS, MOST_MINUTES = 20, 366 * 24 * 60


class TaskEnded(Refused):
    """The task is done or was called off."""

    code = "task_ended"


def set_up(*, now: datetime) -> None:
    """The departments a new desk begins with, by office hours. Again is nothing."""
    require_transaction()
    if Department.objects.exists():
        return
    promises.set_up(now=now)
    office = WorkCalendar.objects.filter(name=OFFICE).first() or WorkCalendar.objects.order_by("pk")[0]
    Department.objects.bulk_create([
        Department(name=name, minutes=minutes, calendar=office) for name, minutes in DEPARTMENTS],
        ignore_conflicts=True)


def save_department(
    *, name: str, minutes: int, calendar_id: int, staff_ids: Collection[int], department_id: int | None = None,
    active: bool = True,
) -> Department:
    """Make a department or replace what it says; tasks that run keep their due. Raises BadInput."""
    require_transaction()
    title = " ".join(name.split())
    if not 0 < len(title) <= NAME_CHARACTERS or not 0 < minutes <= MOST_MINUTES:
        raise BadInput(_("请填写名称（最多 %(most)s 个字）和办理时间。") % {"most": NAME_CHARACTERS})
    if Department.objects.filter(name=title).exclude(pk=department_id or 0).exists():
        raise BadInput(_("已有同名的部门。"))
    if department_id is None and Department.objects.count() >= MOST_DEPARTMENTS:
        raise BadInput(_("部门太多了，请先停用一些。"))
    if not WorkCalendar.objects.filter(pk=calendar_id).exists():
        raise BadInput(_("没有这个日历。"))
    row = Department()
    if department_id is not None:
        known = Department.objects.select_for_update().filter(pk=department_id).first()
        if known is None:
            raise BadInput(_("没有这个部门。"))
        row = known
    row.name, row.minutes, row.calendar_id, row.active = title, minutes, calendar_id, active
    row.save()
    row.members.all().delete()
    DepartmentMember.objects.bulk_create([
        DepartmentMember(department=row, staff=person)
        for person in Staff.objects.filter(pk__in=staff_ids, is_active=True).order_by("pk")])
    return row


def ask(*, ticket_id: int, department_id: int, text: str, staff_id: int, key: str, now: datetime) -> Task:
    """Ask a department for its part; its clock runs from now. The same key again is the same task.

    Everybody in the department is told. Raises BadInput, TicketGone.
    """
    ticket = held(ticket_id)
    if known := Task.objects.filter(key=f"ask:{ticket_id}:{key}").first():
        return known
    words = text.strip()
    if not 0 < len(words) <= TEXT_CHARACTERS:
        raise BadInput(_("请写明需要对方做什么。"))
    department = Department.objects.filter(pk=department_id, active=True).first()
    if department is None:
        raise BadInput(_("没有这个部门。"))
    if ticket.tasks.filter(done_at=None).count() >= MOST_TASKS:
        raise BadInput(_("这张工单未完成的协办太多了。"))
    by = calendars([department.calendar_id])[department.calendar_id]
    task = Task.objects.create(
        ticket=ticket, department=department, reason=ASK, text_enc=crypto.encrypt(words), asked_by_id=staff_id,
        key=f"ask:{ticket_id}:{key}", asked_at=now,
        due_at=due_after(by, now, timedelta(minutes=department.minutes)).at)
    entry(ticket, "task_asked", at=now, staff_id=staff_id, word=f"{task.pk}:{department.name}", due_at=task.due_at)
    for person_id in department.members.values_list("staff_id", flat=True):
        duty.notify(staff_id=person_id, reason="task", ticket_id=ticket.pk, key=f"task:{task.pk}:{person_id}", now=now)
    live.tell(ticket)
    return task


def review(*, ticket: Ticket, key: str, text: str, now: datetime) -> Task:
    """A low rating that managers look into within a working day of the wall clock. The same key again is the same."""
    require_transaction()
    task, made = Task.objects.get_or_create(key=key, defaults={
        "ticket": ticket, "reason": RATING, "text_enc": crypto.encrypt(text), "asked_at": now,
        "due_at": now + timedelta(days=1)})
    if made:
        entry(ticket, "task_asked", at=now, word=f"{task.pk}:{RATING}", due_at=task.due_at)
        for person_id in people.managers():
            duty.notify(staff_id=person_id, reason="rating", ticket_id=ticket.pk, key=f"task:{task.pk}:{person_id}",
                        now=now)
        live.tell(ticket)
    return task


def take(*, task_id: int, staff_id: int, now: datetime) -> Task:
    """Make the task one's own; a colleague's may be taken over. Raises TaskEnded."""
    task = _open(task_id)
    if task.owner_id != staff_id:
        task.owner_id = staff_id
        task.save(update_fields=["owner"])
        entry(task.ticket, "task_taken", at=now, staff_id=staff_id, word=str(task.pk))
        live.tell(task.ticket)
    return task


def finish(*, task_id: int, staff_id: int, text: str, now: datetime) -> Task:
    """Say what came of it; who asked is told. Again with the same words is nothing. Raises TaskEnded, BadInput."""
    words = text.strip()
    if not 0 < len(words) <= TEXT_CHARACTERS:
        raise BadInput(_("请写明结果。"))
    task = _held(task_id)
    if task.done_at is not None and not task.cancelled and crypto.decrypt(task.result_enc) == words:
        return task
    _require_open(task)
    task.owner_id = task.owner_id or staff_id
    task.result_enc, task.done_at = crypto.encrypt(words), now
    task.save(update_fields=["owner", "result_enc", "done_at"])
    entry(task.ticket, "task_done", at=now, staff_id=staff_id, word=str(task.pk))
    told = {task.asked_by_id, task.ticket.assignee_id} - {None, staff_id}
    for person_id in sorted(pk for pk in told if pk is not None):
        duty.notify(staff_id=person_id, reason="task_done", ticket_id=task.ticket_id,
                    key=f"task_done:{task.pk}:{person_id}", now=now)
    live.tell(task.ticket)
    return task


def call_off(*, task_id: int, staff_id: int, now: datetime) -> Task:
    """It is not needed any more. Again is nothing. Raises TaskEnded for one that is done."""
    task = _held(task_id)
    if task.cancelled:
        return task
    _require_open(task)
    task.done_at, task.cancelled = now, True
    task.save(update_fields=["done_at", "cancelled"])
    entry(task.ticket, "task_off", at=now, staff_id=staff_id, word=str(task.pk))
    live.tell(task.ticket)
    return task


def mark_due(*, now: datetime, limit: int = DUE_BATCH) -> int:
    """Date what has become due at its due instant and tell owner, asker and managers; returns how many tasks."""
    require_transaction()
    due = Task.objects.filter(done_at=None, breached_at=None, due_at__lte=now)
    rows = list(due.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("ticket")
                .order_by("due_at", "pk")[:limit])
    Task.objects.filter(pk__in=[row.pk for row in rows]).update(breached_at=F("due_at"))
    managers = set(people.managers()) if rows else set()
    for row in rows:
        entry(row.ticket, "task_late", at=now, word=str(row.pk), due_at=row.due_at)
        for person_id in sorted(pk for pk in {row.owner_id, row.asked_by_id} | managers if pk is not None):
            duty.notify(staff_id=person_id, reason="task_late", ticket_id=row.ticket_id,
                        key=f"task_late:{row.pk}:{person_id}", now=now)
        live.tell(row.ticket)
    return len(rows)


def _held(task_id: int) -> Task:
    """The task with its ticket, both locked: the ticket first, as everywhere."""
    require_transaction()
    ticket_id = Task.objects.values_list("ticket_id", flat=True).get(pk=task_id)
    ticket = held(ticket_id, alive=False)
    task = Task.objects.select_for_update(no_key=True).get(pk=task_id)
    task.ticket = ticket
    return task


def _require_open(task: Task) -> None:
    if task.done_at is not None:
        raise TaskEnded(_("这项协办已经结束。"))


def _open(task_id: int) -> Task:
    task = _held(task_id)
    _require_open(task)
    return task
