"""What the desk costs with 100,000 tickets: pages, conversations, clocks; and the same for django-helpdesk.

    python -m benches.desk [--tickets 100000] [--skip-peer] [--skip-live] [--only-live]

Makes a throw-away database with ten messages and ten clocks for each ticket (a fifth of them open) and asks the pages
as a member of staff, in this process: CPU is this process's and that of its backend of PostgreSQL, the middle of many
requests. Then django-helpdesk, installed from PyPI into an environment of its own, gets as many tickets on the same
server and is asked the same way (`benches/desk_peer.py`). `benches/desk_mail.py` measures a thousand mails from an
IMAP server, `benches/desk_live.py` how long a customer's words take to an agent's screen. Figures go into
docs/benchmarks.md.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benches.ledger import cpu, server
from benches.mall import loop

PEER = "django-helpdesk==2.6.1"
STAFF, CUSTOMERS = 50, 20_000
MESSAGES, CLOCKS = 10, 10                # of one ticket
OPEN_SHARE = 5                           # every fifth is open
WARM, ROUNDS = 15, 100
PATIENCE = 900                           # seconds that each part may take which runs in a process of its own
SAID = (
    "奶瓶用了三天就裂了", "快递还没到，能帮我催一下吗", "推车的左前轮转不动", "怎么洗才不会掉色",
    "想换大一码的，标签还在", "加热器不通电，保修期内能修吗", "孩子很喜欢，谢谢", "订单里少了一包湿巾",
    "批号在包装底部，我拍给你们", "能开发票吗",
)
SEED = """
SET session_replication_role = replica;
INSERT INTO customers_customer (id, number, name_enc, name_grams, joined_at)
SELECT n, 'B' || n, (SELECT name_enc FROM pool WHERE pool.n = g.n %% 1000), '{}', now()
FROM generate_series(1, %(customers)s) AS g(n);
INSERT INTO desk_conversation (id, channel, external_id, customer_id, opened_at)
SELECT n, (ARRAY['chat', 'email', 'wecom', 'phone'])[1 + n %% 4], 'bench:' || n, 1 + n %% %(customers)s,
       now() - n * interval '2 minutes' FROM generate_series(1, %(tickets)s) AS n;
INSERT INTO desk_ticket (id, number, customer_id, conversation_id, title_enc, kind, kind_by, risk, severity, tier,
    priority, priority_why, state, assignee_id, policy_version_id, opened_at, last_said_at, waiting_since_at, done_at,
    due_at, due_clock, overdue_since_at)
SELECT n, 'S' || (261000000000 + n), customer_id, n, (SELECT text_enc FROM pool WHERE pool.n = t.n %% 1000),
    (ARRAY['quality', 'logistics', 'usage', 'return', ''])[1 + n %% 5], 'words', '', 2,
    CASE WHEN n %% 10 = 0 THEN 'vip' ELSE 'plain' END, 1 + n %% 4, 'middle+plain',
    CASE WHEN alive THEN (ARRAY['new', 'open', 'in_progress', 'pending_customer'])[1 + n / 5 %% 4] ELSE 'solved' END,
    CASE WHEN n %% 7 = 0 THEN NULL ELSE (SELECT id FROM staff WHERE staff.n = t.n %% %(staff)s) END, %(version)s,
    opened_at, opened_at + interval '1 minute', CASE WHEN alive AND n %% 3 = 0 THEN opened_at END,
    CASE WHEN NOT alive THEN opened_at + interval '3 hours' END,
    CASE WHEN alive THEN now() + (n %% 20000 - 2000) * interval '1 minute' END,
    CASE WHEN alive THEN 'resolution' ELSE '' END,
    CASE WHEN alive AND n %% 20000 < 2000 THEN now() - interval '1 hour' END
FROM (SELECT id AS n, customer_id, opened_at, id %% %(share)s = 0 AS alive FROM desk_conversation) t;
INSERT INTO desk_message (conversation_id, ticket_id, channel, external_id, author, staff_id, public, text_enc, marks,
    happened_at, recorded_at)
