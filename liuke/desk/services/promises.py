"""Calendars, policies and VIP groups as staff set them. A policy never changes: what is saved is its next version."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from liuke.desk import holidays
from liuke.desk.calendars import due_after
from liuke.desk.holidays import SpecialDay
from liuke.desk.models import Policy, PolicyTarget, PolicyVersion, VipGroup, WorkCalendar
from liuke.desk.models import SpecialDay as StoredDay
from liuke.desk.queries import promises as queries
from liuke.desk.rules import (
    DECISION,
    FIRST_RESPONSE,
    LONGEST_TARGET,
    NEXT_RESPONSE,
    RESOLUTION,
    BadTarget,
    clock_of,
)
from liuke.desk.triage import TIERS, TicketKind
from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, Refused
from liuke.kit.jobs import later
from liuke.org import queries as org

MINUTE = timedelta(minutes=1)
ALWAYS, SERVICE, OFFICE = "全天", "服务时间", "办公时间"
SERVICE_HOURS, OFFICE_HOURS = [["09:00", "21:00"]], [["09:00", "12:00"], ["13:30", "18:00"]]
VIP_SEGMENTS = ("champion", "keep")              # who buys often and for much money
MOST_POLICIES, MOST_CALENDARS, MOST_DAYS_BY_HAND, NAME_CHARACTERS = 50, 20, 366, 40


class DefaultStays(Refused):
    """The default policy is for all that no other matches; there must always be one."""

    code = "default_policy_stays"


class NameTaken(Refused):
    """Another one has this name."""

    code = "desk_name_taken"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a policy promises. `targets`: minutes and the calendar's id by clock."""

    targets: Mapping[str, tuple[int, int]]
    pauses: Collection[str] = (RESOLUTION,)
    first_message_counts: bool = False
    warn_before_minutes: int = 0
    reopens: bool = True


@dataclass(frozen=True, kw_only=True)
class Hours:
    """What a calendar says. Pairs are local [open, close]; `weekly` has seven lists from Monday on."""

    zone: str
    always_open: bool = False
    weekly: Sequence[Sequence[Sequence[str]]] = ()
    make_up_hours: Sequence[Sequence[str]] = ()
    follows_list: bool = False
    days: Sequence[SpecialDay] = field(default_factory=tuple)


def set_up(*, now: datetime) -> None:
    """What a new desk begins with: calendars, a default policy, the promise for returns, who is VIP. Again is nothing.

    The default: first answer in 15 minutes and each next one in 30, in service hours. Returns and repairs: answered in
    2 hours and decided in 48, by the wall clock.
    """
    require_transaction()
    if Policy.objects.filter(is_default=True).exists():
        return
    advisory_lock("desk.set_up")
    if Policy.objects.filter(is_default=True).exists():
        return
    brand = org.brand()
    zone = brand.zone if brand else "Asia/Shanghai"
    always = save_calendar(name=ALWAYS, hours=Hours(zone=zone, always_open=True), now=now)
    service = save_calendar(name=SERVICE, hours=Hours(zone=zone, weekly=[SERVICE_HOURS] * 7), now=now)
    week = [OFFICE_HOURS] * 5 + [[], []]
    save_calendar(name=OFFICE, now=now, hours=Hours(
        zone=zone, weekly=week, make_up_hours=OFFICE_HOURS, follows_list=zone == "Asia/Shanghai"))
    save_policy(name=_("其他"), is_default=True, now=now, terms=Terms(warn_before_minutes=5, targets={
        FIRST_RESPONSE: (15, service.pk), NEXT_RESPONSE: (30, service.pk), RESOLUTION: (48 * 60, always.pk)}))
    save_policy(name=_("退换与维修"), kinds=[TicketKind.RETURN, TicketKind.REPAIR], now=now, terms=Terms(
        warn_before_minutes=30, targets={
            FIRST_RESPONSE: (120, always.pk), NEXT_RESPONSE: (120, always.pk), DECISION: (48 * 60, always.pk)}))
    VipGroup.objects.bulk_create([VipGroup(kind="segment", name=name) for name in VIP_SEGMENTS], ignore_conflicts=True)


