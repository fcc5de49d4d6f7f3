"""Stored clocks say what the log says, whoever looks and whenever."""

import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.desk.clocks import evaluate
from liuke.desk.models import Deadline, LogEntry, Ticket, WorkCalendar
from liuke.desk.queries.log import events_of
from liuke.desk.services import deadlines, promises, talk, tickets
from liuke.desk.tasks import mark_due
from liuke.desk.tests.rows import NOW, after, agent, answer, customer, promise, say, ticket_of
from liuke.run.testing import process_environment
from liuke.timeline.models import Fact

SECOND = timedelta(seconds=1)


@transaction.atomic
def tick(at, limit=200):
    return deadlines.mark_due(now=at, limit=limit)


@transaction.atomic
def warn(at):
    return deadlines.warn_due(now=at)


def overdue():
    found = Fact.objects.filter(kind="TicketOverdue").order_by("happened_at", "pk")
    return [(fact.data["clock"], fact.happened_at) for fact in found]


@pytest.mark.django_db
def test_a_breach_is_dated_at_the_due_instant_and_noticed_once():
    ticket = ticket_of(say(customer()))

    assert [tick(after(14)), tick(after(15) + timedelta(hours=2)), tick(after(300))] == [0, 1, 0]

    ticket.refresh_from_db()
    clock = ticket.deadlines.get(clock="first_response")
    assert (clock.status, clock.due_at, clock.breached_at) == ("breached", after(15), after(15))
    assert (ticket.overdue_since_at, ticket.due_clock) == (after(15), "resolution")
    assert overdue() == [("first_response", after(15))]
    assert list(ticket.log.filter(kind="breach").values_list("word", "due_at")) == [("breached", after(15))]


@pytest.mark.django_db
def test_an_answer_that_we_learn_of_late_takes_the_breach_back():
    ticket, mei = ticket_of(say(customer())), agent()
    tick(after(20))

    talk_at(ticket, mei, said=after(10), now=after(30))

    ticket.refresh_from_db()
    clock = ticket.deadlines.get(clock="first_response")
    assert (clock.status, clock.breached_at, clock.stopped_at) == ("met", None, after(10))
    assert ticket.overdue_since_at is None
    assert list(ticket.log.filter(kind="breach").order_by("pk").values_list("word", flat=True)) == [
        "breached", "withdrawn"]


@transaction.atomic
def talk_at(ticket, by, *, said, now):
    return talk.reply(ticket_id=ticket.pk, staff_id=by.pk, text="打过电话了", key=f"{said}", now=now, at=said)


@pytest.mark.django_db
def test_an_answer_after_the_due_instant_is_late_although_nobody_had_looked():
    ticket, mei = ticket_of(say(customer())), agent()

    answer(ticket, mei, at=after(16))

    clock = ticket.deadlines.get(clock="first_response")
    assert (clock.status, clock.breached_at, clock.stopped_at) == ("breached", after(15), after(16))
    assert overdue() == [("first_response", after(15))]


@pytest.mark.django_db
def test_a_warning_comes_once_before_the_due():
    promise(first_response=60, warn=20)
    ticket = ticket_of(say(customer(), "质量"))

    assert [warn(after(39)), warn(after(40)), warn(after(50))] == [0, 1, 0]
    assert list(ticket.log.filter(kind="warned").values_list("clock", "due_at")) == [("first_response", after(60))]


@pytest.mark.django_db
def test_waiting_for_the_customer_pauses_the_resolution_alone():
    promise(first_response=60, resolution=100)
    who, mei = customer(), agent()
    ticket = ticket_of(say(who, "质量"))
    answer(ticket, mei, at=after(10), state="pending_customer")

    clock = ticket.deadlines.get(clock="resolution")
    assert (clock.status, clock.due_at, clock.remaining_seconds) == ("paused", None, 90 * 60)
    assert tick(after(1000)) == 0
    say(who, "照片来了", at=after(30))
    clock.refresh_from_db()
    assert (clock.status, clock.due_at) == ("running", after(120))


@pytest.mark.django_db
def test_a_due_set_by_hand_stands_until_it_is_taken_back():
    ticket, mei = ticket_of(say(customer())), agent()

    with transaction.atomic():
        tickets.set_due(ticket_id=ticket.pk, clock="first_response", due_at=after(90), staff_id=mei.pk, now=after(1))
    clock = ticket.deadlines.get(clock="first_response")
    assert (clock.due_at, clock.computed_due_at) == (after(90), after(15))

    with transaction.atomic():
        tickets.set_due(ticket_id=ticket.pk, clock="first_response", due_at=None, staff_id=mei.pk, now=after(2))
    clock.refresh_from_db()
    assert (clock.due_at, clock.computed_due_at) == (after(15), after(15))


@pytest.mark.django_db
def test_a_changed_calendar_moves_open_clocks_and_leaves_stopped_ones():
    promise(on="办公时间", first_response=60, resolution=60 * 8)
    who, mei = customer(), agent()
    stopped = ticket_of(say(who, "质量"))
    answer(stopped, mei, at=after(30), state="solved")
    running = ticket_of(say(customer(), "质量"))
    before = stopped.deadlines.get(clock="resolution").due_at
    assert running.deadlines.get(clock="resolution").due_at > after(7 * 60)

    row = WorkCalendar.objects.get(name="办公时间")
    with transaction.atomic():
        promises.save_calendar(calendar_id=row.pk, name=row.name, now=after(40), hours=promises.Hours(
            zone=row.zone, weekly=[[["00:00", "24:00"]]] * 7))
    deadlines.measure_open(calendar_id=row.pk, now=after(41))

    assert running.deadlines.get(clock="resolution").due_at == after(8 * 60)
    assert stopped.deadlines.get(clock="resolution").due_at == before


