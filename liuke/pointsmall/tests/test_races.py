"""A hundred who want the last ten, and a process that dies: exactly ten, and nobody's points are lost."""

import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from liuke.ledger.services.verifying import verify
from liuke.mall.models import Order
from liuke.points import queries as points
from liuke.pointsmall.models import Exchange, Item
from liuke.pointsmall.services.exchanging import SoldOut
from liuke.pointsmall.tests.builders import had, item, rich
from liuke.run.testing import process_environment

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def balance(someone):
    return points.balance(someone.pk, now=timezone.now())


def test_a_hundred_who_want_the_last_ten_are_ten():
    with transaction.atomic():
        cup, people = item(stock=10, points=300), [rich(500) for _ in range(100)]

    def want(someone):
        try:
            with transaction.atomic():
                return had(someone, cup).pk
        except SoldOut:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as pool:
        answers = list(pool.map(want, people))

    assert sum(answer is not None for answer in answers) == 10
    assert (Item.objects.get().taken, Exchange.objects.count(), Order.objects.count()) == (10, 10, 10)
    for someone, answer in zip(people, answers, strict=True):
        assert (balance(someone).available, balance(someone).reserved) == (500 if answer is None else 200, 0)
    assert points.differing() == []
    with transaction.atomic():
        assert verify(now=timezone.now()).faults == ()


def test_one_who_presses_many_times_has_it_once():
    with transaction.atomic():
        cup, ann = item(per_customer=1), rich(2_000)

    def press(_time):
        try:
            with transaction.atomic():
                return had(ann, cup).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = set(pool.map(press, range(16)))

    assert len(answers) == 1
    assert (balance(ann).available, Item.objects.get().taken) == (1_700, 1)


DIE = """
    import os, signal, sys
    import django; django.setup()
    from django.db import transaction
    from django.utils import timezone
    from liuke.pointsmall.services import exchanging
    take = exchanging._take
    def die(*given):
        take(*given)
        os.kill(os.getpid(), signal.SIGKILL)
    exchanging._take = die
    customer, item, address = map(int, sys.argv[1:])
    with transaction.atomic():
        exchanging.exchange(wish=exchanging.Wish(customer_id=customer, item_id=item, address_id=address),
                            key="k-0000001", now=timezone.now())
"""


@pytest.mark.crash
def test_killed_in_the_middle_nothing_happened_and_the_same_key_does_it():
    with transaction.atomic():
        cup, ann = item(), rich(1_000)
    arguments = [str(ann.pk), str(cup.pk), str(ann.addresses.get().pk)]

    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(DIE), *arguments], check=False,
                            env=process_environment(), capture_output=True)

    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-500:]
    assert (balance(ann).available, balance(ann).reserved, Exchange.objects.count()) == (1_000, 0, 0)
    with transaction.atomic():
        had(ann, cup)
    assert (balance(ann).available, Item.objects.get().taken) == (700, 1)
