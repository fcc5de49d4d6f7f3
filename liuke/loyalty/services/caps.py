"""Caps are counters under a lock: how much of each is used, how much room is left, and room given back by a refund."""

from collections.abc import Iterable, Mapping
from datetime import date

from liuke.kit import rows
from liuke.loyalty.models import RuleVersion
from liuke.loyalty.rules.terms import TIMES, bucket

Bucket = tuple[int, str]                 # rule, bucket
LOCK = """
INSERT INTO loyalty_capuse (rule_id, bucket, used)
SELECT DISTINCT b.rule, b.bucket, 0 FROM unnest(%s::bigint[], %s::text[]) b(rule, bucket) ORDER BY 1, 2
ON CONFLICT (rule_id, bucket) DO UPDATE SET used = loyalty_capuse.used
RETURNING rule_id, bucket, used
"""
COUNT = """
UPDATE loyalty_capuse c SET used = greatest(0, c.used + b.more)
FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) b(rule, bucket, more)
WHERE c.rule_id = b.rule AND c.bucket = b.bucket
"""


def buckets_of(version: RuleVersion, customer_id: int, on: date) -> dict[str, Bucket]:
    """For each cap of the version, where it is counted for this customer on this day."""
    return {cap: (version.rule_id, bucket(cap, customer_id, on)) for cap in version.caps}


def lock(buckets: Iterable[Bucket]) -> dict[Bucket, int]:
    """How much of each is used; the caller alone may count until its transaction ends."""
    wanted = sorted(set(buckets))
    if not wanted:
        return {}
    found = rows.fetch(LOCK, [[rule for rule, _ in wanted], [name for _, name in wanted]])
    return {(rule, name): used for rule, name, used in found}


def count(more: Mapping[Bucket, int]) -> None:
    """Add so much to each counter that the caller has locked; below zero gives room back."""
    changed = sorted((where, amount) for where, amount in more.items() if amount)
    if changed:
        rows.run(COUNT, [[rule for (rule, _), _n in changed], [name for (_, name), _n in changed],
                         [amount for _, amount in changed]])


def step(cap: str, amount: int) -> int:
    """What one award of so much counts for a cap."""
    return 1 if cap in TIMES else amount
