"""What a shopper costs: CPU of a list, a product and a whole guest checkout, ours and the database's together.

    python -m benches.mall [--products 1000 50000]

Makes a throw-away server (or uses the empty database of LIUKE_DATABASE_URL), fills it with so many products of two SKUs
each, and calls the doors in this process. Prints a table for docs/benchmarks.md. The database's share is the CPU time
of the one backend that serves us, read from /proc.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benches.customers import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
os.environ.setdefault("LIUKE_DEMO", "yes")
SHOP = "/api/v1/shop"
PLACE = {"region": "310106", "region_name": "上海市 静安区", "name": "林晓满", "phone": "13800138000", "street": "1 号"}
WORDS = ("婴儿", "纸尿裤", "奶瓶", "湿巾", "推车", "奶粉", "洗护", "玩具", "童装", "绘本")
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--products", type=int, nargs="+", default=[1_000, 50_000])
    options.add_argument("--rounds", type=int, default=200)
    chosen = options.parse_args()
    with database():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        print("| products | request | CPU ms, mean | of that in PostgreSQL |\n| --- | --- | --- | --- |")
        seeded = 0
        for count in chosen.products:
            seed(seeded, count)
            seeded = count
            measure(count, chosen.rounds)


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
        cursor.execute("VACUUM ANALYZE")


def measure(count: int, rounds: int) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    runs: list[tuple[str, Callable[[int], None], int]] = [
        ("list of 20", lambda at: get(client, "/products?shop=BENCH"), rounds),
        ("list, page in the middle", lambda at: get(client, f"/products?shop=BENCH&after=0_{count // 2}"), rounds),
        ("list, by price", lambda at: get(client, "/products?shop=BENCH&sort=cheapest"), rounds),
        ("search 纸尿裤", lambda at: get(client, "/products?shop=BENCH&q=纸尿裤"), rounds),
        ("search of initials zn", lambda at: get(client, "/products?shop=BENCH&q=zn"), rounds),
        ("search of a code", lambda at: get(client, f"/products?shop=BENCH&q=B{count - at}"), rounds),
        ("one product", lambda at: get(client, f"/products/B{at % count + 1}?shop=BENCH"), rounds),
        ("whole guest checkout", lambda at: checkout(client, at), rounds // 4),
    ]
    for name, call, times in runs:
        for at in range(5):
            call(rounds + at)                                 # connections, caches, plans
        ours, theirs = cpu(call, times)
        print(f"| {count:,} | {name} | {ours + theirs:.1f} | {theirs:.1f} |")


def cpu(call: Callable[[int], None], times: int) -> tuple[float, float]:
    """Mean CPU milliseconds of a call: in this process, and in the backend that serves it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    before, own = backend_cpu(backend), []
    for at in range(times):
        started = time.process_time()
        call(at)
        own.append((time.process_time() - started) * 1000)
    return statistics.mean(own), (backend_cpu(backend) - before) * 1000 / times


def backend_cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def get(client: Any, path: str) -> None:
    answer = client.get(SHOP + path)
    assert answer.status_code == 200, answer.content


def post(client: Any, path: str, body: object, **headers: str) -> Any:
    answer = client.post(SHOP + path, body, content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def checkout(client: Any, at: int) -> None:
    """A new guest: cart, login's merge, address, purchase, payment, and the provider's notice."""
    from django.db import transaction
    from django.utils import timezone

    from liuke.channels.payment import Event, Paid, PaymentStatus
    from liuke.customers.services import Reference, find_or_create_many, tokens
    from liuke.mall.api.base import PerAddress
    from liuke.mall.models import Sku
    from liuke.mall.services import cart, notices

    PerAddress.cache.clear()                                  # one address asks more often than any shopper
    guest, now = f"{time.monotonic_ns():040}", timezone.now()
    sku = Sku.objects.values_list("pk", flat=True).get(code=f"B{at % 900 + 1}-1")
    post(client, "/cart", {"shop": "BENCH", "sku_id": sku, "quantity": 1}, **{"X-Cart-Token": guest})
    with transaction.atomic():                                # as login does, without waiting for a code
        asked = Reference("phone", "", f"139{time.monotonic_ns() // 1000 % 10**8:08}")
        customer_id = find_or_create_many(references=[asked], now=now)[asked]
        mine = {"Authorization": f"Bearer {tokens.issue_token(customer_id=customer_id, now=now)}"}
        cart.merge(token=guest, customer_id=customer_id)
    address = post(client, "/addresses", PLACE, **mine)
    group = post(client, "/checkout", {"address_id": address["id"]}, **mine, **{"Idempotency-Key": guest})
    wish = {"provider": "demo", "way": "page"}
    paid = post(client, f"/purchases/{group['number']}/pay", wish, **mine, **{"Idempotency-Key": guest})
    status = PaymentStatus(
        number=paid["number"], state=Paid.PAID, amount_fen=paid["amount_fen"], ref=guest, paid_at=now)
    with transaction.atomic():
        notices.apply_event(provider="demo", event=Event(id=guest, payment=status), body=b"{}", now=now)


if __name__ == "__main__":
    main()