def save_calendar(*, name: str, hours: Hours, now: datetime, calendar_id: int | None = None) -> WorkCalendar:
    """Make a calendar or replace what it says, and have the open clocks that count by it read anew.

    With `follows_list` the published Chinese holidays are in it; rows of `hours.days` by hand win over them. Raises
    CalendarNeverOpens, BadTime, BadWindows, UnknownZone, NeverDue for a promise that it could not keep, NameTaken.
    """
    require_transaction()
    title = _named(name)
    row = WorkCalendar.objects.select_for_update().get(pk=calendar_id) if calendar_id else WorkCalendar()
    if WorkCalendar.objects.filter(name=title).exclude(pk=row.pk).exists():
        raise NameTaken(_("已有同名的日历。"))
    if calendar_id is None and WorkCalendar.objects.count() >= MOST_CALENDARS:
        raise BadInput(_("日历太多了，请先改用已有的。"))
    row.name, row.zone, row.always_open, row.changed_at = title, hours.zone, hours.always_open, now
    row.weekly, row.make_up_hours = [list(day) for day in hours.weekly], list(hours.make_up_hours)
    row.follows_list = hours.follows_list and not hours.always_open
    row.known_until = holidays.listed_until() if row.follows_list else None
    days = _days(row, hours.days)
    calendar = queries.calendar_of(row, days)
    for minutes in PolicyTarget.objects.filter(calendar_id=row.pk).values_list("minutes", flat=True).distinct():
        due_after(calendar, now, minutes * MINUTE)
    row.save()
    row.special_days.all().delete()
    StoredDay.objects.bulk_create([
        StoredDay(calendar=row, day=each.day, works=each.works, name=each.name, by_hand=each.by_hand)
        for each in days])
    if calendar_id:
        later("desk.measure_calendar", calendar_id=row.pk)
    return row


def _days(row: WorkCalendar, by_hand: Iterable[SpecialDay]) -> list[SpecialDay]:
    if row.always_open:
        return []
    years = range(holidays.listed_from().year, holidays.listed_until().year + 1) if row.follows_list else ()
    fresh = [day for year in years for day in holidays.listed(year=year)]
    return holidays.merged(stored=[day for day in by_hand if day.by_hand], fresh=fresh)


def load_holidays(*, now: datetime) -> int:
    """Bring calendars that follow the published list up to what this version knows; returns how many changed."""
    require_transaction()
    behind = WorkCalendar.objects.filter(follows_list=True, known_until__lt=holidays.listed_until())
    rows = list(behind.order_by("pk"))
    for row in rows:
        _save_days(row, queries.special_days_of(row), now=now)
    return len(rows)


def set_day(*, calendar_id: int, day: date, works: bool, name: str, now: datetime) -> WorkCalendar:
    """Say of one date that it is worked or not, whatever weekday and list say. Again replaces. Raises BadInput."""
    require_transaction()
    row = WorkCalendar.objects.select_for_update().get(pk=calendar_id)
    if row.always_open:
        raise BadInput(_("全天候的日历没有节假日。"))
    if works and not row.make_up_hours:
        raise BadInput(_("请先填写调休上班的日子从几点到几点。"))
    title = " ".join(name.split())[:NAME_CHARACTERS]
    others = [each for each in queries.special_days_of(row) if each.day != day]
    if sum(each.by_hand for each in others) >= MOST_DAYS_BY_HAND:
        raise BadInput(_("手工设置的日子太多了，请先去掉一些。"))
    return _save_days(row, [*others, SpecialDay(day, works, title, by_hand=True)], now=now)


def drop_day(*, calendar_id: int, day: date, now: datetime) -> WorkCalendar:
    """Take back what was said of a date by hand: the list counts again, else the weekday. Again is nothing."""
    require_transaction()
    row = WorkCalendar.objects.select_for_update().get(pk=calendar_id)
    return _save_days(row, [each for each in queries.special_days_of(row) if each.day != day], now=now)


def _save_days(row: WorkCalendar, days: Sequence[SpecialDay], *, now: datetime) -> WorkCalendar:
    return save_calendar(calendar_id=row.pk, name=row.name, now=now, hours=Hours(
        zone=row.zone, always_open=row.always_open, weekly=row.weekly, make_up_hours=row.make_up_hours,
        follows_list=row.follows_list, days=days))


