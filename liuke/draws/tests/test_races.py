"""Many processes draw at once, and one dies between a drawing and its delivery."""

import signal
import subprocess
import sys
import textwrap
from fractions import Fraction

import pytest
from django.db import transaction

from liuke.draws.models import Stock, Ticket
from liuke.draws.queries.proof import proof_of
from liuke.draws.rules.proof import faults
from liuke.draws.services import purse
from liuke.draws.tests.builders import OPEN, customer, give, play, prizes, published
from liuke.ledger.queries import balance
from liuke.ledger.services.verifying import verify
from liuke.loyalty.tests.builders import NOW
from liuke.points import queries as points
from liuke.run.testing import process_environment
from liuke.timeline.testing import settle

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PROCESSES, TICKETS = 8, 6

PLAYER = textwrap.dedent("""
    import sys
    import django
    django.setup()
    from django.db import connection
    from liuke.draws.models import Draw
    from liuke.draws.tests.builders import play
    from liuke.customers.models import Customer
    draw, who, times = Draw.objects.get(), Customer.objects.get(pk=int(sys.argv[1])), int(sys.argv[2])
    print("ready", flush=True)
    sys.stdin.readline()
    for at in range(times):
        play(draw, who, key=f"click-{at}", nonce=f"{who.pk}-{at}")
""")


def sound():
    with transaction.atomic():
        assert verify(now=NOW).faults == ()


def test_eight_processes_win_exactly_what_is_there():
    with transaction.atomic():
        draw = published(free_a_day=0, prizes=prizes(stock=5, odds=Fraction(9, 10)))
        people = [customer() for _ in range(PROCESSES)]
    for each in people:
        give(draw, each, TICKETS)
    running = [subprocess.Popen([sys.executable, "-c", PLAYER, str(each.pk), str(TICKETS)], env=process_environment(),
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for each in people]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait(timeout=120) for process in running] == [0] * PROCESSES

    assert Ticket.objects.filter(prize__position=1).count() == 5
    assert list(Stock.objects.order_by("pk").values_list("drawn", flat=True)) == [5, PROCESSES * TICKETS - 5]
    assert sorted(Ticket.objects.values_list("place", flat=True)) == list(range(1, PROCESSES * TICKETS + 1))
    proof = proof_of(draw)
    assert list(faults(terms=proof.terms, terms_hash=proof.terms_hash, seed_hash=proof.seed_hash, seed=proof.seed,
                       entries=proof.entries)) == []
    settle()
    assert sum(points.balance(each.pk, now=OPEN).available for each in people) == 500
    assert balance(purse.source_of(draw.pk, "points")).posted == 0
    sound()


KILLED = textwrap.dedent("""
    import os, sys
    import django
    django.setup()
    from django.db import transaction
    from liuke.draws.services import delivering
    from liuke.loyalty.services import benefits
    from liuke.draws.tests.builders import OPEN
    kind = benefits.benefit_of("points")
    given = kind.give
    def die(gifts, *, now):
        given(gifts, now=now)
        print("given", flush=True)
        sys.stdin.read()
    kind.give = die
    with transaction.atomic():
        delivering.deliver(ticket_id=int(sys.argv[1]), now=OPEN)
""")


@pytest.mark.crash
def test_killed_between_the_drawing_and_the_delivery_the_prize_is_given_once():
    with transaction.atomic():
        draw, ann = published(prizes=prizes(stock=5, odds=Fraction(1))), customer()
    ticket = play(draw, ann)
    with subprocess.Popen([sys.executable, "-c", KILLED, str(ticket.pk)], env=process_environment(),
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "given\n"
        process.send_signal(signal.SIGKILL)
    ticket.refresh_from_db()
    assert (ticket.delivery, points.balance(ann.pk, now=OPEN).available) == ("wanted", 0)

    settle()
    settle()

    ticket.refresh_from_db()
    assert (ticket.delivery, points.balance(ann.pk, now=OPEN).available) == ("done", 100)
    assert balance(purse.source_of(draw.pk, "points")).posted == 400
    sound()
