"""What a shopper costs: CPU of a list, a product and every step of a whole guest checkout, and the memory of it all.

    python -m benches.mall [--products 1000 50000]

Makes a throw-away database, fills it with so many products of two SKUs each, starts web, worker and push as `liuke up`
does, and knocks at the doors over HTTP on four connections that stay open. Prints tables for docs/benchmarks.md. CPU is
what the processes of web and their backends of PostgreSQL have used, read from /proc; the worker's is not counted. The
last column is what a loop in Python took at that moment: it tells a slow clock, or a busy machine, from a slow request.
"""

import argparse
import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benches.customers import database

CONNECTIONS = 4
WARM = 120                               # 15 for each of eight threads; a statement is planned for good the ninth time
PORT, PUSH_PORT = 18107, 18108
SHOP = "/api/v1/shop"
PLACE = {"region": "310106", "region_name": "上海市 静安区", "name": "林晓满", "phone": "13800138000", "street": "1 号"}
WORDS = ("婴儿", "纸尿裤", "奶瓶", "湿巾", "推车", "奶粉", "洗护", "玩具", "童装", "绘本")
TICK = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 60
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
os.environ |= {                          # the proxy: every shopper has an address of their own
    "LIUKE_DEMO": "yes", "LIUKE_BEHIND_PROXY": "yes", "LIUKE_URL": f"http://127.0.0.1:{PORT}",
    "LIUKE_PUSH_URL": f"http://127.0.0.1:{PUSH_PORT}",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--products", type=int, nargs="+", default=[1_000, 50_000])
    options.add_argument("--rounds", type=int, default=600)
    options.add_argument("--checkouts", type=int, default=150)
    chosen = options.parse_args()
    with database(), ExitStack() as stack:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        seed(0, chosen.products[0])
        all_of_it = stack.enter_context(installation())
        print("| products | request | CPU ms, mean | web | PostgreSQL | load | loop ms |\n" + "| --- " * 7 + "|")
        seeded = chosen.products[0]
        run(lambda who, at: who.get("/products?shop=BENCH"), range(4 * WARM))   # until both processes of web are up
        for count in chosen.products:
            started = time.monotonic()
            seed(seeded, count)
            print(f"{count - seeded:,} more products in {time.monotonic() - started:.0f} s", file=sys.stderr)
            seeded = count
            reads(all_of_it, count, chosen.rounds)
            checkouts(all_of_it, count, chosen.checkouts)
        settle()
        print("| process | PSS MB |\n| --- | --- |")
        sizes = {name: memory(pid) for name, pid in all_of_it.items()}
        for name, size in [*sizes.items(), ("together", sum(sizes.values()))]:
            print(f"| {name} | {size:.0f} |")


def seed(first: int, last: int) -> None:
    """Products first + 1 to last, two SKUs each, with a cover and stock."""
    from django.db import connection

    from liuke.mall.models import Category, Supplier, Warehouse
    from liuke.mall.rules.catalogue import search_text
    from liuke.org.models import Shop

    Shop.objects.get_or_create(code="BENCH", defaults={"name": "Bench"})
    supplier, _made = Supplier.objects.get_or_create(code="BENCH", defaults={"name": "Bench"})
    place, _made = Warehouse.objects.get_or_create(code="BENCH", defaults={"supplier": supplier, "name": "Bench"})
    groups = [Category.objects.get_or_create(name=f"类 {at}", parent=None)[0] for at in range(10)]
    for group in groups:
        Category.objects.filter(pk=group.pk).update(path=[group.pk])
    with connection.cursor() as cursor:
        with cursor.copy("COPY mall_product (supplier_id, category_id, code, name, summary, description, care, state,"
                         " options, serial_numbered, warranty_months, return_days, search, from_fen, position, version,"
                         " changed_at) FROM STDIN") as copy:
            for at in range(first + 1, last + 1):
                name = f"{WORDS[at % 10]}{WORDS[at // 10 % 10]} {at}"
                copy.write_row((supplier.pk, groups[at % 10].pk, f"B{at}", name, "", "", "", "on_sale", ["规格"], False,
                                0, 7, search_text(name, [f"B{at}"]), 1000 + at % 5000, 0, 1, "2026-11-01"))
        cursor.execute("""
            INSERT INTO mall_sku (product_id, code, values, barcode, supply_fen, list_fen, floor_fen, weight_grams,
                active)
            SELECT p.id, p.code || '-' || n, ARRAY[n::text], '', 500, p.from_fen, 0, 500, true
            FROM mall_product p, generate_series(1, 2) n WHERE NOT EXISTS (
                SELECT 1 FROM mall_sku s WHERE s.product_id = p.id)""")
        cursor.execute("""
            INSERT INTO mall_stocklevel (sku_id, warehouse_id, on_hand, reserved, safety)
            SELECT s.id, %s, 1000, 0, 0 FROM mall_sku s WHERE NOT EXISTS (
                SELECT 1 FROM mall_stocklevel l WHERE l.sku_id = s.id)""", [place.pk])
        cursor.execute("""
            INSERT INTO mall_picture (product_id, position, file, width, height)
            SELECT p.id, 0, 'bench/' || p.code || '.jpg', 800, 800 FROM mall_product p WHERE NOT EXISTS (
                SELECT 1 FROM mall_picture i WHERE i.product_id = p.id)""")
    look_anew()


def look_anew() -> None:
    """What autovacuum does by itself within a minute where a shop lives, and a throw-away server is told not to."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def installation() -> Iterator[dict[str, int]]:
    """web, worker and push, as `liuke up` starts them; the process id of each."""
    from liuke.run import processes

    commands = {"web": processes.web("127.0.0.1", PORT), "worker": processes.worker(),
                "push": processes.push("127.0.0.1", PUSH_PORT)}
    with tempfile.TemporaryDirectory(prefix="liuke-bench-") as home, ExitStack() as stack:
        os.environ["LIUKE_DATA"] = home
        processes.prepare(Path(home))
        started = {}
        for name, command in commands.items():
            environment = {**os.environ, "PGAPPNAME": f"bench {name}"}
            started[name] = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL)
            stack.callback(started[name].wait)
            stack.callback(started[name].terminate)
        give_up = time.monotonic() + READY_SECONDS
        while not answers():
            assert time.monotonic() < give_up, "the web process did not become ready"
            time.sleep(0.2)
        yield {name: process.pid for name, process in started.items()}


def answers() -> bool:
    try:
        return Shopper().get("/readyz", raw=True) == 200
    except OSError:
        return False


class Shopper:
    """One connection that stays open, and whoever speaks on it."""

    def __init__(self) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)

    def get(self, path: str, *, raw: bool = False) -> int:
        self.line.request("GET", path if raw else SHOP + path, headers={"X-Forwarded-For": someone()})
        answer = self.line.getresponse()
        answer.read()
        assert raw or answer.status == 200, answer.status
        return answer.status

    def post(self, path: str, body: object, **headers: str) -> Any:
        """`headers` with _ for -. Text is sent as it is, everything else as JSON."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.line.request("POST", path if path.startswith("/hooks") else SHOP + path, sent, {
            "Content-Type": "application/json", "X-Forwarded-For": someone(), **named})
        answer = self.line.getresponse()
        said = answer.read()
        assert answer.status in (200, 204), said
        return json.loads(said) if said else None


