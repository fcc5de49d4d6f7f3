"""What is said arrives once, in its place, and with what it sets off."""

from datetime import timedelta

import pytest
from django.db import transaction

from liuke.desk.models import Attachment, Conversation, LogEntry, Message, Ticket
from liuke.desk.rules import State
from liuke.desk.services import talk, tickets
from liuke.desk.services.talk import MovedOn, OtherMessage
from liuke.desk.services.tickets import TicketGone
from liuke.desk.tests.rows import NOW, after, agent, answer, customer, say, ticket_of
from liuke.kit import crypto
from liuke.kit.errors import BadInput
from liuke.kit.pictures import Stored
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


def facts_of(kind):
    return [(fact.data, fact.happened_at) for fact in Fact.objects.filter(kind=kind).order_by("pk")]


def test_the_first_word_opens_a_ticket_with_its_clocks_and_is_stored_sealed():
    who = customer()

    message = say(who, "包裹还没到\n运单 SF1")

    ticket = ticket_of(message)
    assert (ticket.kind, ticket.kind_by, ticket.state, ticket.priority, ticket.priority_why) == (
        "logistics", "words", "new", 3, "middle+plain")
    assert crypto.decrypt(ticket.title_enc) == "包裹还没到"
    assert "包裹".encode() not in bytes(message.text_enc)
    assert (ticket.due_clock, ticket.due_at, ticket.waiting_since_at) == ("first_response", after(15), NOW)
    assert facts_of("TicketOpened") == [({"ticket_id": ticket.pk, "channel": "chat", "kind": "logistics"}, NOW)]


def test_a_kind_that_no_words_name_clearly_stays_open():
    assert ticket_of(say(customer(), "你好")).kind == ""
    assert ticket_of(say(customer(), "快递把东西压坏了质量")).kind == "quality"
    assert ticket_of(say(customer(), "换货，快递太慢")).kind == ""          # both are named, so neither leads


def test_a_message_delivered_twice_is_one_and_with_other_words_is_refused():
    who = customer()
    first = say(who, "在吗", external_id="m-1")

    assert say(who, "在吗", external_id="m-1", at=after(9)) == first
    with pytest.raises(OtherMessage):
        say(who, "不在", external_id="m-1")

    assert Message.objects.count() == 1
    assert LogEntry.objects.filter(kind__in=["created", "customer_message"]).count() == 1


def test_the_same_id_on_another_channel_is_another_message():
    who = customer()
    say(who, "在吗", external_id="m-1")

    say(who, "在吗", external_id="m-1", channel="wecom")

    assert (Message.objects.count(), Conversation.objects.count()) == (2, 2)


def test_what_comes_late_counts_from_when_it_was_said():
    who, mei = customer(), agent()
    ticket = ticket_of(say(who, "第一句", at=NOW))
    answer(ticket, mei, at=after(5))
    say(who, "第三句", at=after(30), now=after(30))

    say(who, "第二句", at=after(20), now=after(40))

    ticket.refresh_from_db()
    assert (ticket.waiting_since_at, ticket.due_at) == (after(20), after(50))
    in_order = ticket.messages.order_by("happened_at", "pk")
    assert [crypto.decrypt(row.text_enc) for row in in_order] == ["第一句", "您好，请讲", "第二句", "第三句"]


def test_a_clock_ahead_of_ours_is_not_believed():
    message = say(customer(), at=after(60), now=NOW)

    assert message.happened_at == NOW


def test_a_word_soon_after_solving_takes_the_matter_up_again():
    who, mei = customer(), agent()
    ticket = ticket_of(say(who, "坏了"))
    answer(ticket, mei, at=after(5), state=State.SOLVED)

    again = say(who, "还是不行", at=after(60))

    ticket.refresh_from_db()
    assert (again.ticket_id, ticket.state, ticket.done_at) == (ticket.pk, "open", None)
    assert [data for data, _at in facts_of("TicketReopened")] == [{"ticket_id": ticket.pk}]
    assert [data for data, _at in facts_of("TicketSolved")] == [{"ticket_id": ticket.pk}]


@pytest.mark.parametrize("words", ["谢谢", "好的，谢谢您！", "OK thanks", "嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯嗯", "👍"])
def test_thanks_open_nothing_again(words):
    who = customer()
    ticket = ticket_of(say(who, "坏了"))
    answer(ticket, agent(), at=after(5), state=State.SOLVED)

    said = say(who, words, at=after(6))

    ticket.refresh_from_db()
    assert (said.ticket_id, ticket.state, ticket.waiting_since_at) == (ticket.pk, "solved", None)


def test_a_word_long_after_opens_a_new_ticket():
    who = customer()
    ticket = ticket_of(say(who, "坏了"))
    answer(ticket, agent(), at=after(5), state=State.SOLVED)

    later = say(who, "又有个问题", at=NOW + timedelta(days=15))

    assert later.ticket_id != ticket.pk
    assert Ticket.objects.filter(done_at=None).count() == 1


def test_an_answer_stops_the_clocks_and_the_same_key_is_one_answer():
    ticket, mei = ticket_of(say(customer(), "坏了")), agent()

    first = answer(ticket, mei, at=after(3), key="k1")
    assert answer(ticket, mei, at=after(9), key="k1") == first

    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since_at, ticket.due_clock) == ("open", None, "resolution")
    clock = ticket.deadlines.get(clock="first_response")
    assert (clock.status, clock.stopped_at, clock.used_seconds) == ("met", after(3), 180)


