"""Policies in order with a default that stays; calendars that staff edit and that know how far they know."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from liuke.customers.tests.builders import make_tag, tag
from liuke.desk import holidays
from liuke.desk.calendars import BadTime, CalendarNeverOpens, NeverDue
from liuke.desk.holidays import SpecialDay
from liuke.desk.models import Policy, PolicyVersion, WorkCalendar
from liuke.desk.queries import promises as queries
from liuke.desk.rules import NoDefaultPolicy
from liuke.desk.services import promises
from liuke.desk.services.promises import DefaultStays, Hours, NameTaken, Terms
from liuke.desk.tests.rows import NOW, after, customer, promise, say, ticket_of
from liuke.kit.errors import BadInput

pytestmark = pytest.mark.django_db
OFFICE = [[["09:00", "18:00"]]] * 5 + [[], []]


def set_up():
    with transaction.atomic():
        promises.set_up(now=NOW)


def hours(**more):
    return Hours(**{"zone": "Asia/Shanghai", "weekly": OFFICE, **more})


def test_a_desk_begins_with_a_default_and_the_promise_for_returns_once():
    set_up()
    set_up()

    told = {policy.name: (policy.kinds, policy.is_default) for policy in queries.policies()}
    assert told == {"退换与维修": (["repair", "return"], False), "其他": ([], True)}
    targets = {target.clock: (target.minutes, target.calendar.name)
               for target in queries.version_for(kind="return", tier="plain").targets.all()}
    assert targets == {"first_response": (120, "全天"), "next_response": (120, "全天"), "decision": (2880, "全天")}


def test_without_a_default_nothing_is_guessed():
    with pytest.raises(NoDefaultPolicy):
        queries.version_for(kind="quality", tier="plain")


def test_the_first_that_matches_wins_and_order_can_be_changed():
    first = promise(kinds=("quality",), first_response=10)
    second = promise(kinds=(), tiers=("vip",), first_response=5)

    def chosen(kind, tier):
        return queries.version_for(kind=kind, tier=tier).policy

    assert [chosen("quality", "vip"), chosen("usage", "vip"), chosen("usage", "plain").is_default] == [
        first, second, True]
    with transaction.atomic():
        promises.order_policies(policy_ids=[second.pk, first.pk])
    assert chosen("quality", "vip") == second
    with transaction.atomic():
        promises.mark_policy_active(policy_id=second.pk, active=False)
    assert chosen("quality", "vip") == first


def test_a_promise_without_conditions_and_a_default_with_some_are_refused():
    set_up()
    default = Policy.objects.get(is_default=True)
    terms = Terms(targets={})

    with pytest.raises(BadInput), transaction.atomic():
        promises.save_policy(name="空", terms=terms, now=NOW)
    with pytest.raises(BadInput), transaction.atomic():
        promises.save_policy(policy_id=default.pk, name="其他", kinds=["quality"], terms=terms, now=NOW)
    with pytest.raises(DefaultStays), transaction.atomic():
        promises.mark_policy_active(policy_id=default.pk, active=False)
    with pytest.raises(NameTaken), transaction.atomic():
        promises.save_policy(name="其他", kinds=["quality"], terms=terms, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(name="另一个默认", position=9, is_default=True)


def test_a_saved_policy_is_a_new_version_and_what_runs_keeps_the_old():
    policy = promise(first_response=10)
    before = ticket_of(say(customer(), "质量"))

    with transaction.atomic():
        promises.save_policy(policy_id=policy.pk, name=policy.name, kinds=policy.kinds, now=after(1), terms=Terms(
            targets={"first_response": (60, WorkCalendar.objects.get(name="全天").pk)}))
    now = ticket_of(say(customer(), "质量"))

    assert PolicyVersion.objects.filter(policy=policy).count() == 2
    assert (before.due_at, now.due_at) == (after(10), after(60))
    before.refresh_from_db()
    say(before.customer, "在吗", at=after(2))
    before.refresh_from_db()
    assert before.due_at == after(10)


def test_who_is_in_a_vip_group_is_served_as_vip():
    who, mothers = customer(), make_tag("母婴")
    promise(kinds=(), tiers=("vip",), first_response=5)
    with transaction.atomic():
        promises.set_vip_groups(groups=[("tag", str(mothers.pk))])
    tag(who, mothers)

    ticket, other = ticket_of(say(who, "质量")), ticket_of(say(customer(), "质量"))

    assert (ticket.tier, ticket.priority, ticket.priority_why, ticket.due_at) == ("vip", 1, "high+vip", after(5))
    assert (other.tier, other.priority) == ("plain", 2)


@pytest.mark.parametrize(("wrong", "given"), [
    (CalendarNeverOpens, {"weekly": [[]] * 7}),
    (BadTime, {"weekly": [[["9", "18:00"]], [], [], [], [], [], []]}),
], ids=["never opens", "no time of day"])
def test_a_calendar_that_cannot_be_is_refused(wrong, given):
    with pytest.raises(wrong), transaction.atomic():
        promises.save_calendar(name="坏", hours=hours(**given), now=NOW)
    assert not WorkCalendar.objects.exists()


def test_a_calendar_that_could_not_keep_a_promise_is_refused():
    set_up()
    row = WorkCalendar.objects.get(name="服务时间")

    with pytest.raises(NeverDue), transaction.atomic():
        promises.save_calendar(calendar_id=row.pk, name=row.name, now=NOW, hours=Hours(
            zone="Asia/Shanghai", weekly=[[]] * 7, make_up_hours=[["09:00", "09:10"]],
            days=[SpecialDay(date(2026, 6, 10), works=True, name="", by_hand=True)]))


def test_published_holidays_are_in_it_and_rows_by_hand_win():
    with transaction.atomic():
        row = promises.save_calendar(name="行政", now=NOW, hours=hours(
            make_up_hours=[["09:00", "18:00"]], follows_list=True,
            days=[SpecialDay(date(2026, 10, 1), works=True, name="国庆值班", by_hand=True)]))

    calendar = queries.calendars([row.pk])[row.pk]
    assert row.known_until == holidays.listed_until()
    assert [bool(calendar.windows_on(date(2026, 10, day))) for day in (1, 2, 9, 10, 11)] == [
        True, False, True, True, False]
    assert queries.short_of_holidays(date(2026, 10, 31)) == []
    assert queries.short_of_holidays(date(2026, 11, 1)) == [row]


def test_a_due_beyond_the_known_holidays_is_marked_provisional():
    promise(on="办公时间", first_response=30, resolution=60 * 24 * 30)
    until = WorkCalendar.objects.get(name="办公时间").known_until

    ticket = ticket_of(say(customer(), "质量"))

    clocks = {row.clock: row.provisional for row in ticket.deadlines.all()}
    assert ticket.deadlines.get(clock="resolution").due_at.date() <= until
    assert clocks == {"first_response": False, "resolution": False}
    WorkCalendar.objects.filter(name="办公时间").update(known_until=date(2026, 6, 30))
    late = ticket_of(say(customer(), "质量"))
    assert {row.clock: row.provisional for row in late.deadlines.all()} == {
        "first_response": False, "resolution": True}


def test_a_newer_list_is_loaded_into_calendars_that_follow_it():
    set_up()
    WorkCalendar.objects.filter(follows_list=True).update(known_until=date(2025, 12, 31))

    with transaction.atomic():
        assert (promises.load_holidays(now=after(1)), promises.load_holidays(now=after(2))) == (1, 0)

    assert WorkCalendar.objects.get(name="办公时间").known_until == holidays.listed_until()
