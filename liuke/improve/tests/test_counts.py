"""What the database counts is what somebody counts who looks at every ticket and every parcel."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liuke.desk.models import Ticket
from liuke.improve.queries import counts
from liuke.improve.rules import Cause
from liuke.improve.tests.builders import TODAY, ago, shipped, trouble
from liuke.mall.tests.builders import sku

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
WEEK = timedelta(days=7)


def week_of(at):
    """0 to 15, or nothing: whole weeks in China that end at the Monday of TODAY."""
    day = at.astimezone(CHINA).date()
    week = 15 - ((TODAY - timedelta(days=1)) - day).days // 7
    return week if 0 <= week <= 15 and day < TODAY else None


def overlap(at, week):
    """Weeks of `week` in which a unit that left at `at` is watched, hour by hour."""
    begins = ago(7 * (16 - week)).astimezone(CHINA).replace(hour=0)
    hours = sum(at <= begins + timedelta(hours=hour, minutes=30) < at + 12 * WEEK for hour in range(168))
    return hours / 168


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_agree_with_a_walk_over_every_row(seed):
    dice = random.Random(seed)
    goods, tickets, exposure = [sku(), sku()], {}, {}
    for _each in range(12):
        of, at, batch = dice.choice(goods), ago(dice.randint(0, 200), dice.randint(0, 23)), dice.choice(["", "A", "B"])
        quantity = dice.randint(1, 9)
        shipped(of, at=at, quantity=quantity, batch=batch)
        for week in range(16):
            part = quantity * overlap(at, week)
            if part:
                key = (week, of.product_id, batch)
                exposure[key] = exposure.get(key, 0) + part
    for _each in range(25):
        of, at, batch = dice.choice(goods), ago(dice.randint(0, 130), dice.randint(0, 23)), dice.choice(["", "A"])
        kind, spam = dice.choice(["quality", "usage", "logistics"]), dice.random() < 0.1
        ticket = trouble(of, at=at, kind=kind, batch=batch)
        if spam:
            Ticket.objects.filter(pk=ticket.pk).update(state="spam")
        elif (week := week_of(at)) is not None:
            key = (week, Cause(of.product_id, kind, batch))
            tickets[key] = tickets.get(key, 0) + 1

    with CaptureQueriesContext(connection, ) as asked:
        found = counts.read(until=TODAY, weeks=16)

    assert len(asked) == 2
    assert found.tickets == tickets
    assert set(found.exposure) == set(exposure)
    assert all(found.exposure[key] == pytest.approx(exposure[key], abs=1e-6) for key in exposure)
    one = counts.read(until=TODAY, weeks=16, product_id=goods[0].product_id)
    assert one.tickets == {key: n for key, n in tickets.items() if key[1].product_id == goods[0].product_id}
