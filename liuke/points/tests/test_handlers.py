"""Lots follow customers who are merged, and part again; expiry reminders are told once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from liuke.customers.services.merge import merge, undo_merge
from liuke.points import queries
from liuke.points.services import TakeBack, remind, reserve, settle, spend, take_back
from liuke.points.tests.builders import DAY, NOW, given, rests, rich
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle as run_jobs

pytestmark = pytest.mark.django_db


def test_merged_customers_have_their_lots_together_and_spend_them_in_order():
    ann, ben = rich(100), rich(40, 30)
    reserve(customer_id=ben.pk, amount=10, key="p1", now=NOW)

    merge(survivor_id=ann.pk, merged_id=ben.pk, now=NOW)
    run_jobs()

    assert queries.balance(ann.pk, now=NOW).available == 160
    assert sorted(rests(ann)) == [30, 30, 100]
    assert queries.differing() == []


def test_a_debt_is_merged_too():
    ann, ben = rich(100), rich(40)
    spend(customer_id=ben.pk, amount=40, key="p1", now=NOW)
    take_back(back=TakeBack(of=f"lot1:{ben.pk}", amount=40, key="r1"), now=NOW)

    merge(survivor_id=ann.pk, merged_id=ben.pk, now=NOW)
    run_jobs()

    assert (queries.balance(ann.pk, now=NOW).available, rests(ann)) == (60, [60])
    assert queries.differing() == []


def test_parted_again_everybody_has_lots_for_what_the_ledger_says():
    ann, ben = rich(100), rich(40)
    row = merge(survivor_id=ann.pk, merged_id=ben.pk, now=NOW)
    run_jobs()
    spend(customer_id=ann.pk, amount=130, key="p1", now=NOW)

    undo_merge(merge_id=row.pk, now=NOW + DAY)
    run_jobs()

    assert queries.balance(ann.pk, now=NOW + DAY).available + queries.balance(ben.pk, now=NOW + DAY).available == 10
    assert queries.differing() == []


def test_settling_what_is_settled_changes_nothing():
    ann = rich(100)

    assert settle(customer_id=ann.pk, key="x", now=NOW) == 0
    assert rests(ann) == [100]


def test_who_loses_points_is_reminded_thirty_and_seven_days_before_once():
    ann, ben = rich(), rich()
    today = timezone.localdate(NOW)
    for someone, days in ((ann, 29), (ann, 29), (ben, 6), (ben, 100)):
        given(someone, 10, f"lot{Fact.objects.count()}:{days}:{len(rests(someone))}:{someone.pk}", days=days)

    told = [remind(now=NOW) for _ in range(4)]

    assert sum(told) == 2
    bodies = Fact.objects.filter(kind="PointsExpiring").order_by("pk").values_list("customer_id", "data")
    days = {(customer, body["points"], body["days"]) for customer, body in bodies}
    assert days == {(ann.pk, 20, 30), (ben.pk, 10, 7)}
    assert all(date.fromisoformat(body["expires_on"]) > today for _, body in bodies)
    assert remind(now=NOW + timedelta(hours=1)) == 0
