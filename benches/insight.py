"""Measures insight: fitting a million customers, RFM and cohorts over ten million orders, export and a whole refresh.

    python -m benches.insight [--customers 1000000] [--orders 10000000] [--database-orders 1000000]

Every part runs in a process of its own, so that its peak of memory is its own. Numpy is held to one thread, so that CPU
seconds mean one core. Each engine part runs twice in two processes and must give the same bytes.
"""

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
CUSTOMERS = 807_021                  # of the ten million orders
DAYS = 1_096                         # three years
FIRST_DAY = 18_993                   # 1 January 2022
TRUE = {"r": 0.2426, "alpha": 30.895, "a": 0.7929, "b": 2.4258}
ENGINE_PARTS = {"rfm": "RFM with levels", "cohort": "monthly cohorts", "find": "everything of a refresh"}
SEPARATE = "liuke bench answer "


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--customers", type=int, default=1_000_000, help="of the fits")
    options.add_argument("--orders", type=int, default=10_000_000)
    options.add_argument("--database-orders", type=int, default=1_000_000)
    options.add_argument("--part", choices=list(PARTS), help=argparse.SUPPRESS)
    options.add_argument("--files", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.part:
        answer = PARTS[chosen.part](chosen)
        print(SEPARATE + json.dumps(answer | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
        return
    for line in table(chosen):
        print(line, flush=True)


def table(chosen: argparse.Namespace) -> Iterator[str]:
    """The rows for docs/benchmarks.md, one after the other."""
    yield "| What | wall s | CPU s | peak MB | |"
    yield "| --- | --- | --- | --- | --- |"
    people = f"{chosen.customers / 1e6:g} M customers"
    for kind in ("bgnbd", "mbgnbd"):
        found = separately(f"fit_{kind}", chosen)
        yield f"| {kind}: group {people} | | {found['group']:.2f} | | {found['rows']:,} distinct rows |"
        yield f"| {kind}: fit them | | {found['fit']:.2f} | {found['peak']} | {found['parameters']} |"
        yield f"| {kind}: expected orders and chance to buy, {people} | | {found['score']:.2f} | | |"
    with tempfile.TemporaryDirectory(prefix="liuke-bench-") as home:
        chosen.files = Path(home)
        made = separately("make_orders", chosen)
        for part, name in ENGINE_PARTS.items():
            one, two = separately(part, chosen), separately(part, chosen)
            assert one["digest"] == two["digest"], f"{part} is not the same on every run"
            wall, cpu, peak = (max(one[figure], two[figure]) for figure in ("wall", "cpu", "peak"))
            yield (f"| {name}, {made['orders'] / 1e6:g} M orders | {wall:.1f} | {cpu:.1f} | {peak} "
                   f"| {one['note']}, twice equal |")
    found = separately("database", chosen)
    for name, wall in found["walls"].items():
        yield f"| {name} | {wall:.1f} | | {found['peak']} | |"


def separately(part: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """Run one part in a fresh process and give back what it measured."""
    words = [sys.executable, "-m", "benches.insight", "--part", part, "--customers", str(chosen.customers),
             "--orders", str(chosen.orders), "--database-orders", str(chosen.database_orders),
             "--files", str(chosen.files or "")]
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(words, check=True, env=os.environ | one_thread, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.rpartition(SEPARATE)[2])
    return answer


def fit_part(kind_name: str, customers: int) -> dict[str, Any]:
    """Customers who live as the model says, in days, watched for 30 to 730 of them."""
    import numpy as np

    from liuke.insight.rules.outlook import expected_orders, will_buy
    from liuke.insight.rules.purchase import Kind, fit
    from liuke.insight.rules.rows import group
    from liuke.insight.tests.simulated import lives

    kind = Kind(kind_name)
    people = lives(customers, **TRUE, seed=1, age=(30, 730), kind=kind)
    recency = np.where(people.repeats > 0, np.ceil(people.recency), 0)
    with timed() as grouping:
        rows = group(people.repeats, recency, people.age)
    with timed() as fitting:
        found = fit(rows, kind=kind)
    with timed() as scoring:
        expected_orders(found, rows, horizon=30)
        will_buy(found, rows, horizon=30)
    parameters = ", ".join(f"{name} {value:.4g}" for name, value in zip(TRUE, found.parameters, strict=True))
    return {"group": grouping["cpu"], "fit": fitting["cpu"], "score": scoring["cpu"], "rows": len(rows.count),
            "parameters": parameters}


def make_orders(chosen: argparse.Namespace) -> dict[str, Any]:
    """Orders of three years as the export writes them, a file a month."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from liuke.insight.rules.calendar import day_on, month_number

    customers, days, net_fen, refunded = random_orders(chosen.orders)
    months = {int(day): month_number(day_on(int(day))) for day in range(FIRST_DAY, FIRST_DAY + DAYS + 1)}
    start = 0
    while start < len(days):
        month, stop = months[int(days[start])], start
        while stop < len(days) and months[int(days[stop])] == month:
            stop = int(days.searchsorted(days[stop], side="right"))
        count = stop - start
        columns = {
            "order_id": pa.array(range(start + 1, stop + 1), pa.int64()), "customer_id": customers[start:stop],
            "day": pa.array(days[start:stop]).cast(pa.int32()), "month": pa.array([month] * count, pa.int32()),
            "net_fen": net_fen[start:stop],
            "state": pa.array(["refunded" if back else "paid" for back in refunded[start:stop]]),
        }
        pq.write_table(pa.table(columns), chosen.files / f"orders-{month}.parquet", compression="zstd",
                       use_dictionary=["state"], row_group_size=250_000)
        start = stop
    return {"orders": len(days)}


def random_orders(orders: int) -> tuple[Any, Any, Any, Any]:
    """Customers, days in order, amounts, and which were refunded: buyers who come and go, most of them seldom."""
    import numpy as np

    random = np.random.default_rng(1)
    customers = CUSTOMERS * orders // 10_000_000
    rate, leave = random.gamma(0.7, 1 / 22, customers), random.beta(0.5, 9, customers)
    now = random.integers(0, DAYS, customers).astype(float)
    here, who, when, made = np.arange(customers), [], [], 0
    while made < orders:
        if not len(here):                                    # all have left: they come back, so that the number is met
            here = np.flatnonzero(random.random(customers) < 0.5)
            now[here] = random.integers(0, DAYS, len(here))
        who.append(here)
        when.append(now[here].copy())
        made += len(here)
        here = here[random.random(len(here)) > leave[here]]
        now[here] += random.exponential(1 / rate[here])
        here = here[now[here] < DAYS]
    days = np.concatenate(when)[:orders].astype(np.int64)
    order = np.argsort(days, kind="stable")
    amounts = np.exp(random.normal(9, 0.8, orders)).astype(np.int64)
    return np.concatenate(who)[:orders][order] + 1, days[order] + FIRST_DAY, amounts, random.random(orders) < 0.03


def engine_part(work: Callable[[Any], tuple[Any, str]]) -> Callable[[argparse.Namespace], dict[str, Any]]:
    def run(chosen: argparse.Namespace) -> dict[str, Any]:
        from liuke.insight.services import findings
        from liuke.insight.services.engine import engine

        files = sorted(chosen.files.glob("*.parquet"))
        with tempfile.TemporaryDirectory(prefix="liuke-scratch-") as scratch, \
                engine("duckdb", files=files, scratch=Path(scratch)) as opened:
            findings._tuples(opened, opened.orders.limit(1))          # loads what is loaded on first use
            with timed() as took:
                found, note = work(opened)
        return {**took, "note": note, "digest": digest(found)}

    return run


def rfm(opened: Any) -> tuple[Any, str]:
    """Recency, frequency and money of every customer, and their levels."""
    from liuke.insight.rules import figures
    from liuke.insight.services import findings

    until = FIRST_DAY + DAYS
    bought, returned = (each(opened.orders, until=until) for each in (figures.bought, figures.returned))
    buyers = findings._buyers(opened, bought, returned)
    cuts = findings.make_cuts(buyers, buyers.net_fen, [], until)
    levels = findings._levels(buyers, buyers.net_fen, cuts, until)
    return (buyers, levels), f"{len(buyers.customer_id):,} customers, money cut on {list(cuts.net_fen)} fen"


def cohort(opened: Any) -> tuple[Any, str]:
    from liuke.insight.rules import figures

    bought, returned = (each(opened.orders, until=FIRST_DAY + DAYS) for each in (figures.bought, figures.returned))
    cells = opened.answer(figures.cohorts(bought, returned))
    return cells.to_pydict(), f"{cells.num_rows} cells"


def find(opened: Any) -> tuple[Any, str]:
    from liuke.insight.rules.calendar import day_on
    from liuke.insight.services import findings

    found = findings.find(opened, today=day_on(FIRST_DAY + DAYS), cuts=None)
    assert found is not None
    return found, "RFM, tiers, cohorts, intervals, churn, MBG/NBD and scores"


def database(chosen: argparse.Namespace) -> dict[str, Any]:
    """A throw-away PostgreSQL with some orders: export, export after one change, a whole refresh."""
    assert "LIUKE_DATABASE_URL" not in os.environ, "the bench wants a server of its own: unset LIUKE_DATABASE_URL"
    from liuke.run.testing import THIS_RUN

    assert THIS_RUN is not None, "there is a server of our own, since none was given"
    THIS_RUN.start()
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        count = fill_database(chosen.database_orders)
        return {"walls": database_walls(count)}
    finally:
        THIS_RUN.close()


def fill_database(orders: int) -> int:
    from django.db import connection

    customers, days, net_fen, refunded = random_orders(orders)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_customer (number, name_enc, joined_at) SELECT 'B' || i, '', now() "
                       "FROM generate_series(1, %s) i ORDER BY i", [int(customers.max())])
        with cursor.copy("COPY mall_order (source, number, customer_id, state, placed_at, goods_fen, discount_fen, "
                         "freight_fen, total_fen, refunded_fen, remark) FROM STDIN") as copy:
            for at, (who, day, fen, back) in enumerate(zip(customers, days, net_fen, refunded, strict=True)):
                moment = datetime.fromtimestamp(int(day) * 86_400 + at % 86_400, UTC).isoformat()
                copy.write_row(("import", f"B{at}", int(who), "refunded" if back else "paid", moment, int(fen), 0, 0,
                                int(fen), 0, ""))
        cursor.execute("VACUUM ANALYZE")
    return len(days)


def database_walls(count: int) -> dict[str, float]:
    from django.conf import settings
    from django.db import connection

    from liuke.insight.services.export import export_orders
    from liuke.insight.services.refresh import refresh

    directory, named = Path(settings.LIUKE_DATA) / "export", f"{count / 1e6:g} M orders in PostgreSQL"
    with timed() as full:
        export_orders(directory=directory, zone="Asia/Shanghai")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE mall_order SET refunded_fen = 1 WHERE id = (SELECT max(id) / 2 FROM mall_order)")
    with timed() as changed:
        assert export_orders(directory=directory, zone="Asia/Shanghai").months_written == 1
    with timed() as whole:
        refresh(now=datetime(2026, 1, 1, tzinfo=UTC))
    with timed() as again:
        refresh(now=datetime(2026, 1, 1, tzinfo=UTC))
    return {f"export all of {named}": full["wall"], "export after one order changed": changed["wall"],
            f"first refresh of {named}, scores stored": whole["wall"], "the same again": again["wall"]}


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    took = {"wall": time.perf_counter(), "cpu": time.process_time()}
    yield took
    took["wall"], took["cpu"] = time.perf_counter() - took["wall"], time.process_time() - took["cpu"]


def digest(found: Any) -> str:
    """A hash over every number of an answer."""
    import numpy as np

    hashed = hashlib.sha256()

    def feed(value: Any) -> None:
        if hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                feed(getattr(value, name))
        elif isinstance(value, np.ndarray):
            hashed.update(value.tobytes())
        elif isinstance(value, list | tuple):
            for each in value:
                feed(each)
        else:
            hashed.update(repr(value).encode())

    feed(found)
    return hashed.hexdigest()


PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "fit_bgnbd": lambda chosen: fit_part("bgnbd", chosen.customers),
    "fit_mbgnbd": lambda chosen: fit_part("mbgnbd", chosen.customers),
    "make_orders": make_orders,
    "rfm": engine_part(rfm),
    "cohort": engine_part(cohort),
    "find": engine_part(find),
    "database": database,
}

if __name__ == "__main__":
    main()
