"""The roster as staff arrange it, and the gaps in it that must not stay silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from liuke.desk.calendars import windows_of, zone_of
from liuke.desk.models import CallRule, DutyChange, DutyGap, DutyRotation, DutyTurn, Notice
from liuke.desk.queries import duty as queries
from liuke.desk.rules import (
    CALL_STEPS,
    IN_APP,
    LEAVE,
    LONGEST_CHANGE,
    MOST_CALL_STEPS,
    MOST_ROTATIONS,
    MOST_TURNS,
    OVERRIDE,
    SWAP,
    TARGETS,
    WAYS,
)
from liuke.desk.services import live
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput
from liuke.org.models import Staff
from liuke.training import queries as training

NAME_CHARACTERS = 40


@dataclass(frozen=True, kw_only=True)
class Turns:
    """A rotation as it is asked for: who serves in which turn, and the hours of the seven weekdays."""

    starts_on: date
    turns: Sequence[Sequence[int]]
    weekly: Sequence[Sequence[Sequence[str]]]
    zone: str
    days: int = 7
    priority: int = 0
    ends_on: date | None = None


def save_rotation(*, name: str, turns: Turns, now: datetime, rotation_id: int | None = None) -> DutyRotation:
    """Make a rotation or replace what it says; gaps are looked for at once. Raises BadInput, BadTime, UnknownZone."""
    require_transaction()
    title = " ".join(name.split())
    if not 0 < len(title) <= NAME_CHARACTERS:
        raise BadInput(_("请填写名称，最多 %(most)s 个字。") % {"most": NAME_CHARACTERS})
    row = DutyRotation.objects.select_for_update().get(pk=rotation_id) if rotation_id else DutyRotation()
    if DutyRotation.objects.filter(name=title).exclude(pk=row.pk).exists():
        raise BadInput(_("已有同名的轮班。"))
    _check(turns)
    if rotation_id is None and DutyRotation.objects.count() >= MOST_ROTATIONS:
        raise BadInput(_("轮班太多了，请先删掉不用的。"))
    row.name, row.starts_on, row.ends_on, row.days = title, turns.starts_on, turns.ends_on, turns.days
    row.priority, row.zone, row.turns = turns.priority, turns.zone, len(turns.turns)
    row.weekly = [[list(pair) for pair in day] for day in turns.weekly]
    row.save()
    row.people.all().delete()
    DutyTurn.objects.bulk_create([
        DutyTurn(rotation=row, turn=number, staff_id=staff_id)
        for number, people in enumerate(turns.turns) for staff_id in dict.fromkeys(people)])
    watch(now=now)
    return row


def _check(turns: Turns) -> None:
    zone_of(turns.zone)
    windows = [windows_of(pairs) for pairs in turns.weekly]
    if len(windows) != 7 or not any(windows):
        raise BadInput(_("请填写值班的时间。"))
    people = {staff_id for turn in turns.turns for staff_id in turn}
    if not 0 < len(turns.turns) <= MOST_TURNS or not people or not 1 <= turns.days <= 366:
        raise BadInput(_("请至少选择一个人，每轮 1 到 366 天。"))
    if Staff.objects.filter(pk__in=people, is_active=True).count() != len(people):
        raise BadInput(_("有人已不在职。"))
    if turns.ends_on and turns.ends_on < turns.starts_on:
        raise BadInput(_("结束日期要在开始日期之后。"))


def drop_rotation(*, rotation_id: int, now: datetime) -> None:
    """Take a rotation out of the roster. Again is nothing."""
    require_transaction()
    DutyRotation.objects.filter(pk=rotation_id).delete()
    watch(now=now)


def change(
    *, kind: str, staff_id: int, starts_at: datetime, ends_at: datetime, now: datetime, taker_id: int | None = None,
    by_id: int | None = None,
) -> DutyChange:
    """Somebody else for a while (override, swap), or somebody not there (leave). Raises BadInput."""
    require_transaction()
    if kind not in (OVERRIDE, SWAP, LEAVE) or (kind == SWAP) != bool(taker_id) or taker_id == staff_id:
        raise BadInput(_("换班要选两位不同的员工；代班和请假只选一位。"))
    if not starts_at < ends_at <= starts_at + LONGEST_CHANGE:
        raise BadInput(_("结束时间要在开始时间之后，最长一年。"))
    people = {staff_id, taker_id} - {None}
    if Staff.objects.filter(pk__in=people, is_active=True).count() != len(people):
        raise BadInput(_("有人已不在职。"))
    row = DutyChange.objects.create(kind=kind, staff_id=staff_id, taker_id=taker_id, starts_at=starts_at,
                                    ends_at=ends_at, made_by_id=by_id, made_at=now)
    watch(now=now)
    return row


def drop_change(*, change_id: int, now: datetime) -> None:
    """The rotations serve again. Again is nothing."""
    require_transaction()
    DutyChange.objects.filter(pk=change_id).delete()
    watch(now=now)


def watch(*, now: datetime) -> int:
    """Tell the managers that there are stretches ahead in which nobody is on duty; returns how many are new.

    A gap that grows, or of which more comes into view, is still the same one; who has not yet looked at what they were
    told is not told again.
    """
    require_transaction()
    advisory_lock("desk.gaps")
    known, kept, fresh = list(DutyGap.objects.order_by("starts_at", "pk")), set(), []
    for gap in queries.gaps(now=now):
        row = next((row for row in known if row.pk not in kept and row.starts_at <= gap.span.closes
                    and row.ends_at >= gap.span.opens), None)
        if row is None:
            row = DutyGap(noticed_at=now)
            fresh.append(row)
        row.starts_at, row.ends_at = gap.span.opens, gap.span.closes
        row.save()
        kept.add(row.pk)
    DutyGap.objects.exclude(pk__in=kept).delete()
    if not kept:                                     # what managers were told is so no more
        Notice.objects.filter(reason="gap", seen_at=None).update(seen_at=now)
    if fresh:
        warned = set(Notice.objects.filter(reason="gap", seen_at=None).values_list("staff_id", flat=True))
        for staff_id in sorted(set(queries.managers()) - warned):
            notify(staff_id=staff_id, reason="gap", key=f"gap:{fresh[0].pk}:{staff_id}", now=now)
    return len(fresh)


def remind_courses(*, now: datetime) -> int:
    """Tell who has not finished a course that it is due soon, and once more when that is over, then managers too.

    Returns how many courses. Again is nothing new.
    """
    require_transaction()
    today = timezone.localdate(now)
    rows = training.unfinished(today)
    managers = queries.managers() if rows else []
    for row in rows:
        late = row.course.due_on < today
        reason, told = ("course_late", managers) if late else ("course_due", [])
        for staff_id in dict.fromkeys([*(person.pk for person in row.people), *told]):
            notify(staff_id=staff_id, reason=reason, key=f"{reason}:{row.course.pk}:{staff_id}", now=now)
    return len(rows)


def notify(
    *, staff_id: int, reason: str, key: str, now: datetime, ticket_id: int | None = None, way: str = IN_APP,
    call_step_id: int | None = None, about_id: int | None = None,
) -> Notice:
    """Put something before a person's eyes. The same key again is the same notice."""
    require_transaction()
    row, made = Notice.objects.get_or_create(key=key, defaults={
        "staff_id": staff_id, "reason": reason, "at": now, "ticket_id": ticket_id, "way": way,
        "call_step_id": call_step_id, "about_id": about_id})
    if made:
        live.tell_staff(staff_id)
    return row


