"""Merging, splitting and spam lose nothing that was said, keep the customer's clocks honest, and can be undone."""

import pytest
from django.db import transaction

from liuke.desk.models import LogEntry, Message, Ticket
from liuke.desk.queries.talks import talk
from liuke.desk.rules import State
from liuke.desk.services import shape
from liuke.desk.services.shape import NotMerged, NotSplit
from liuke.desk.services.tickets import TicketGone
from liuke.desk.tests.rows import NOW, after, agent, answer, customer, say, ticket_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return customer()


@pytest.fixture
def mei():
    return agent(name="梅")


@transaction.atomic
def merge(one, other, by, at=30):
    return shape.merge(ticket_id=one.pk, into_id=other.pk, staff_id=by.pk, now=after(at))


def two(who, first="快递没到", second="冒烟了"):
    return (ticket_of(say(who, first, thread="a")), ticket_of(say(who, second, thread="b", at=after(5))))


def test_a_merged_ticket_brings_its_words_its_danger_and_who_waits(who, mei):
    target, source = two(who)
    answer(target, mei, at=after(6))

    merged = merge(source, target, mei)

    source.refresh_from_db()
    assert (source.state, source.merged_into_id, source.due_at) == (State.MERGED, target.pk, None)
    assert (merged.risk, merged.priority, merged.waiting_since_at) == ("safety", 1, after(6))
    assert [said.text for said in talk(merged).messages] == ["快递没到", "冒烟了", "您好，请讲"]
    assert merge(source, target, mei) == merged
    assert LogEntry.objects.filter(kind="merged").count() == 1


def test_words_to_a_merged_ticket_follow_to_the_last_target(who, mei):
    target, source = two(who)
    third = ticket_of(say(who, "还有一件", thread="c", at=after(7)))
    merge(source, target, mei)
    merge(target, third, mei, at=40)

    later = say(who, "在吗", thread="b", at=after(50))

    assert later.ticket_id == third.pk
    assert set(Ticket.objects.filter(merged_into=third)) == {source, target}


def test_only_open_tickets_of_one_customer_are_merged(who, mei):
    target, source = two(who)
    stranger = ticket_of(say(customer(), "别人的", thread="x"))
    for one, other in ((source, source), (stranger, target)):
        with pytest.raises(NotMerged):
            merge(one, other, mei)
    merge(source, target, mei)
    with pytest.raises(TicketGone):
        merge(target, source, mei)


def test_taken_back_it_waits_as_before(who, mei):
    target, source = two(who)
    answer(target, mei, at=after(6))
    due = Ticket.objects.get(pk=source.pk).due_at
    merge(source, target, mei)

    with transaction.atomic():
        parted = shape.take_back(ticket_id=source.pk, staff_id=mei.pk, now=after(31))

    target.refresh_from_db()
    assert (parted.state, parted.merged_into_id, parted.done_at, parted.waiting_since_at) == (
        State.NEW, None, None, after(5))
    assert due is None or parted.due_at == due or parted.overdue_since_at is not None
    assert target.waiting_since_at is None


def test_spam_leaves_every_list_and_swallows_what_follows(who, mei):
    ticket = ticket_of(say(who, "加微信领红包", thread="s"))
    with transaction.atomic():
        shape.mark_spam(ticket_id=ticket.pk, staff_id=mei.pk, now=after(1))

    again = say(who, "快来", thread="s", at=after(2))
    ticket.refresh_from_db()

    assert (again.ticket_id, ticket.state, ticket.waiting_since_at, ticket.due_at) == (ticket.pk, "spam", None, None)
    with transaction.atomic():
        back = shape.take_back(ticket_id=ticket.pk, staff_id=mei.pk, now=after(3))
    assert (back.done_at, back.waiting_since_at) == (None, NOW)


def test_split_words_become_a_matter_of_their_own(who, mei):
    ticket = ticket_of(say(who, "快递没到", thread="a"))
    second = say(who, "另外奶瓶裂了", thread="a", at=after(4))
    third = say(who, "就是盖子那里", thread="a", at=after(5))
    answer(ticket, mei, at=after(6))

    with transaction.atomic():
        fresh = shape.split(ticket_id=ticket.pk, message_ids=[second.pk, third.pk], staff_id=mei.pk, now=after(7))

    assert (fresh.kind, fresh.opened_at, fresh.waiting_since_at) == ("quality", after(4), after(4))
    assert list(Message.objects.filter(ticket=fresh).order_by("pk")) == [second, third]
    ticket.refresh_from_db()
    assert (ticket.waiting_since_at, ticket.messages.count()) == (None, 2)
    with pytest.raises(NotSplit), transaction.atomic():
        shape.split(ticket_id=ticket.pk, message_ids=[second.pk], staff_id=mei.pk, now=after(8))


def test_the_first_words_and_ours_stay(who, mei):
    first = say(who, "快递没到", thread="a")
    ours = answer(ticket_of(first), mei, at=after(1))
    for picked in ([first.pk], [ours.pk], []):
        with pytest.raises(NotSplit), transaction.atomic():
            shape.split(ticket_id=first.ticket_id, message_ids=picked, staff_id=mei.pk, now=after(2))
