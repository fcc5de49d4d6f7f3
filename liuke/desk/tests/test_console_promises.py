"""The pages of promises and calendars: what managers of the whole brand set, and what is refused."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.desk.console.calendars import pairs_of
from liuke.desk.console.promises import length_of, minutes_of
from liuke.desk.models import Deadline, Policy, PolicyVersion, WorkCalendar
from liuke.desk.queries import promises as queries
from liuke.desk.tests.rows import agent, customer, promise, say
from liuke.org.tests.builders import shop

pytestmark = pytest.mark.django_db
WEEK = {f"day{number}": "9-12，13:30-18" for number in range(5)}


def enter(client, **fields):
    person = agent("mei", **fields)
    client.force_login(person)
    return person


def begin(client):
    client.post(reverse("desk:promises_begin"))
    return {row.name: row for row in WorkCalendar.objects.all()}


@pytest.mark.parametrize(("typed", "pairs"), [
    ("9-12，13:30-18", [["09:00", "12:00"], ["13:30", "18:00"]]),
    ("21:00–9:00", [["21:00", "09:00"]]),
    ("９：００ 至 １２：００; 14-24", [["09:00", "12:00"], ["14:00", "24:00"]]),
    ("", []),
], ids=["lunch", "night", "wide", "closed"])
def test_hours_are_read_as_people_type_them(typed, pairs):
    assert pairs_of(typed) == pairs


@pytest.mark.parametrize("minutes", [1, 15, 60, 90, 2880, 366 * 1440], ids=str)
def test_a_length_is_read_back_as_it_is_shown(minutes):
    assert minutes_of(length_of(minutes)) == minutes


def test_a_calendar_is_saved_with_two_windows_a_day_and_days_by_hand(client):
    enter(client)
    tomorrow = timezone.localdate() + timedelta(days=1)

    made = client.post(reverse("desk:calendar_new"), {
        "name": "柏林", "zone": "Europe/Berlin", "make_up": "10-16", **WEEK})
    row = WorkCalendar.objects.get(name="柏林")
    client.post(reverse("desk:calendar_day", args=[row.pk]), {"day": tomorrow, "works": "yes", "name": "盘点"})

    assert made.status_code == 302
    assert row.weekly == [[["09:00", "12:00"], ["13:30", "18:00"]]] * 5 + [[], []]
    assert [(day.day, day.works, day.by_hand) for day in queries.special_days_of(row)] == [(tomorrow, True, True)]
    page = client.get(reverse("desk:calendar", args=[row.pk])).content.decode()
    assert "盘点" in page
    assert "10:00-16:00" in page
    client.post(reverse("desk:calendar_day_drop", args=[row.pk, f"{tomorrow:%Y-%m-%d}"]))
    assert queries.special_days_of(row) == []


def test_a_published_holiday_can_be_worked_and_comes_back(client):
    enter(client)
    office, new_year = begin(client)["办公时间"], date(2026, 1, 1)

    client.post(reverse("desk:calendar_day", args=[office.pk]), {"day": new_year, "works": "yes", "name": ""})
    by_hand = {each.day: each.works for each in queries.special_days_of(office)}
    client.post(reverse("desk:calendar_day_drop", args=[office.pk, "2026-01-01"]))

    assert by_hand[new_year] is True
    assert {each.day: each.works for each in queries.special_days_of(office)}[new_year] is False


@pytest.mark.parametrize(("wrong", "says"), [
    ({f"day{number}": "" for number in range(7)}, "没有任何上班时间"), ({"zone": "Mars/Base"}, "没有这个时区"),
    ({"day0": "25-26"}, "时间要写成"), ({"day0": "9-12-18"}, "每段时间写成"), ({"name": ""}, "Asia/Shanghai"),
], ids=["never open", "zone", "no time", "no pair", "no name"])
def test_a_calendar_that_cannot_be_is_refused_with_what_was_typed(client, wrong, says):
    enter(client)

    answer = client.post(reverse("desk:calendar_new"), {"name": "坏的", "zone": "Asia/Shanghai", **WEEK, **wrong})

    assert answer.status_code == 422
    assert not WorkCalendar.objects.filter(name="坏的").exists()
    assert says in answer.content.decode()


def test_a_promise_is_saved_as_its_next_version_and_old_clocks_keep_theirs(client):
    enter(client)
    always = begin(client)["全天"]
    say(customer(), at=timezone.now())
    fields = {"name": "其他", "warn_before": "0", "time_first_response": "2 小时", "reopens": "on",
              "pauses": "resolution",
              **{f"by_{clock}": always.pk for clock in ("first_response", "next_response", "resolution", "decision",
                                                        "return_leg")}}
    default = Policy.objects.get(is_default=True)

    answer = client.post(reverse("desk:promise", args=[default.pk]), fields)

    assert answer.status_code == 302
    assert list(default.versions.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert [(target.clock, target.minutes) for target in PolicyVersion.objects.get(policy=default, number=2).targets
            .all()] == [("first_response", 120)]
    assert Deadline.objects.get(clock="first_response").target_seconds == 15 * 60


def test_order_is_changed_and_the_default_stays(client):
    enter(client)
    first, second = promise(kinds=("quality",), first_response=10), promise(kinds=("usage",), first_response=5)
    default = Policy.objects.get(is_default=True)

    client.post(reverse("desk:promise_move", args=[second.pk]), {"to": "up"})
    client.post(reverse("desk:promise_active", args=[default.pk]))
    client.post(reverse("desk:promise_active", args=[first.pk]))

    rows = list(queries.policies())
    assert rows[-1] == default
    assert rows.index(second) < rows.index(first)
    assert [row.active for row in (Policy.objects.get(pk=first.pk), Policy.objects.get(pk=default.pk))] == [False, True]


@pytest.mark.parametrize("wrong", [
    {"time_first_response": "soon"}, {"time_first_response": "0"}, {"time_first_response": "367 天"},
    {"time_first_response": ""}, {"kinds": []}], ids=["words", "none", "a year", "empty", "for nobody"])
def test_a_promise_that_cannot_be_is_refused(client, wrong):
    enter(client)
    always = begin(client)["全天"]
    fields = {"name": "快", "kinds": ["quality"], "warn_before": "0", "time_first_response": "10", "by_first_response":
              always.pk, **{f"by_{clock}": always.pk for clock in ("next_response", "resolution", "decision",
                                                                   "return_leg")}, **wrong}

    assert client.post(reverse("desk:promise_new"), fields).status_code == 422
    assert not Policy.objects.filter(name="快").exists()


def test_managers_of_one_shop_may_look_and_not_change(client):
    promise(first_response=10)
    before = WorkCalendar.objects.count()
    enter(client, role="shop_manager", at=shop())

    assert client.get(reverse("desk:promises")).status_code == 200
    asked = {"name": "我的", "zone": "Asia/Shanghai", **WEEK}
    assert client.post(reverse("desk:calendar_new"), asked).status_code == 422
    assert WorkCalendar.objects.count() == before


def test_the_calendars_a_desk_begins_with_stand_on_their_page(client):
    enter(client)
    begin(client)

    page = client.get(reverse("desk:calendars")).content.decode()

    for words in ("全天", "每天", "周一至周五"):
        assert words in page
