"""What an order asks of the database does not grow with the line above the buyer; and which examples may be live."""

import json
from itertools import pairwise

import pytest
from django.db import connection

from liuke.kit import rows
from liuke.referral import guard
from liuke.referral.guard import Profile, Verdict
from liuke.referral.models import Family, Referral
from liuke.referral.plan_reader import read_plan
from liuke.referral.plans import Chain21
from liuke.referral.queries.orders import PAID
from liuke.referral.services.families import HEADS
from liuke.referral.tests.builders import SCENARIOS, tier_plan
from liuke.referral.tests.live import NOW, PAYOUT, active, customer, order

DEEP = 3_000
LIVE = ("T01", "T02", "T03", "C08")           # test_live.py plays these on real orders


def pages_of(sql, values):
    """How many pages the warm statement touches, and every kind of step in its plan."""
    rows.fetch(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", values)
        told = cursor.fetchone()[0]
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], json.dumps(plan)


@pytest.mark.django_db
def test_no_statement_of_an_order_grows_with_the_depth_of_the_line():
    active(tier_plan(paid_in={"tier2": "points"}))
    near, far = customer(), customer()
    with connection.cursor() as cursor:
        cursor.execute("""
            INSERT INTO customers_customer (number, name_enc, name_grams, joined_at)
            SELECT 'L' || n, '', '{}', %s FROM generate_series(1, %s) n RETURNING id""", [NOW, DEEP])
        line = [row[0] for row in cursor.fetchall()]
    line = [*line[:2], near.pk, *line[2:], far.pk]
    Referral.objects.bulk_create([
        Referral(customer_id=who, referrer_id=above, how="code", bound_at=NOW)
        for above, who in pairwise(line)])
    Family.objects.bulk_create([Family(customer_id=line[0], people=len(line))])
    Family.objects.bulk_create([Family(customer_id=who, above_id=line[0]) for who in line[1:]])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referral_referral, referral_family, customers_customer")

    for sql, asked in ((PAID, lambda who: [order(who, 10_000).pk]), (HEADS, lambda who: [[who.pk, line[0]]])):
        (few, _), (many, steps) = pages_of(sql, asked(near)), pages_of(sql, asked(far))
        assert many <= few + 8                                # a page more or less of an index, not one a level
        if sql is PAID:
            assert "Recursive" not in steps


def test_the_examples_that_may_be_activated_are_those_that_are_played_on_real_orders():
    may = []
    for name, example in SCENARIOS.items():
        plan = read_plan({"confirm_after_days": 7, "payout": PAYOUT, **example["plan"]}, kind=example["kind"])
        verdicts = {guard.verdict(guard.release_findings(plan, profile)) for profile in Profile}
        if verdicts != {Verdict.REFUSED} and (not isinstance(plan, Chain21) or plan.has_fixed_teams):
            may.append(name)

    assert sorted(may) == sorted(LIVE)