SELECT t.id, t.id, 'chat', 'bench:' || t.id || ':' || m, CASE WHEN m %% 2 = 0 THEN 'customer' ELSE 'staff' END,
    CASE WHEN m %% 2 = 1 THEN (SELECT id FROM staff WHERE staff.n = t.id %% %(staff)s) END, true, pool.text_enc,
    pool.marks,
    t.opened_at + m * interval '1 minute', t.opened_at + m * interval '1 minute'
FROM desk_ticket t, generate_series(0, %(messages)s - 1) AS m, pool WHERE pool.n = (t.id * 7 + m * 13) %% 1000;
INSERT INTO desk_deadline (ticket_id, clock, started_at, policy_version_id, status, target_seconds, used_seconds,
    due_at, warn_at, stopped_at, ended_at, provisional)
SELECT t.id, CASE WHEN c = 0 THEN 'resolution' ELSE 'next_response' END, t.opened_at + c * interval '1 minute',
    %(version)s, CASE WHEN c = 0 AND t.done_at IS NULL THEN 'running' ELSE 'met' END, 172800, 60,
    CASE WHEN c = 0 AND t.done_at IS NULL THEN t.due_at ELSE t.opened_at + interval '1 day' END, NULL,
    CASE WHEN c > 0 THEN t.opened_at + c * interval '2 minutes' END,
    CASE WHEN c > 0 OR t.done_at IS NOT NULL THEN t.opened_at + c * interval '2 minutes' END, false
FROM desk_ticket t, generate_series(0, %(clocks)s - 1) AS c;
INSERT INTO desk_logentry (ticket_id, kind, at, state, from_customer, clock, word)
SELECT t.id, (ARRAY['created', 'agent_reply', 'assigned'])[1 + l], t.opened_at + l * interval '1 minute', '', true, '',
    ''
