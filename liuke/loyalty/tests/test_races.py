"""Many connections at once, and a process that dies: caps and budgets hold, a fact earns once, nothing by halves."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from liuke.ledger.queries import balance
from liuke.ledger.services.verifying import verify
from liuke.loyalty.models import Award, CapUse
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.reversing import take_back_for_refund
from liuke.loyalty.tests.builders import NOW, budget, customer, paid, refund, rule
from liuke.points import queries as points
from liuke.run.testing import process_environment
from liuke.run.tests.builders import wait_until
from liuke.timeline.models import Waiting
from liuke.timeline.reactor import make_due, work_off

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def at_once(function, arguments):
    """Each call in a transaction on a connection of its own, all together."""

    def alone(argument):
        try:
            with transaction.atomic():
                return function(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=12) as pool:
        return list(pool.map(alone, arguments))


@contextmanager
def worker():
    command = [sys.executable, "-m", "liuke.run.worker"]
    with subprocess.Popen(command, env=process_environment(), stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()


def only_these_wait(facts):
    Waiting.objects.all().delete()
    make_due({fact.pk: NOW for fact in facts})


def waits_for(cursor, table):
    cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
    return cursor.fetchone()[0]


def earn(fact):
    return award(facts=[fact], now=NOW)


def made(build):
    with transaction.atomic():
        return build()


def sound():
    with transaction.atomic():
        assert verify(now=NOW).faults == ()
    assert points.differing() == []


def test_a_budget_is_never_overrun():
    people = made(lambda: [customer() for _ in range(40)])
    version = made(lambda: rule(amount="10", budget_id=budget(150).pk))
    facts = made(lambda: [paid(each, 10_000) for each in people])

    at_once(earn, facts)

    assert Award.objects.filter(state="given").count() == 15
    assert Award.objects.filter(state="refused", reason="budget").count() == 25
    assert balance(version.budget.address).posted == 0
    sound()


def test_a_cap_is_never_overrun():
    ann, _ = made(lambda: (customer(), rule(amount="10", caps={"customer": 95, "total": 1_000})))
    facts = made(lambda: [paid(ann, 10_000) for _ in range(30)])

    at_once(earn, facts)

    assert points.balance(ann.pk, now=NOW).available == 95
    assert set(CapUse.objects.values_list("used", flat=True)) == {95}
    sound()


def test_a_fact_that_comes_to_many_workers_earns_once():
    ann, _ = made(lambda: (customer(), rule(amount="10")))
    bought = made(lambda: paid(ann, 10_000))

    assert sorted(at_once(earn, [bought] * 12)) == [0] * 11 + [1]
    assert points.balance(ann.pk, now=NOW).available == 10
    sound()


def test_a_refund_and_its_reward_at_the_same_time_leave_nothing():
    people, _ = made(lambda: ([customer() for _ in range(12)], rule(amount="100", caps={"total": 10_000})))
    bought = made(lambda: [paid(each, 10_000) for each in people])
    backs = made(lambda: [refund(fact, 10_000) for fact in bought])

    def undo(fact):
        return take_back_for_refund(order_id=fact.data["order_id"], fact_id=fact.pk, now=NOW)

    at_once(lambda work: work[0](work[1]), [work for pair in zip(
        [(earn, fact) for fact in bought], [(undo, fact) for fact in backs], strict=True) for work in pair])

    assert [points.balance(each.pk, now=NOW).available for each in people] == [0] * 12
    assert set(Award.objects.values_list("state", "taken")) == {("undone", 100)}
    sound()


def test_facts_that_several_workers_take_at_once_are_each_rewarded_once():
    people, version = made(lambda: ([customer() for _ in range(10)], rule(amount="10", caps={"total": 10_000})))
    made(lambda: only_these_wait(paid(each, 10_000) for each in people * 10))

    def until_none_is_left(_):
        try:
            return sum(iter(work_off, 0))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(until_none_is_left, range(4))) == 100

    assert [points.balance(each.pk, now=NOW).available for each in people] == [100] * 10
    assert balance(version.budget.address).posted == 1_000_000 - 1_000
    sound()


@pytest.mark.crash
def test_a_worker_killed_with_facts_in_hand_gave_nothing_and_the_next_gives_each_once():
    people, version = made(lambda: ([customer() for _ in range(12)], rule(amount="10", caps={"total": 500})))
    made(lambda: only_these_wait(paid(each, 10_000) for each in people))
    with transaction.atomic(), connection.cursor() as held:
        held.execute("LOCK TABLE loyalty_award IN SHARE MODE")              # the last that an award writes
        with worker() as first:
            wait_until(lambda: waits_for(held, "loyalty_award"), what="the awards to be written")
            first.send_signal(signal.SIGKILL)
    assert [points.balance(each.pk, now=NOW).available for each in people] == [0] * 12
    assert Waiting.objects.update(due_at=NOW) == 12                         # as they are by themselves a little later

    with worker():
        wait_until(lambda: not Waiting.objects.exists(), what="the facts to be worked off")

    assert [points.balance(each.pk, now=NOW).available for each in people] == [10] * 12
    assert CapUse.objects.get().used == 120
    assert balance(version.budget.address).posted == 1_000_000 - 120
    sound()
