"""What a plan would make of today's customers, before somebody saves it."""

from datetime import date

from liuke.kit.rows import fetch
from liuke.tiers.rules import Plan, span

_TRIAL = """
SELECT rank, COUNT(*)::int FROM (
    SELECT width_bucket(SUM(amount - taken), %(thresholds)s::numeric[]) AS rank FROM tiers_growth
    WHERE counts_on > COALESCE(%(after)s::date, '-infinity'::date) AND counts_on <= %(on)s::date
    GROUP BY customer_id) each
GROUP BY rank
"""


def trial(plan: Plan, *, on: date) -> dict[str, int]:
    """How many customers the growth that counts today would lift to each tier above the lowest; one statement.

    What is held from before is left out: nobody loses it by a new version.
    """
    thresholds = [level.threshold for level in plan.levels[1:]]
    if not thresholds:
        return {}
    found = dict(fetch(_TRIAL, {"thresholds": thresholds, "after": span(plan, on).after, "on": on}))
    return {level.code: found.get(at, 0) for at, level in enumerate(plan.levels[1:], start=1)}
