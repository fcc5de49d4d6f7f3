"""What others may read: `figures` of the last refresh and a customer's score, and the customers `behind` a number."""

from liuke.insight.queries.behind import Behind, Page, behind, page_of
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
    "Behind", "Group", "Overview", "Page", "Retention", "Revenue", "Rfm", "Rhythm", "Score", "behind", "overview",
    "page_of", "retention", "revenue", "rfm", "rhythm", "score_for", "snapshot",
]
