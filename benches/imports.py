"""Brings a file of orders in: lines a second, beside a raw COPY of the same rows, and the memory it takes.

    python -m benches.imports [--lines 1000000] [--xlsx]

The file is that of a chain of shops: five lines an order, an order in three from a customer seen before, 7,000 goods,
one line in a thousand bad. CPU is that of the command and that of the database's process for it. Prints a table for
docs/benchmarks.md. Fills the empty database of LIUKE_DATABASE_URL, or a throw-away server of its own.
"""

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from benches.customers import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
HEADER = ("订单号", "下单时间", "会员号", "商品编码", "商品名称", "类目", "数量", "单价", "优惠", "状态")
LINES_AN_ORDER = 5


def rows(lines: int) -> Iterator[tuple[object, ...]]:
    """The same rows every time."""
    chance = random.Random(7)
    start = datetime.fromisoformat("2024-01-01")
    orders = lines // LINES_AN_ORDER
    for at in range(lines):
        number = at % orders                    # the lines of an order stand far apart
        when = start + timedelta(seconds=number * 60)
        goods = chance.randrange(7_000)
        yield (
            f"D{number:09d}", f"{when:%Y-%m-%d %H:%M:%S}", f"M{number % max(orders // 3, 1):07d}", f"S{goods}",
            f"商品 {goods}", f"类目 {goods % 100}", chance.randrange(1, 5) if at % 1_000 else "x",
            f"{chance.randrange(100, 20_000) / 100:.2f}", "0", "已完成",
        )


def write(path: Path, lines: int) -> None:
    if path.suffix == ".xlsx":
        from liuke.intake.tables import sheet

        with sheet(path) as out:
            out.write(HEADER)
            for row in rows(lines):
                out.write(row)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(lines))


def raw_copy(lines: int) -> float:
    """Seconds to COPY the same rows, as text, into a table without an index."""
    from django.db import connection

    content = ["\t".join(map(str, row)) + "\n" for row in rows(lines)]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_raw ({', '.join(f'c{at} text' for at in range(len(HEADER)))})")
        started = time.perf_counter()
        with cursor.copy("COPY bench_raw FROM STDIN") as copy:
            for line in content:
                copy.write(line)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_raw")
    return seconds


def server_cpu() -> float:
    """CPU seconds of all processes of the database that have ended: those of a command that is done are among them."""
    from django.db import connection

    connection.ensure_connection()
    own = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    main_process = Path(f"/proc/{own[1]}/stat").read_text().rpartition(")")[2].split()
    return (int(main_process[13]) + int(main_process[14])) / os.sysconf("SC_CLK_TCK")


def bring_in(path: Path) -> tuple[float, float, float, str]:
    """Seconds, CPU seconds of the command, its peak memory in MB, and the totals it printed."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "django", "import_orders", str(path), "--json"]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            time.sleep(0.1)
        said.seek(0)
        totals = said.read().strip()
    assert process.returncode == 0, "the import failed"
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, peak, totals


def memory(pid: int) -> float:
    """The peak of a process so far, in MB. (ru_maxrss of a child begins with that of its parent.)"""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--xlsx", action="store_true")
    chosen = options.parse_args()
    with database(), tempfile.TemporaryDirectory() as folder:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        path = Path(folder) / ("orders.xlsx" if chosen.xlsx else "orders.csv")
        write(path, chosen.lines)
        copied = raw_copy(chosen.lines)
        print(f"raw COPY of {chosen.lines:,} rows: {copied:.1f} s, {chosen.lines / copied:,.0f} lines/s")
        print("| run | lines/s | x COPY | client us/line | server us/line | lines per CPU second | peak MB | load |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for word in ("first", "again"):
            before = server_cpu()
            seconds, cpu, peak, totals = bring_in(path)
            time.sleep(1)                                   # the database's process ends after the command
            served = server_cpu() - before
            each = 1_000_000 / chosen.lines
            print(
                f"| {word} | {chosen.lines / seconds:,.0f} | {seconds / copied:.1f} "
                f"| {cpu * each:.1f} | {served * each:.1f} "
                f"| {chosen.lines / (cpu + served):,.0f} | {peak:.0f} | {os.getloadavg()[0]:.1f} |"
            )
            print(totals, file=sys.stderr)


if __name__ == "__main__":
    main()
