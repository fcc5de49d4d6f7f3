"""`liuke import orders` as a person runs it, with its own database, killed with -9 again and again."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from liuke.run.postgres import Server
from liuke.run.tests.builders import copy_of, environment, liuke, reachable_directory, wait_until

pytestmark = [pytest.mark.crash, pytest.mark.slow]
LINES, LINES_AN_ORDER = 60_000, 4             # three transactions of merging
PATIENCE = 900                                # of a busy machine; it takes less than a minute on a quiet one
WHAT_IT_LEFT = {
    "orders": """
        SELECT o.number, o.state, o.placed_at, o.total_fen, o.refunded_fen, c.number, l.key, l.sku, l.quantity,
               l.amount_fen, l.refunded_fen
        FROM mall_order o JOIN customers_customer c ON c.id = o.customer_id JOIN mall_orderline l ON l.order_id = o.id
        ORDER BY o.number, l.key""",
    "facts": """
        SELECT f.kind, f.history, f.happened_at, o.number, f.data - 'order_id' FROM timeline_fact f
        LEFT JOIN mall_order o ON o.id = (f.data ->> 'order_id')::bigint ORDER BY 1, 4, 3, 5::text""",
    "customers": "SELECT number, joined_at FROM customers_customer ORDER BY 1",
    "changes": "SELECT count(*) FROM mall_orderchange",
    "rejections": "SELECT count(*) FROM intake_rejection",
    "runs": "SELECT state, percent, rows, accepted, unchanged, rejected, reasons, next_slot, slots FROM intake_run",
}


def write(path):
    """The same lines every time; one in five hundred is bad, and some orders went back."""
    chance = random.Random(3)
    orders = LINES // LINES_AN_ORDER
    with path.open("w", encoding="utf-8") as file:
        file.write("订单号,下单时间,会员号,商品编码,商品名称,数量,单价,状态\n")
        for at in range(LINES):
            number = at % orders
            on = f"2025-{number % 12 + 1:02}-{number % 28 + 1:02} 10:00:00"
            pieces = "x" if at % 500 == 7 else chance.randint(1, 5)
            money, state = f"{chance.randint(1, 900)}.50", "已退款" if number % 50 == 0 else "已完成"
            file.write(f"D{number:07},{on},M{number % 900:05},S{at % 977},商品,{pieces},{money},{state}\n")


def left(home, error_file):
    with Server(home) as server, psycopg.connect(server.url) as connection:
        found = {name: connection.execute(query).fetchall() for name, query in WHAT_IT_LEFT.items()}
    return found | {"error file": Path(error_file).read_text(encoding="utf-8-sig")}


def progress(home):
    """State, percent and slots of the run; nothing while the database is away."""
    with contextlib.suppress(psycopg.Error), psycopg.connect(Server(home).url, connect_timeout=5) as connection:
        return connection.execute("SELECT state, percent, next_slot FROM intake_run").fetchone()


def kill_when(home, file, reached):
    """Start the command and kill it with -9 as soon as it has come so far; its database must go with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "liuke", "import", "orders", str(file)],
        env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )

    def so_far():
        assert process.poll() is None, process.stderr.read()
        return (found := progress(home)) and reached(*found)

    wait_until(so_far, seconds=PATIENCE, what="that much of the import")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()
    wait_until(lambda: not Server(home).answers(), what="the end of its database")


def test_an_import_killed_while_it_reads_and_while_it_merges_ends_as_one_that_never_was(tmp_path):
    file = tmp_path / "orders.csv"
    write(file)
    with reachable_directory() as made:
        told = liuke(made, "migrate", "--verbosity", "0", patience=PATIENCE)
        assert told.returncode == 0, told.stderr
        with copy_of(made) as clean, copy_of(made) as killed:
            whole = liuke(clean, "import", "orders", str(file), "--json", patience=PATIENCE)
            assert whole.returncode == 0, whole.stderr
            totals = json.loads(whole.stdout)

            kill_when(killed, file, lambda state, percent, slot: state == "reading" and percent > 5)
            kill_when(killed, file, lambda state, percent, slot: state == "merging" and slot == 1)
            kill_when(killed, file, lambda state, percent, slot: state == "merging" and slot == 2)
            last = liuke(killed, "import", "orders", str(file), "--json", patience=PATIENCE)
            assert last.returncode == 0, last.stderr

            again = json.loads(last.stdout)
            same = ("read", "accepted", "unchanged", "rejected", "reasons", "notes")
            assert {name: again[name] for name in same} == {name: totals[name] for name in same}
            assert totals["read"] == LINES == totals["accepted"] + totals["unchanged"] + totals["rejected"]
            assert totals["rejected"] >= LINES // 500
            assert left(killed, again["error_file"]) == left(clean, totals["error_file"])
