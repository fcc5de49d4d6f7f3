"""Finds customers among a million: CPU of the first page for each kind of search, ours and the database's together.

    python -m benches.customers [--customers 1000000] [--again]

Fills the empty database of LIUKE_DATABASE_URL (or uses it as it is, with --again), or a throw-away server of its own
when that is not set, and prints a table for docs/benchmarks.md. Names follow the real frequency of Chinese family
names, so common ones are common.
"""

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")
FAMILIES = {
    "王": 7.2, "李": 7.2, "张": 6.8, "刘": 5.4, "陈": 4.5, "杨": 3.1, "黄": 2.2, "赵": 2.3, "周": 2.1, "吴": 2.0,
    "徐": 1.7, "孙": 1.5, "朱": 1.3, "马": 1.3, "胡": 1.3, "郭": 1.2, "林": 1.2, "何": 1.2, "高": 1.1, "梁": 1.0,
    "郑": 0.9, "罗": 0.9, "宋": 0.8, "谢": 0.7, "唐": 0.7, "韩": 0.7, "曹": 0.6, "许": 0.6, "邓": 0.6, "萧": 0.6,
    "冯": 0.6, "曾": 0.6, "程": 0.6, "蔡": 0.5, "彭": 0.5, "潘": 0.5, "袁": 0.5, "于": 0.5, "董": 0.5, "余": 0.5,
    "苏": 0.5, "叶": 0.5, "吕": 0.5, "魏": 0.5, "蒋": 0.4, "田": 0.4, "杜": 0.4, "丁": 0.4, "沈": 0.4, "姜": 0.4,
    "单": 0.05, "欧阳": 0.1, "司马": 0.02,
}
GIVEN = (
    "明月伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛超霞平刚桂兰红玉梅建国志华文斌飞宇浩然子涵雨欣怡佳琪梓轩博嘉诚思远"
    "晨曦梦瑶雅婷俊辉鹏程旭东海波春燕小龙凤云山峰林森鑫淼焱垚晓彤诗悦宁安康乐天成翔昊坤瑞祥福寿禄喜庆新民德仁义"
)
SHARES = [("老客户", 0.3), ("母婴", 0.01), ("内测", 0.0001)]
SEARCHES = [
    ("no words", {}), ("family name 王", {"text": "王"}), ("rare family name 司马", {"text": "司马"}),
    ("full name 王明月", {"text": "王明月"}), ("two characters 明月", {"text": "明月"}),
    ("initials w", {"text": "w"}), ("initials wmy", {"text": "wmy"}), ("pinyin wang", {"text": "wang"}),
    ("pinyin wangmingyue", {"text": "wangmingyue"}), ("pinyin and initials wangmy", {"text": "wangmy"}),
    ("nobody 龘龘", {"text": "龘龘"}), ("nobody qqxzv", {"text": "qqxzv"}),
    ("phone", {"text": "13800500000"}), ("last four digits", {"text": "4242"}),
    ("part of a member number", {"text": "5512"}), ("whole member number", {}),
]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--customers", type=int, default=1_000_000)
    options.add_argument("--again", action="store_true", help="measure what an earlier run has filled")
    chosen = options.parse_args()
    with database():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        if not chosen.again:
            started = time.perf_counter()
            seed(chosen.customers)
            print(f"{chosen.customers} customers seeded in {time.perf_counter() - started:.0f} s\n")
        measure()


@contextmanager
def database() -> Iterator[None]:
    if "LIUKE_DATABASE_URL" in os.environ:
        yield
        return
    from liuke.run.testing import THIS_RUN

    assert THIS_RUN is not None, "there is a server of our own, since none was given"
    THIS_RUN.start()
    try:
        yield
    finally:
        THIS_RUN.close()


