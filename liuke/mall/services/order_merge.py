"""Writes what the rows of one slot say into orders, lines, changes and facts. In sets; the rows are matched already.

`orders` is worked out in a temporary table first (touched_orders), from all lines of each order as they are after the
merge, so that an order has the same totals and state whichever way its lines came in.
"""

from datetime import datetime
from functools import partial

from django.db import connection

from liuke.intake.kinds import Merged
from liuke.intake.models import Run
from liuke.mall.services.order_matching import NOT_TAKEN
from liuke.timeline import facts
from liuke.timeline.services import record_history_from

LINE_FIELDS = (
    "sku", "name", "category", "quantity", "price_fen", "discount_fen", "amount_fen", "refunded_fen", "state",
)

KEY = "coalesce(key, sku || '~' || place)"             # of a line that is new

DIFFERENT = " OR ".join(f"k.{name} <> w.{name}" for name in LINE_FIELDS)
MARK_CHANGED = f"""
    UPDATE intake_work w SET changed = true FROM known_lines k
    WHERE w.line_id = k.id AND ({DIFFERENT} OR k.key <> w.key)"""  # noqa: S608  our own columns

KEEP_LINE_CHANGES = f"""
    INSERT INTO mall_orderchange (order_id, run_id, line_key, field, before, after)
    SELECT w.order_id, %(run)s, k.key, pair.field, left(pair.before, 200), left(pair.after, 200)
    FROM intake_work w JOIN known_lines k ON k.id = w.line_id,
         LATERAL (VALUES {", ".join(f"('{name}', k.{name}::text, w.{name}::text)" for name in LINE_FIELDS)},
                         ('key', k.key, coalesce(w.key, k.key))) AS pair (field, before, after)
    WHERE w.changed AND pair.before <> pair.after
    UNION ALL
    SELECT order_id, %(run)s, {KEY}, 'line', '', left(concat_ws(' ', quantity, '×', sku), 200)
    FROM intake_work WHERE bad IS NULL AND line_id IS NULL AND NOT fresh
    ORDER BY 1, 3"""  # noqa: S608  our own columns

WRITE_LINES = (
    f"""UPDATE mall_orderline l SET key = coalesce(w.key, l.key),
                                    {", ".join(f"{name} = w.{name}" for name in LINE_FIELDS)}
        FROM intake_work w WHERE w.changed AND l.id = w.line_id""",  # noqa: S608  our own columns
    f"""INSERT INTO mall_orderline (order_id, key, {", ".join(LINE_FIELDS)},
                                    supply_fen, shop_fen, coupon_fen, points_fen, shipped, returned, price_steps)
        SELECT order_id, {KEY}, {", ".join(LINE_FIELDS)}, 0, 0, 0, 0, 0, 0, '[]'
        FROM intake_work WHERE bad IS NULL AND line_id IS NULL ORDER BY order_no, line""",  # noqa: S608
)

# What the file says of each order as a whole; `whole` when it speaks of all lines the order had.
SAID = f"""
    CREATE TEMPORARY TABLE said_of_orders ON COMMIT DROP AS
    SELECT w.order_id, min(w.order_no) AS number, bool_and(w.fresh) AS fresh, min(w.customer_id) AS customer_id,
           min(w.placed_at) AS placed_at, min(w.paid_at) AS paid_at, max(w.freight_fen) AS freight_fen,
           min(s.id) AS shop_id, bool_or(w.changed OR w.line_id IS NULL) AS other_lines,
           NOT bool_or(w.order_id IN (SELECT k.order_id FROM known_lines k WHERE {NOT_TAKEN})) AS whole
    FROM intake_work w LEFT JOIN org_shop s ON w.shop <> '' AND w.shop IN (s.code, s.name)
    WHERE w.bad IS NULL GROUP BY w.order_id"""  # noqa: S608  our own statement

