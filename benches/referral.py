"""What referring costs on a large tree: an order's rewards, a settlement, the watch, and whether depth costs anything.

    python -m benches.referral [--members 1000000] [--deep 10000] [--orders 300] [--due 100000] [--json]

A throw-away PostgreSQL that flushes every commit. Member n was referred by somebody before them; the first `deep` of
them stand in one line, and each has a phone, an address and an opened link, for screening to look at. CPU is that of
our connection's process at the server and of ours; waiting depends on what else the machine does. Figures go into
docs/benchmarks.md.
"""

import argparse
import json
import os
import re
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")

from benches.ledger import server
from benches.loyalty import Meter

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
RATES = {"tiers_pct": [10, 5], "max_tiers": 2, "entry_purchase_required": False, "unit": "fen",
         "paid_in": {"tier2": "points"}, "confirm_after_days": 7,
         "payout": {"identity_check": True, "tax_method": "cumulative"}}
FILL = """
SET session_replication_role = replica;
INSERT INTO customers_customer (id, number, name_enc, name_grams, joined_at)
SELECT n, 'B' || n, '', '{}', now() FROM generate_series(1, %(members)s) n;
INSERT INTO referral_referral (customer_id, referrer_id, how, bound_at, reason)
SELECT n, CASE WHEN n <= %(deep)s THEN n - 1 ELSE 1 + (hashint4(n) & 2147483647) %% (n - 1) END, 'code', %(now)s, ''
FROM generate_series(2, %(members)s) n;
INSERT INTO referral_family (customer_id, above_id, people)
SELECT n, CASE WHEN n = 1 THEN NULL ELSE 1 END, CASE WHEN n = 1 THEN %(members)s ELSE 1 END
FROM generate_series(1, %(members)s) n;
INSERT INTO customers_identity (customer_id, kind, scope, value_enc, blind, hint)
SELECT n, 'phone', '', (%(phones)s::bytea[])[1 + n %% cardinality(%(phones)s)], decode(md5(n::text), 'hex'), ''
FROM generate_series(1, %(members)s) n;
INSERT INTO mall_address (customer_id, region, region_name, name_enc, phone_enc, street_enc, preferred)
SELECT n, '310106', '', '', '', (%(doors)s::bytea[])[1 + n %% cardinality(%(doors)s)], true
FROM generate_series(1, %(members)s) n;
INSERT INTO referral_referrallink (id, token, customer_id, landing, name, made_at)
VALUES (1, 'bench', 1, 'home', '', %(now)s);
INSERT INTO referral_visitor (id, mark, customer_id, known_at)
SELECT n, decode(md5('v' || n), 'hex'), n, %(now)s FROM generate_series(1, %(members)s) n;
INSERT INTO referral_touch (link_id, visitor_id, channel, qr, address_mark, at)
SELECT 1, n, 'wechat', false, decode(md5((n %% 50000)::text), 'hex'), %(now)s::timestamptz - interval '1 second' * n
FROM generate_series(1, %(members)s) n;
SET session_replication_role = origin;
"""
DUE = """
INSERT INTO referral_commission (line_id, order_id, customer_id, reward, version_id, referral_id, paid_in,
    points_per_yuan, paid_fen, promised, amount, withheld, state, held_for, at, due_at)
SELECT line.id, o.id, r.referrer_id, 'tier1', %(version)s, r.id, 'cash', 0, line.amount_fen, line.amount_fen / 10,
       line.amount_fen / 10, 0, 'pending', '', %(now)s, %(due)s
FROM mall_order o JOIN mall_orderline line ON line.order_id = o.id
JOIN referral_referral r ON r.customer_id = o.customer_id AND r.ended_at IS NULL
WHERE o.number LIKE 'D%%'
"""


