"""From a fact to its award: at a steady rate through worker processes, and what each step of one costs.

    python -m benches.awards [--customers 100000] [--rate 100] [--seconds 20] [--workers 1] [--json]

A throw-away PostgreSQL that flushes every commit. Waiting depends on what else the machine does, so CPU is told too: of
the worker processes, and of the server by difference. `make bench-loyalty` runs it after `benches.loyalty`.
"""

import argparse
import json
import os
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")

from benches.ledger import server
from benches.loyalty import NOW, facts, fill, rules

AWARD, PATIENCE = "loyalty.handlers.award", 600


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
    from liuke.timeline.models import Fact, Reaction

    made = facts(int(rate * seconds) + 1, customers, 10_000_000)
    with ExitStack() as stack:
        running = [stack.enter_context(worker()) for _ in range(workers)]
        awarded = Reaction.objects.filter(handler=AWARD, state="done", fact_id__gte=made[0].pk)
        queue(made.pop())
        wait_for(awarded, 1)
        begin = time.perf_counter()
        used, served = sum(spent(each.pid) for each in running), servers()
        sent: dict[int, datetime] = {}
        for number, fact in enumerate(made):
            time.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            sent[fact.pk] = datetime.now(UTC)
            queue(fact)
        told = time.perf_counter() - begin
        wait_for(awarded, len(made) + 1)
        used, served = sum(spent(each.pid) for each in running) - used, servers() - served
    assert Fact.objects.filter(pk__in=sent, awards__isnull=False).distinct().count() == len(made)
    rows = awarded.filter(fact_id__in=sent).values_list("fact_id", "finished_at")
    cuts = statistics.quantiles([(done - sent[pk]).total_seconds() * 1000 for pk, done in rows], n=100)
    return {"rate": rate, "sent_per_second": round(len(made) / told), "workers": workers, "facts": len(made),
            "p50_ms": round(cuts[49]), "p99_ms": round(cuts[98]), "worker_ms": round(used / len(made) * 1000, 2),
            "server_ms": round(served / len(made) * 1000, 2)}


def wait_for(rows: Any, count: int) -> None:
    """Until so many of these rows are there; looks seldom, so as not to be what is measured."""
    until = time.monotonic() + PATIENCE
    while rows.count() < count:
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
        reactor.react(fact.pk)
    begin = time.process_time()
    for fact in made[20:20 + count]:
        reactor.react(fact.pk)
    whole = (time.process_time() - begin) / count * 1000
    begin = time.process_time()
    for fact in made[20 + count:20 + 2 * count]:
        with transaction.atomic():
            award(facts=[fact], now=NOW)
    alone = (time.process_time() - begin) / count * 1000
    with CaptureQueriesContext(connection) as seen:
        reactor.react(made[-1].pk)
    return {"react_client_ms": round(whole, 2), "award_client_ms": round(alone, 2), "statements": len(seen)}


def queue(fact: Any) -> None:
    from django.db import transaction

    from liuke.kit.jobs import later

    with transaction.atomic():
        later("timeline.react", fact_id=fact.pk)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--customers", type=int, default=100_000)
    options.add_argument("--rate", type=int, default=100)
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with server():
        fill(chosen.customers, 1, 0)
        rules()
        found = steps(200, chosen.customers) | steady(chosen.rate, chosen.seconds, chosen.customers, chosen.workers)
        found["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found) if chosen.json else "\n".join(f"| {name} | {value:,} |" for name, value in found.items()))


if __name__ == "__main__":
    main()
