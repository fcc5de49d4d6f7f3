"""The days are always what the logs say: held against a slow reading of every log from its beginning."""

import random
from collections import Counter

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.desk.clocks import evaluate
from liuke.desk.models import LogEntry, Ticket
from liuke.desk.queries.log import events_of
from liuke.desk.services import deadlines
from liuke.knowledge.models import Advice
from liuke.knowledge.services import faults
from liuke.performance.models import StaffDay, StaleTicket, TicketShare
from liuke.performance.rules import MEASURES
from liuke.performance.services import folding
from liuke.performance.tests.builders import STEPS, Desk

pytestmark = pytest.mark.django_db


def fold(now, limit=200):
    with transaction.atomic():
        return folding.fold(now=now, limit=limit)


def stored():
    """The days as they stand, without zeros."""
    return {(row.staff_id, row.day, row.kind): figures for row in StaffDay.objects.all()
            if (figures := {name: count for name in MEASURES if (count := getattr(row, name))})}


def expected(now):
    """Every log read from its first line by a machine of our own; the clocks by the pure evaluation."""
    found: dict[tuple, Counter] = {}
    for ticket in Ticket.objects.all():
        lines = list(LogEntry.objects.filter(ticket=ticket, withdrawn_at=None).order_by("at", "pk"))
        sheet = evaluate(events_of(ticket.pk), now=now)

        def add(staff_id, at, kind=ticket.kind, **figures):
            found.setdefault((staff_id, timezone.localdate(at), kind), Counter()).update(figures)

        replies = [line for line in lines if line.kind == "agent_reply"]
        for line in replies:
            add(line.staff_id, line.at, answers=1)
        for run in sheet.readings:
            if run.clock == "first_response" and run.stopped_at:
                add(replies[0].staff_id, run.stopped_at, firsts=1, first_seconds=int(run.used.total_seconds()),
                    firsts_late=int(run.breached_at is not None))
            if run.breached_at:
                add(holder(lines, run.breached_at), run.breached_at, breaches=1)
        times = {run.stopped_at: int(run.used.total_seconds()) for run in sheet.runs_of("resolution")}
        for at, by, back in solves(lines):
            whose = holder(lines, at) or by
            add(whose, at, solved=1, reopened=int(back))
            if not back:
                add(whose, at, timed=1, solve_seconds=times[at])
        for said in Advice.objects.filter(ticket=ticket):
            if said.useful and said.author and said.author != said.staff:
                add(said.author_id, said.said_at, useful=1)
        for line in lines:
            if line.kind == "rated":
                score = int(line.word)
                add(holder(lines, line.at), line.at, rated=1, scores=score, score_squares=score * score)
    return {cell: figures for cell, counted in found.items() if (figures := dict(+counted))}


def holder(lines, at):
    last = [line for line in lines if line.kind == "assigned" and line.at <= at]
    told = last[-1].word.split(":")[-1] if last else ""
    return int(told) if told else None


def solves(lines):
    """(when, by whom, taken up again) of each time it was solved; nothing once it is spam."""
    if any(line.kind in ("spam", "merged") for line in lines):
        return []
    found, done = [], False
    for line in lines:
        if line.kind == "state" and line.state in ("solved", "closed"):
            found += [] if done else [[line.at, line.staff_id, False]]
            done = True
        elif done and (line.kind == "state" or (line.kind == "customer_message" and line.reopens is not False)):
            found[-1][2], done = True, False
    return found


@pytest.mark.parametrize("seed", range(4), ids="walk{}".format)
def test_after_any_work_the_days_are_what_the_logs_say(seed):
    chance, desk = random.Random(seed), Desk()
    for _step in range(45):
        desk.act(chance.choice(STEPS), chance.randrange(3), chance.randrange(2), chance.choice((0, 1, 9, 45, 700)))
        if chance.random() < 0.3:
            fold(desk.now, limit=chance.choice((1, 2, 200)))
    with transaction.atomic():
        while deadlines.mark_due(now=desk.now):
            pass
    while fold(desk.now):
        pass

    assert stored() == expected(desk.now)
    assert any("reopened" in figures or "breaches" in figures for figures in stored().values())


def test_words_that_helped_count_for_who_wrote_them_until_that_is_taken_back():
    desk = Desk()
    ann, ben = desk.people
    desk.act("reply", 0, 0, 5)
    desk.act("solve", 0, 0, 5)
    with transaction.atomic():
        solution = faults.learn(ticket_id=desk.tickets[0].pk, now=desk.now)

    def useful():
        while fold(desk.now):
            pass
        return {staff_id: figures["useful"] for (staff_id, *_), figures in stored().items() if "useful" in figures}

    def say(person, *, helped):
        with transaction.atomic():
            faults.advise(ticket_id=desk.tickets[1].pk, staff_id=person.pk, kind="ticket", source_id=solution.pk,
                          useful=helped, now=desk.now)

    say(ann, helped=True)                                       # of one's own words: nothing
    assert useful() == {}
    say(ben, helped=True)
    say(ben, helped=True)
    assert useful() == {ann.pk: 1}
    say(ben, helped=False)
    assert useful() == {}
    say(ben, helped=True)
    solution.delete()                                           # the matter was spam after all
    assert useful() == {}


def test_a_reply_that_comes_in_late_takes_the_breach_back_and_dates_itself():
    desk = Desk()
    desk.act("take", 0, 0, 0)
    desk.act("wait", 0, 0, 30)
    while fold(desk.now):
        pass
    ann = desk.people[0].pk
    before = {cell[0]: figures for cell, figures in stored().items()}

    desk.act("late reply", 0, 0, 0)
    while fold(desk.now):
        pass

    after = {cell[0]: figures for cell, figures in stored().items()}
    assert before[ann] == {"breaches": 1}
    assert after[ann] == {"answers": 1, "firsts": 1}


def test_folding_again_changes_nothing_and_leaves_nothing_to_do():
    desk = Desk()
    desk.act("reply", 0, 0, 5)
    while fold(desk.now):
        pass
    before = stored()

    folded = TicketShare.objects.values_list("pk", flat=True)
    StaleTicket.objects.bulk_create([StaleTicket(ticket_id=pk) for pk in folded])
    StaleTicket.objects.create(ticket_id=10**9)                  # there is no such ticket
    while fold(desk.now):
        pass

    assert stored() == before
    assert not StaleTicket.objects.exists()
