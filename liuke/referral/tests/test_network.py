"""The nightly watch: lines of earners by an oracle, alarm and freeze at the limits, release by name."""

import random
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liuke.org.tests.builders import staff
from liuke.referral.models import WatchedLine
from liuke.referral.network import lines
from liuke.referral.queries.network import payout_frozen, payouts_frozen
from liuke.referral.services import watching
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import DAY, NOW, active, bought, customer, refer, refunded
from liuke.timeline.models import Fact


def literal(above):
    """Every head with its longest row of people and all who stand below, by walking up from everybody."""
    found = {}
    for who in above:
        line = [who]
        while above[line[-1]] is not None:
            line.append(above[line[-1]])
        chain, people = found.get(line[-1], (0, set()))
        found[line[-1]] = max(chain, len(line)), people | set(line)
    return {head: (chain, people) for head, (chain, people) in found.items() if len(people) > 1}


@pytest.mark.parametrize("seed", range(20))
def test_lines_agree_with_walking_up_from_everybody(seed):
    rng = random.Random(seed)
    names = rng.sample(range(1_000), 120)
    above = {who: rng.choice([None, *names[max(0, at - 9) : at]]) for at, who in enumerate(names)}

    ours = {line.head: (line.chain, set(line.members)) for line in lines(above)}

    assert ours == literal(above)


def test_a_line_of_a_hundred_thousand_is_walked_once():
    deep = {who: who - 1 if who else None for who in range(100_000)}

    [line] = lines(deep)

    assert (line.head, line.chain, line.people) == (0, 100_000, 99_999)


def grown(length):
    """A line in which everybody was paid for the next one; the last has only bought."""
    active(tier_plan(paid_in={"tier2": "points"}))
    people = [customer() for _ in range(length + 1)]
    for above, who in pairwise(people):
        refer(who, by=above)
        bought(who, 10_000)
    return people


@pytest.mark.django_db
def test_two_earners_in_a_row_alarm_and_three_freeze_everybody_of_the_line_until_somebody_signs():
    *earners, buyer = grown(2)
    assert watching.watch(now=NOW) == 0
    assert not payout_frozen(earners[0].pk)
    assert WatchedLine.objects.get().chain == 2

    late = customer()
    refer(late, by=buyer)
    order = bought(late, 10_000)
    assert watching.watch(now=NOW + DAY) == 1
    assert watching.watch(now=NOW + DAY) == 1
    assert payouts_frozen([*(row.pk for row in earners), buyer.pk, late.pk]) == {*(row.pk for row in earners), buyer.pk}
    told = Fact.objects.filter(kind="NetworkAlarmed", customer=earners[0]).order_by("pk")
    assert [(row.data["chain"], row.data["frozen"]) for row in told] == [(2, False), (3, True)]

    refunded(order, 10_000)
    assert watching.watch(now=NOW + 2 * DAY) == 1                 # smaller again, and still nobody has looked
    row, boss = WatchedLine.objects.get(), staff(username="counsel")
    released = {"line_id": row.pk, "by_id": boss.pk, "reason": "均为真实商品销售", "now": NOW + 2 * DAY}
    with pytest.raises(watching.BadRelease):
        watching.release(**released, until_chain=1, until_people=9)
    watching.release(**released, until_chain=3, until_people=9)
    with pytest.raises(watching.NotFrozen):
        watching.release(**released, until_chain=3, until_people=9)

    assert not payouts_frozen([row.pk for row in earners])
    bought(late, 10_000)
    assert watching.watch(now=NOW + 3 * DAY) == 0                 # three in a row is what was signed for
    last = customer()
    refer(last, by=late)
    bought(last, 10_000)
    assert watching.watch(now=NOW + 4 * DAY) == 1
    assert payout_frozen(late.pk)


@pytest.mark.django_db
def test_thirty_earners_under_one_head_freeze_whoever_only_buys_takes_no_part_and_one_statement_reads_it_all():
    active(tier_plan(paid_in={"tier2": "points"}))
    head = customer()
    for number in range(30):
        promoter, buyer = customer(), customer()
        refer(promoter, by=head)
        if number == 0:
            bought(promoter, 10_000)
        refer(buyer, by=promoter)
        if number < 29:
            bought(buyer, 10_000)
    watching.watch(now=NOW)
    assert (WatchedLine.objects.get().people, payout_frozen(head.pk)) == (29, False)

    bought(buyer, 10_000)
    with CaptureQueriesContext(connection) as seen:
        watching.watch(now=NOW + DAY)

    assert payout_frozen(head.pk)
    assert sum("referral_commission" in each["sql"] for each in seen) == 1


@pytest.mark.django_db
def test_where_counsel_has_signed_for_another_law_the_watch_alarms_and_freezes_nothing():
    active(tier_plan(paid_in={"tier2": "points"}), profile="OTHER")
    people = [customer() for _ in range(5)]
    for above, who in pairwise(people):
        refer(who, by=above)
        bought(who, 10_000)

    assert watching.watch(now=NOW) == 0
    assert WatchedLine.objects.get().chain == 4
    assert not payout_frozen(people[0].pk)
