"""Where customers stand: what they reached, what counts today, and who must be looked at again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from liuke.kit.rows import fetch
from liuke.tiers.queries.plans import by_id, plan_of
from liuke.tiers.rules import Plan, Reached, Span

# A reach by growth is worth what came on its days, as far as its version was in force.
_REACHED = """
SELECT reach.id, reach.customer_id, reach.plan_id, reach.code, reach.after, reach.last, reach.until, reach.looked,
       COALESCE((
           SELECT SUM(growth.amount - growth.taken) FROM tiers_growth growth
           WHERE growth.customer_id = reach.customer_id AND reach.code = ''
                 AND growth.counts_on > COALESCE(reach.after, '-infinity'::date)
                 AND growth.counts_on <= LEAST(reach.last, plan.ends_on - 1, %(on)s::date)), 0)::bigint
FROM tiers_reach reach JOIN tiers_plan plan ON plan.id = reach.plan_id
WHERE reach.customer_id = ANY(%(customers)s::bigint[])
      AND (NOT reach.looked OR reach.until IS NULL OR reach.until + plan.grace_days >= %(on)s::date)
ORDER BY reach.id
"""
_COUNTED = """
SELECT customer_id, SUM(amount - taken)::bigint FROM tiers_growth
WHERE customer_id = ANY(%(customers)s::bigint[]) AND counts_on > COALESCE(%(after)s::date, '-infinity'::date)
      AND counts_on <= COALESCE(%(last)s::date, 'infinity'::date)
GROUP BY customer_id
"""
_DUE = """
SELECT customer_id FROM tiers_standing WHERE look_on <= %(on)s::date ORDER BY look_on, customer_id LIMIT %(limit)s
"""
_DIFFERING = """
SELECT COALESCE(account.owner_id, growth.customer_id) FROM (
    SELECT owner_id, posted FROM ledger_account
    WHERE unit = 'growth' AND purpose = 'growth' AND owner_kind = 'customer') account
FULL JOIN (SELECT customer_id, SUM(amount - taken)::bigint AS rest FROM tiers_growth WHERE counts_on IS NOT NULL
           GROUP BY customer_id) growth ON growth.customer_id = account.owner_id
WHERE COALESCE(account.posted, 0) <> COALESCE(growth.rest, 0) ORDER BY 1 LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Row:
    """A reach as it stands in the database; `looked`: what follows it is decided."""

    pk: int
    reached: Reached
    looked: bool


def reached_by(customer_ids: Collection[int], plan: Plan, *, on: date) -> dict[int, list[Row]]:
    """What each of them reached and still may live by, as it is worth today; everybody is in the answer.

    A tier that `plan` does not have is worth the next lower one that it has.
    """
    found = fetch(_REACHED, {"customers": list(customer_ids), "on": on})
    plans = {pk: plan_of(row) for pk, row in by_id({row[2] for row in found}).items()}
    rows: dict[int, list[Row]] = {customer_id: [] for customer_id in customer_ids}
    for pk, customer_id, plan_id, granted, after, last, until, looked, growth in found:
        version = plans[plan_id]
        code = _still(granted or version.reached_by(growth), version, plan)
        grace = 0 if granted else version.grace_days
        rows[customer_id].append(
            Row(pk, Reached(code, version.number, after, last, until, grace, bool(granted)), looked))
    return rows


def _still(code: str, version: Plan, plan: Plan) -> str:
    """The tier in today's plan: the same, or the next lower one of its own version that today's has."""
    known = {level.code for level in plan.levels}
    lower = [level.code for level in version.levels[:version.rank(code) + 1] if level.code in known]
    return lower[-1] if lower else plan.base


def counted(customer_ids: Collection[int], days: Span) -> dict[int, int]:
    """The growth value that came to each of them on these days; who had none is left out."""
    given = {"customers": list(customer_ids), "after": days.after, "last": days.last}
    return dict(fetch(_COUNTED, given))


def growth_counted(customer_id: int, days: Span) -> int:
    """The same for one customer; 0 without any."""
    return counted([customer_id], days).get(customer_id, 0)


def pending_growth(customer_id: int) -> int:
    """What was given and does not count yet."""
    ((rest,),) = fetch("SELECT COALESCE(SUM(amount - taken), 0)::bigint FROM tiers_growth"
                       " WHERE customer_id = %s AND counts_on IS NULL", [customer_id])
    return int(rest)


def due(*, on: date, limit: int) -> list[int]:
    """Customers whose tier may change on a day although nothing happened."""
    return [customer_id for (customer_id,) in fetch(_DUE, {"on": on, "limit": limit})]


def standing_after(customer_id: int, *, limit: int) -> list[int]:
    """The next customers who have a standing, by id."""
    found = fetch("SELECT customer_id FROM tiers_standing WHERE customer_id > %s ORDER BY customer_id LIMIT %s",
                  [customer_id, limit])
    return [pk for (pk,) in found]


def differing(*, limit: int = 50) -> list[int]:
    """Customers of whom the ledger and the days say different things; empty, or something is broken."""
    return [customer_id for (customer_id,) in fetch(_DIFFERING, {"limit": limit})]