ACCOUNTS = """
INSERT INTO ledger_account (address, unit, purpose, owner_kind, owner_id, debit_normal, floor, rolled, posted)
SELECT purpose || ':customer:' || customer_id, 'fen', purpose, 'customer', customer_id, false, NULL::bigint, false, 0
FROM (SELECT DISTINCT customer_id FROM referral_commission) earner
CROSS JOIN (VALUES ('commission_pending'), ('commission'), ('commission_fund')) purposes (purpose)
ON CONFLICT DO NOTHING
"""


SPARE = """
SELECT format('DROP INDEX %%I', i.indexname), i.indexdef FROM pg_indexes i
WHERE i.tablename = ANY(%(tables)s) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)
"""


def fill(members: int, deep: int) -> None:
    """The indexes are built when the rows are there, as a restore does."""
    from django.db import connection

    from liuke.kit import crypto

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '256MB'")
        cursor.execute(SPARE, {"tables": re.findall(r"INSERT INTO (\w+)", FILL)})
        spare = cursor.fetchall()
        for drop, _build in spare:
            cursor.execute(drop)
        for statement in FILL.strip().split(";\n"):
            cursor.execute(statement, {
                "members": members, "deep": deep, "now": NOW - timedelta(days=30),
                "phones": [crypto.encrypt(f"13800{at:06}") for at in range(991)],
                "doors": [crypto.encrypt(f"南京西路 {at} 号") for at in range(997)]})
        for _drop, build in spare:
            cursor.execute(build)
        cursor.execute("SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), %s)", [members + 1])
    settle()