FROM desk_ticket t, generate_series(0, 2) AS l;
INSERT INTO desk_tickettag (ticket_id, name) SELECT id, '批次 ' || id %% 50 FROM desk_ticket WHERE id %% 10 = 0;
INSERT INTO desk_ticketcount (name, count)
SELECT name, count(*) FROM desk_ticket AS ticket, unnest(desk_lists_of(ticket)) AS name GROUP BY name;
SET session_replication_role = origin;
"""
SEQUENCES = ("customers_customer", "desk_conversation", "desk_ticket")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tickets", type=int, default=100_000)
    options.add_argument("--work", type=Path, default=Path.home() / ".cache" / "liuke-bench")
    options.add_argument("--skip-peer", action="store_true")
    options.add_argument("--skip-live", action="store_true")
    options.add_argument("--only-live", action="store_true")
    chosen = options.parse_args()
    if not chosen.only_live:
        with server():
            started = time.monotonic()
            seed(chosen.tickets)
            print(f"{chosen.tickets:,} tickets in {time.monotonic() - started:.0f} s", file=sys.stderr)
            ours = pages()
            clocks()
            if not chosen.skip_peer:
                compare(ours, peer(chosen.work, chosen.tickets))
        subprocess.run([sys.executable, "-m", "benches.desk_mail"], check=True, timeout=PATIENCE)
    if not chosen.skip_live:
        subprocess.run([sys.executable, "-m", "benches.desk_live"], check=True, timeout=PATIENCE)


def seed(tickets: int) -> None:
    """Everything in a few statements, past the triggers; then what autovacuum would do."""
    from django.db import connection, transaction
    from django.utils import timezone

    from liuke.desk.models import DutyRotation, PolicyVersion
    from liuke.desk.services import duty, promises
    from liuke.org.models import Staff
    from liuke.org.rules import Role
    from liuke.org.tests.builders import staff

    now = timezone.now()
    people = [staff(f"bench{at}", role=Role.AGENT, name=f"客服 {at}") for at in range(STAFF - 1)]
    people.append(staff("boss", role=Role.OWNER, name="主管"))
    with transaction.atomic():
        promises.set_up(now=now)
        duty.save_rotation(name="全天", now=now, turns=duty.Turns(
            starts_on=now.date(), turns=[[person.pk for person in people]], weekly=[[["00:00", "24:00"]]] * 7,
            zone="Asia/Shanghai"))
    assert Staff.objects.count() == STAFF
    assert DutyRotation.objects.exists()
    version = PolicyVersion.objects.order_by("pk")[0].pk
    with connection.cursor() as cursor:
        fill_pools(cursor, [person.pk for person in people])
        rebuilt = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('desk_message', 'desk_deadline')"
        cursor.execute(f"{rebuilt} AND indexdef NOT LIKE '%UNIQUE%'")
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for statement in SEED.strip().split(";\n"):
            cursor.execute(statement, {"customers": CUSTOMERS, "tickets": tickets, "staff": STAFF, "version": version,
                                       "share": OPEN_SHARE, "messages": MESSAGES, "clocks": CLOCKS})
        for _name, definition in indexes:
            cursor.execute(definition)
        for table in SEQUENCES:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, max(tickets, CUSTOMERS) + 1])
        cursor.execute("VACUUM ANALYZE")


def fill_pools(cursor: Any, staff_ids: list[int]) -> None:
    """A thousand texts and names, encrypted as they are stored."""
    from liuke.desk.queries.finding import marks_of
    from liuke.kit import crypto

    cursor.execute("CREATE TEMP TABLE pool (n int PRIMARY KEY, text_enc bytea, marks smallint[], name_enc bytea)")
    cursor.execute("CREATE TEMP TABLE staff (n int PRIMARY KEY, id bigint)")
    for at in range(1_000):
        text = f"{SAID[at % 10]}。{SAID[at // 10 % 10]}，{SAID[at // 100]}（第 {at} 句）"
        cursor.execute("INSERT INTO pool VALUES (%s, %s, %s, %s)", [
            at, crypto.encrypt(text), marks_of(text), crypto.encrypt("王李张刘陈"[at % 5] + "满琪月宁安"[at // 5 % 5])])
    cursor.executemany("INSERT INTO staff VALUES (%s, %s)", list(enumerate(staff_ids)))


def pages() -> dict[str, float]:
    """The pages, and the CPU milliseconds of each."""
    from django.test import Client
    from django.urls import reverse

    from liuke.desk.models import Ticket
    from liuke.org.models import Staff

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Staff.objects.get(username="boss"), backend="liuke.org.login.StaffBackend")
    numbers = list(Ticket.objects.filter(done_at=None).order_by("pk").values_list("number", flat=True)[:500])
    inbox, board = reverse("desk:tickets"), reverse("desk:board")
    calls: dict[str, Callable[[int], str]] = {
        "open, first page": lambda _at: f"{inbox}?list=open",
        "open, what changes by itself": lambda _at: f"{reverse('desk:tickets_news')}?list=open",
        "ended, first page": lambda _at: f"{inbox}?list=done",
        "search of a number": lambda at: f"{inbox}?q={numbers[at]}",
        "search of words that were said": lambda at: f"{inbox}?q={SAID[at % 10][:4]}",
        "search of words that few said": lambda at: f"{inbox}?q=第 {at % 1000} 句",
        "conversation": lambda at: reverse("desk:ticket", args=[numbers[at]]),
        "conversation, what changes": lambda at: reverse("desk:ticket_news", args=[numbers[at]]),
        "the panel beside it": lambda at: reverse("console:ticket_side", args=[numbers[at]]),
        "manager's board": lambda _at: board,
        "today": lambda _at: reverse("console:home"),
    }
    print("| page | SQL | CPU ms, middle | 5 % | 95 % | here | PostgreSQL | loop ms |\n" + "| --- " * 8 + "|",
          flush=True)
    return {name: page(client, name, address) for name, address in calls.items()}


def page(client: Any, name: str, address: Callable[[int], str]) -> float:
    """One row of the table."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for at in range(WARM):
        assert client.get(address(at)).status_code == 200, address(at)
    with CaptureQueriesContext(connection) as asked:
        client.get(address(WARM))
    statements = len(asked)                  # the next request empties the list
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    here, there = [], []
    for at in range(ROUNDS):
        began, served = time.process_time_ns(), cpu(backend)
        client.get(address(at))
        here.append((time.process_time_ns() - began) / 1e6)
        there.append((cpu(backend) - served) / 1e6)
    both = sorted(one + other for one, other in zip(here, there, strict=True))
    middle = statistics.median(both)
    figures = (middle, both[int(len(both) * 0.05)], both[int(len(both) * 0.95)], statistics.median(here),
               statistics.median(there), loop())
    print(f"| {name} | {statements} | " + " | ".join(f"{figure:.1f}" for figure in figures) + " |", flush=True)
    return middle


