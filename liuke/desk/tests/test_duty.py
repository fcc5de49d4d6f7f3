"""Who is on duty comes from the stored plan; gaps shout once; an urgent ticket calls step by step until it is taken."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from liuke.channels import registry
from liuke.channels.messaging import Receipt
from liuke.desk.models import CallOut, CallStep, DutyGap, Notice
from liuke.desk.queries import duty as queries
from liuke.desk.services import calling, deadlines, duty, promises
from liuke.desk.services.duty import Turns
from liuke.desk.tests.rows import NOW, after, agent, answer, customer, promise, say, ticket_of
from liuke.kit.errors import BadInput
from liuke.timeline.testing import settle, settle_facts

pytestmark = pytest.mark.django_db
ALL_DAY = [[["00:00", "24:00"]]] * 7
TODAY = date(2026, 6, 8)


@transaction.atomic
def rotate(*people, name="值班", weekly=ALL_DAY, now=NOW, **more):
    return duty.save_rotation(name=name, now=now, turns=Turns(
        starts_on=TODAY, turns=[[person.pk] for person in people], weekly=weekly, zone="Asia/Shanghai", **more))


@transaction.atomic
def change(kind, person, *, begins=0, ends=60, taker=None):
    return duty.change(kind=kind, staff_id=person.pk, taker_id=taker.pk if taker else None, starts_at=after(begins),
                       ends_at=after(ends), now=NOW)


@transaction.atomic
def call_due(at):
    return calling.call_due(now=at)


def told(way="in_app"):
    return [(row.staff.username, row.reason) for row in Notice.objects.filter(way=way).order_by("pk")]


def test_turns_go_round_and_changes_replace_them():
    mei, lan, yun = agent("mei"), agent("lan"), agent("yun")
    rotate(mei, lan, days=1)

    assert queries.on_duty(now=NOW) == (mei.pk,)
    assert queries.on_duty(now=NOW + timedelta(days=1)) == (lan.pk,)
    change("swap", mei, taker=yun)
    assert (queries.on_duty(now=after(59)), queries.on_duty(now=after(60))) == ((yun.pk,), (mei.pk,))
    change("leave", yun)
    assert queries.on_duty(now=after(30)) == ()
    change("override", lan)
    assert queries.on_duty(now=after(30)) == (lan.pk,)


def test_who_left_the_brand_is_not_called():
    mei, lan = agent("mei"), agent("lan")
    rotate(mei, name="甲")
    rotate(lan, name="乙", priority=-1)

    mei.is_active = False
    mei.save(update_fields=["is_active"])

    assert queries.on_duty(now=NOW) == (lan.pk,)


def test_a_gap_is_told_to_the_managers_once_and_forgotten_when_it_is_filled():
    boss, mei = agent("boss"), agent("mei", role="agent")
    with transaction.atomic():
        promises.set_up(now=NOW)
    rotate(mei)
    assert told() == []

    leave = change("leave", mei, begins=60, ends=120)
    with transaction.atomic():
        assert duty.watch(now=after(1)) == 0

    assert told() == [("boss", "gap")]
    assert list(DutyGap.objects.values_list("starts_at", "ends_at")) == [(after(60), after(120))]
    with transaction.atomic():
        duty.drop_change(change_id=leave.pk, now=after(2))
    assert not DutyGap.objects.exists()
    assert not Notice.objects.filter(seen_at=None).exists()
    assert boss.pk in queries.managers()


def test_a_gap_that_comes_nearer_hour_by_hour_is_told_once():
    agent("boss")
    with transaction.atomic():
        promises.set_up(now=NOW)
    rotate(agent("mei", role="agent"), ends_on=TODAY)
    first = len(told())

    for hour in range(1, 30):
        with transaction.atomic():
            duty.watch(now=after(60 * hour))

    assert (first, len(told()), DutyGap.objects.count()) == (1, 1, 1)


def test_who_has_not_looked_yet_is_not_told_of_every_further_gap():
    boss, mei = agent("boss"), agent("mei", role="agent")
    with transaction.atomic():
        promises.set_up(now=NOW)
    rotate(mei)
    change("leave", mei, begins=60, ends=120)
    change("leave", mei, begins=600, ends=700)
    assert told() == [("boss", "gap")]

    with transaction.atomic():
        duty.mark_seen(staff_id=boss.pk, now=NOW)
    change("leave", mei, begins=900, ends=930)

    assert told() == [("boss", "gap")] * 2


@pytest.mark.parametrize("given", [{"weekly": [[]] * 7}, {"days": 0}, {"ends_on": date(2026, 6, 1)}],
                         ids=["no hours", "no days", "ends before it starts"])
def test_a_rotation_that_cannot_be_is_refused(given):
    with pytest.raises(BadInput):
        rotate(agent(), **given)


def test_danger_calls_who_is_on_duty_at_once_and_then_step_by_step():
    boss, mei, lan = agent("boss"), agent("mei", role="agent"), agent("lan", role="agent")
    rotate(mei, lan, days=7)

    ticket = ticket_of(say(customer(), "充电器冒烟了"))

    assert told() == [("mei", "danger")]
    assert [call_due(after(1)), call_due(after(2)), call_due(after(5)), call_due(after(10)), call_due(after(20))] == [
        0, 1, 1, 1, 1]
    assert told("sms") == [("mei", "danger"), ("lan", "danger"), ("boss", "danger")]
    phone = Notice.objects.get(way="phone")
    assert (phone.staff_id, phone.about_id, phone.ticket_id) == (boss.pk, mei.pk, ticket.pk)
    assert {step.outcome for step in CallStep.objects.filter(position__gt=0)} == {"told"}
    assert CallStep.objects.get(position=0).outcome == "nobody"          # the ticket had no assignee


def test_an_answer_ends_the_call_and_steps_that_run_are_not_changed_by_new_rules():
    mei = agent("mei")
    rotate(mei)
    ticket = ticket_of(say(customer(), "宝宝过敏了"))

    with transaction.atomic():
        duty.set_call_rules(steps=[(0, "in_app", "managers")])
    assert CallStep.objects.count() == 6
    answer(ticket, mei, at=after(1))

    assert call_due(after(30)) == 0
    assert set(CallStep.objects.filter(position__gt=1).values_list("outcome", flat=True)) == {"ended"}
    call = CallOut.objects.get()
    assert (call.ended_at, call.ended_by) == (after(1), mei)


def test_one_ticket_is_called_out_once():
    rotate(agent("mei"))
    who = customer()
    ticket = ticket_of(say(who, "冒烟了"))

    say(who, "着火了", at=after(1))
    with transaction.atomic():
        calling.call_out(ticket=ticket, reason="overdue", now=after(2))

    assert CallOut.objects.count() == 1


def test_the_most_urgent_that_nobody_answered_in_time_is_called_out():
    mei = agent("mei")
    rotate(mei)
    promise(kinds=("quality",), first_response=15)
    ticket = ticket_of(say(customer(), "质量"))
    type(ticket).objects.filter(pk=ticket.pk).update(priority=1)
    with transaction.atomic():
        deadlines.mark_due(now=after(15))

    settle_facts()

    assert told() == [("mei", "overdue")]


class Phone:
    def __init__(self):
        self.sent = []

    def send(self, *, to, text, key, **_):
        del key
        self.sent.append((to, text))
        return Receipt("r1")


def test_the_text_message_names_the_ticket_and_no_words_of_the_customer(monkeypatch):
    phone = Phone()
    monkeypatch.setattr(calling, "messengers", lambda: {"sms": phone})
    rotate(agent("mei", phone="+8613800000001"))
    ticket = ticket_of(say(customer(), "宝宝过敏了"))
    call_due(after(2))

    settle(name="desk.send_call")

    assert phone.sent == [("+8613800000001", f"紧急工单 {ticket.number} 需要您马上处理，请打开工作台。")]
    assert Notice.objects.get(way="sms").receipt == "r1"


def test_without_a_phone_it_is_written_down_that_nobody_could_be_reached():
    rotate(agent("mei"))
    say(customer(), "宝宝过敏了")
    call_due(after(2))

    settle(name="desk.send_call")

    assert Notice.objects.get(way="sms").error == "unreachable"
    assert registry.messengers().keys() == {"inbox"}
