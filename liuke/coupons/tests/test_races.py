"""Many at the same instant, from several processes, and a process that dies: limits hold, nothing by halves."""

import multiprocessing
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connections, transaction
from psycopg.errors import LockNotAvailable

from liuke.coupons import services as coupons
from liuke.coupons.models import Batch, Coupon, Use
from liuke.coupons.queries.checks import differing
from liuke.coupons.rules.reckoning import Discount
from liuke.coupons.tests.builders import DAY, NOW, batch, budget, customer, free, given, template
from liuke.kit.errors import Refused
from liuke.ledger.services.verifying import verify
from liuke.mall.models import OrderGroup
from liuke.mall.queries.prices import GUEST
from liuke.mall.services import checkout
from liuke.mall.tests import builders as mall
from liuke.run.testing import process_environment

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PROCESSES, THREADS = 4, 8


def alone(call):
    """One call on a fresh connection, again when the answer is "busy"; the code of the refusal, or "done"."""
    for _try in range(50):
        try:
            with transaction.atomic():
                call()
            return "done"
        except Refused as refused:
            return refused.code
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
        finally:
            connections.close_all()
    return "busy"


def in_one_process(calls, start, results):
    connections.close_all()
    start.wait()
    with ThreadPoolExecutor(THREADS) as pool:
        results.put(list(pool.map(alone, calls)))


def race(calls):
    """Let the calls loose from PROCESSES processes at once; how each ended, counted."""
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    start, results = fork.Barrier(PROCESSES), fork.Queue()
    workers = [fork.Process(target=in_one_process, args=(calls[at::PROCESSES], start, results), daemon=True)
               for at in range(PROCESSES)]
    for worker in workers:
        worker.start()
    ended = Counter(code for _worker in workers for code in results.get(timeout=240))
    for worker in workers:
        worker.join(timeout=60)
    return ended


@transaction.atomic
def made(build):
    return build()


def claiming(someone, code):
    return lambda: coupons.claim(customer_id=someone.pk, code=code, now=NOW)


def sound():
    assert differing() == []
    with transaction.atomic():
        assert verify(now=NOW).faults == ()


def test_a_hundred_who_redeem_a_coupon_limited_to_ten_at_checkout_are_ten():
    row = made(lambda: batch(template(off_fen=500), total=10))
    sku = made(lambda: mall.sku(stock=1_000))
    people = made(lambda: [mall.customer() for _ in range(100)])
    wishes = []
    for each in people:
        with transaction.atomic():
            mall.cart_line(each, sku)
            wishes.append(mall.wish(each, codes=(row.code,)))

    ended = race([lambda wish=wish: checkout.place(wish=wish, key="race", who=GUEST, now=NOW) for wish in wishes])

    assert ended == {"done": 10, "coupon_all_taken": 90}
    assert Batch.objects.get().issued == Coupon.objects.filter(state="reserved").count() == 10
    assert OrderGroup.objects.count() == Use.objects.count() == 10
    sound()


def test_a_hundred_who_take_from_ten_are_ten_and_one_customer_gets_no_second():
    row = made(lambda: batch(template(off_fen=500), total=10))
    people = made(lambda: [customer() for _ in range(50)])

    ended = race([claiming(each, row.code) for each in people for _ in range(2)])

    assert ended["done"] == 10
    assert sum(ended.values()) == 100
    assert len(set(Coupon.objects.values_list("customer_id", flat=True))) == 10
    sound()


def test_the_budget_is_never_overrun():
    own = made(lambda: budget(700))
    row = made(lambda: batch(template(off_fen=100, budget=own), total=1_000))
    people = made(lambda: [customer() for _ in range(40)])

    ended = race([claiming(each, row.code) for each in people])

    assert ended == {"done": 7, "coupon_not_issued": 33}
    assert (free(own), Coupon.objects.count(), Batch.objects.get().issued) == (0, 7, 7)
    sound()


def test_one_coupon_goes_to_one_purchase_and_one_code_to_one_customer():
    ann = made(customer)
    row = made(lambda: given(ann))
    asked = Discount(row.code, 2_000, (0,), parts=(2_000,), coupon_id=row.pk)
    codes = made(lambda: batch(kind="codes", count=1, closes_at=NOW + DAY))
    made(lambda: coupons.make_codes(batch_id=codes.pk, now=NOW))
    code = Coupon.objects.get(batch=codes).code
    others = made(lambda: [customer() for _ in range(20)])

    ended = race([
        *(lambda at=at: coupons.reserve(customer_id=ann.pk, given=[asked], key=f"P{at}", lines=[1], now=NOW)
          for at in range(20)),
        *(claiming(each, code) for each in others),
    ])

    assert ended["done"] == 2
    assert Use.objects.count() == 1
    assert Coupon.objects.filter(batch=codes, state="issued").count() == 1
    sound()


KILLED = textwrap.dedent("""
    import sys
    import django
    django.setup()
    from django.db import transaction
    from liuke.coupons import services as coupons
    from liuke.coupons.tests.builders import NOW
    from liuke.mall.queries.prices import GUEST
    from liuke.mall.services import checkout
    kept = coupons.reserve
    def die(**given):
        kept(**given)
        print("kept", flush=True)
        sys.stdin.read()
    coupons.reserve = die
    with transaction.atomic():
        wish = checkout.Wish(customer_id=int(sys.argv[1]), address_id=int(sys.argv[2]), codes=(sys.argv[3],))
        checkout.place(wish=wish, key="k", who=GUEST, now=NOW)
""")


@pytest.mark.crash
def test_a_checkout_that_is_killed_leaves_the_coupon_as_it_was_and_the_next_one_uses_it():
    row = made(lambda: batch(template(off_fen=500), total=1))
    ann = made(mall.customer)
    made(lambda: mall.cart_line(ann, mall.sku(list_fen=2_000)))
    wish = made(lambda: mall.wish(ann, codes=(row.code,)))
    call = [sys.executable, "-c", KILLED, str(ann.pk), str(wish.address_id), row.code]
    with subprocess.Popen(call, env=process_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout.readline() == "kept\n"
        process.send_signal(signal.SIGKILL)

    row.refresh_from_db()
    assert (row.issued, Coupon.objects.count(), Use.objects.count(), OrderGroup.objects.count()) == (0, 0, 0, 0)
    sound()

    group = made(lambda: checkout.place(wish=wish, key="k", who=GUEST, now=NOW))

    assert (group.total_fen, Coupon.objects.get().state) == (1_500, "reserved")
    sound()
