"""Many connections at once, and a process that dies: caps and budgets hold, a fact earns once, nothing by halves."""

import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

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


KILLED = textwrap.dedent("""
    import sys
    import django
    django.setup()
    from django.db import transaction
    from liuke.loyalty.services import awarding
    from liuke.loyalty.tests.builders import NOW
    from liuke.timeline.models import Fact
    with transaction.atomic():
        assert awarding.award(facts=[Fact.objects.get(pk=int(sys.argv[1]))], now=NOW) == 1
        print("written", flush=True)
        sys.stdin.read()
""")


@pytest.mark.crash
def test_killed_before_the_commit_nothing_is_given_and_the_next_try_gives_it_once():
    ann, version = made(lambda: (customer(), rule(amount="10", caps={"total": 50})))
    bought = made(lambda: paid(ann, 10_000))
    with subprocess.Popen([sys.executable, "-c", KILLED, str(bought.pk)], env=process_environment(),
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)

    assert points.balance(ann.pk, now=NOW).available == 0
    assert made(lambda: earn(bought)) == 1

    assert points.balance(ann.pk, now=NOW).available == 10
    assert CapUse.objects.get().used == 10
    assert balance(version.budget.address).posted == 1_000_000 - 10
    sound()
