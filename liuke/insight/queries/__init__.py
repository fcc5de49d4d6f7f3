"""What others may read: `figures` of the last refresh and a customer's score, and the customers `behind` a number."""

from liuke.insight.queries.behind import Behind, behind
from liuke.insight.queries.figures import (
    Group,
    Overview,
    Retention,
    Revenue,
    Rfm,
    Rhythm,
    Score,
    overview,
    retention,
    revenue,
    rfm,
    rhythm,
    score_for,
    snapshot,
)

__all__ = [
    "Behind", "Group", "Overview", "Retention", "Revenue", "Rfm", "Rhythm", "Score", "behind", "overview", "retention",
    "revenue", "rfm", "rhythm", "score_for", "snapshot",
]
