"""Lines near the limits of the law, and whose pay-outs wait until somebody has looked (G06)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import QuerySet

from liuke.kit import rows
from liuke.referral.models import FrozenMember, WatchedLine

LIVE = timedelta(days=365)                    # who has not earned for so long is no part of the live network
# One pass over the year's commissions; nothing here walks the tree.
EARNERS = """
WITH earner AS MATERIALIZED (
    SELECT DISTINCT customer_id FROM referral_commission WHERE paid_in = 'cash' AND amount > 0 AND at >= %s)
SELECT earner.customer_id, above.customer_id
FROM earner
LEFT JOIN referral_referral r ON r.customer_id = earner.customer_id AND r.ended_at IS NULL
LEFT JOIN earner above ON above.customer_id = r.referrer_id
"""


def payout_frozen(customer_id: int) -> bool:
    """Whether nothing may be paid out to this customer until staff have released their line. One statement."""
    return bool(payouts_frozen([customer_id]))


def payouts_frozen(customer_ids: Collection[int]) -> set[int]:
    """Those of these customers to whom nothing may be paid out now. One statement, whatever the size of the network."""
    frozen = FrozenMember.objects.filter(customer_id__in=customer_ids, line__ended_at=None)
    return set(frozen.values_list("customer_id", flat=True))


def earners(*, now: datetime) -> dict[int, int | None]:
    """Everybody who earned cash in the last year, with the earner who referred them. One statement."""
    return dict(rows.fetch(EARNERS, [now - LIVE]))


def open_lines() -> QuerySet[WatchedLine]:
    """What the watch has found and nobody has ended, the frozen ones first, then the largest."""
    return WatchedLine.objects.filter(ended_at=None).select_related("head").order_by("-frozen", "-people", "-pk")


def ended_lines() -> QuerySet[WatchedLine]:
    """What is over, the latest first: released by somebody, or small again."""
    return WatchedLine.objects.exclude(ended_at=None).select_related("head", "released_by").order_by("-ended_at", "-pk")


def frozen_line_of(customer_id: int) -> WatchedLine | None:
    """The line because of which the customer's pay-outs wait."""
    found = FrozenMember.objects.filter(customer_id=customer_id, line__ended_at=None).select_related("line__head")
    row = found.order_by("-pk").first()
    return row.line if row else None
