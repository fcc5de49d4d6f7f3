"""Which line of which order a row of the file speaks of.

A row says it in one of three ways, the first that applies:
- by its line number (column 行号): the line with that number, else a new one;
- by the key its error file gave it: the line of that key, else a new one;
- by what it says: an equal line is that line. Of the rows and lines of one SKU that are left over, in one order, the
  rows correct the lines when there are at least as many rows as lines; when there are fewer nobody can say which line
  is meant, and the rows are rejected.
The answer never depends on where in the file a row stands. Keys of lines: `#7` for line number 7, `SKU~2` for the
second line of a SKU.
"""

from django.db import connection

CONTENT = "sku, name, category, quantity, price_fen, discount_fen, amount_fen, refunded_fen, state"

# (what it does, statement); all of them see only the rows of one slot.
LOCK_ORDERS = """
    SELECT id FROM mall_order WHERE id IN (SELECT order_id FROM intake_work WHERE NOT fresh) ORDER BY id FOR UPDATE"""
LOOK_AT_IT = "ANALYZE pg_temp.intake_work (order_id, order_no, sku, line_no)"

# The place of a line among those of its order and SKU, right as long as nothing was known of them before.
PLACE = """
    CASE WHEN s.order_no <> '' AND s.sku <> '' AND s.wanted_key = '' AND coalesce(s.line_no, '') = ''
         THEN row_number() OVER (PARTITION BY s.order_no, s.sku ORDER BY s.line) END"""

JUDGE_WITHIN_THE_FILE = (
    # one order, one customer
    """UPDATE intake_work SET bad = 'mixed_customer:member' WHERE bad IS NULL AND order_no IN (
           SELECT order_no FROM intake_work WHERE bad IS NULL
           GROUP BY order_no HAVING min(customer_id) <> max(customer_id))""",
    # the same line again
    """UPDATE intake_work SET bad = 'duplicated_line' WHERE line IN (
           SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY same ORDER BY line) AS turn
                             FROM intake_work WHERE bad IS NULL) twins WHERE turn > 1)""",
    # one number, two different lines
    """UPDATE intake_work w SET bad = 'line_number_twice:line'
       FROM (SELECT order_no, line_no FROM intake_work WHERE bad IS NULL AND line_no <> ''
             GROUP BY 1, 2 HAVING count(*) > 1) twice
       WHERE w.bad IS NULL AND w.order_no = twice.order_no AND w.line_no = twice.line_no""",
    # two rows that were given one key: someone copied a row of an error file
    """UPDATE intake_work SET wanted_key = '' WHERE line IN (
           SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY order_no, wanted_key ORDER BY same) AS turn
                             FROM intake_work WHERE bad IS NULL AND wanted_key <> '') copies WHERE turn > 1)""",
)

# One look-up for each order, however many lines there are of others (OFFSET keeps the planner from joining instead).
KNOWN_LINES = (
    "DROP TABLE IF EXISTS pg_temp.known_lines",
    f"""CREATE TEMPORARY TABLE known_lines ON COMMIT DROP AS
        SELECT l.* FROM (SELECT DISTINCT order_id FROM intake_work WHERE NOT fresh) known,
                        LATERAL (SELECT id, order_id, key, {CONTENT} FROM mall_orderline
                                 WHERE mall_orderline.order_id = known.order_id OFFSET 0) l""",  # noqa: S608  our own columns
    "CREATE INDEX ON pg_temp.known_lines (order_id)",
    "ANALYZE pg_temp.known_lines",
)
NOT_TAKEN = "NOT EXISTS (SELECT FROM intake_work taker WHERE taker.line_id = k.id)"

# Lines of before, rows with a line number, rows out of an error file: what none of has need not be asked for.
WHAT_IS_THERE = """
    SELECT EXISTS (SELECT FROM known_lines), EXISTS (SELECT FROM intake_work WHERE line_no <> ''),
           EXISTS (SELECT FROM intake_work WHERE keyed)"""

