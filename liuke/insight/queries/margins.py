"""What goods leave over: paid, less what went back, less what the supplier asks, where the supply price is known."""

from datetime import datetime, timedelta

from django.db import connection

from liuke.insight.rules.bought import NOT_BOUGHT, NOT_SOLD
from liuke.kit.money import BASIS_POINTS

DAYS = 180
CATEGORY = "coalesce(c.name, nullif(l.category, ''))"
MARGINS = """
SELECT {group}, sum(l.amount_fen - l.refunded_fen)::bigint,
       sum(l.supply_fen * l.quantity * (1 - l.refunded_fen::numeric / nullif(l.amount_fen, 0)))
FROM mall_orderline l JOIN mall_order o ON o.id = l.order_id
LEFT JOIN mall_sku s ON s.id = l.item_id LEFT JOIN mall_product p ON p.id = s.product_id
LEFT JOIN mall_category c ON c.id = p.category_id
WHERE o.placed_at >= %s AND o.placed_at < %s AND NOT o.state = ANY(%s) AND NOT o.source = ANY(%s)
  AND l.supply_fen > 0 AND l.amount_fen > 0
GROUP BY 1
"""
FREIGHT = """
SELECT coalesce(avg(o.freight_fen), 0)::bigint FROM mall_order o
WHERE o.placed_at >= %s AND o.placed_at < %s AND NOT o.state = ANY(%s) AND NOT o.source = ANY(%s) AND o.freight_fen > 0
"""


def margin(*, now: datetime) -> int | None:
    """Of the money of the last half year, the part (in 1/10000) that is left after the supplier; None: unknown."""
    return next(iter(_margins("1", now).values()), None)


def margins(*, now: datetime) -> dict[str, int]:
    """The same for each category by its name; categories without a supply price are missing."""
    return {str(name): part for name, part in _margins(CATEGORY, now).items() if name is not None}


def _margins(group: str, now: datetime) -> dict[object, int]:
    with connection.cursor() as cursor:
        cursor.execute(MARGINS.format(group=group), [now - timedelta(days=DAYS), now, [str(s) for s in NOT_BOUGHT],
                                                     list(NOT_SOLD)])
        rows = cursor.fetchall()
    return {name: max(0, min(BASIS_POINTS, round((paid - supply) * BASIS_POINTS / paid)))
            for name, paid, supply in rows if paid}


def usual_freight_fen(*, now: datetime) -> int:
    """What customers of the last half year paid for sending, where they paid anything; 0 where nobody did."""
    with connection.cursor() as cursor:
        cursor.execute(FREIGHT, [now - timedelta(days=DAYS), now, [str(s) for s in NOT_BOUGHT], list(NOT_SOLD)])
        return int(cursor.fetchone()[0])
