"""A ticket finds one person: the customer's own, who is on duty, suits and is free, or whoever pulls it."""

import threading
from datetime import date

import pytest
from django.db import connections, transaction

from liuke.desk.models import Agent, CallOut, Notice, Ticket
from liuke.desk.queries import routing as queries
from liuke.desk.services import duty, routing
from liuke.desk.services.duty import Turns
from liuke.desk.services.routing import AlreadyTaken, QueueEmpty
from liuke.desk.tests.rows import NOW, after, agent, customer, say, ticket_of
from liuke.kit.errors import BadInput
from liuke.timeline.testing import settle_facts

pytestmark = pytest.mark.django_db


@transaction.atomic
def skills(person, *kinds, capacity=8, vip=True):
    return routing.set_agent(staff_id=person.pk, capacity=capacity, skills=kinds, vip=vip)


@transaction.atomic
def own(who, person):
    routing.set_own_agent(customer_id=who.pk, staff_id=person.pk if person else None, now=NOW)


@transaction.atomic
def serves(*people):
    return duty.save_rotation(name="值班", now=NOW, turns=Turns(
        starts_on=date(2026, 6, 1), turns=[[person.pk for person in people]], weekly=[[["00:00", "24:00"]]] * 7,
        zone="Asia/Shanghai"))


@transaction.atomic
def routed(ticket, at=NOW):
    return routing.route(ticket_id=ticket.pk, now=at).assignee


@transaction.atomic
def take(ticket, person, **more):
    return routing.take(ticket_id=ticket.pk, staff_id=person.pk, now=after(1), **more)


@transaction.atomic
def pull(person):
    return routing.take_next(staff_id=person.pk, now=after(1))


@transaction.atomic
def away(person):
    routing.set_away(staff_id=person.pk, away=True)


def test_an_opened_ticket_goes_to_the_least_busy_whom_it_suits():
    mei, lan = agent("mei"), agent("lan")
    skills(mei, "logistics")
    skills(lan, "quality")

    quality, parcel = ticket_of(say(customer(), "开线了")), ticket_of(say(customer(), "快递没动"))
    settle_facts()

    quality.refresh_from_db()
    parcel.refresh_from_db()
    assert (quality.assignee, parcel.assignee) == (lan, mei)
    assert quality.log.get(kind="assigned").word == f"routed:{lan.pk}"


def test_load_is_shared_and_a_full_person_gets_no_more():
    mei, lan = agent("mei"), agent("lan")
    skills(mei, capacity=1)
    skills(lan, capacity=2)

    got = [routed(ticket_of(say(customer()))) for _each in range(4)]

    assert got[3] is None
    assert sorted(person.username for person in got[:3]) == ["lan", "lan", "mei"]


def test_the_own_agent_comes_first_and_who_is_on_duty_steps_in():
    mei, lan, who = agent("mei"), agent("lan"), customer()
    serves(mei, lan)
    own(who, lan)
    assert routed(ticket_of(say(who, thread="a"))) == lan

    away(lan)

    assert routed(ticket_of(say(who, thread="b"))) == mei


def test_who_is_not_on_duty_gets_nothing_by_itself():
    mei, lan = agent("mei"), agent("lan")
    serves(lan)

    assert routed(ticket_of(say(customer()))) == lan
    assert [hand.staff_id for hand in queries.hands(now=NOW) if hand.free] == [lan.pk]
    assert mei.pk in [hand.staff_id for hand in queries.hands(now=NOW)]


def test_a_vip_goes_to_who_serves_vips():
    mei, lan = agent("mei"), agent("lan")
    skills(mei, vip=False)
    skills(lan, vip=True)
    ticket = ticket_of(say(customer()))
    Ticket.objects.filter(pk=ticket.pk).update(tier="vip")

    assert routed(ticket) == lan


def test_the_most_urgent_is_pulled_first_and_nothing_left_is_said():
    mei = agent("mei")
    say(customer(), "怎么用")
    urgent = ticket_of(say(customer(), "冒烟了"))

    assert pull(mei) == urgent
    assert CallOut.objects.get().ended_by == mei
    assert pull(mei).kind == "usage"
    with pytest.raises(QueueEmpty):
        pull(mei)