BY_NUMBER = """
    SELECT w.line, k.id FROM intake_work w JOIN known_lines k USING (order_id)
    WHERE w.bad IS NULL AND w.line_no <> '' AND k.key = '#' || w.line_no"""
BY_KEY = f"""
    SELECT w.line, k.id FROM intake_work w JOIN known_lines k USING (order_id)
    WHERE w.bad IS NULL AND w.line_id IS NULL AND w.wanted_key <> '' AND k.key = w.wanted_key AND {NOT_TAKEN}"""  # noqa: S608
BY_CONTENT = f"""
    WITH rows AS (
        SELECT line, order_id, {CONTENT},
               row_number() OVER (PARTITION BY order_id, {CONTENT} ORDER BY line) AS turn
        FROM intake_work
        WHERE bad IS NULL AND line_id IS NULL AND order_id IS NOT NULL AND wanted_key = '' AND (line_no <> '') = %s),
    lines AS (
        SELECT id, order_id, {CONTENT},
               row_number() OVER (PARTITION BY order_id, {CONTENT} ORDER BY id) AS turn
        FROM known_lines k WHERE {NOT_TAKEN} AND (NOT %s OR key NOT LIKE '#%%'))
    SELECT line, id FROM rows JOIN lines USING (order_id, {CONTENT}, turn)"""  # noqa: S608  our own columns
BY_CORRECTION = f"""
    WITH rows AS (
        SELECT line, order_id, sku, count(*) OVER (PARTITION BY order_id, sku) AS many,
               row_number() OVER (PARTITION BY order_id, sku ORDER BY quantity, price_fen, amount_fen, same) AS turn
        FROM intake_work
        WHERE bad IS NULL AND line_id IS NULL AND order_id IS NOT NULL AND NOT keyed AND line_no = ''),
    lines AS (
        SELECT id, order_id, sku, count(*) OVER (PARTITION BY order_id, sku) AS many,
               row_number() OVER (PARTITION BY order_id, sku ORDER BY quantity, price_fen, amount_fen, id) AS turn
        FROM known_lines k WHERE {NOT_TAKEN})
    SELECT line, id FROM rows JOIN lines USING (order_id, sku, turn) WHERE rows.many >= lines.many"""  # noqa: S608

TAKE = "UPDATE intake_work w SET line_id = pairs.id FROM ({pairs}) pairs WHERE w.line = pairs.line"

JUDGE_AGAINST_THE_ORDER = (
    # fewer rows than lines they could mean; or a mended row that could mean a line or a new one
    f"""UPDATE intake_work w SET bad = 'ambiguous_line:sku'
       WHERE bad IS NULL AND line_id IS NULL AND order_id IS NOT NULL AND line_no = '' AND wanted_key = ''
         AND EXISTS (SELECT FROM known_lines k
                     WHERE k.order_id = w.order_id AND k.sku = w.sku AND (w.keyed OR {NOT_TAKEN}))""",  # noqa: S608
    # a mended row that says what another line says already
    """UPDATE intake_work w SET bad = 'duplicated_line'
       FROM known_lines k
       WHERE w.bad IS NULL AND w.wanted_key <> '' AND w.line_no = '' AND k.order_id = w.order_id
         AND k.id IS DISTINCT FROM w.line_id
         AND (k.sku, k.name, k.category, k.quantity, k.price_fen, k.discount_fen, k.amount_fen, k.refunded_fen, k.state)
           = (w.sku, w.name, w.category, w.quantity, w.price_fen, w.discount_fen, w.amount_fen, w.refunded_fen, w.state)
    """,
    # an order goes to another customer only when the file says so of all its lines
    """UPDATE intake_work w SET bad = 'mixed_customer:member'
       FROM mall_order o
       WHERE w.bad IS NULL AND o.id = w.order_id AND o.customer_id <> w.customer_id AND EXISTS (
           SELECT FROM known_lines k WHERE k.order_id = o.id AND NOT EXISTS (
               SELECT FROM intake_work r WHERE r.bad IS NULL AND r.line_id = k.id))""",
    "UPDATE intake_work SET line_id = NULL WHERE bad IS NOT NULL AND line_id IS NOT NULL",
)

