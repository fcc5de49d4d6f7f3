"""A phone call is written down once: on a ticket, or for who has none yet; who was missed is called again."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from liuke.customers.models import Customer
from liuke.customers.services import identities
from liuke.desk.models import LogEntry, Message, Notice, Ticket
from liuke.desk.rules import State
from liuke.desk.services import phone
from liuke.desk.services.phone import Call
from liuke.desk.tests.rows import NOW, after, agent, answer, customer, say, ticket_of
from liuke.kit import crypto
from liuke.kit.errors import BadInput
from liuke.org.rules import Role

pytestmark = pytest.mark.django_db
NUMBER = "138 0013 8000"


@transaction.atomic
def phoned(ticket, by, outcome, *, at=NOW, incoming=False, key="c1", when=None, **more):
    call = Call(incoming=incoming, outcome=outcome, text="说明了换货办法", at=when, **more)
    return phone.called(ticket_id=ticket.pk, staff_id=by.pk, call=call, key=key, now=at)


def test_a_call_that_reached_the_customer_answers_them_and_one_that_did_not_stops_no_clock():
    who, mei = customer(), agent()
    ticket = ticket_of(say(who, "快递三天没动", at=NOW))

    phoned(ticket, mei, "busy", at=after(3))
    ticket.refresh_from_db()
    assert (ticket.waiting_since_at, ticket.due_clock, ticket.assignee) == (NOW, "first_response", None)
    note = phoned(ticket, mei, "reached", at=after(5), key="c2", recording="R-7")
    assert phoned(ticket, mei, "reached", at=after(6), key="c2", recording="R-7") == note

    ticket.refresh_from_db()
    assert (ticket.waiting_since_at, ticket.state, ticket.assignee) == (None, "open", mei)
    assert note.public is False
    assert list(ticket.log.filter(kind="called").order_by("pk").values_list("word", flat=True)) == [
        "out:busy:", "out:reached:R-7"]
    with pytest.raises(BadInput):
        phoned(ticket, mei, "dreamt", key="c3")
    with pytest.raises(BadInput, match="年份"):
        phoned(ticket, mei, "reached", key="c4", when=NOW - timedelta(days=31))


def test_a_missed_call_about_what_was_solved_takes_it_up_again_and_waits_until_somebody_calls():
    mei, ticket = agent(), ticket_of(say(customer(), "轮子裂了", at=NOW))
    answer(ticket, mei, at=after(5), state=State.SOLVED)

    phoned(ticket, mei, "no_answer", incoming=True, at=after(60))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since_at, ticket.due_clock) == ("open", after(60), "next_response")
    phoned(ticket, mei, "reached", at=after(70), key="c2")
    ticket.refresh_from_db()
    assert ticket.waiting_since_at is None


def test_danger_that_is_told_on_the_phone_puts_a_ticket_before_all_others():
    mei, ticket = agent(), ticket_of(say(customer(), "怎么用", at=NOW))

    with transaction.atomic():
        call = Call(incoming=True, outcome="reached", text="说充电器冒烟了，已请他断电")
        phone.called(ticket_id=ticket.pk, staff_id=mei.pk, call=call, key="k", now=after(3))

    ticket.refresh_from_db()
    assert (ticket.risk, ticket.priority, ticket.priority_why) == ("safety", 1, "safety:冒烟")


def test_whoever_has_the_ticket_is_reminded_once_to_call_again_unless_it_was_answered_meanwhile():
    mei, tickets_ = agent(), [ticket_of(say(customer(), "快递三天没动", at=NOW)) for _each in range(2)]
    calls = [phoned(ticket, mei, "busy", at=after(3), again_at=after(60)) for ticket in tickets_]
    with pytest.raises(BadInput):
        phoned(tickets_[0], mei, "busy", key="c9", at=after(3), again_at=after(2))
    answer(tickets_[1], mei, at=after(30))

    for _twice in range(2):
        with transaction.atomic():
            for call in calls:
                phone.remind_of_call(message_id=call.pk, now=after(60))

    (told,) = Notice.objects.filter(reason="call_again")
    assert (told.staff, told.ticket) == (mei, tickets_[0])
    waits = ProcrastinateJob.objects.filter(task_name="desk.call_again").order_by("id")
    assert [(job.args["message_id"], job.scheduled_at) for job in waits] == [(call.pk, after(60)) for call in calls]


@pytest.fixture
def mei(client):
    person = agent("mei", name="梅", role=Role.AGENT)
    client.force_login(person)
    return person


def form(**fields):
    return {"key": "k1", "number": NUMBER, "ticket": "new", "way": "in", "outcome": "reached", "name": "王女士",
            "about": "纸尿裤漏，想换大一码", "text": "答应今天寄出新的", "kind": "", "at": "", "recording": "R-9",
            "again": "", **fields}


def test_a_stranger_who_calls_becomes_a_customer_with_a_ticket_however_often_it_is_sent(client, mei):
    page = client.get(reverse("desk:phone"), {"number": NUMBER}).content.decode()
    assert "还不是客户" in page

    answers = [client.post(reverse("desk:phone"), form()) for _twice in range(2)]

    (ticket,), (who,) = Ticket.objects.all(), Customer.objects.all()
    assert [each["Location"] for each in answers] == [reverse("desk:ticket", args=[ticket.number])] * 2
    assert (crypto.decrypt(who.name_enc), ticket.customer, ticket.conversation.channel) == ("王女士", who, "phone")
    assert (ticket.assignee, ticket.state, ticket.waiting_since_at, ticket.kind) == (mei, "open", None, "quality")
    said = [(row.author, row.public, crypto.decrypt(row.text_enc)) for row in Message.objects.order_by("pk")]
    assert said == [("customer", True, "纸尿裤漏，想换大一码"), ("staff", False, "答应今天寄出新的")]
    assert LogEntry.objects.get(kind="called").word == "in:reached:R-9"


def test_a_missed_call_of_a_known_number_waits_in_the_queue_with_its_clock_and_joins_what_is_chosen(client, mei):
    who = customer(name="王小满")
    with transaction.atomic():
        identities.add_identity(customer_id=who.pk, kind="phone", value=NUMBER, now=timezone.now())
    old = ticket_of(say(who, "推车轮子响", at=timezone.now() - timedelta(minutes=5)))
    page = client.get(reverse("desk:phone"), {"number": "+86 138-0013-8000"}).content.decode()
    assert "王小满" in page
    assert "推车轮子响" in page

    client.post(reverse("desk:phone"), form(outcome="no_answer", about="", text="", kind="usage"))
    client.post(reverse("desk:phone"), form(key="k2", ticket=old.number))

    missed = Ticket.objects.exclude(pk=old.pk).get()
    assert (missed.customer, missed.kind, missed.due_clock, missed.assignee) == (who, "usage", "first_response", None)
    assert missed.waiting_since_at is not None
    assert list(old.log.filter(kind="called").values_list("word", flat=True)) == ["in:reached:R-9"]
    assert client.get(reverse("desk:phone"), {"customer": who.pk}).status_code == 200


@pytest.mark.parametrize(("fields", "said"), [
    ({"number": "12345"}, "不像一个电话号码"), ({"text": ""}, "请写上一句"), ({"about": " "}, "请写上一句"),
    ({"outcome": "dreamt"}, "dreamt"), ({"ticket": "S261123000000001"}, "请另选一张"),
    ({"again": "2026-01-01T10:00"}, "要在现在之后"), ({"again": "soon"}, "时间"), ({"recording": "长" * 41}, "40"),
], ids=["number", "no words", "no matter", "outcome", "other ticket", "past", "no time", "long"])
def test_what_cannot_be_a_call_is_said_beside_the_form_and_nothing_is_written(client, mei, fields, said):
    answer_ = client.post(reverse("desk:phone"), form(**fields))

    assert answer_.status_code == 422
    assert said in answer_.content.decode()
    assert (Ticket.objects.count(), Customer.objects.count()) == (0, 0)


def test_a_record_that_is_none_opens_no_page_and_who_only_looks_logs_no_call(client, mei):
    assert client.get(reverse("desk:phone"), {"customer": 12345678}).status_code == 404
    client.force_login(agent("looks", role=Role.ANALYST))
    assert client.get(reverse("desk:phone")).status_code == 403
