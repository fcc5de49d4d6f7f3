"""What points and rewards cost: a redemption, a balance, an expiry run, awards in a batch.

    python -m benches.loyalty [--customers 1000000] [--lots 10] [--expire 200000] [--facts 5000] [--json]

A throw-away PostgreSQL that flushes every commit. CPU of the server is that of our connection's process, read from the
kernel; waiting depends on what else the machine does. `benches.awards` measures the way from a fact to its award.
Figures go into docs/benchmarks.md.
"""

import argparse
import json
import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")

from benches.ledger import cpu, server

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FILL = """
SET session_replication_role = replica;
INSERT INTO customers_customer (id, number, name_enc, name_grams, joined_at)
SELECT n, 'B' || n, '', '{}', now() FROM generate_series(1, %(customers)s) n;
INSERT INTO ledger_account (address, unit, purpose, owner_kind, owner_id, debit_normal, floor, rolled, posted)
SELECT 'points:customer:' || n, 'points', 'points', 'customer', n, false, NULL::bigint, false, 10 * %(lots)s
FROM generate_series(1, %(customers)s) n
UNION ALL SELECT 'points:house', 'points', 'points', 'house', NULL, true, NULL::bigint, true, -10::bigint * %(all)s;
INSERT INTO points_lot (customer_id, key, amount, earned_at, pending, available_at, expires_at)
SELECT 1 + n %% %(customers)s, 'bench:' || n, 10, %(now)s, false, %(now)s,
       %(now)s::timestamptz + interval '1 day' * CASE WHEN n <= %(expire)s THEN 1 ELSE 30 + n %% 700 END
FROM generate_series(1, %(all)s) n;
INSERT INTO points_openlot (lot_id, customer_id, expires_at, rest)
SELECT id, customer_id, expires_at, amount FROM points_lot;
SET session_replication_role = origin;
"""


class Meter:
    """CPU of the server's process for our connection, and the time waited."""

    def __init__(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self.backend = cursor.fetchone()[0]
        self.again()

    def again(self) -> None:
        self.cpu, self.at, self.own = cpu(self.backend), time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float, float]:
        """Seconds of CPU in the server, of CPU here, and waited."""
        return (cpu(self.backend) - self.cpu) / 1e9, time.process_time() - self.own, time.perf_counter() - self.at


