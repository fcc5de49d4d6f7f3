"""To which segment customers belong, as the last refresh found it."""

from collections.abc import Collection
from dataclasses import dataclass

from liuke.insight.models import CustomerScore
from liuke.insight.rules.tiers import HIGH, SEGMENTS, ValueTier, segment


def segments_of(customer_ids: Collection[int]) -> dict[int, str]:
    """The RFM segment of each customer that has one; one statement."""
    rows = CustomerScore.objects.filter(pk__in=customer_ids).values_list("pk", "recency", "frequency", "money")
    return {pk: str(segment(*levels)) for pk, *levels in rows}


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the last refresh expects of a customer; of who has no score, nothing."""

    tier: ValueTier = ValueTier.LATER
    buys_30: float = 0.0
    each_fen: int = 0                    # what they pay on a buying day


def prospects(customer_ids: Collection[int]) -> dict[int, Prospect]:
    """Of each customer that has a score; one statement."""
    rows = CustomerScore.objects.filter(pk__in=customer_ids)
    return {pk: Prospect(ValueTier(tier), chance or 0.0, max(0, net_fen) // max(days, 1)) for pk, tier, chance, net_fen,
            days in rows.values_list("pk", "value_tier", "buys_30", "net_fen", "buying_days")}


_CASES = " ".join(f"WHEN {levels} THEN '{name}'" for levels, name in SEGMENTS.items())
AUDIENCE = f"""
SELECT 'segment', CASE (recency >= {HIGH}, frequency >= {HIGH}, money >= {HIGH}) {_CASES} END
FROM insight_customerscore WHERE customer_id = %(customer)s
"""  # noqa: S608  names of our own
