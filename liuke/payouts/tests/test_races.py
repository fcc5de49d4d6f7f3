"""Many at once at one balance, and a process that is killed between two steps: paid once, nothing by halves."""

import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from liuke.cash.models import Bonus
from liuke.kit.errors import Refused
from liuke.ledger.services.verifying import verify
from liuke.org.tests.builders import staff
from liuke.payouts.models import Payout
from liuke.payouts.services import approving
from liuke.payouts.tests.builders import NOW, again, aside, ask, member, own, plan
from liuke.run.testing import process_environment

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def made(build):
    with transaction.atomic():
        return build()


def at_once(function, arguments):
    def alone(argument):
        try:
            return function(argument)
        except Refused as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        return list(pool.map(alone, arguments))


def test_of_many_who_ask_at_once_for_all_there_is_one_gets_it(wechat):
    made(plan)
    ann = made(lambda: member(60_000))

    said = at_once(lambda key: ask(ann, 60_000, key=key).state, [f"k{at}" for at in range(6)])

    assert sorted(said) == ["approval", *["payout_open"] * 5]
    assert own(ann) == (60_000, 60_000)


def test_many_who_say_yes_and_no_at_once_decide_once(wechat):
    made(plan)
    ann = made(lambda: member(60_000))
    payout = ask(ann, 60_000)
    by = made(staff).pk

    def decide(yes):
        with transaction.atomic():
            if yes:
                return approving.approve(payout_ids=[payout.pk], by_id=by, now=NOW)
            return approving.refuse(payout_ids=[payout.pk], reason="不", by_id=by, now=NOW)

    assert sum(at_once(decide, [True, False, True, False, True, False])) == 1

    if again(payout).state == "sending":
        assert (own(ann), aside(ann), Bonus.objects.count()) == ((0, 0), (60_000, 60_000), 3)
    else:
        assert (own(ann), aside(ann), Bonus.objects.count()) == ((60_000, 0), (0, 0), 0)
    assert made(lambda: verify(now=NOW)).faults == ()


KILLED = textwrap.dedent("""
    import os, signal, sys
    import django
    django.setup()
    from django.db import transaction
    from liuke.cash.services import giving
    from liuke.payouts.services import approving
    from liuke.payouts.tests.builders import NOW
    given = giving.give
    def give_and_die(**more):
        given(**more)
        os.kill(os.getpid(), signal.SIGKILL)
    giving.give = give_and_die
    with transaction.atomic():
        approving.approve(payout_ids=[int(sys.argv[1])], by_id=int(sys.argv[2]), now=NOW)
""")


def test_killed_in_the_middle_of_a_release_it_is_released_once_by_the_next_try(wechat):
    made(plan)
    ann = made(lambda: member(60_000))
    payout = ask(ann, 60_000)
    by = made(staff).pk

    died = subprocess.run([sys.executable, "-c", KILLED, str(payout.pk), str(by)], env=process_environment(),
                          timeout=60, check=False)

    assert died.returncode == -signal.SIGKILL
    assert (again(payout).state, own(ann), Bonus.objects.count()) == ("approval", (60_000, 60_000), 0)
    for _time in range(2):
        made(lambda: approving.approve(payout_ids=[payout.pk], by_id=by, now=NOW))
    assert (again(payout).state, own(ann), Bonus.objects.count()) == ("sending", (0, 0), 3)
    assert Payout.objects.get().parts.count() == 3