def clocks() -> None:
    """The statement with which the worker takes the next 200 due clocks, as the server itself times it."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from liuke.desk.models import Deadline
    from liuke.desk.services import deadlines

    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        began = time.process_time()
        taken = deadlines.mark_due(now=timezone.now())
        whole = (time.process_time() - began) * 1000
        transaction.set_rollback(True)
    take = next(each["sql"] for each in asked if "SKIP LOCKED" in each["sql"])
    times = []
    with connection.cursor() as cursor:
        for _ in range(50):
            with transaction.atomic():
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {take}")
                plan = cursor.fetchone()[0]
                transaction.set_rollback(True)
            times.append((json.loads(plan) if isinstance(plan, str) else plan)[0]["Execution Time"])
    print(f"\nnext {taken} of {Deadline.objects.count():,} clocks: {statistics.median(times):.2f} ms in the database"
          f" (95 %: {sorted(times)[47]:.2f}); dating all of them with tickets, log, facts and pages told: "
          f"{whole:.0f} CPU ms here, {len(asked)} statements", flush=True)


def peer(work: Path, tickets: int) -> dict[str, float]:
    """The peer's pages in its own environment, which is made once and kept in the work directory."""
    from django.conf import settings

    python = work / "helpdesk" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(work / "helpdesk")], check=True)
    wanted = [PEER, "psycopg[binary]", "setuptools<81"]          # it imports pkg_resources, which newer ones have not
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *wanted], check=True, stdout=sys.stderr,
                   timeout=PATIENCE)
    database = settings.DATABASES["default"]
    environment = {
        "PATH": os.environ["PATH"], "PEER_HOST": str(database["HOST"]), "PEER_PORT": str(database.get("PORT", "")),
        "PEER_USER": str(database.get("USER", "")), "PEER_PASSWORD": str(database.get("PASSWORD", "")),
        "PEER_HOME": str(database["NAME"]), "PEER_TICKETS": str(tickets), "LANG": "C.UTF-8",
    }
    script = Path(__file__).with_name("desk_peer.py")
    done = subprocess.run([str(python), str(script)], env=environment, stdout=subprocess.PIPE, check=True, text=True,
                          timeout=PATIENCE)
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    print(f"\n| {PEER} | SQL | CPU ms, middle | here | PostgreSQL |\n" + "| --- " * 5 + "|")
    for name, row in found.items():
        print(f"| {name} | {row['sql']:.0f} | {row['cpu']:.0f} | {row['here']:.0f} | {row['there']:.0f} |")
    return {name: row["cpu"] for name, row in found.items()}


def compare(ours: dict[str, float], theirs: dict[str, float]) -> None:
    print("\n| what | ours, CPU ms | theirs | ratio |\n" + "| --- " * 4 + "|")
    for mine, other in (("open, first page", "open tickets, newest 25"), ("conversation", "one ticket"),
                        ("manager's board", "dashboard"), ("search of words that were said", "text search")):
        print(f"| {mine} / {other} | {ours[mine]:.1f} | {theirs[other]:.0f} | {theirs[other] / ours[mine]:.0f} |")


if __name__ == "__main__":
    main()