def someone() -> str:
    """An address of the reserved block 240/4."""
    return ".".join(["240", *(str(byte) for byte in secrets.token_bytes(3))])


def reads(all_of_it: dict[str, int], count: int, rounds: int) -> None:
    calls: list[tuple[str, Callable[[Shopper, int], object]]] = [
        ("list of 20", lambda who, at: who.get("/products?shop=BENCH")),
        ("list, page in the middle", lambda who, at: who.get(f"/products?shop=BENCH&after=0_{count // 2}")),
        ("list, by price", lambda who, at: who.get("/products?shop=BENCH&sort=cheapest")),
        ("search 纸尿裤", lambda who, at: who.get("/products?shop=BENCH&q=%E7%BA%B8%E5%B0%BF%E8%A3%A4")),
        ("search of initials zn", lambda who, at: who.get("/products?shop=BENCH&q=zn")),
        ("search of a code", lambda who, at: who.get(f"/products?shop=BENCH&q=B{count - at}")),
        ("one product", lambda who, at: who.get(f"/products/B{at % count + 1}?shop=BENCH")),
    ]
    for name, call in calls:
        run(call, range(WARM))
        report(count, name, *measured(all_of_it, lambda call=call: run(call, range(rounds)), rounds))


def checkouts(all_of_it: dict[str, int], count: int, times: int) -> None:
    """Every step of so many purchases of guests, one step of all after the other, so that each has its own figures."""
    Guest.go(WARM)
    look_anew()
    Guest.go(WARM)
    guests = [Guest(at) for at in range(times)]
    whole, bought = [0.0, 0.0], [0.0, 0.0]
    for step in Guest.STEPS:
        web, server = measured(all_of_it, lambda step=step: run(lambda who, at: step(guests[at], who), range(times)),
                               times)
        report(count, f"checkout: {step.__name__.replace('_', ' ')}", web, server)
        whole = [whole[0] + web, whole[1] + server]
        if step not in (Guest.code, Guest.login):
            bought = [bought[0] + web, bought[1] + server]
    report(count, "whole guest checkout with login", *whole)
    report(count, "whole guest checkout", *bought)