# Of all lines of an order as they are now: those the file speaks of, and those it does not.
# Lines with a negative quantity are themselves what went back. A cancelled line of an order that lives on counts as
# refunded; an order all of whose lines were refunded is refunded as a whole, freight included.
SUMS = f"""
    SELECT l.order_id,
           sum(l.amount_fen + l.discount_fen)::bigint AS goods_fen, sum(l.discount_fen)::bigint AS discount_fen,
           sum(l.amount_fen)::bigint AS amount_fen, sum(l.refunded_fen)::bigint AS refunded_fen,
           coalesce(sum(l.amount_fen) FILTER (WHERE l.state = 'cancelled'), 0)::bigint AS cancelled_fen,
           CASE WHEN bool_and(l.quantity < 0) THEN 'refunded'
                WHEN bool_or(l.quantity > 0 AND l.state = 'paid') THEN 'paid'
                WHEN bool_or(l.quantity > 0 AND l.state = 'placed') THEN 'placed'
                WHEN bool_or(l.quantity > 0 AND l.state = 'refunded') THEN 'refunded'
                ELSE 'cancelled' END AS state,
           bool_and(l.quantity < 0) AS negative
    FROM (SELECT order_id, quantity, discount_fen, amount_fen, refunded_fen, state FROM intake_work WHERE bad IS NULL
          UNION ALL
          SELECT order_id, quantity, discount_fen, amount_fen, refunded_fen, state FROM known_lines k
          WHERE {NOT_TAKEN}) l
    GROUP BY l.order_id"""  # noqa: S608  our own statement

TOUCHED = f"""
    CREATE TEMPORARY TABLE touched_orders ON COMMIT DROP AS
    WITH sums AS ({SUMS}), timed AS (
        SELECT said.order_id, said.number, said.fresh, said.other_lines, said.customer_id,
               CASE WHEN said.whole THEN said.placed_at ELSE least(o.placed_at, said.placed_at) END AS placed_at,
               CASE WHEN said.whole AND said.paid_at IS NOT NULL THEN said.paid_at
                    ELSE least(said.paid_at, CASE WHEN o.paid_at <> o.placed_at THEN o.paid_at END) END AS paid_at,
               coalesce(CASE WHEN said.whole THEN said.freight_fen ELSE greatest(o.freight_fen, said.freight_fen) END,
                        o.freight_fen, 0) AS freight_fen,
               coalesce(said.shop_id, o.shop_id) AS shop_id,
               o.customer_id AS old_customer_id, o.placed_at AS old_placed_at, o.paid_at AS old_paid_at,
               o.freight_fen AS old_freight_fen, o.shop_id AS old_shop_id, o.state AS old_state,
               o.total_fen AS old_total_fen, o.refunded_fen AS old_refunded_fen
        FROM said_of_orders said LEFT JOIN mall_order o ON o.id = said.order_id)
    SELECT timed.order_id, number, fresh, other_lines, customer_id, timed.placed_at, shop_id, freight_fen,
           sums.state, negative,
           CASE WHEN sums.state IN ('paid', 'refunded') THEN coalesce(timed.paid_at, timed.placed_at) END AS paid_at,
           goods_fen, discount_fen, amount_fen + freight_fen AS total_fen,
           CASE WHEN sums.state IN ('cancelled', 'placed') THEN 0
                WHEN sums.state = 'refunded' THEN greatest(amount_fen + freight_fen, 0)
                ELSE greatest(least(refunded_fen + cancelled_fen, amount_fen + freight_fen), 0) END AS refunded_fen,
           old_customer_id, old_placed_at, old_paid_at, old_freight_fen, old_shop_id, old_state, old_total_fen,
           old_refunded_fen
    FROM timed JOIN sums USING (order_id)"""  # noqa: S608  the statements above

ORDER_FIELDS = ("customer_id", "placed_at", "paid_at", "freight_fen", "shop_id", "state", "total_fen", "refunded_fen")
ORDER_CHANGED = " OR ".join(f"t.old_{name} IS DISTINCT FROM t.{name}" for name in ORDER_FIELDS)
CORRECTED = f"NOT t.fresh AND (t.other_lines OR {ORDER_CHANGED})"
SAID_OTHERWISE = " OR ".join(f"t.old_{name} IS DISTINCT FROM t.{name}" for name in ORDER_FIELDS[:5])

KEEP_ORDER_CHANGES = f"""
    INSERT INTO mall_orderchange (order_id, run_id, line_key, field, before, after)
    SELECT order_id, %(run)s, '', pair.field, coalesce(pair.before, ''), coalesce(pair.after, '')
    FROM touched_orders,
         LATERAL (VALUES {", ".join(f"('{name}', old_{name}::text, {name}::text)" for name in ORDER_FIELDS)})
             AS pair (field, before, after)
    WHERE NOT fresh AND pair.before IS DISTINCT FROM pair.after ORDER BY 1, 4"""  # noqa: S608  our own columns

