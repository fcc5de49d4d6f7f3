"""From a fact to its reaction: how long it takes at a steady rate, and how many a worker gets through.

    python -m benches.reactions [--facts 2000] [--rate 50] [--seconds 20] [--json]

One worker process as `liuke up` starts it, on a database of its own. Latency is from the
moment the fact's transaction began to the moment its reaction was done, both on this machine's clock.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benches.customers import database


def note(fact: Any, body: Any) -> None:
    """The handler: the least that a real one does, one row of its own."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_note VALUES (%s, %s)", [fact.pk, body.total_fen])


def _table() -> Any:
    from liuke.timeline import facts
    from liuke.timeline.reactor import on

    return [on(facts.OrderPaid, note)]


def __getattr__(name: str) -> Any:
    if name == "TABLE":
        return _table()
    raise AttributeError(name)


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "liuke.run.worker"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def record(customer_id: int, number: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from liuke.timeline import facts
    from liuke.timeline.services import record as write

    with transaction.atomic():
        write(facts.OrderPaid(order_id=number, total_fen=number), customer_id=customer_id, key=f"bench:{number}",
              happened_at=timezone.now())


def wait_for(count: int, seconds: float = 300) -> None:
    from liuke.timeline.models import Reaction

    until = time.monotonic() + seconds
    while Reaction.objects.filter(state="done").count() < count:
        assert time.monotonic() < until, "the worker did not get through in time"
        time.sleep(0.05)


def measure(facts: int, rate: int, seconds: float) -> dict[str, Any]:
    """Reactions a second of a full queue, then the latency of a steady stream."""
    from django.db import connection
    from django.utils import timezone

    from liuke.customers.models import Customer
    from liuke.timeline.models import Reaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_note (fact_id bigint PRIMARY KEY, fen bigint)")
    customer = Customer.objects.create(number="BENCH", joined_at=timezone.now())
    for number in range(facts):
        record(customer.pk, number)
    with worker():
        wait_for(1)
        started = time.perf_counter()
        wait_for(facts)
        through = (facts - 1) / (time.perf_counter() - started)
        steady = int(rate * seconds)
        begin = time.perf_counter()
        for number in range(steady):
            time.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            record(customer.pk, facts + number)
        wait_for(facts + steady)
    waits = [
        (done - told).total_seconds() * 1000
        for done, told in Reaction.objects.filter(fact__key__startswith="bench:").order_by("-fact_id").values_list(
            "finished_at", "fact__recorded_at")[:steady]
    ]
    cuts = statistics.quantiles(waits, n=100)
    return {"facts": facts, "per_second": round(through), "rate": rate, "steady": steady,
            "p50_ms": round(cuts[49]), "p99_ms": round(cuts[98])}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--facts", type=int, default=2_000)
    options.add_argument("--rate", type=int, default=50, help="facts a second of the steady stream")
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benches.reactions_settings"      # the workers', too
    with database():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        found = measure(chosen.facts, chosen.rate, chosen.seconds)
    if chosen.json:
        print(json.dumps(found))
        return
    print("| what | figure |\n| --- | --- |")
    print(f"| a full queue of {found['facts']:,} facts, one worker | {found['per_second']:,} reactions/s |")
    print(f"| fact to reaction at {found['rate']} facts/s ({found['steady']:,} facts) "
          f"| p50 {found['p50_ms']} ms, p99 {found['p99_ms']} ms |")


if __name__ == "__main__":
    main()
