"""Requests about goods run on the desk's clocks; tickets follow their customer; a forgotten person leaves no words."""

from datetime import timedelta

import pytest
from django.db import transaction

from liuke.customers.services import merge
from liuke.desk import personal
from liuke.desk.models import Attachment, Conversation, Message, Ticket, TicketProduct
from liuke.desk.services import promises
from liuke.desk.tests.rows import NOW, agent, answer, customer, promise, say, ticket_of
from liuke.kit.pictures import Stored
from liuke.mall.models import ShipmentLine
from liuke.mall.services import returns
from liuke.mall.tests.test_returns import ask, received, walk
from liuke.timeline.models import Fact
from liuke.timeline.reactor import react
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def clocks(ticket):
    return {row.clock: (row.status, row.due_at - ticket.opened_at, row.stopped_at) for row in ticket.deadlines.all()}


def test_a_request_about_goods_is_answered_in_two_hours_and_decided_in_two_days():
    order = received()
    ShipmentLine.objects.update(batch="2609A")
    request = ask(order)
    asked, line = request.asked_at, order.lines.get()

    settle()
    react([Fact.objects.get(kind="TicketOpened")])

    ticket = Ticket.objects.get(about_return=request)
    named = TicketProduct.objects.get()                      # and it knows its goods and their batch by itself, once
    assert (named.ticket_id, named.product_id, named.line_id, named.batch, named.said_by) == (
        ticket.pk, line.item.product_id, line.pk, "2609A", "request")
    assert (ticket.kind, ticket.opened_at, ticket.customer_id) == ("return", asked, request.customer_id)
    assert {name: due for name, (_status, due, _at) in clocks(ticket).items()} == {
        "first_response": 2 * HOUR, "decision": 48 * HOUR}


def test_an_answer_stops_the_first_clock_and_a_decision_the_second():
    request, mei = ask(received()), agent()
    asked = request.asked_at
    returns.answer(request=request, staff_id=mei.pk, note="马上看", now=asked + HOUR)
    walk(request, "approve", staff_id=mei.pk, now=asked + 3 * HOUR)

    settle()

    told = clocks(Ticket.objects.get(about_return=request))
    assert told["first_response"] == ("met", 2 * HOUR, asked + HOUR)
    assert told["decision"] == ("met", 48 * HOUR, asked + 3 * HOUR)


def test_each_leg_of_goods_that_came_back_has_a_clock_until_they_are_settled():
    row = promise(kinds=("return",), first_response=120, decision=2880, return_leg=1440)
    with transaction.atomic():
        promises.order_policies(policy_ids=[row.pk])
    request, mei = ask(received(), "exchange"), agent()
    asked = request.asked_at
    for hours, move in ((1, "approve"), (24, "send_back"), (30, "receive")):
        walk(request, move, staff_id=mei.pk, now=asked + hours * HOUR)
    settle()
    ticket = Ticket.objects.get(about_return=request)
    leg, = ticket.deadlines.filter(clock="return_leg")
    assert (leg.started_at, leg.due_at, leg.stopped_at) == (asked + 30 * HOUR, asked + 54 * HOUR, None)

    for hours, move in ((31, "inspect"), (32, "replace")):
        walk(request, move, staff_id=mei.pk, now=asked + hours * HOUR)
    settle()

    leg.refresh_from_db()
    assert (leg.status, leg.stopped_at) == ("met", asked + 32 * HOUR)


def test_facts_of_one_request_may_arrive_in_any_order():
    request, mei = ask(received()), agent()
    asked = request.asked_at
    returns.answer(request=request, staff_id=mei.pk, note="马上看", now=asked + HOUR)
    walk(request, "approve", staff_id=mei.pk, now=asked + 3 * HOUR)

    for fact in Fact.objects.filter(kind__in=["ReturnRequested", "ReturnDecided", "ReturnMoved"]).order_by("-pk"):
        assert react([fact]) == {}

    told = clocks(Ticket.objects.get(about_return=request))
    assert told["first_response"] == ("met", 2 * HOUR, asked + HOUR)
    assert told["decision"] == ("met", 48 * HOUR, asked + 3 * HOUR)


def test_the_ticket_is_solved_when_the_request_ends():
    request, mei = ask(received()), agent()

    walk(request, "refuse", staff_id=mei.pk, now=request.asked_at + HOUR)
    settle()

    ticket = Ticket.objects.get(about_return=request)
    assert (ticket.state, ticket.done_at is not None, ticket.due_at) == ("solved", True, None)


def test_a_withdrawn_request_owes_no_decision():
    request = ask(received())

    walk(request, "withdraw", now=request.asked_at + HOUR)
    settle()

    ticket = Ticket.objects.get(about_return=request)
    assert clocks(ticket)["decision"][0] == "met"
    assert ticket.due_at is None


def test_tickets_and_conversations_follow_a_merge_and_come_back():
    stays, goes = customer(), customer()
    message = say(goes)
    with transaction.atomic():
        done = merge.merge(survivor_id=stays.pk, merged_id=goes.pk, now=NOW)
    settle()
    assert (Ticket.objects.get().customer_id, Conversation.objects.get().customer_id) == (stays.pk, stays.pk)

    assert say(goes, "还在吗", thread=f"t{goes.pk}").ticket_id == message.ticket_id

    with transaction.atomic():
        merge.undo_merge(merge_id=done.pk, now=NOW)
    settle()
    assert (Ticket.objects.get().customer_id, Conversation.objects.get().customer_id) == (goes.pk, goes.pk)


def test_a_person_is_handed_what_was_said_and_can_be_forgotten():
    who, mei = customer(), agent()
    ticket = ticket_of(say(who, "坏了", pictures=[Stored("photos/ab/abc", 8, 6)]))
    answer(ticket, mei, "马上换")

    ticket_sheet, talk_sheet, _ratings, _own = personal.sheets([who.pk])
    assert [row[1:3] for row in ticket_sheet.rows] == [("质量", "坏了")]
    assert [row[3:] for row in talk_sheet.rows] == [("customer", "坏了"), ("staff", "马上换")]
    assert personal.open_matters([who.pk]) == ["1 张服务工单尚未解决"]

    with transaction.atomic():
        personal.blank([who.pk], NOW)
        personal.blank([who.pk], NOW)

    assert set(Message.objects.values_list("text_enc", flat=True)) == {b""}
    assert (bytes(Ticket.objects.get().title_enc), Attachment.objects.count()) == (b"", 0)
