"""What points and rewards cost: a redemption, a balance, an expiry run, awards in a batch, one by one and in a stream.

    python -m benches.loyalty [--customers 1000000] [--lots 10] [--expire 200000] [--facts 5000]
                              [--rate 100] [--seconds 20] [--workers 2] [--only PART ...] [--json]

A throw-away PostgreSQL that flushes every commit. CPU of the server is that of our connection's process, read from the
kernel; waiting depends on what else the machine does. The stream is recorded as the mall does it and rewarded by worker
processes as `liuke up` starts them; its CPU is theirs, and that of every process of the server by difference.
Lots lie scattered over the customers: who has some that expire is one of many on each page.
Figures go into docs/benchmarks.md.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")

from benches.ledger import cpu, server

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PATIENCE, WARM = 600, 600
FILL = """
SET session_replication_role = replica;
INSERT INTO customers_customer (id, number, name_enc, name_grams, joined_at)
SELECT n, 'B' || n, '', '{}', now() FROM generate_series(1, %(customers)s) n;
INSERT INTO ledger_account (address, unit, purpose, owner_kind, owner_id, debit_normal, floor, rolled, posted)
SELECT 'points:customer:' || n, 'points', 'points', 'customer', n, false, NULL::bigint, false, 10 * %(lots)s
FROM generate_series(1, %(customers)s) n
UNION ALL SELECT 'points:house', 'points', 'points', 'house', NULL, true, NULL::bigint, true, -10::bigint * %(all)s;
INSERT INTO points_lot (customer_id, key, amount, earned_at, pending, available_at, expires_at)
SELECT 1 + n * 7919::bigint %% %(customers)s, 'bench:' || n, 10, %(now)s, false, %(now)s,
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


def orders(count: int, customers: int, first: int) -> list[Any]:
    """Paid orders of one line each."""
    from liuke.mall.models import Order, OrderLine

    orders = Order.objects.bulk_create([
        Order(source="shop", number=f"B{first + at}", customer_id=1 + (at * 104_729) % customers, state="paid",
              placed_at=NOW, goods_fen=12_345, total_fen=12_345) for at in range(count)], batch_size=1_000)
    OrderLine.objects.bulk_create([OrderLine(order=order, key="1", sku="K", quantity=1, price_fen=12_345,
                                             amount_fen=12_345) for order in orders], batch_size=1_000)
    return orders


def facts(count: int, customers: int, first: int) -> list[Any]:
    """Paid orders of one line each, and their facts, for which nobody waits."""
    from liuke.timeline.models import Fact

    return Fact.objects.bulk_create([
        Fact(kind="OrderPaid", customer_id=order.customer_id, key=f"order_paid:{order.pk}", happened_at=NOW,
             data={"order_id": order.pk, "total_fen": 12_345, "source": "shop"})
        for order in orders(count, customers, first)], batch_size=1_000)


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


def spent(pid: int) -> float:
    """Seconds of CPU that a process and its children have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def servers() -> float:
    """Seconds of CPU of every process of this PostgreSQL that still runs."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity")
        return sum(spent(pid) for (pid,) in cursor.fetchall() if Path(f"/proc/{pid}").exists())


