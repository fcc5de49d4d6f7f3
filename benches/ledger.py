"""Ledger transfers per core-second: one by one and in batches, beside bare SQL; and one hot account under many writers.

    python -m benches.ledger [--accounts 100000] [--bursts 25] [--seconds 4] [--json]

Starts a PostgreSQL of its own that flushes every commit. CPU time is the server process's and ours together, taken from
the kernel to the nanosecond; the ways take turns in short bursts, so that a busy machine is busy for all of them, and
the best and the middle burst are printed. Figures go into docs/benchmarks.md.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
WRITERS, SHARDS = 8, 16
BARE = """
CREATE TABLE bare_account (id bigint PRIMARY KEY, posted bigint NOT NULL, held bigint NOT NULL, floor bigint);
CREATE TABLE bare_posting (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key varchar(160) NOT NULL UNIQUE,
  debit_id bigint NOT NULL, credit_id bigint NOT NULL, amount bigint NOT NULL CHECK (amount > 0),
  recorded_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON bare_posting (debit_id, id);
CREATE INDEX ON bare_posting (credit_id, id);
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--accounts", type=int, default=100_000)
    options.add_argument("--bursts", type=int, default=25)
    options.add_argument("--seconds", type=float, default=4.0, help="for each way of the hot account")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with server():
        fill(chosen.accounts)
        result = {"per_core_second": transfers(chosen.accounts, chosen.bursts), "hot_account": hot(chosen.seconds),
                  "verify": verified()}
    if chosen.json:
        print(json.dumps(result))
        return
    show(result)


@contextmanager
def server(*, stamped: bool = False) -> Iterator[None]:
    """A database of our own that is as careful as a real one, gone afterwards. `stamped`: it remembers when each
    transaction was committed.
    """
    from liuke.run.postgres import Server

    home = Path(tempfile.mkdtemp(prefix="liuke-bench-"))
    home.chmod(0o711)
    os.environ.setdefault("LIUKE_SECRET_KEY", "only-for-benches-" + "0123456789" * 4)
    os.environ.setdefault("LIUKE_DATA_KEYS", "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    try:
        with Server(home) as ours:
            os.environ["LIUKE_DATABASE_URL"] = ours.url
            if stamped:
                with psycopg.connect(ours.url, autocommit=True) as line:
                    line.execute("ALTER SYSTEM SET track_commit_timestamp = on")
                ours.stop()
                ours.start()
            import django
            from django.core.management import call_command
            from django.db import connection

            django.setup()
            call_command("migrate", verbosity=0)
            yield
            connection.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def fill(accounts: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.execute("INSERT INTO bare_account SELECT n, 0, 0, -1000000 FROM generate_series(1, %s) n", [accounts])
        cursor.execute(
            "INSERT INTO ledger_account (address, unit, purpose, owner_kind, owner_id, debit_normal, floor, rolled)"
            " SELECT 'points:customer:' || n, 'points', 'points', 'customer', n, false, -1000000, false"
            " FROM generate_series(1, %s) n"
            " UNION ALL SELECT 'points:house', 'points', 'points', 'house', NULL, true, NULL, true"
            " UNION ALL SELECT 'shard' || n || ':house', 'points', 'shard' || n, 'house', NULL, true, NULL, false"
            f" FROM generate_series(1, {SHARDS}) n", [accounts])
        cursor.execute("VACUUM ANALYZE ledger_account")
        cursor.execute("VACUUM ANALYZE bare_account")


class Ways:
    """Each way moves one amount (a batch: many) between two accounts that are drawn anew every time."""

    def __init__(self, accounts: int) -> None:
        from django.db import connection, transaction

        from liuke.ledger import services

        self.accounts, self.connection, self.atomic, self.ledger = accounts, connection, transaction.atomic, services
        self.chance, self.number = random.Random(1), count()

    def two(self) -> tuple[int, int]:
        first, second = sorted(self.chance.sample(range(1, self.accounts + 1), 2))
        return first, second

    def bare(self) -> None:
        """Lock two accounts, insert, update, update: what anybody would write by hand, on prepared statements."""
        import psycopg

        first, second = self.two()
        with self.atomic(), psycopg.Cursor(self.connection.connection) as cursor:
            cursor.execute("SELECT id, posted - held, floor FROM bare_account WHERE id IN (%s, %s)"
                           " ORDER BY id FOR NO KEY UPDATE", [first, second])
            cursor.fetchall()
            cursor.execute("INSERT INTO bare_posting (key, debit_id, credit_id, amount) VALUES (%s, %s, %s, %s)",
                           [f"award:{next(self.number)}", first, second, 5])
            cursor.execute("UPDATE bare_account SET posted = posted - %s WHERE id = %s", [5, first])
            cursor.execute("UPDATE bare_account SET posted = posted + %s WHERE id = %s", [5, second])

    def customers(self) -> None:
        self.post(*(f"points:customer:{number}" for number in self.two()))

    def house(self) -> None:
        self.post("points:house", f"points:customer:{self.two()[0]}")

    def post(self, source: str, target: str) -> None:
        number = next(self.number)
        with self.atomic():
            self.ledger.post(key=f"award:{number}", moves=[self.ledger.Move(source, target, 5)], now=NOW,
                             cause=self.ledger.Cause(fact_id=number))

    def batch(self, size: int) -> None:
        posts = []
        for _ in range(size):
            number = next(self.number)
            move = self.ledger.Move("points:house", f"points:customer:{self.two()[0]}", 5)
            posts.append(self.ledger.Post(key=f"award:{number}", moves=[move],
                                          cause=self.ledger.Cause(fact_id=number)))
        with self.atomic():
            self.ledger.post_many(posts, now=NOW)


def transfers(accounts: int, bursts: int) -> list[dict[str, Any]]:
    ways = Ways(accounts)
    turns: list[tuple[str, Callable[[], None], int, int]] = [
        ("bare SQL, 4 statements, one by one", ways.bare, 200, 1),
        ("post, customer to customer, one by one", ways.customers, 200, 1),
        ("post, house to customer, one by one", ways.house, 200, 1),
        ("post_many, batches of 1,000", lambda: ways.batch(1_000), 1, 1_000),
        ("post_many, batches of 5,000", lambda: ways.batch(5_000), 1, 5_000),
    ]
    with ways.connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name, *_ in turns}
    for burst in range(bursts + 1):
        for name, once, repeats, size in turns:
            before = cpu(backend), time.process_time_ns()
            for _ in range(repeats):
                once()
            used = cpu(backend) - before[0], time.process_time_ns() - before[1]
            if burst:                                     # the first one warms up
                taken[name].append((used[0] / repeats / size / 1e3, used[1] / repeats / size / 1e3))
    return [row(name, sorted(times, key=sum)) for name, times in taken.items()]


def row(name: str, times: list[tuple[float, float]]) -> dict[str, Any]:
    best, middle = times[0], times[len(times) // 2]
    return {"way": name, "backend_us": round(best[0], 1), "app_us": round(best[1], 1),
            "best_per_core_second": round(1e6 / sum(best)), "middle_per_core_second": round(1e6 / sum(middle))}


def cpu(pid: int) -> int:
    """CPU time of a process so far, in nanoseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0])


def hot(seconds: float) -> list[dict[str, Any]]:
    """Eight writers on one account of the house, each commit flushed: what locking it, or sharding it, would cost."""
    sources = {
        "one locked row": lambda chance: "shard1:house",
        f"{SHARDS} locked shards": lambda chance: f"shard{chance.randint(1, SHARDS)}:house",
        "rolled up (ours)": lambda chance: "points:house",
    }
    rates: dict[str, list[float]] = {name: [] for name in sources}
    for turn in range(3):
        for name, source in sources.items():
            rates[name].append(hammer(f"{name}:{turn}", source, seconds / 3))
    return [{"way": name, "per_second": round(statistics.median(each))} for name, each in rates.items()]


def hammer(name: str, source: Callable[[random.Random], str], seconds: float) -> float:
    from django.db import connection, transaction

    from liuke.ledger import services as ledger

    done, until = [0] * WRITERS, time.monotonic() + seconds

    def write(writer: int) -> None:
        chance = random.Random(writer)
        while time.monotonic() < until:
            move = ledger.Move(source(chance), f"points:customer:{chance.randint(1, 10_000)}", 1)
            with transaction.atomic():
                ledger.post(key=f"{name}:{writer}:{done[writer]}", moves=[move], now=NOW)
            done[writer] += 1
        connection.close()

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def verified() -> dict[str, Any]:
    """Add up, seal and verify everything that was posted."""
    from django.db import transaction

    from liuke.ledger.services.sealing import seal_day
    from liuke.ledger.services.upkeep import roll_up
    from liuke.ledger.services.verifying import verify

    with transaction.atomic():
        while roll_up():
            pass
    began = time.monotonic()
    seals = seal_day(day_on=NOW.date(), now=NOW)
    sealed = time.monotonic()
    with transaction.atomic():
        found = verify(now=NOW)
    return {"postings": found.postings, "seals": seals, "seal_seconds": round(sealed - began, 2),
            "verify_seconds": round(time.monotonic() - sealed, 2), "faults": len(found.faults)}


def show(result: dict[str, Any]) -> None:
    print("| way | backend us | app us | best per core-second | middle |\n| --- | --- | --- | --- | --- |")
    for each in result["per_core_second"]:
        print(f"| {each['way']} | {each['backend_us']} | {each['app_us']} | {each['best_per_core_second']:,} |"
              f" {each['middle_per_core_second']:,} |")
    print(f"\n| one account of the house, {WRITERS} writers, every commit flushed | per second |\n| --- | --- |")
    for each in result["hot_account"]:
        print(f"| {each['way']} | {each['per_second']:,} |")
    print("\nverify: {postings:,} postings in {verify_seconds} s, sealed in {seal_seconds} s ({seals} seals), "
          "{faults} faults".format(**result["verify"]))


if __name__ == "__main__":
    main()