WRITE_ORDERS = (
    f"""UPDATE mall_order o SET {", ".join(f"{name} = t.{name}" for name in ORDER_FIELDS)},
            goods_fen = t.goods_fen, discount_fen = t.discount_fen, changed_at = %(now)s
        FROM touched_orders t
        WHERE o.id = t.order_id AND {CORRECTED}""",  # noqa: S608  our own columns
    f"""INSERT INTO mall_order (id, source, number, goods_fen, discount_fen, remark, {", ".join(ORDER_FIELDS)})
        SELECT order_id, 'import', number, goods_fen, discount_fen, '', {", ".join(ORDER_FIELDS)}
        FROM touched_orders WHERE fresh ORDER BY order_id""",  # noqa: S608  our own columns
)

OUTCOMES = f"""
    SELECT w.line_id IS NULL OR w.changed OR NOT t.fresh AND ({SAID_OTHERWISE}), count(*)
    FROM intake_work w JOIN touched_orders t USING (order_id) WHERE w.bad IS NULL GROUP BY 1"""  # noqa: S608

# The orders of which there is something to tell.
NEWS = f"""
    CREATE TEMPORARY TABLE order_news ON COMMIT DROP AS
    SELECT order_id, customer_id, state, negative, placed_at, paid_at, total_fen,
           refunded_fen + greatest(-total_fen, 0) AS back_fen,
           coalesce(old_refunded_fen + greatest(-old_total_fen, 0), 0) AS old_back_fen, NOT fresh AS corrected
    FROM touched_orders t WHERE t.fresh OR {CORRECTED}"""  # noqa: S608  our own columns


def write_orders(run: Run, *, now: datetime) -> Merged:
    """Merge the matched rows of the work table; says what became of the good ones. In the caller's transaction."""
    values: dict[str, int | datetime] = {"run": run.pk, "now": now}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pg_temp.intake_work (order_id, line_id)")
        cursor.execute(MARK_CHANGED)
        cursor.execute(KEEP_LINE_CHANGES, values)
        for statement in WRITE_LINES:
            cursor.execute(statement)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.said_of_orders, pg_temp.touched_orders, pg_temp.order_news")
        cursor.execute(SAID)
        cursor.execute("ANALYZE pg_temp.said_of_orders (order_id)")
        cursor.execute(TOUCHED)
        cursor.execute("ANALYZE pg_temp.touched_orders (order_id)")
        cursor.execute(KEEP_ORDER_CHANGES, values)
        cursor.execute(NEWS)
        for statement in WRITE_ORDERS:
            cursor.execute(statement, values)
        cursor.execute(OUTCOMES)
        outcomes: dict[bool, int] = dict(cursor.fetchall())
    _record_facts(run.pk, now)
    return Merged(accepted=outcomes.get(True, 0), unchanged=outcomes.get(False, 0))


def _record_facts(run_id: int, now: datetime) -> None:
    """Keys make each fact once: a payment, a cancellation, each further amount that went back, each correcting run."""
    order = {"order_id": "order_id", "source": "'import'"}
    facts_of = partial(record_history_from, customer_id="customer_id")
    facts_of(kind=facts.OrderPaid, table="order_news WHERE paid_at IS NOT NULL AND NOT negative",
             key="'order_paid:' || order_id", happened_at="paid_at", body={**order, "total_fen": "total_fen"})
    facts_of(kind=facts.OrderCancelled, table="order_news WHERE state = 'cancelled'",
             key="'order_cancelled:' || order_id", happened_at="placed_at", body=order)
    facts_of(kind=facts.OrderRefunded, table="order_news WHERE back_fen > old_back_fen",
             key="'order_refunded:' || order_id || ':' || back_fen", happened_at="placed_at",
             body={**order, "refund_fen": "back_fen - old_back_fen", "refund_id": "NULL::bigint"})
    facts_of(kind=facts.OrderCorrected, table="order_news WHERE corrected",
             key=f"'order_corrected:' || order_id || ':{run_id}'", happened_at=f"'{now.isoformat()}'::timestamptz",
             body={"order_id": "order_id", "run_id": str(run_id)})