def steady(rate: int, seconds: float, customers: int, workers: int) -> dict[str, float]:
    """A stream of paid orders, recorded as the mall does and rewarded by worker processes as `liuke up` starts them."""
    from contextlib import ExitStack

    from benches.reactions import worker
    from liuke.timeline.models import Waiting

    made = orders(int(rate * seconds) + WARM, customers, 10_000_000)
    with ExitStack() as stack:
        running = [stack.enter_context(worker()) for _ in range(workers)]
        for number in range(WARM):                      # every connection has its plans, as after a few minutes
            tell(made.pop())
            time.sleep(0.02 if number > WARM // 2 else 0)
        wait_for_none(Waiting)
        begin, own = time.perf_counter(), time.process_time()
        used, served = sum(spent(each.pid) for each in running), servers()
        sent: dict[int, float] = {}
        for number, order in enumerate(made):
            time.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            sent[order.pk] = time.time()
            tell(order)
        told, own = time.perf_counter() - begin, time.process_time() - own
        wait_for_none(Waiting)
        used, served = sum(spent(each.pid) for each in running) - used, servers() - served
    posted = committed(sent)
    assert len(posted) == len(made), "not every fact was rewarded"
    cuts = statistics.quantiles([(posted[pk] - at) * 1000 for pk, at in sent.items()], n=100)
    return {"rate": rate, "sent_per_second": round(len(made) / told), "workers": workers, "facts": len(made),
            "p50_ms": round(cuts[49]), "p99_ms": round(cuts[98]), "worker_ms": round(used / len(made) * 1000, 2),
            "server_ms": round(served / len(made) * 1000, 2), "sender_ms": round(own / len(made) * 1000, 2)}


def tell(order: Any) -> None:
    """Record that it was paid, as the mall does."""
    from django.db import transaction

    from liuke.timeline import facts
    from liuke.timeline.services import record

    with transaction.atomic():
        record(facts.OrderPaid(order_id=order.pk, total_fen=order.total_fen, source=order.source),
               customer_id=order.customer_id, key=f"order_paid:{order.pk}", happened_at=NOW)


def committed(order_ids: Iterable[int]) -> dict[int, float]:
    """The moment at which the award for each of these orders was committed, by the server's clock, which is ours."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT order_id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float FROM loyalty_award"
                       " WHERE order_id = ANY(%s)", [list(order_ids)])
        return dict(cursor.fetchall())


def wait_for_none(model: Any) -> None:
    """Until no row of it is left; looks seldom, so as not to be what is measured."""
    until = time.monotonic() + PATIENCE
    while model.objects.exists():
        assert time.monotonic() < until, "the workers did not get through in time"
        time.sleep(0.5)


def steps(count: int, customers: int) -> dict[str, float]:
    """CPU of this process and statements for one fact: the reaction whole, and its award alone."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from liuke.loyalty.services.awarding import award
    from liuke.timeline import reactor

    made = facts(2 * count + 40, customers, 20_000_000)
    for fact in made[:20]:
        reactor.react([fact])
    begin = time.process_time()
    for fact in made[20:20 + count]:
        reactor.react([fact])
    whole = (time.process_time() - begin) / count * 1000
    begin = time.process_time()
    for fact in made[20 + count:20 + 2 * count]:
        with transaction.atomic():
            award(facts=[fact], now=NOW)
    alone = (time.process_time() - begin) / count * 1000
    with CaptureQueriesContext(connection) as seen:
        reactor.react(made[-1:])
    return {"react_client_ms": round(whole, 2), "award_client_ms": round(alone, 2), "statements": len(seen)}


def parts(chosen: argparse.Namespace) -> dict[str, Callable[[], dict[str, float]]]:
    """Everything that is measured, in this order."""
    many = chosen.customers
    return {
        "redemptions": lambda: redemptions(many), "expiry": expiry, "batches": lambda: batches(chosen.facts, many),
        "steps": lambda: steps(200, many),
        "stream": lambda: steady(chosen.rate, chosen.seconds, many, chosen.workers),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--customers", type=int, default=1_000_000)
    options.add_argument("--lots", type=int, default=10)
    options.add_argument("--expire", type=int, default=200_000)
    options.add_argument("--facts", type=int, default=5_000)
    options.add_argument("--rate", type=int, default=100)
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--only", nargs="+", default=[])
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with server(stamped=True):
        fill(chosen.customers, chosen.lots, chosen.expire)
        found: dict[str, Any] = {"customers": chosen.customers, "lots": chosen.customers * chosen.lots}
        rules()
        for name, part in parts(chosen).items():
            if chosen.only and name not in chosen.only:
                continue
            found |= part()
            if not chosen.json:
                print(found, flush=True)
        found["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found) if chosen.json else "\n".join(f"| {name} | {value:,} |" for name, value in found.items()))


if __name__ == "__main__":
    main()