def mark_seen(*, staff_id: int, now: datetime, ticket_id: int | None = None) -> None:
    """The person has looked at all they were told so far, or at what concerns one ticket. Again is nothing."""
    require_transaction()
    told = Notice.objects.filter(staff_id=staff_id, seen_at=None)
    if (told.filter(ticket_id=ticket_id) if ticket_id else told).update(seen_at=now):
        live.tell_staff(staff_id)


def set_call_rules(*, steps: Sequence[tuple[int, str, str]]) -> None:
    """What happens from the next urgent ticket on: minutes, way, whom, in order. Calls that run stay as they are."""
    require_transaction()
    if not 0 < len(steps) <= MOST_CALL_STEPS:
        raise BadInput(_("请填写 1 到 %(most)s 个步骤。") % {"most": MOST_CALL_STEPS})
    minutes = [step[0] for step in steps]
    if minutes != sorted(minutes) or minutes[0] < 0 or minutes[-1] > 24 * 60:
        raise BadInput(_("步骤的分钟数要从小到大，最多一天。"))
    if any(way not in WAYS or target not in TARGETS for _minutes, way, target in steps):
        raise BadInput(_("没有这种通知方式或对象。"))
    CallRule.objects.all().delete()
    CallRule.objects.bulk_create([
        CallRule(position=number, after_minutes=after, way=way, target=target)
        for number, (after, way, target) in enumerate(steps)])


def call_rules() -> list[tuple[int, str, str]]:
    """The steps of the next call-out: the brand's own, or what a new desk begins with."""
    rows = list(CallRule.objects.order_by("position").values_list("after_minutes", "way", "target"))
    return rows or list(CALL_STEPS)
