"""Calendars and policies as the pure clocks want them, and who is a VIP."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from liuke.desk import holidays
from liuke.desk.calendars import HOLIDAY_ALERT_DAYS, Calendar, windows_of, zone_of
from liuke.desk.history import Policy as Promise
from liuke.desk.holidays import SpecialDay
from liuke.desk.models import Policy, PolicyVersion, VipGroup, WorkCalendar
from liuke.desk.models import SpecialDay as StoredDay
from liuke.desk.rules import PolicyBook, PolicyRule
from liuke.desk.triage import PLAIN, VIP
from liuke.kit import rows
from liuke.tiers import queries as tiers

_kept: ContextVar["tuple[dict[int, Promise], dict[tuple[str, str], PolicyVersion]] | None"] = ContextVar(
    "promises kept", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Within the block each promise is read once. For a batch in one short transaction: what changes meanwhile is not
    seen, and measured anew by who changed it."""
    token = _kept.set(({}, {}))
    try:
        yield
    finally:
        _kept.reset(token)


def calendar_of(row: WorkCalendar, days: Iterable[SpecialDay]) -> Calendar:
    """The stored calendar as the clocks count with it. Raises CalendarNeverOpens, BadTime, BadWindows, UnknownZone."""
    if row.always_open:
        return Calendar(row.name, zone_of(row.zone), always_open=True)
    hours = windows_of(row.make_up_hours, where=row.name)
    return Calendar(
        name=row.name, zone=zone_of(row.zone),
        weekly=tuple(windows_of(pairs, where=row.name) for pairs in row.weekly),
        overrides=holidays.overrides(days, hours=hours), known_until=row.known_until,
    )


def special_days_of(row: WorkCalendar) -> list[SpecialDay]:
    """The dates that are not like their weekday, by date."""
    return [_plain(each) for each in row.special_days.order_by("day")]


def calendars(ids: Collection[int]) -> dict[int, Calendar]:
    """Two queries, however many."""
    found = WorkCalendar.objects.filter(pk__in=ids).prefetch_related("special_days")
    return {row.pk: calendar_of(row, [_plain(each) for each in row.special_days.all()]) for row in found}


def _plain(row: StoredDay) -> SpecialDay:
    return SpecialDay(row.day, row.works, row.name, row.by_hand)


def promises(version_ids: Collection[int]) -> dict[int, Promise]:
    """Versions of policies as the clocks measure by them; the name of each is its id. Four queries."""
    kept, _versions = _kept.get() or ({}, {})
    if set(version_ids) - kept.keys():
        kept |= _read(set(version_ids) - kept.keys())
    return {version_id: kept[version_id] for version_id in version_ids}


def _read(version_ids: Collection[int]) -> dict[int, Promise]:
    versions = list(PolicyVersion.objects.filter(pk__in=version_ids).prefetch_related("targets"))
    wanted = {target.calendar_id for version in versions for target in version.targets.all()}
    by_id = calendars(wanted)
    return {version.pk: _promise(version, by_id) for version in versions}


def _promise(version: PolicyVersion, by_id: dict[int, Calendar]) -> Promise:
    targets = list(version.targets.all())
    return Promise(
        name=str(version.pk),
        targets={target.clock: timedelta(minutes=target.minutes) for target in targets},
        calendars={target.clock: by_id[target.calendar_id] for target in targets},
        pauses=frozenset(version.pauses), first_message_counts=version.first_message_counts,
        warn_before=timedelta(minutes=version.warn_before_minutes), reopens=version.reopens,
    )


def policies() -> QuerySet[Policy]:
    """In the order in which they are tried: the default stands last."""
    return Policy.objects.order_by("is_default", "position", "pk")


def latest_versions() -> dict[int, PolicyVersion]:
    """The version in force of each policy, with its targets."""
    found = PolicyVersion.objects.order_by("policy_id", "-number").distinct("policy_id")
    return {version.policy_id: version for version in found.prefetch_related("targets__calendar")}


def version_for(*, kind: str, tier: str) -> PolicyVersion:
    """The version in force of the first policy that matches, or of the default. Raises NoDefaultPolicy."""
    _promises, kept = _kept.get() or ({}, {})
    if (kind, tier) not in kept:
        chosen = policy_for(policies(), kind=kind, tier=tier)
        kept[kind, tier] = PolicyVersion.objects.filter(policy_id=chosen).order_by("-number")[0]
    return kept[kind, tier]


def policy_for(rows: Iterable[Policy], *, kind: str, tier: str) -> int:
    """The id of the first of these active policies that matches, or of the default. Raises NoDefaultPolicy."""
    active = [policy for policy in rows if policy.active]
    book = PolicyBook(
        [PolicyRule(str(policy.pk), frozenset(policy.kinds), frozenset(policy.tiers)) for policy in active
         if not policy.is_default],
        default=next((str(policy.pk) for policy in active if policy.is_default), ""),
    )
    return int(book.policy_for(kind=kind, tier=tier))


def tier_of(customer_id: int, *, now: datetime) -> str:
    """VIP when the customer's tier brings priority, or they are in one of the brand's VIP groups; two queries."""
    vip = (tiers.benefits(customer_id, now=now).priority
           or rows.fetch(_in_vip_group(), {"customer": customer_id, "now": now}))
    return VIP if vip else PLAIN


def vip_groups() -> set[tuple[str, str]]:
    """Whoever is in one of these is served as VIP: (kind, name) of audiences."""
    return set(VipGroup.objects.values_list("kind", "name"))


@cache
def _in_vip_group() -> str:
    told = " UNION ALL ".join(
        f"SELECT kind, name FROM ({import_string(path)}) AS told (kind, name)"  # noqa: S608  texts of our own
        for path in settings.LIUKE_AUDIENCES)
    return f"SELECT 1 FROM desk_vipgroup JOIN ({told}) AS told USING (kind, name) LIMIT 1"  # noqa: S608  the same


def short_of_holidays(today: date) -> list[WorkCalendar]:
    """Calendars whose known holidays end soon, or have ended: next year's list is wanted."""
    soon = today + timedelta(days=HOLIDAY_ALERT_DAYS)
    return list(WorkCalendar.objects.filter(known_until__lte=soon).order_by("name"))