STEPS = st.lists(st.tuples(
    st.integers(0, 400),
    st.sampled_from(["say", "answer", "late answer", "note", "pending_customer", "on_hold", "solved", "open", "sort"]),
    st.booleans()), min_size=1, max_size=9)


def play(steps, *, ticks):
    """The steps in order of time on a fresh ticket; with `ticks` the worker looks before and after each."""
    who, mei = customer(), agent()
    ticket = ticket_of(say(who, "质量"))
    at = NOW
    for minute, step, kind in sorted(steps):
        at = after(minute) + SECOND
        if ticks:
            tick(at - (SECOND if kind else timedelta(0)))
        with transaction.atomic():
            _step(ticket, mei, step, at, kind=kind)
        if ticks and kind:
            tick(at)
    tick(at)
    return ticket, at


def _step(ticket, mei, step, at, *, kind):
    key = f"{at}{step}{kind}{ticket.log.count()}"
    if step == "say":
        say(ticket.customer, "还在吗", at=at)
    elif step == "answer":
        answer(ticket, mei, at=at, key=key)
    elif step == "late answer":
        talk.reply(ticket_id=ticket.pk, staff_id=mei.pk, text="x", key=key, now=at, at=at - timedelta(minutes=20))
    elif step == "note":
        talk.note(ticket_id=ticket.pk, staff_id=mei.pk, text="x", key=key, now=at)
    elif step == "sort":
        tickets.sort(ticket_id=ticket.pk, kind="return" if kind else "quality", staff_id=mei.pk, now=at)
    else:
        tickets.set_state(ticket_id=ticket.pk, state=step, staff_id=mei.pk, now=at)


def figures(ticket):
    """What is stored of every clock, without what says when it was looked at."""
    rows = ticket.deadlines.order_by("clock", "started_at")
    return [(row.clock, row.started_at, row.status, row.due_at, row.breached_at, row.stopped_at, row.ended_at)
            for row in rows]


@pytest.mark.django_db(transaction=False)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_figure_depends_on_when_anybody_looked(steps):
    with transaction.atomic():
        promise(first_response=15, next_response=30, resolution=120, pauses=("resolution", "next_response"))
        watched, at = play(steps, ticks=True)
        unwatched, _at = play(steps, ticks=False)
        sheet = evaluate(events_of(watched.pk), now=at)
        expected = sorted((each.clock, each.started_at, str(each.status), each.due_at, each.breached_at,
                           each.stopped_at, each.ended_at) for each in sheet.readings)

        assert [row[:2] for row in figures(watched)] == [row[:2] for row in expected]
        assert figures(watched) == figures(unwatched)
        for stored, read in zip(figures(watched), expected, strict=True):
            assert stored == read
        watched.refresh_from_db()
        unwatched.refresh_from_db()
        assert (watched.state, watched.due_at, watched.overdue_since_at) == (
            unwatched.state, unwatched.due_at, unwatched.overdue_since_at)
        transaction.set_rollback(True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_share_what_is_due_and_nothing_is_noticed_twice():
    for _each in range(30):
        say(customer())
    done, start = [], threading.Barrier(2)

    def work():
        start.wait()
        done.extend(tick(after(20), limit=3) for _round in range(40))
        connections.close_all()

    workers = [threading.Thread(target=work) for _each in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert sum(done) == 30
    assert Deadline.objects.filter(status="breached", breached_at=after(15)).count() == 30
    assert len(overdue()) == 30
    assert LogEntry.objects.filter(kind="breach").count() == 30


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_worker_and_an_answer_at_the_same_instant_agree_on_what_is_written():
    mei, found = agent(), [ticket_of(say(customer())) for _each in range(20)]
    start = threading.Barrier(2)

    def answer_all():
        start.wait()
        for ticket in found:
            answer(ticket, mei, at=after(16))
        connections.close_all()

    def work():
        start.wait()
        for _round in range(60):
            tick(after(16), limit=2)
        connections.close_all()

    workers = [threading.Thread(target=work), threading.Thread(target=answer_all)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    rows = Deadline.objects.filter(clock="first_response")
    assert {(row.status, row.breached_at, row.stopped_at) for row in rows} == {("breached", after(15), after(16))}
    assert len(overdue()) == 20
    assert Ticket.objects.filter(overdue_since_at__isnull=False).count() == 0


DYING = """
import django; django.setup()
from datetime import datetime
from django.db import transaction
from liuke.desk.services import deadlines
with transaction.atomic():
    assert deadlines.mark_due(now=datetime.fromisoformat("{at}")) == 1
    print("noticed", flush=True)
    __import__("time").sleep(600)
"""


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_taken_is_noticed_by_the_next_one_with_the_same_date():
    ticket = ticket_of(say(customer()))
    dying = subprocess.Popen([sys.executable, "-c", DYING.format(at=after(20).isoformat())], stdout=subprocess.PIPE,
                             env=process_environment(), text=True)
    assert dying.stdout.readline() == "noticed\n"
    assert tick(after(21)) == 0                          # it is in that worker's hands

    dying.send_signal(signal.SIGKILL)
    dying.wait()
    dying.stdout.close()
    given_up = time.monotonic() + 60
    while not (noticed := tick(after(30))) and time.monotonic() < given_up:
        time.sleep(0.1)

    assert noticed == 1
    assert ticket.deadlines.get(clock="first_response").breached_at == after(15)
    assert overdue() == [("first_response", after(15))]


@pytest.mark.django_db(transaction=True)
def test_the_job_of_the_clock_takes_all_batches():
    ticket = ticket_of(say(customer()))

    mark_due()

    assert ticket.deadlines.get(clock="first_response").breached_at == after(15)
