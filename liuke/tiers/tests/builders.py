"""Plans, growth and standings for tests."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from liuke.customers.tests.builders import make_customer as customer
from liuke.tiers.models import Standing
from liuke.tiers.rules import Level, Plan
from liuke.tiers.services import Growing, grow
from liuke.tiers.services.planning import write_plan
from liuke.timeline.models import Fact

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)       # five in the afternoon in China
TODAY = date(2026, 11, 2)
DAY = timedelta(days=1)
_numbers = count(1)

MEMBER = Level(code="member", name="会员")
SILVER = Level(code="silver", name="银卡", threshold=1_000, return_days=7, priority=1)
GOLD = Level(code="gold", name="金卡", threshold=3_000, free_freight=True, early_hours=24, return_days=15, priority=1,
             own_agent=True, birthday=True)


def terms(*levels, **changes) -> Plan:
    """A plan of three tiers by calendar year, from today on."""
    given = {"starts_on": TODAY, "levels": levels or (MEMBER, SILVER, GOLD)}
    return Plan(**{**given, **changes})


def plan(*levels, now=NOW, **changes):
    return write_plan(plan=terms(*levels, **changes), now=now)


def standing(someone, code, **fields) -> Standing:
    return Standing.objects.create(customer=someone, code=code, since_on=TODAY, **fields)


def grown(someone, amount, *, now=NOW, key=None, **more):
    """Growth value that came at that moment; its key."""
    key = key or f"g{next(_numbers)}"
    assert grow(given=[Growing(customer_id=someone.pk, amount=amount, key=key, **more)], now=now) == [None]
    return key


def tier_of(someone):
    row = Standing.objects.filter(customer=someone).first()
    return row.code if row else ""


def told(someone):
    """(before, after, reason, until) of every change, oldest first."""
    rows = Fact.objects.filter(kind="TierChanged", customer=someone).order_by("pk").values_list("data", flat=True)
    return [(data["before"], data["after"], data["reason"], data["until"]) for data in rows]


__all__ = ["DAY", "GOLD", "MEMBER", "NOW", "SILVER", "TODAY", "customer", "grown", "plan", "standing", "terms",
           "tier_of", "told"]