def test_an_answer_to_what_was_overtaken_is_not_sent():
    who = customer()
    message = say(who, "坏了")
    ticket = ticket_of(message)
    say(who, "不用了，好了", at=after(1))

    with pytest.raises(MovedOn):
        answer(ticket, agent(), at=after(2), seen_id=message.pk)

    assert Message.objects.filter(author="staff").count() == 0


def test_two_agents_do_not_answer_at_once():
    message = say(customer(), "坏了")
    ticket = ticket_of(message)
    answer(ticket, agent(), at=after(1), seen_id=message.pk)

    with pytest.raises(MovedOn):
        answer(ticket, agent(), at=after(2), seen_id=message.pk)


@transaction.atomic
def whisper(ticket, by, text="先别发货", at=NOW):
    return talk.note(ticket_id=ticket.pk, staff_id=by.pk, text=text, key=f"{text}{at}", now=at)


def test_notes_and_automatic_words_stop_no_clock():
    ticket = ticket_of(say(customer(), "坏了"))

    whisper(ticket, agent(), at=after(1))
    with transaction.atomic():
        talk.say_by_itself(ticket_id=ticket.pk, text="我们九点上班", key="closed", now=after(2))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.waiting_since_at, ticket.due_at) == ("new", NOW, after(15))


def test_words_of_danger_put_a_ticket_before_all_others_whenever_they_come():
    who = customer()
    ticket = ticket_of(say(who, "怎么用"))
    assert (ticket.kind, ticket.priority) == ("usage", 4)

    say(who, "充电器冒烟了", at=after(1))
    say(who, "宝宝也过敏", at=after(2))

    ticket.refresh_from_db()
    assert (ticket.risk, ticket.severity, ticket.priority, ticket.priority_why) == ("safety", 4, 1, "safety:冒烟")
    assert facts_of("DangerReported") == [({"ticket_id": ticket.pk, "risk": "safety"}, after(1))]


def test_pictures_come_with_a_message():
    message = say(customer(), "", pictures=[Stored("photos/ab/abc", 800, 600)])

    assert list(Attachment.objects.values_list("message_id", "file", "width")) == [(message.pk, "photos/ab/abc", 800)]


@pytest.mark.parametrize("words", ["", "  \n", "长" * 20_001, "a\x00b"], ids=["empty", "blank", "long", "null"])
def test_what_cannot_be_a_message_is_refused(words):
    with pytest.raises(BadInput):
        say(customer(), words)
    assert Ticket.objects.count() == 0


def test_nobody_answers_a_ticket_that_is_spam():
    ticket = ticket_of(say(customer(), "加我微信赚钱"))
    Ticket.objects.filter(pk=ticket.pk).update(state="spam")

    with pytest.raises(TicketGone):
        answer(ticket, agent())


def test_sorting_brings_the_promise_of_the_new_kind_and_the_priority():
    ticket, mei = ticket_of(say(customer(), "你好")), agent()

    with transaction.atomic():
        tickets.sort(ticket_id=ticket.pk, kind="return", staff_id=mei.pk, now=after(2))
        tickets.sort(ticket_id=ticket.pk, kind="return", staff_id=mei.pk, now=after(3))

    ticket.refresh_from_db()
    assert (ticket.kind, ticket.kind_by, ticket.due_clock, ticket.due_at) == (
        "return", "staff", "first_response", after(120))
    assert list(ticket.log.filter(kind="policy_change").values_list("at", flat=True)) == [after(2)]


def test_a_priority_that_a_person_set_stays():
    ticket, mei = ticket_of(say(customer(), "你好")), agent()

    with transaction.atomic():
        tickets.set_priority(ticket_id=ticket.pk, priority=2, staff_id=mei.pk, now=NOW)
        ticket = tickets.sort(ticket_id=ticket.pk, kind="usage", staff_id=mei.pk, now=NOW)

    assert (ticket.priority, ticket.priority_why) == (2, "staff")


def test_a_state_has_the_brands_own_name():
    ticket, mei = ticket_of(say(customer(), "你好")), agent()

    with transaction.atomic():
        name = tickets.name_state(name="等仓库", state="on_hold")
        tickets.set_state(ticket_id=ticket.pk, state="on_hold", name_id=name.pk, staff_id=mei.pk, now=after(1))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.state_name) == ("on_hold", name)
    say(ticket.customer, "好了吗", at=after(2))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.state_name) == ("open", None)


def test_tags_are_once_and_leave_a_trace():
    ticket, mei = ticket_of(say(customer(), "你好")), agent()

    with transaction.atomic():
        for _twice in range(2):
            tickets.tag(ticket_id=ticket.pk, name=" 待 回访 ", staff_id=mei.pk, now=NOW)
        tickets.untag(ticket_id=ticket.pk, name="没有", staff_id=mei.pk, now=NOW)

    assert list(ticket.tags.values_list("name", flat=True)) == ["待 回访"]
    assert list(ticket.log.exclude(kind="created").values_list("kind", "word")) == [("tagged", "待 回访")]
