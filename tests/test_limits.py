"""A limit holds over all processes and costs an ordinary caller no statement."""

import pytest

from liuke.kit.limits import SECONDS, SHARES, Limit

pytestmark = pytest.mark.django_db


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def let_in(limits, times, who="10.0.0.1"):
    """How many of so many requests were let in, when the processes take turns."""
    return sum(limits[at % len(limits)].wait(who) == 0 for at in range(times))


def test_who_comes_a_few_times_costs_no_statement(django_assert_num_queries):
    limit = Limit("t", most=100, free=10)

    with django_assert_num_queries(0):
        assert let_in([limit], 10) == 10


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_all_processes_together_let_in_the_limit_and_what_each_gives_by_itself(processes):
    limits = [Limit("t", most=100, free=10) for _ in range(processes)]

    assert let_in(limits, 1000) == 100 + 10 * processes


def test_a_flood_costs_a_statement_for_each_share_and_one_to_be_refused(django_assert_num_queries):
    limit = Limit("t", most=100, free=10)

    with django_assert_num_queries(SHARES + 1):
        let_in([limit], 5000)


def test_who_is_refused_hears_for_how_long_and_is_let_in_afterwards():
    clock = Clock()
    limit = Limit("t", most=20, free=1, clock=clock)

    assert let_in([limit], 50) == 21
    assert 1 <= limit.wait("10.0.0.1") <= SECONDS
    clock.now += SECONDS + 1
    assert limit.wait("10.0.0.1") == 0


def test_callers_do_not_use_up_each_others_limit():
    limit = Limit("t", most=20, free=0)

    assert let_in([limit], 30, "a") == 20
    assert let_in([limit], 30, "b") == 20


def test_no_address_is_stored():
    from django.db import connection

    limit = Limit("t", most=20, free=0)
    limit.wait("203.0.113.77")

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, caller FROM request_limit")
        (name, caller), = cursor.fetchall()
    assert (name, b"203.0.113.77" in bytes(caller)) == ("t", False)