class Guest:
    """Somebody who buys one thing without having been here before."""

    def __init__(self, at: int) -> None:
        self.guest = secrets.token_hex(20)
        self.sku = f"B{at % 900 + 1}-1"
        self.phone = f"139{secrets.randbelow(10**8):08}"
        self.mine: dict[str, str] = {}

    @classmethod
    def go(cls, times: int) -> None:
        """All steps, not measured."""
        guests = [cls(at) for at in range(times)]
        for step in cls.STEPS:
            run(lambda who, at, step=step, guests=guests: step(guests[at], who), range(times))

    def cart(self, who: Shopper) -> None:
        body = {"shop": "BENCH", "sku_id": sku_id(self.sku), "quantity": 1}
        who.post("/cart", body, X_Cart_Token=self.guest)

    def code(self, who: Shopper) -> None:
        self.word = who.post("/login/code", {"phone": self.phone})["code"]

    def login(self, who: Shopper) -> None:
        found = who.post("/login", {"phone": self.phone, "code": self.word}, X_Cart_Token=self.guest)
        self.mine = {"Authorization": f"Bearer {found['token']}"}

    def address(self, who: Shopper) -> None:
        self.to = who.post("/addresses", PLACE, **self.mine)["id"]

    def place(self, who: Shopper) -> None:
        self.group = who.post("/checkout", {"address_id": self.to}, Idempotency_Key=self.guest, **self.mine)

    def pay(self, who: Shopper) -> None:
        wish = {"provider": "demo", "way": "page"}
        path = f"/purchases/{self.group['number']}/pay"
        self.payment = who.post(path, wish, Idempotency_Key=self.guest, **self.mine)
        self.paid = paid(self.payment)

    def notice(self, who: Shopper) -> None:
        who.post("/hooks/demo/notify", self.paid)

    STEPS = (cart, code, login, address, place, pay, notice)


_skus: dict[str, int] = {}


def sku_id(code: str) -> int:
    from liuke.mall.models import Sku

    if not _skus:
        _skus.update(Sku.objects.filter(code__endswith="-1")[:2000].values_list("code", "pk"))
    return _skus[code]


def paid(payment: dict[str, Any]) -> bytes:
    """The customer pays at the demo's cashier, which is the outside: this process plays it."""
    from django.utils import timezone

    from liuke.channels.demo import DemoCashier

    cashier = DemoCashier()
    cashier.pay(number=payment["number"], amount_fen=payment["amount_fen"], now=timezone.now())
    return cashier.notice(event=payment["number"], number=payment["number"])


def run(call: Callable[[Shopper, int], object], turns: range) -> None:
    """Let CONNECTIONS shoppers share the turns."""
    def share(first: int) -> None:
        who = Shopper()
        for at in turns[first::CONNECTIONS]:
            call(who, at)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(share, range(CONNECTIONS)))


def measured(all_of_it: dict[str, int], call: Callable[[], None], times: int) -> tuple[float, float]:
    """Mean CPU milliseconds of one of the `times` requests: of the web processes, and of their backends."""
    before = [used(tree(all_of_it["web"])), used(backends_of("bench web"))]
    call()
    after = [used(tree(all_of_it["web"])), used(backends_of("bench web"))]
    web, server = (sum(now[pid] - then.get(pid, 0.0) for pid in now) * 1000 / times
                   for then, now in zip(before, after, strict=True))
    return web, server


def used(pids: list[int]) -> dict[int, float]:
    return {pid: cpu(pid) for pid in pids}


def report(count: int, name: str, web: float, server: float) -> None:
    figures = " | ".join(f"{figure:.2f}" for figure in (web + server, web, server))
    print(f"| {count:,} | {name} | {figures} | {os.getloadavg()[0]:.1f} | {loop():.2f} |", flush=True)


def backends_of(name: str) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s ORDER BY pid", [name])
        return [pid for (pid,) in cursor.fetchall()]


def tree(root: int) -> list[int]:
    """A process and all below it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue                                          # gone meanwhile
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used, to a few microseconds where the kernel tells it."""
    return sum(int(task.read_text(encoding="ascii").split()[0]) for task in Path(f"/proc/{pid}/task").glob(
        "*/schedstat")) / 1e9


def memory(pid: int) -> float:
    """Proportional megabytes of a process and all below it: what is shared counts once."""
    found = 0
    for each in tree(pid):
        rows = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii").splitlines()
        found += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return found / 1024


def settle() -> None:
    """Wait until the worker has done all that the purchases have queued."""
    from django.db import connection

    give_up = time.monotonic() + 300
    while time.monotonic() < give_up:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
                           " AND (scheduled_at IS NULL OR scheduled_at <= now())")
            if not cursor.fetchone()[0]:
                return
        time.sleep(1)


def loop() -> float:
    """Milliseconds for the same work at any time, to tell a busy machine from a quiet one."""
    started = time.process_time()
    for _ in range(20):
        words = {}
        for at in range(20_000):
            words[at % 977] = str(at) + "x"
    return (time.process_time() - started) * 1000 / 20


if __name__ == "__main__":
    main()