def settle() -> None:
    """Plans made while tables were empty are bad for ever: a new connection makes them anew."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def plan() -> int:
    from django.db import transaction

    from liuke.org.models import Staff
    from liuke.referral.services import plans

    at = NOW - timedelta(days=1)
    with transaction.atomic():
        by = Staff.objects.create_user(username="bench", password="bench-not-used")
        version = plans.draft(name="bench", terms=RATES, now=at)
        plans.mark_seen(version_id=version.pk, by_id=by.pk, now=at)
        plans.activate(version_id=version.pk, starts_at=at, notice="", now=at)
    return version.pk


def orders(buyers: list[int], letter: str) -> list[Any]:
    """A paid order of two lines for each."""
    from liuke.mall.models import Order, OrderLine

    made = Order.objects.bulk_create([
        Order(source="shop", number=f"{letter}{at}", customer_id=buyer, state="paid", placed_at=NOW, paid_at=NOW,
              goods_fen=12_345, total_fen=12_345) for at, buyer in enumerate(buyers)], batch_size=1_000)
    OrderLine.objects.bulk_create([
        OrderLine(order=order, key=str(key), sku="K", quantity=1, price_fen=fen, amount_fen=fen)
        for order in made for key, fen in ((1, 10_000), (2, 2_345))], batch_size=1_000)
    return made


def rewards(made: list[Any]) -> dict[str, float]:
    """Each order's rewards reckoned, promised and told; statements without savepoints, and without the fact."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from liuke.referral.services.accruing import bind_and_accrue

    meter, taken = Meter(), []
    for at, order in enumerate(made):
        meter.again()
        with transaction.atomic():
            bind_and_accrue(order_id=order.pk, paid_at=NOW, now=NOW)
        if at >= 20:
            taken.append(sum(meter.read()[:2]) * 1000)
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        bind_and_accrue(order_id=orders([made[-1].customer_id], f"Q{made[-1].pk}-")[0].pk, paid_at=NOW, now=NOW)
    apart = ("SAVEPOINT", "timeline_", "INSERT INTO \"mall_order")
    most = sum(not any(word in each["sql"] for word in apart) for each in seen)
    return {"ms": round(statistics.median(taken), 2), "ms_p95": round(sorted(taken)[len(taken) * 95 // 100], 2),
            "statements": most}


def plans_of(shallow: int, deep: int) -> dict[str, Any]:
    """Pages that each statement of an order touches, for a buyer near the head and one at the end of the line, and the
    tables that any of them reads from end to end.
    """
    from django.db import connection

    from liuke.referral.queries.orders import PAID
    from liuke.referral.services.families import HEADS

    found: dict[str, Any] = {}
    whole: set[str] = set()
    ends = orders([shallow, deep], "P")
    for name, sql, values in (("order", PAID, [[each.pk] for each in ends]),
                              ("same line?", HEADS, [[[each.customer_id, 1]] for each in ends])):
        pages = []
        with connection.cursor() as cursor:
            for each in values:
                cursor.execute(sql, each)                             # warm
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", each)
                told = cursor.fetchone()[0][0]["Plan"]
                pages.append(told["Shared Hit Blocks"] + told["Shared Read Blocks"])
                whole.update(scanned(told))
        found[name] = pages
    return {**found, "read from end to end": ", ".join(sorted(whole))}


def scanned(node: dict[str, Any]) -> list[str]:
    """The tables under this node of a plan that are read from end to end."""
    mine = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" and node["Actual Loops"] else []
    return mine + [name for below in node.get("Plans", ()) for name in scanned(below)]


def settlement(version: int, due: int, members: int) -> dict[str, float]:
    """Commissions of so many orders, due at once, in one run as the clock makes it."""
    from django.db import connection, transaction

    from liuke.referral.models import Commission
    from liuke.referral.services.confirming import confirm_due

    orders([2 + (at * 104_729) % (members - 2) for at in range(due // 2)], "D")
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"version": version, "now": NOW, "due": NOW})
        cursor.execute(ACCOUNTS)                          # as promising has opened them
    settle()
    waiting = Commission.objects.filter(state="pending", due_at__lte=NOW).count()
    meter = Meter()
    meter.again()
    while True:
        with transaction.atomic():
            if not confirm_due(now=NOW):
                break
    server_s, own_s, waited = meter.read()
    assert not Commission.objects.filter(state="pending", due_at__lte=NOW, held_for="").exists()
    return {"commissions": waiting, "server_s": round(server_s, 1), "client_s": round(own_s, 1),
            "waited_s": round(waited, 1)}


def nights(members: int) -> dict[str, float]:
    """The watch and the figures of everybody, on the whole tree."""
    from django.db import transaction

    from liuke.referral.queries import statistics as figures
    from liuke.referral.queries.network import earners
    from liuke.referral.services.measuring import measure
    from liuke.referral.services.watching import watch

    meter, found = Meter(), {}
    for name, call in (("watch", lambda: watch(now=NOW)), ("measure", lambda: measure(now=NOW)),
                       ("brand_page", lambda: figures.promoted(figures.last(30, now=NOW + timedelta(days=1)))),
                       ("promoter_page", lambda: figures.promoted(
                           figures.last(30, now=NOW + timedelta(days=1)), customer_id=members // 100))):
        meter.again()
        with transaction.atomic():
            call()
        server_s, own_s, _waited = meter.read()
        found[f"{name}_s"] = round(server_s + own_s, 3)
    return {"earners": len(earners(now=NOW)), **found}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, size in (("members", 1_000_000), ("deep", 10_000), ("orders", 300), ("due", 100_000)):
        options.add_argument(f"--{name}", type=int, default=size)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    with server():
        fill(asked.members, asked.deep)
        version = plan()
        anywhere = [asked.deep + 1 + (at * 7_907) % (asked.members - asked.deep - 1) for at in range(asked.orders)]
        figures = {
            "an order, anywhere in the tree": rewards(orders(anywhere, "A")),
            "an order, at the end of the line": rewards(orders(
                [asked.deep - at % 50 for at in range(asked.orders)], "B")),
            "settlement": settlement(version, asked.due, asked.members),
            "pages touched, near the head and at the end of the line": plans_of(3, asked.deep),     # among many orders
            "everybody": nights(asked.members),
        }
    if asked.json:
        print(json.dumps(figures))
        return
    print(f"| {asked.members:,} members, a line {asked.deep:,} deep | |\n| --- | --- |")
    for name, each in figures.items():
        print(f"| {name} | {', '.join(f'{what} {value}' for what, value in each.items())} |")


if __name__ == "__main__":
    main()
