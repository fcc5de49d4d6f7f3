"""A birthday whose tier brings a gift earns it once a year, whatever happens to clock, date and tier."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.customers.models import Preferences
from liuke.desk.models import Ticket
from liuke.desk.tests.rows import say
from liuke.gifts.models import Gift
from liuke.gifts.tests import builders as gifts
from liuke.loyalty.models import Award
from liuke.loyalty.tests.builders import rule
from liuke.tiers.services.birthdays import record_birthdays
from liuke.tiers.tests.builders import GOLD, MEMBER, SILVER, customer, plan, standing
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db
EVE = datetime(2027, 2, 27, 15, 59, tzinfo=UTC)          # a minute before the 28th in China; 2027 has no 29th
HOUR = timedelta(hours=1)


def born(month_day, tier):
    who = customer()
    standing(who, tier)
    Preferences.objects.update_or_create(customer=who, defaults={
        "birth_month_day": month_day, "changed_at": EVE - timedelta(days=30)})
    return who


def clock(now):
    with transaction.atomic():
        while record_birthdays(now=now):
            pass
    settle()


@pytest.fixture
def gift():
    plan()
    row = gifts.kind(name="生日礼")
    rule("生日礼", now=EVE, fact_kind="BirthdayCame", benefit="gift", details={"gift": row.pk}, amount="1",
         starts_at=EVE, conditions={"tier": {"any": ["gold"]}})
    return row


def test_gold_gets_its_gift_on_the_day_of_the_brand_and_who_was_born_on_a_leap_day_does_not_go_without(gift):
    golden, leaping, silver = born(228, GOLD.code), born(229, GOLD.code), born(228, SILVER.code)
    other = born(301, GOLD.code)

    clock(EVE)
    assert not Gift.objects.exists()
    for _ in range(2):
        clock(EVE + HOUR)

    assert set(Gift.objects.values_list("customer_id", flat=True)) == {golden.pk, leaping.pk}
    assert silver.pk not in Award.objects.values_list("customer_id", flat=True)
    clock(EVE + 25 * HOUR)
    assert set(Gift.objects.values_list("customer_id", flat=True)) == {golden.pk, leaping.pk, other.pk}


def test_a_date_that_is_changed_brings_no_second_gift_in_one_year_and_the_next_year_brings_one(gift):
    who = born(228, GOLD.code)
    clock(EVE + HOUR)
    Preferences.objects.filter(customer=who).update(birth_month_day=301)

    clock(EVE + 25 * HOUR)
    assert Gift.objects.filter(customer=who).count() == 1

    clock(EVE + timedelta(days=368))
    assert [fact.data["year"] for fact in Fact.objects.filter(kind="BirthdayCame").order_by("pk")] == [2027, 2028]


def test_a_tier_with_service_first_makes_the_tickets_of_its_members_vip():
    now = timezone.now()
    plan(starts_on=timezone.localdate(now), now=now)
    silver, member = customer(), customer()
    standing(silver, SILVER.code)
    standing(member, MEMBER.code)
    for who in (silver, member):
        say(who, "快递三天没动", at=now)

    assert dict(Ticket.objects.values_list("customer_id", "tier")) == {silver.pk: "vip", member.pk: "plain"}
    first, last = Ticket.objects.order_by("priority")
    assert (first.customer_id, last.customer_id, last.priority - first.priority) == (silver.pk, member.pk, 1)
