"""What a customer's tier brings: the one question that the mall, the desk and everybody else ask."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from liuke.kit.rows import fetch

IN_FORCE = """
SELECT id FROM tiers_plan WHERE starts_on <= {on} AND (ends_on IS NULL OR ends_on > {on}) ORDER BY number DESC LIMIT 1
"""
MINE = """
SELECT tier.* FROM tiers_tier tier
WHERE tier.plan_id = ({plan}) AND (tier.rank = 0 OR tier.code = {code}) ORDER BY tier.rank DESC LIMIT 1
"""
CODE = "(SELECT code FROM tiers_standing WHERE customer_id = {customer})"
_TODAY = f"(%(now)s::timestamptz AT TIME ZONE '{settings.TIME_ZONE}')::date"

AUDIENCE = f"""
SELECT said.kind, said.name
FROM ({MINE.format(plan=IN_FORCE.format(on=_TODAY), code=CODE.format(customer="%(customer)s"))}) mine
CROSS JOIN LATERAL (VALUES
    ('tier', mine.code), ('early_hours', NULLIF(mine.early_hours, 0)::text),
    ('free_freight', CASE WHEN mine.free_freight THEN '' END)) AS said (kind, name)
WHERE said.name IS NOT NULL
"""  # noqa: S608  texts of our own


@dataclass(frozen=True, kw_only=True)
class Benefits:
    """What a tier brings. Without a plan it is nothing, and `code` is empty.

    `early`: timed prices begin so much earlier. `priority`: 1 if tickets count as those of VIPs.
    `own_agent`: tickets go to the customer's own person. `return_days`: so many days more to ask for a return.
    `birthday`: a gift on the birthday, which the earning rules for BirthdayCame give.
    """

    code: str = ""
    name: str = ""
    free_freight: bool = False
    early: timedelta = timedelta(0)
    return_days: int = 0
    priority: int = 0
    own_agent: bool = False
    birthday: bool = False


NONE = Benefits()


def benefits(customer_id: int, *, now: datetime) -> Benefits:
    """What the customer's tier brings now; one statement."""
    return benefits_of([customer_id], now=now)[customer_id]


def benefits_of(customer_ids: Collection[int], *, now: datetime) -> dict[int, Benefits]:
    """The same for many, each of them in the answer; one statement."""
    found = {
        customer: Benefits(code=code, name=name, free_freight=free, early=timedelta(hours=hours), return_days=days,
                           priority=priority, own_agent=own, birthday=birthday)
        for customer, code, name, free, hours, days, priority, own, birthday
        in fetch(_OF_MANY, {"customers": list(customer_ids), "on": timezone.localdate(now)})
    }
    return {customer_id: found.get(customer_id, NONE) for customer_id in customer_ids}


_OF_MANY = f"""
SELECT asked.customer, mine.code, mine.name, mine.free_freight, mine.early_hours, mine.return_days, mine.priority,
       mine.own_agent, mine.birthday
FROM unnest(%(customers)s::bigint[]) AS asked (customer)
LEFT JOIN tiers_standing standing ON standing.customer_id = asked.customer
JOIN LATERAL ({MINE.format(plan=IN_FORCE.format(on="%(on)s::date"), code="standing.code")}) mine ON true
"""  # noqa: S608  texts of our own


def tiers_of(customer_ids: Collection[int]) -> dict[int, str]:
    """The code of each customer's tier today, the lowest one's for whoever never had growth; one statement."""
    return {customer_id: each.code for customer_id, each in benefits_of(customer_ids, now=timezone.now()).items()}


def ladder() -> list[tuple[str, str]]:
    """Code and name of every tier of the plan in force today, the lowest first; empty while there is no plan."""
    return [(code, name) for code, name in fetch(_LADDER, {"on": timezone.localdate()})]


@dataclass(frozen=True)
class Rung:
    """One tier of the plan in force; `id` is its row's, which is never deleted."""

    id: int
    code: str
    name: str
    free_freight: bool


def rungs() -> list[Rung]:
    """Every tier of the plan in force today, the lowest first; empty while there is no plan."""
    return [Rung(*row) for row in fetch(_RUNGS, {"on": timezone.localdate()})]


def rung(tier_id: int) -> Rung | None:
    """A tier of whichever version, by the id of its row."""
    found = fetch("SELECT id, code, name, free_freight FROM tiers_tier WHERE id = %s", [tier_id])
    return Rung(*found[0]) if found else None


def ends_of(key: str) -> date | None:
    """The last day of the tier that was given as a reward under this key; None when there is none."""
    found = fetch("SELECT until FROM tiers_reach WHERE key = %s", [key])
    return found[0][0] if found else None


_RUNGS = f"""
SELECT id, code, name, free_freight FROM tiers_tier WHERE plan_id = ({IN_FORCE.format(on="%(on)s::date")}) ORDER BY rank
"""  # noqa: S608  texts of our own
_LADDER = f"""
SELECT code, name FROM tiers_tier WHERE plan_id = ({IN_FORCE.format(on="%(on)s::date")}) ORDER BY rank
"""  # noqa: S608  texts of our own
