"""To which segment customers belong, as the last refresh found it."""

from collections.abc import Collection

from liuke.insight.models import CustomerScore
from liuke.insight.rules.tiers import HIGH, SEGMENTS, segment


def segments_of(customer_ids: Collection[int]) -> dict[int, str]:
    """The RFM segment of each customer that has one; one statement."""
    rows = CustomerScore.objects.filter(pk__in=customer_ids).values_list("pk", "recency", "frequency", "money")
    return {pk: str(segment(*levels)) for pk, *levels in rows}


_CASES = " ".join(f"WHEN {levels} THEN '{name}'" for levels, name in SEGMENTS.items())
AUDIENCE = f"""
SELECT 'segment', CASE (recency >= {HIGH}, frequency >= {HIGH}, money >= {HIGH}) {_CASES} END
FROM insight_customerscore WHERE customer_id = %(customer)s
"""  # noqa: S608  names of our own
