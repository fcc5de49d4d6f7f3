"""Gifts that nobody has claimed are told of before their time is over."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.utils import timezone

from liuke.gifts.models import Gift
from liuke.gifts.rules import REMIND_BATCH, REMIND_DAYS, REMIND_LATE_DAYS, State
from liuke.timeline import facts, reminding
from liuke.timeline.facts import FactBody
from liuke.timeline.reminding import Reminder


def remind(*, now: datetime, limit: int = REMIND_BATCH) -> int:
    """Record GiftExpiring for customers whose gifts expire in rules.REMIND_DAYS days; returns how many customers."""
    return reminding.remind(REMINDER, now=now, limit=limit)


def _telling(on: date, days: int, after: int, limit: int) -> list[tuple[int, FactBody]]:
    begin = timezone.make_aware(datetime.combine(on, time.min))
    rows = Gift.objects.filter(state=State.OPEN, claim_by__gt=begin, claim_by__lte=begin + timedelta(days=1),
                               customer_id__gt=after)
    found = rows.values_list("customer_id").annotate(gifts=Count("pk")).order_by("customer_id")
    return [(customer_id, facts.GiftExpiring(gifts=gifts, expires_on=on.isoformat(), days=days))
            for customer_id, gifts in found[:limit]]


REMINDER = Reminder(word="gift_expiring", days=REMIND_DAYS, late_days=REMIND_LATE_DAYS, telling=_telling)