def seed(count: int) -> None:
    from django.db import connection

    from liuke.customers.models import Customer

    assert not Customer.objects.exists(), "the bench wants an empty database"
    chance = random.Random(7)
    with connection.cursor() as cursor, dropped_indexes(cursor):
        copy_customers(cursor, count, chance)
        copy_phones(cursor, count)
        for at, (name, share) in enumerate(SHARES, 1):
            cursor.execute("INSERT INTO customers_tag (id, name) VALUES (%s, %s)", [at, name])
            cursor.execute(
                "INSERT INTO customers_customertag (customer_id, tag_id, source, added_at)"
                " SELECT id, %s, 'staff', now() FROM customers_customer WHERE random() < %s", [at, share])
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('customers_customer_id_seq', %s), setval('customers_number_seq', %s)",
                       [count, count])
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def dropped_indexes(cursor: Any) -> Iterator[None]:
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('customers_customer', 'customers_identity')"
        " AND indexdef NOT LIKE '%UNIQUE%'"
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def copy_customers(cursor: Any, count: int, chance: random.Random) -> None:
    from liuke.customers.queries import marks
    from liuke.customers.rules import numbers
    from liuke.kit import crypto

    pool = []
    for family in chance.choices(list(FAMILIES), list(FAMILIES.values()), k=60_000):
        name = family + "".join(chance.choices(GIVEN, k=chance.choice([1, 2, 2])))
        grams = ",".join(map(str, marks.name_grams(name)))
        pool.append(f"\\\\x{crypto.encrypt(name).hex()}\t{{{grams}}}")
    with cursor.copy("COPY customers_customer (id, number, name_enc, name_grams, joined_at) FROM STDIN") as copy:
        for pk in range(1, count + 1):
            copy.write(f"{pk}\t{numbers.number_of(pk)}\t{chance.choice(pool)}\t{moment(pk, count)}\n")


def moment(at: int, count: int) -> str:
    """Spread over three years, in order."""
    seconds = 1_700_000_000 + at * 94_608_000 // count
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def copy_phones(cursor: Any, count: int) -> None:
    from liuke.customers.queries import marks
    from liuke.customers.rules import identities
    from liuke.kit import crypto

    columns = "customer_id, kind, scope, value_enc, blind, hint"
    with cursor.copy(f"COPY customers_identity ({columns}) FROM STDIN") as copy:
        for pk in range(1, count + 1):
            phone = f"+86138{pk:08}"
            blind = marks.identity_mark("phone", phone).hex()
            copy.write(f"{pk}\tphone\t\t\\\\x{crypto.encrypt(phone).hex()}\t\\\\x{blind}\t"
                       f"{identities.hint('phone', phone)}\n")


def measure() -> None:
    from django.db import connection

    from liuke.customers.models import Customer
    from liuke.customers.queries.search import Ask, page
    from liuke.customers.rules.searching import Sort

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    number = Customer.objects.get(pk=1234).number
    searches: list[tuple[str, dict[str, Any]]] = [
        (label, {"text": number} if label == "whole member number" else ask) for label, ask in SEARCHES
    ]
    searches += [(f"tag on {share:.2%}", {"tag_ids": [at]}) for at, (_, share) in enumerate(SHARES, 1)]
    searches += [("family name 王 and a tag on 1.00%", {"text": "王", "tag_ids": [2]}),
                 ("oldest first, pinyin li", {"text": "li", "sort": Sort.OLDEST})]
    print("| Search | found | CPU ms, median | CPU ms, worst | of that in PostgreSQL |")
    print("| --- | --- | --- | --- | --- |")
    for label, ask in searches:
        found, cpu, database_cpu = cost(partial(page, Ask(**ask)), backend)
        print(f"| {label} | {len(found.rows)}{'+' if found.next else ''} | {statistics.median(cpu) * 1000:.1f} |"
              f" {max(cpu) * 1000:.1f} | {statistics.median(database_cpu) * 1000:.1f} |")


def cost(call: Callable[[], Any], backend: int, times: int = 7) -> tuple[Any, list[float], list[float]]:
    """CPU seconds of this process and of the database's process that serves it, ten calls at a time."""
    ours, theirs, result = [], [], call()
    for _ in range(times):
        started, database_started = time.process_time(), spent(backend)
        for _ in range(10):
            result = call()
        database_cpu = (spent(backend) - database_started) / 10
        ours.append((time.process_time() - started) / 10 + database_cpu)
        theirs.append(database_cpu)
    return result, ours, theirs


def spent(process: int) -> float:
    """CPU seconds of a process, from the scheduler (nanoseconds), which is finer than its clock ticks."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main()
