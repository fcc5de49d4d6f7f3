"""Two workers at one thing: what is owed is written once, and what has gathered is given once."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from liuke.coupons.models import Coupon
from liuke.coupons.tests import builders as coupons
from liuke.ledger.queries import balance
from liuke.ledger.services.verifying import verify
from liuke.referral.models import Commission
from liuke.referral.services import accruing, couponing
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import DAY, NOW, active, bought, confirmed, customer, order, pending, refer

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
WORKERS, LIMIT = 4, 60                        # seconds
WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def at_once(act):
    """What each worker answered: a number, or that the database said no."""
    start = Barrier(WORKERS, timeout=LIMIT)

    def alone(_number):
        try:
            start.wait()
            with transaction.atomic():
                return act()
        except IntegrityError:
            return "tried again"              # as the reactor does
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(alone, range(WORKERS), timeout=LIMIT))


@pytest.fixture
def first():
    """Two above a buyer; the second level is paid in coupons of ten yuan, for which there is no money yet."""
    with transaction.atomic():
        pays = coupons.budget(0)
        kind = coupons.template(off_fen=1_000, budget=pays).template_id
        active(tier_plan(paid_in={"tier2": "coupon"}, coupon_template=kind))
        first, second, buyer = customer(), customer(), customer()
        refer(second, by=first)
        refer(buyer, by=second)
    return first, second, buyer, pays


def test_what_an_order_owes_is_promised_once_however_many_reckon_it(first):
    _first, second, buyer, _pays = first
    with transaction.atomic():
        row = order(buyer, 10_000)

    said = at_once(lambda: accruing.accrue(order_id=row.pk, now=NOW))

    assert said.count(2) == 1
    assert set(said) <= {2, 0, "tried again"}
    with transaction.atomic():
        assert accruing.accrue(order_id=row.pk, now=NOW) == 0
    assert sorted(Commission.objects.values_list("reward", "amount")) == [("tier1", 1_000), ("tier2", 500)]
    assert pending(second) == 1_000


def waits_for_a_lock():
    """Once somebody else's statement does."""
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")          # else it shows what it showed before
            cursor.execute(WAITING)
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def settles():
    """In a connection of its own."""
    try:
        with transaction.atomic():
            couponing.settle_waiting(after=0, now=NOW + 8 * DAY)
    finally:
        connection.close()


def test_what_has_gathered_is_given_once_though_another_has_read_of_it_before_it_is_given(first):
    who, _second, buyer, pays = first
    with transaction.atomic():
        confirmed(bought(buyer, 50_000))
    with transaction.atomic():
        coupons.fund(pays, 100_000)

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            couponing.settle_waiting(after=0, now=NOW + 8 * DAY)
            # whoever comes now may read what has gathered, and then waits here for what a coupon is worth
            cursor.execute("LOCK TABLE coupons_version IN ACCESS EXCLUSIVE MODE")
            late = pool.submit(settles)
            waits_for_a_lock()
        late.result(timeout=LIMIT)

    assert balance(f"commission_coupon:customer:{who.pk}").posted == 500
    assert Coupon.objects.filter(customer=who, state="issued").count() == 2
    with transaction.atomic():
        assert verify(now=NOW + 9 * DAY).ok
