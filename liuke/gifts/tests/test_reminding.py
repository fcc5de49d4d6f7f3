"""Whoever has not claimed a gift is told before its time is over; one walk for whatever expires."""

import pytest
from django.utils import timezone

from liuke.gifts.services import claiming
from liuke.gifts.services.reminding import remind
from liuke.gifts.tests.builders import DAY, give, kind, mine, person
from liuke.outreach.models import Message
from liuke.timeline.models import Fact, Reminded
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def test_who_has_gifts_to_claim_is_told_three_days_before_once_and_in_the_inbox():
    now = timezone.now()
    ann, eve, bob = person(), person(), person()
    short = kind(claim_days=5)
    give(short, ann, eve, bob, now=now)
    give(short, ann, key="award:2:{}:customer", now=now)
    claiming.decline(gift_id=mine(bob).pk, customer_id=bob.pk, now=now)

    assert remind(now=now) == 0
    assert [remind(now=now + 2 * DAY, limit=1) for _batch in range(4)] == [1, 1, 0, 0]

    last_on = timezone.localdate(now) + 5 * DAY
    assert {fact.customer_id: fact.data for fact in Fact.objects.filter(kind="GiftExpiring")} == {
        who.pk: {"gifts": gifts, "expires_on": last_on.isoformat(), "days": 3} for who, gifts in ((ann, 2), (eve, 1))}
    assert set(Reminded.objects.values_list("word", "done")) == {("gift_expiring", True)}
    settle()
    told = Message.objects.filter(about__kind="GiftExpiring").order_by("customer_id")
    assert [(each.customer_id, each.channel) for each in told] == [(ann.pk, "inbox"), (eve.pk, "inbox")]