def test_a_colleagues_ticket_is_taken_only_on_purpose():
    mei, lan, ticket = agent("mei"), agent("lan"), ticket_of(say(customer()))
    take(ticket, mei)
    take(ticket, mei)

    with pytest.raises(AlreadyTaken):
        take(ticket, lan)
    assert take(ticket, lan, over=True).assignee_id == lan.pk
    assert [line.word for line in ticket.log.filter(kind="assigned").order_by("pk")] == [
        f"taken:{mei.pk}", f"taken:{lan.pk}"]


def test_who_is_not_there_while_a_customer_waits_loses_the_ticket():
    mei, lan, ticket = agent("mei"), agent("lan"), ticket_of(say(customer()))
    take(ticket, mei)
    with transaction.atomic():
        assert routing.release_silent(now=after(60)) == 0
    away(mei)

    with transaction.atomic():
        assert routing.release_silent(now=after(19)) == 0
        assert routing.release_silent(now=after(20)) == 1

    ticket.refresh_from_db()
    assert ticket.assignee == lan


def test_what_waits_goes_to_who_becomes_free():
    mei = agent("mei")
    away(mei)
    ticket = ticket_of(say(customer()))
    assert routed(ticket) is None

    with transaction.atomic():
        routing.set_away(staff_id=mei.pk, away=False)
        assert routing.route_waiting(now=after(1)) == 1

    ticket.refresh_from_db()
    assert ticket.assignee == mei


def test_a_ticket_is_handed_over_with_a_note_and_the_colleague_is_told():
    mei, lan, ticket = agent("mei"), agent("lan"), ticket_of(say(customer()))
    take(ticket, mei)

    for _twice in range(2):
        with transaction.atomic():
            routing.hand_over(ticket_id=ticket.pk, staff_id=mei.pk, to_id=lan.pk, text="物流的事", key="h1",
                              now=after(2))

    ticket.refresh_from_db()
    assert ticket.assignee == lan
    assert [(row.author, row.public) for row in ticket.messages.filter(staff=mei)] == [("staff", False)]
    assert list(Notice.objects.values_list("staff__username", "reason")) == [("lan", "handed_over")]


def test_who_may_not_work_on_tickets_is_given_none():
    ticket, mei = ticket_of(say(customer())), agent("mei")
    analyst = agent("ann", role="analyst")

    with pytest.raises(BadInput), transaction.atomic():
        routing.hand_over(ticket_id=ticket.pk, staff_id=mei.pk, to_id=analyst.pk, text="给你", key="h", now=NOW)
    with pytest.raises(BadInput):
        own(ticket.customer, analyst)
    with pytest.raises(BadInput):
        skills(mei, capacity=0)
    assert not Agent.objects.exists()


def test_colleagues_see_who_looks_and_who_writes():
    mei, lan, ticket = agent("mei", name="梅"), agent("lan"), ticket_of(say(customer()))

    with transaction.atomic():
        routing.look(ticket_id=ticket.pk, staff_id=mei.pk, writes=True, now=NOW)

    def seen(at):
        return queries.viewers(ticket.pk, now=at, without=lan.pk)

    assert [seen(NOW), seen(after(0.7)), seen(after(2))] == [[("梅", True)], [("梅", False)], []]
    assert queries.viewers(ticket.pk, now=NOW, without=mei.pk) == []
    with transaction.atomic():
        assert (routing.forget_looks(now=after(5)), routing.forget_looks(now=after(20))) == (0, 1)


def race(work, people):
    start, said = threading.Barrier(len(people)), []

    def one(person):
        start.wait()
        try:
            said.append(work(person))
        except (AlreadyTaken, QueueEmpty) as refused:
            said.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(person,)) for person in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return said


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_who_take_the_same_ticket_one_has_it():
    people, ticket = [agent() for _each in range(6)], ticket_of(say(customer()))

    said = race(lambda person: take(ticket, person).assignee_id, people)

    ticket.refresh_from_db()
    assert said.count("ticket_taken") == 5
    assert [one for one in said if one != "ticket_taken"] == [ticket.assignee_id]
    assert ticket.log.filter(kind="assigned").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_who_pull_at_once_each_gets_a_ticket_of_their_own():
    people = [agent() for _each in range(5)]
    for _each in range(5):
        say(customer())

    said = race(lambda person: pull(person).pk, people)

    assert sorted(said) == sorted(Ticket.objects.values_list("pk", flat=True))
