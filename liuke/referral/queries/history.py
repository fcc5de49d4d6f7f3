"""Last year's orders of customers who were referred or have referred others, as a plan can be played on them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from liuke.kit import rows
from liuke.referral.models import Referral
from liuke.referral.replay import PastOrder

YEAR = timedelta(days=365)
CHUNK = 10_000
# What was bought in the shop or brought in from a file; of the second what the file says was paid.
ORDERS = """
SELECT o.id, o.customer_id, sum(line.amount_fen)::bigint, sum(line.refunded_fen)::bigint,
       bool_or(sku.product_id = %(entry)s) IS NOT FALSE,
       NOT EXISTS (SELECT 1 FROM mall_order e WHERE e.customer_id = o.customer_id AND e.source IN ('shop', 'import')
                   AND e.state NOT IN ('placed', 'cancelled') AND e.total_fen > 0
                   AND (coalesce(e.paid_at, e.placed_at), e.id) < (coalesce(o.paid_at, o.placed_at), o.id))
FROM mall_order o
JOIN mall_orderline line ON line.order_id = o.id
LEFT JOIN mall_sku sku ON sku.id = line.item_id
WHERE o.source IN ('shop', 'import') AND o.state NOT IN ('placed', 'cancelled')
  AND o.placed_at >= %(since)s AND o.placed_at < %(until)s
  AND (EXISTS (SELECT 1 FROM referral_referral r WHERE r.customer_id = o.customer_id AND r.ended_at IS NULL)
       OR EXISTS (SELECT 1 FROM referral_referral r WHERE r.referrer_id = o.customer_id AND r.ended_at IS NULL))
GROUP BY o.id HAVING sum(line.amount_fen) > 0
ORDER BY coalesce(o.paid_at, o.placed_at), o.id
"""
ANY_ORDER = """
SELECT 1 FROM referral_referral r JOIN mall_order o ON o.customer_id = r.customer_id
WHERE r.ended_at IS NULL AND o.source IN ('shop', 'import') AND o.state NOT IN ('placed', 'cancelled')
  AND o.placed_at >= %(since)s AND o.placed_at < %(until)s LIMIT 1
"""
REALLY = """
SELECT coalesce(sum(c.amount), 0)::bigint FROM referral_commission c JOIN mall_order o ON o.id = c.order_id
WHERE c.paid_in = 'cash' AND o.placed_at >= %(since)s AND o.placed_at < %(until)s
"""


def referrers() -> dict[int, int]:
    """Who referred whom, as it stands; one statement."""
    return dict(Referral.objects.filter(ended_at=None).values_list("customer", "referrer"))


def newcomers(*, until: datetime) -> int:
    """How many people were referred in the year, those left out of whom it was said wrongly."""
    return Referral.objects.filter(ended_at=None, bound_at__gte=until - YEAR, bound_at__lt=until).count()


def past_orders(*, until: datetime, entry_product_id: int | None) -> Iterator[PastOrder]:
    """The year's orders as they were paid, a chunk at a time; without an entry product every order is one."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(ORDERS, {"entry": entry_product_id, "since": until - YEAR, "until": until})
        while found := cursor.fetchmany(CHUNK):
            for number, buyer, paid, refunded, entry, first in found:
                yield PastOrder(number, buyer, paid, min(refunded, paid), entry, first)


def has_past_orders(*, until: datetime) -> bool:
    """Whether there is anything to play a plan on."""
    return bool(rows.fetch(ANY_ORDER, {"since": until - YEAR, "until": until}))


def really_owed(*, until: datetime) -> int:
    """Cash commissions on the year's orders as they stand."""
    [(amount,)] = rows.fetch(REALLY, {"since": until - YEAR, "until": until})
    return int(amount)
