"""Figures of promoters, links and the brand beside plain loops over the same rows; K by cohort; the leaderboard."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liuke.mall.models import Order
from liuke.referral.models import Commission, InviterCohort, LinkShare, Referral, Touch
from liuke.referral.queries import statistics
from liuke.referral.queries.statistics import Figures, Span
from liuke.referral.services import binding, measuring, touches
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import DAY, NOW, active, bought, customer, link, order, received, refer, refunded

pytestmark = pytest.mark.django_db
KEPT = ("paid", "received")


def world(rng):
    """A few promoters who share, strangers who open, some of whom come back, buy, and send goods back."""
    active(tier_plan(paid_in={"tier2": "points"}))
    promoters = [customer(joined_at=NOW - 90 * DAY) for _ in range(4)]
    links = [link(each, name=name) for each in promoters for name in ("朋友圈", "群")]
    for at in range(60):
        now = NOW + at * DAY
        chosen = rng.choice(links)
        if rng.random() < 0.4:
            measuring.note_share(link_id=chosen.pk, channel="wechat", now=now)
        opened = touches.open_link(token=chosen.token, now=now, channel=rng.choice(["wechat", "sms"]),
                                   qr=rng.random() < 0.3)
        if rng.random() < 0.3:
            touches.open_link(token=rng.choice(links).token, now=now, visitor=opened.visitor)
        if rng.random() < 0.6:
            newcomer = customer(joined_at=now + timedelta(hours=rng.choice([-48, 1])))
            if rng.random() < 0.2:
                order(newcomer, 9_900, at=now - DAY)              # had bought before: nobody's newcomer
            touches.know_visitor(visitor=opened.visitor, customer_id=newcomer.pk, now=now + timedelta(hours=2))
            for again in range(rng.choice([0, 1, 1, 2])):
                placed = now + timedelta(hours=3 + 30 * again)
                binding.bind_by_touch(customer_id=newcomer.pk, now=placed)
                row = bought(newcomer, rng.choice([5_000, 12_345]), at=placed)
                if rng.random() < 0.3:
                    refunded(row, rng.choice([1_000, 5_000]), at=placed)
                if rng.random() < 0.15:
                    Order.objects.filter(pk=row.pk).update(state="refunded")
    return promoters


def literal(span, referrer=None):
    """The same figures by plain loops: key None is the sum."""
    inside = [(key, name, one) for key, name, one in _events(referrer) if span.since <= one[0] < span.until]
    found, seen = {}, {}
    for link_id, name, (_at, who, amount) in inside:
        for key in ("whole", link_id):
            counts = found.setdefault(key, Counter())
            if who is None:
                counts[name] += amount
            elif who not in seen.setdefault((key, name), set()):
                seen[key, name].add(who)
                counts[name] += amount
    return {key: Figures(**counts) for key, counts in found.items()}


def _events(referrer):
    mine = {"link__customer": referrer} if referrer else {}
    for touch in Touch.objects.filter(**mine).select_related("visitor__customer"):
        yield touch.link_id, "opens", (touch.at, None, 1)
        yield touch.link_id, "people", (touch.at, touch.visitor_id, 1)
        known = touch.visitor.customer
        if known and known.joined_at >= touch.at:
            yield touch.link_id, "registrations", (touch.at, known.pk, 1)
    for share in LinkShare.objects.filter(**mine):
        yield share.link_id, "shares", (share.at, None, 1)
    for row in Referral.objects.filter(ended_at=None, **({"referrer": referrer} if referrer else {})):
        yield row.link_id, "bound", (row.bound_at, None, 1)
        bought_ever = Order.objects.filter(customer=row.customer_id, state__in=KEPT).order_by("placed_at", "pk")
        for each in bought_ever:
            if each.paid_at < row.bound_at:
                continue
            first = each.placed_at == bought_ever[0].placed_at
            net = sum(line.amount_fen - line.refunded_fen for line in each.lines.all())
            cost = sum(Commission.objects.filter(order=each).values_list("amount", flat=True))
            for name, amount in (("first_orders", int(first)), ("revenue_fen", net), ("cost_fen", cost)):
                yield row.link_id, name, (each.placed_at, None, amount)


@pytest.mark.parametrize("seed", range(3))
def test_figures_agree_with_plain_loops_for_the_brand_and_every_promoter(seed):
    promoters = world(random.Random(seed))
    spans = [Span(since=NOW - 99 * DAY, until=NOW + 99 * DAY), Span(since=NOW + 10 * DAY, until=NOW + 31 * DAY)]

    for span in spans:
        for who in (None, *promoters):
            ours, expected = statistics.promoted(span, customer_id=who.pk if who else None), literal(span, who)
            assert ours.whole == expected.pop("whole", Figures())
            assert dict(ours.links) == expected
    assert ours.whole != Figures()


def test_what_a_promoter_earned_is_told_beside_what_their_orders_cost_in_eight_statements():
    active(tier_plan(paid_in={"tier2": "points"}))
    first, second, buyer = customer(), customer(), customer()
    refer(second, by=first)
    refer(buyer, by=second)
    bought(buyer, 10_000)
    span = Span(since=NOW - DAY, until=NOW + DAY)

    with CaptureQueriesContext(connection) as seen:
        of_second = statistics.promoted(span, customer_id=second.pk)

    assert len(seen) == 8
    assert (of_second.cash_fen, of_second.other_fen, of_second.whole.cost_per_new_fen) == (1_000, 0, 1_500)
    of_first = statistics.promoted(span, customer_id=first.pk)
    assert (of_first.cash_fen, of_first.other_fen, of_first.whole.revenue_fen) == (0, 500, 0)
    assert of_first.whole.cost_per_new_fen is None


def kept(row, at):
    Order.objects.filter(pk=row.pk).update(state="received")
    received(row, at=at)


def test_k_counts_confirmed_purchases_only_by_the_month_of_the_first_one():
    old, friend, late, unsure = (customer() for _ in range(4))
    kept(order(old, 10_000, at=NOW), NOW)
    for who, days in ((friend, 20), (late, 120), (unsure, 121)):
        refer(who, by=old, now=NOW + days * DAY)
        row = order(who, 10_000, at=NOW + days * DAY)
        if who is not unsure:
            kept(row, NOW + days * DAY)

    measuring.measure(now=NOW + 126 * DAY)          # the return window of `late` is still open
    [november] = InviterCohort.objects.filter(month="2026-11-01")
    assert (november.members, november.brought, november.brought_90) == (2, 1, 1)
    measuring.measure(now=NOW + 127 * DAY)
    [november] = InviterCohort.objects.filter(month="2026-11-01")
    assert (november.members, november.brought, november.brought_90) == (2, 2, 1)


def test_the_leaderboard_ranks_by_confirmed_goods_and_who_leaves_is_gone_at_once():
    many, much, nobody = customer(), customer(), customer()
    for _ in range(3):
        friend = customer()
        refer(friend, by=many)
        kept(order(friend, 1_000, at=NOW), NOW)
    friend = customer()
    refer(friend, by=much)
    kept(order(friend, 9_000, at=NOW), NOW)
    stranger = customer()
    refer(stranger, by=nobody)
    order(stranger, 99_000, at=NOW)                 # paid, and not yet received

    measuring.measure(now=NOW + 8 * DAY)
    assert [(row.customer_id, row.goods_fen, row.orders) for row in statistics.leaders()] == [
        (much.pk, 9_000, 1), (many.pk, 3_000, 3)]
    measuring.list_me(customer_id=much.pk, listed=False, now=NOW)
    assert [row.customer_id for row in statistics.leaders()] == [many.pk]
    measuring.list_me(customer_id=much.pk, listed=True, now=NOW)
    assert len(statistics.leaders()) == 2
