"""Many connections at once, and processes that die: no drift, no deadlock, nothing twice, nothing by halves."""

import random
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from liuke.ledger import queries
from liuke.ledger import services as ledger
from liuke.ledger.models import Posting
from liuke.ledger.services import Move
from liuke.ledger.services.sealing import seal_day
from liuke.ledger.services.upkeep import roll_up
from liuke.ledger.services.verifying import verify
from liuke.ledger.tests.builders import NOW, give, open_points
from liuke.run.testing import process_environment

WORKER = textwrap.dedent("""
    import os, random, sys
    import django
    django.setup()
    from django.db import transaction
    from liuke.ledger import services as ledger
    from liuke.ledger.tests.builders import NOW
    name, rounds = sys.argv[1], int(sys.argv[2])
    chance = random.Random(name)
    people = [f"points:customer:{n}" for n in range(1, 7)]
    print("ready", flush=True)
    for number in range(rounds):
        posts = []
        for leg in range(chance.choice([1, 1, 5, 20])):
            source, target = chance.sample([*people, "points:house"], 2)
            posts.append(ledger.Post(key=f"{name}:{number}:{leg}",
                                     moves=[ledger.Move(source, target, chance.randint(1, 9))]))
        with transaction.atomic():
            ledger.post_many(posts, now=NOW)
""")


def start(name, rounds):
    return subprocess.Popen([sys.executable, "-c", WORKER, name, str(rounds)], env=process_environment(),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def at_once(function, arguments):
    """Each call on a connection of its own, all together."""

    def alone(argument):
        try:
            return function(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(alone, arguments))


def sound():
    while roll_up(limit=100):
        pass
    found = verify(now=NOW)
    assert found.faults == ()
    assert [total.balance for total in queries.totals()] == [0]
    return found


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_a_hundred_spends_of_one_from_ten_are_ten(self):
        with transaction.atomic():
            house, ann = open_points(1)
            give(ann, 10, "gift")

        @transaction.atomic
        def spend(number):
            try:
                ledger.post(key=f"s{number}", moves=[Move(ann, house, 1)], now=NOW)
            except ledger.Overdrawn:
                return 0
            return 1

        assert sum(at_once(spend, range(100))) == 10

        assert queries.balance(ann).posted == 0
        with transaction.atomic():
            sound()

    @pytest.mark.parametrize("source", ["points:customer:1", "points:house"])
    def test_one_key_from_many_connections_is_one_entry(self, source):
        with transaction.atomic():
            _, ann = open_points(1)
            ledger.open_account(ledger.NewAccount(purpose="spent", unit="points", rolled=True))
            give(ann, 10, "gift")

        @transaction.atomic
        def post(_):
            return ledger.post(key="one", moves=[Move(source, "spent:house", 3)], now=NOW)

        entries = at_once(post, range(40))

        assert len(set(entries)) == 1
        assert queries.balance("spent:house").posted == 3
        assert Posting.objects.filter(key="one").count() == 1

    def test_one_hold_is_confirmed_or_voided_but_never_both(self):
        with transaction.atomic():
            house, ann = open_points(1)
            give(ann, 50, "gift")
            for number in range(10):
                ledger.hold(key=f"h{number}", moves=[Move(ann, house, 5)], now=NOW)

        @transaction.atomic
        def settle(number):
            kind = [ledger.confirm, ledger.void][number % 2]
            try:
                kind(key=f"{number}", of=f"h{number // 4}", now=NOW)
            except ledger.NothingLeft:
                return 0
            return 1

        assert sum(at_once(settle, range(40))) == 10

        assert queries.balance(ann).held == 0
        with transaction.atomic():
            sound()

    def test_reversals_of_one_entry_never_exceed_it(self):
        with transaction.atomic():
            _, ann = open_points(1)
            give(ann, 30, "gift")

        @transaction.atomic
        def take_back(number):
            try:
                ledger.reverse(of="gift", key=f"r{number}", amounts=[4], now=NOW)
            except ledger.NothingLeft:
                return 0
            return 1

        assert sum(at_once(take_back, range(30))) == 7

        assert queries.balance(ann).posted == 2

    def test_eight_processes_in_opposite_directions(self):
        with transaction.atomic():
            open_points(*range(1, 7))

        workers = [start(f"w{number}", 60) for number in range(8)]
        sealed = 0
        while any(worker.poll() is None for worker in workers):
            with transaction.atomic():
                roll_up(limit=50)
            sealed += seal_day(day_on=NOW.date(), now=NOW)
            time.sleep(0.2)

        assert [(worker.returncode, worker.stderr.read()) for worker in workers] == [(0, "")] * 8
        assert sealed > 1
        with transaction.atomic():
            assert sound().postings > 500
        assert all(queries.balance(f"points:customer:{n}").posted >= 0 for n in range(1, 7))


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_kill_9_while_posting_leaves_whole_entries():
    with transaction.atomic():
        open_points(*range(1, 7))
    chance = random.Random(9)

    for attempt in range(4):
        worker = start(f"k{attempt}", 100_000)
        assert worker.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.2, 1.0))
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
        seal_day(day_on=NOW.date(), now=NOW)
        with transaction.atomic():
            sound()

    assert Posting.objects.count() > 50
