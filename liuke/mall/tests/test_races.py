"""Many buyers at the same instant, from several processes: just the goods there are get sold, and nobody deadlocks."""

import multiprocessing
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from liuke.kit.errors import Refused
from liuke.mall.models import Movement, Order, Reservation, StockLevel
from liuke.mall.queries.prices import GUEST
from liuke.mall.services import checkout
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

PROCESSES, THREADS = 4, 8


def buy(wish):
    """One buyer on a fresh connection; the code of the refusal, or "bought"."""
    try:
        with transaction.atomic():
            checkout.place(wish=wish, key="race", who=GUEST, now=NOW)
        return "bought"
    except Refused as refused:
        return refused.code
    finally:
        connections.close_all()


def buy_all(wishes, start, results):
    """What one process does: open its threads, wait for the others, go."""
    connections.close_all()
    start.wait()
    with ThreadPoolExecutor(THREADS) as pool:
        results.put(list(pool.map(buy, wishes)))


def race(wishes):
    """Let the wishes loose from PROCESSES processes at once; how each ended, counted."""
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    start, results = fork.Barrier(PROCESSES), fork.Queue()
    shares = [wishes[at::PROCESSES] for at in range(PROCESSES)]
    workers = [fork.Process(target=buy_all, args=(share, start, results), daemon=True) for share in shares]
    for worker in workers:
        worker.start()
    ended = Counter(code for _worker in workers for code in results.get(timeout=120))
    for worker in workers:
        worker.join(timeout=30)
    return ended


@transaction.atomic
def ready(*goods):
    """A customer with these in the cart and an address: all that is left is to press the button."""
    customer = builders.customer()
    for sku in goods:
        builders.cart_line(customer, sku)
    return builders.wish(customer)


def journal_sums_to_the_counters():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM mall_stocklevel l WHERE (l.on_hand, l.reserved) NOT IN"
            " (SELECT coalesce(sum(m.on_hand), 0), coalesce(sum(m.reserved), 0)"
            " FROM mall_movement m WHERE m.level_id = l.id)"
        )
        return cursor.fetchone() == (0,)


def test_two_hundred_buyers_and_five_pieces_make_five_orders():
    sku = builders.sku(stock=5)
    wishes = [ready(sku) for _ in range(200)]

    ended = race(wishes)

    assert ended == {"bought": 5, "out_of_stock": 195}
    assert Order.objects.count() == 5
    assert Reservation.objects.count() == 5
    assert StockLevel.objects.values_list("on_hand", "reserved").get() == (5, 5)
    assert journal_sums_to_the_counters()


def test_carts_with_the_same_goods_in_opposite_order_do_not_wait_for_each_other_for_ever():
    goods = [builders.sku(stock=1000) for _ in range(5)]
    wishes = [ready(*(goods if number % 2 else reversed(goods))) for number in range(80)]

    ended = race(wishes)

    assert ended == {"bought": 80}
    assert set(StockLevel.objects.values_list("reserved", flat=True)) == {80}
    assert Movement.objects.filter(kind="reserve").count() == 400
    assert journal_sums_to_the_counters()