NAME_THE_REST = (
    # A rejected row keeps the place of a line that no row spoke of, when it is clear which; else it gets a new place.
    f"""UPDATE intake_work w SET row_key = left(md5(w.order_no), 8) || ':' || pairs.key
       FROM (WITH rows AS (
                 SELECT line, order_id, sku, count(*) OVER (PARTITION BY order_id, sku) AS many,
                        row_number() OVER (PARTITION BY order_id, sku ORDER BY line) AS turn
                 FROM intake_work
                 WHERE bad IS NOT NULL AND bad <> 'duplicated_line' AND NOT keyed AND sku <> ''
                   AND order_id IS NOT NULL),
             lines AS (
                 SELECT key, order_id, sku, count(*) OVER (PARTITION BY order_id, sku) AS many,
                        row_number() OVER (PARTITION BY order_id, sku ORDER BY id) AS turn
                 FROM known_lines k WHERE {NOT_TAKEN})
             SELECT line, CASE WHEN rows.many >= lines.many THEN lines.key ELSE '' END AS key
             FROM rows JOIN lines USING (order_id, sku)
             WHERE rows.turn = lines.turn OR rows.many < lines.many AND lines.turn = 1) pairs
       WHERE w.line = pairs.line""",  # noqa: S608
    """UPDATE intake_work w SET place = numbered.place
       FROM (WITH rows AS MATERIALIZED (
                 SELECT line, order_no, order_id, sku,
                        row_number() OVER (PARTITION BY order_no, sku ORDER BY line) AS turn
                 FROM intake_work
                 WHERE line_id IS NULL AND wanted_key = '' AND coalesce(line_no, '') = '' AND order_no <> ''
                   AND sku <> '' AND (bad IS NULL OR row_key = '')),
             highest AS (
                 SELECT order_no, sku, max(substring(key FROM '~([0-9]{1,9})$')::int) AS place
                 FROM (SELECT rows.order_no, k.sku, k.key FROM known_lines k
                       JOIN (SELECT DISTINCT order_no, order_id FROM rows) rows USING (order_id)
                       UNION ALL SELECT order_no, sku, wanted_key FROM intake_work WHERE wanted_key <> '') taken
                 GROUP BY 1, 2)
             SELECT line, coalesce(highest.place, 0) + turn AS place
             FROM rows LEFT JOIN highest USING (order_no, sku)) numbered
       WHERE w.line = numbered.line""",
    """UPDATE intake_work SET key = CASE WHEN line_no <> '' THEN '#' || line_no ELSE wanted_key END
       WHERE bad IS NULL AND (line_no <> '' OR line_id IS NULL AND wanted_key <> '')""",
)
KEEP_PLACES = """
    UPDATE intake_work SET row_key = CASE WHEN place IS NULL THEN '?'
                                          ELSE left(md5(order_no), 8) || ':' || sku || '~' || place END
    WHERE bad IS NOT NULL AND row_key = ''"""


def match_rows() -> None:
    """Fill line_id of the work table, key and place of new lines, or what is bad. In the caller's transaction."""
    with connection.cursor() as cursor:
        for statement in (LOCK_ORDERS, LOOK_AT_IT, *JUDGE_WITHIN_THE_FILE, *KNOWN_LINES):
            cursor.execute(statement)
        cursor.execute(WHAT_IS_THERE)
        known, numbered, keyed = cursor.fetchone()
        if known:
            for pairs in (BY_NUMBER,) * numbered + (BY_KEY,) * keyed:
                cursor.execute(TAKE.format(pairs=pairs))
            for with_number in (True, False) if numbered else (False,):
                cursor.execute(TAKE.format(pairs=BY_CONTENT), [with_number, with_number])
            for statement in (TAKE.format(pairs=BY_CORRECTION), *JUDGE_AGAINST_THE_ORDER):
                cursor.execute(statement)
        for statement in NAME_THE_REST if known or numbered or keyed else ():
            cursor.execute(statement)
        cursor.execute(KEEP_PLACES)