def fill(customers: int, lots: int, expire: int) -> None:
    from django.db import connection

    given = {"customers": customers, "lots": lots, "all": customers * lots, "expire": expire, "now": NOW}
    with connection.cursor() as cursor:
        for statement in FILL.strip().split(";\n"):
            cursor.execute(statement, given)
        cursor.execute("SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), %s)", [customers + 1])
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def redemptions(customers: int, rounds: int = 200) -> dict[str, float]:
    """Reserve points that lie in 20 lots, use them; and read a balance, each on customers drawn apart."""
    from django.db import transaction

    from liuke.points import queries
    from liuke.points import services as points

    ids = [1 + (at * 7919) % customers for at in range(rounds + 20)]
    for customer_id in ids:                                       # 20 lots of 10 points each, the first to expire
        with transaction.atomic():
            points.grant(now=NOW, grants=[points.Grant(
                customer_id=customer_id, amount=10, key=f"twenty:{customer_id}:{lot}",
                expires_at=NOW + timedelta(hours=30 + lot)) for lot in range(20)])
    _settle_plans()
    taken: dict[str, list[float]] = {"reserve": [], "use": [], "spend": [], "balance": []}
    meter = Meter()
    for at, customer_id in enumerate(ids):
        for name in ("balance", "reserve", "use", "spend"):
            meter.again()
            with transaction.atomic():
                if name == "balance":
                    queries.balance(customer_id, now=NOW)
                elif name == "reserve":
                    points.reserve(customer_id=customer_id, amount=200, key=f"r{at}", now=NOW)
                elif name == "use":
                    points.use(key=f"r{at}", now=NOW)
                else:
                    points.spend(customer_id=customer_id, amount=10, key=f"s{at}", now=NOW)
            if at >= 20:
                taken[name].append(meter.read()[0 if name != "balance" else 2] * 1000)
    return {f"{name}_ms": round(statistics.median(each), 3) for name, each in taken.items()} | {
        f"{name}_best_ms": round(sorted(each)[len(each) // 10], 3) for name, each in taken.items()}


def _settle_plans() -> None:
    """Plans made while tables were empty are bad for ever: a new connection makes them anew."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    connection.close()


def expiry() -> dict[str, float]:
    from django.db import transaction

    from liuke.points.services import expire

    meter, lots = Meter(), 0
    while True:
        with transaction.atomic():
            done = expire(now=NOW + timedelta(days=1, hours=1))
        lots += done
        if not done:
            break
    server_s, own_s, waited = meter.read()
    return {"expired": lots, "expiry_server_s": round(server_s, 2), "expiry_client_s": round(own_s, 2),
            "expiry_waited_s": round(waited, 2)}


def rules() -> None:
    from django.db import transaction

    from liuke.loyalty.rules.terms import Terms
    from liuke.loyalty.services import budgets, ruling

    start = NOW - timedelta(days=1)
    with transaction.atomic():
        row = budgets.open_budget(name="bench", unit="points", now=start)
        budgets.change_budget(budget_id=row.pk, amount=10**9, key="opened", now=start)
        shared = {"fact_kind": "OrderPaid", "starts_at": start, "hold_out_bp": 0, "budget_id": row.pk}
        ruling.write_rule(name="one", now=start, terms=Terms(
            **shared, amount="floor(amount_fen / 100)", caps={"customer_day": 10**6}, hold="after_return", hold_days=7))


def facts(count: int, customers: int, first: int) -> list[Any]:
    """Paid orders of one line each, and their facts."""
    from liuke.mall.models import Order, OrderLine
    from liuke.timeline.models import Fact

    orders = Order.objects.bulk_create([
        Order(source="shop", number=f"B{first + at}", customer_id=1 + (at * 104_729) % customers, state="paid",
              placed_at=NOW, goods_fen=12_345, total_fen=12_345) for at in range(count)], batch_size=1_000)
    OrderLine.objects.bulk_create([OrderLine(order=order, key="1", sku="K", quantity=1, price_fen=12_345,
                                             amount_fen=12_345) for order in orders], batch_size=1_000)
    return Fact.objects.bulk_create([
        Fact(kind="OrderPaid", customer_id=order.customer_id, key=f"order_paid:{order.pk}", happened_at=NOW,
             data={"order_id": order.pk, "total_fen": 12_345, "source": "shop"}) for order in orders], batch_size=1_000)


def batches(count: int, customers: int) -> dict[str, float]:
    from django.db import transaction

    from liuke.loyalty.services.awarding import award

    made, meter, given = facts(count, customers, 0), Meter(), 0
    meter.again()
    for at in range(0, count, 1_000):
        with transaction.atomic():
            given += award(facts=made[at:at + 1_000], now=NOW)
    server_s, own_s, waited = meter.read()
    assert given == count
    return {"awards": count, "awards_per_second": round(count / waited),
            "award_server_us": round(server_s / count * 1e6), "award_client_us": round(own_s / count * 1e6)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--customers", type=int, default=1_000_000)
    options.add_argument("--lots", type=int, default=10)
    options.add_argument("--expire", type=int, default=200_000)
    options.add_argument("--facts", type=int, default=5_000)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with server():
        fill(chosen.customers, chosen.lots, chosen.expire)
        found: dict[str, Any] = {"customers": chosen.customers, "lots": chosen.customers * chosen.lots}
        rules()
        for part in (lambda: redemptions(chosen.customers), expiry, lambda: batches(chosen.facts, chosen.customers)):
            found |= part()
            if not chosen.json:
                print(found, flush=True)
        found["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found) if chosen.json else "\n".join(f"| {name} | {value:,} |" for name, value in found.items()))


if __name__ == "__main__":
    main()