def save_policy(
    *, name: str, terms: Terms, now: datetime, kinds: Collection[str] = (), tiers: Collection[str] = (),
    policy_id: int | None = None, is_default: bool = False, staff_id: int | None = None,
) -> Policy:
    """Make a policy, or save its next version: tickets opened or sorted anew from now on are measured by it.

    Clocks that run keep what they were promised. One that asks for neither kind nor tier would match nobody and is
    refused, but for the default. Raises BadInput, BadTarget, UnknownClock, NameTaken.
    """
    require_transaction()
    row = Policy.objects.select_for_update().get(pk=policy_id) if policy_id else Policy(is_default=is_default)
    title = _named(name)
    if Policy.objects.filter(name=title).exclude(pk=row.pk).exists():
        raise NameTaken(_("已有同名的服务承诺。"))
    _check(row, terms, kinds, tiers)
    if row.pk is None:
        if Policy.objects.count() >= MOST_POLICIES:
            raise BadInput(_("服务承诺太多了，请先停用一些。"))
        row.position = (Policy.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    row.name, row.kinds, row.tiers, row.active = title, sorted(set(kinds)), sorted(set(tiers)), True
    row.save()
    last = row.versions.aggregate(last=Max("number"))["last"] or 0
    version = PolicyVersion.objects.create(
        policy=row, number=last + 1, pauses=sorted(set(terms.pauses)), reopens=terms.reopens,
        first_message_counts=terms.first_message_counts, warn_before_minutes=terms.warn_before_minutes,
        saved_at=now, saved_by_id=staff_id)
    PolicyTarget.objects.bulk_create([
        PolicyTarget(version=version, clock=clock, minutes=minutes, calendar_id=calendar_id)
        for clock, (minutes, calendar_id) in terms.targets.items()])
    return row


def _check(row: Policy, terms: Terms, kinds: Collection[str], tiers: Collection[str]) -> None:
    if not set(kinds) <= set(TicketKind) or not set(tiers) <= set(TIERS):
        raise BadInput(_("没有这个工单类型或客户级别。"))
    if row.is_default and (kinds or tiers):
        raise BadInput(_("默认承诺适用于其余所有工单，不能带条件。"))
    if not row.is_default and not (kinds or tiers):
        raise BadInput(_("请至少选择一个工单类型或客户级别；没有条件的承诺不会用到任何工单上。"))
    for name in (*terms.targets, *terms.pauses):
        clock_of(name)
    for minutes, _calendar in terms.targets.values():
        if not 0 < minutes <= LONGEST_TARGET // MINUTE:
            raise BadTarget(_("时限要在 1 分钟到 366 天之间。"))
    known = set(WorkCalendar.objects.values_list("pk", flat=True))
    if not {calendar_id for _minutes, calendar_id in terms.targets.values()} <= known:
        raise BadInput(_("没有这个日历。"))


def order_policies(*, policy_ids: Sequence[int]) -> None:
    """Try the policies in this order; those not named keep their order behind. The default is last in any case."""
    require_transaction()
    rows = {row.pk: row for row in Policy.objects.select_for_update().order_by("position", "pk")}
    wanted = [pk for pk in dict.fromkeys(policy_ids) if pk in rows]
    for position, pk in enumerate([*wanted, *(pk for pk in rows if pk not in wanted)], start=1):
        rows[pk].position = position
    Policy.objects.bulk_update(rows.values(), ["position"])


def mark_policy_active(*, policy_id: int, active: bool) -> None:
    """Use a policy for new tickets, or no longer. What it has promised stays promised. Raises DefaultStays."""
    require_transaction()
    row = Policy.objects.select_for_update().get(pk=policy_id)
    if row.is_default and not active:
        raise DefaultStays(_("默认承诺不能停用；可以改它的时限。"))
    row.active = active
    row.save(update_fields=["active"])


def set_vip_groups(*, groups: Collection[tuple[str, str]]) -> None:
    """These customers are served as VIP from now on; tickets that are open keep their tier."""
    require_transaction()
    VipGroup.objects.all().delete()
    VipGroup.objects.bulk_create([VipGroup(kind=kind, name=name) for kind, name in sorted(set(groups))])


def _named(name: str) -> str:
    title = " ".join(name.split())
    if not 0 < len(title) <= NAME_CHARACTERS:
        raise BadInput(_("请填写名称，最多 %(most)s 个字。") % {"most": NAME_CHARACTERS})
    return title
