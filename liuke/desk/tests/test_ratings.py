"""Customers are asked once and only when it makes sense; a low score is always looked into."""

from datetime import timedelta

import pytest
from django.db import transaction

from liuke.desk.models import Rating, Task, Ticket
from liuke.desk.rules import State
from liuke.desk.services import ratings, shape, tickets
from liuke.desk.services.ratings import NotAsked
from liuke.desk.tests.rows import after, agent, answer, customer, say, ticket_of
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def solved(who=None, text="奶瓶裂了", *, at=1, thread=None):
    ticket = ticket_of(say(who or customer(), text, at=after(at - 1), thread=thread))
    answer(ticket, agent(), "换新的", at=after(at), state=State.SOLVED)
    return Ticket.objects.get(pk=ticket.pk)


@transaction.atomic
def ask(ticket, at=2, key="k"):
    return ratings.ask(ticket_id=ticket.pk, key=key, now=after(at))


@transaction.atomic
def rate(ticket, score, at=3, **more):
    return ratings.rate(ticket_id=ticket.pk, score=score, now=after(at), **more)


def test_a_solution_is_rated_once_and_becomes_a_fact():
    ticket = solved()
    assert ask(ticket) == ask(ticket)

    row = rate(ticket, 5, reasons=["fast", "kind"])

    assert rate(ticket, 5) == row
    assert (row.suppressed, row.score, row.reasons) == ("", 5, ["fast", "kind"])
    assert Fact.objects.get(kind="TicketRated").data == {"ticket_id": ticket.pk, "score": 5}
    with pytest.raises(NotAsked):
        rate(ticket, 4)


def test_solving_asks_by_itself():
    solved()
    settle()

    assert Rating.objects.get().suppressed == ""


def test_nobody_is_asked_when_it_makes_no_sense():
    who = customer()
    open_one = ticket_of(say(who, "在吗", thread="a"))
    assert ask(open_one, key="1").suppressed == "reopened"
    spam = ticket_of(say(customer(), "加微信"))
    with transaction.atomic():
        shape.mark_spam(ticket_id=spam.pk, staff_id=agent().pk, now=after(1))
    assert ask(spam, key="2").suppressed == "spam"
    twice = customer()
    into, merged = ticket_of(say(twice, "杯盖漏水", thread="e")), ticket_of(say(twice, "杯盖还是漏", thread="f"))
    with transaction.atomic():
        shape.merge(ticket_id=merged.pk, into_id=into.pk, staff_id=agent().pk, now=after(1))
    assert ask(merged, key="5").suppressed == "merged"
    silent = ticket_of(say(customer(), "在吗"))
    with transaction.atomic():
        tickets.set_state(ticket_id=silent.pk, state=State.CLOSED, now=after(1))
    assert ask(silent, key="3").suppressed == "auto_closed"
    other = customer()
    say(other, "我要投诉", thread="c")
    assert ask(solved(other, thread="d"), key="4").suppressed == "complaint_open"


def test_nobody_is_asked_on_a_channel_that_is_closed_to_us_by_then():
    tickets_ = [ticket_of(say(customer(), "奶瓶裂了", channel=channel)) for channel in ("wecom", "wecom", "email")]
    for ticket, at in zip(tickets_, (60, 49 * 60, 49 * 60), strict=True):
        with transaction.atomic():
            tickets.set_state(ticket_id=ticket.pk, state=State.SOLVED, staff_id=agent().pk, now=after(at))

    asked = [ask(ticket, at=at + 1, key=str(ticket.pk)).suppressed
             for ticket, at in zip(tickets_, (60, 49 * 60, 49 * 60), strict=True)]

    assert asked == ["", "channel_closed", ""]


def test_a_customer_is_asked_at_most_once_in_seven_days():
    who = customer()
    first, second = solved(who, thread="a"), solved(who, thread="b")

    assert ask(first, key="1").suppressed == ""
    assert ask(second, key="2").suppressed == "asked_lately"
    assert ask(second, at=2 + 7 * 24 * 60, key="3").suppressed == ""


def test_thanks_after_the_solution_are_not_asked_about_again():
    ticket = solved()
    ask(ticket)
    say(ticket.customer, "谢谢", at=after(20))

    assert ask(ticket, at=8 * 24 * 60, key="again").suppressed == "thanks"


def test_a_low_score_with_words_takes_the_matter_up_again():
    ticket = solved()
    ask(ticket)

    rate(ticket, 1, text="还是漏")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.done_at, ticket.waiting_since_at) == ("open", None, after(3))
    assert not Task.objects.exists()


def test_a_low_score_without_words_is_for_managers_to_look_into():
    ticket = solved()
    ask(ticket)

    rate(ticket, 2)

    task = Task.objects.get()
    assert (task.reason, task.ticket, task.due_at) == ("rating", ticket, after(3) + timedelta(days=1))


def test_what_expired_or_was_not_asked_is_not_rated():
    ticket = solved()
    with pytest.raises(NotAsked):
        rate(ticket, 5)
    ask(ticket)
    with pytest.raises(NotAsked):
        rate(ticket, 5, at=2 + 14 * 24 * 60)
