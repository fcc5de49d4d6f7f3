"""How long a customer's words take to the screen of an agent, with fifty agents and twenty messages a second.

    python -m benches.desk_live [--agents 50] [--rate 20] [--seconds 60]

Starts web (two processes), worker and push as `liuke up` does. Each agent has a ticket open and does what its page
does: hears its topic from the push process, fetches the conversation when something was said, and what stands beside it
at most every four seconds. Ten more look at the list (fetched anew at most every two seconds) and one at the manager's
board. The customers of those tickets write at a fixed rate over HTTP, whether the answer to the last words has come or
not; the time of each message is from when it was due to be sent until an agent's conversation holds it.
"""

import argparse
import http.client
import json
import os
import re
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import quote

from benches.mall import PORT, PUSH_PORT, backends_of, installation, loop, someone, tree, used

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
SAID = re.compile(r"words-(\d{6})")
TICKET = re.compile(r'data-ticket="([^"]+)"')
SENDERS, LISTS = 16, 10
BESIDE_SECONDS, LIST_SECONDS, BOARD_SECONDS = 4.0, 2.0, 3.0
WARM_SECONDS, LAST_SECONDS = 5, 10


@dataclass
class Seen:
    """When each message was due, and when it first stood on a screen."""

    due: dict[int, float] = field(default_factory=dict)
    shown: dict[int, float] = field(default_factory=dict)

    def show(self, page: str, at: float) -> None:
        for number in SAID.findall(page):
            self.shown.setdefault(int(number), at)


class Screen(threading.Thread):
    """An open page: hears a topic, fetches its parts."""

    def __init__(self, page: str, topic: str, parts: dict[str, float], cookie: str, seen: Seen | None) -> None:
        super().__init__(daemon=True)
        self.page, self.topic, self.parts, self.cookie, self.seen = page, topic, parts, cookie, seen
        self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.fetched = dict.fromkeys(parts, 0.0)
        self.ready = threading.Event()

    def get(self, path: str) -> str:
        self.line.request("GET", path, headers={"Cookie": f"liuke_session={self.cookie}"})
        answer = self.line.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, (path, answer.status)
        return text

    def run(self) -> None:
        found = TICKET.search(self.get(self.page))
        assert found, "the page is not live"
        stream = http.client.HTTPConnection("127.0.0.1", PUSH_PORT, timeout=300)
        stream.request("GET", f"/events?ticket={quote(found[1].replace('&quot;', ''))}")
        answer = stream.getresponse()
        assert answer.status == 200, answer.status
        self.ready.set()
        while line := answer.readline():
            if line.startswith(b"data:") and f'"{self.topic}"'.encode() in line:
                self.fetch()

    def fetch(self) -> None:
        """Every part that is not too fresh. (A browser fetches what it left out a little later: the same cost.)"""
        for path, seconds in self.parts.items():
            if time.monotonic() - self.fetched[path] < seconds:
                continue
            self.fetched[path] = time.monotonic()
            page = self.get(path)
            if self.seen:
                self.seen.show(page, time.monotonic())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--agents", type=int, default=50)
    options.add_argument("--rate", type=int, default=20)
    options.add_argument("--seconds", type=int, default=60)
    chosen = options.parse_args()
    from benches.ledger import server

    with server(), ExitStack() as stack:
        cookies, tokens = people(chosen.agents)
        processes = stack.enter_context(installation())
        pool = stack.enter_context(ThreadPoolExecutor(SENDERS))
        seen = Seen()
        numbers = [say(token, f"first-{at:06}", "第一句") for at, token in enumerate(tokens)]
        screens = opened(numbers, cookies, seen)
        for each in screens:
            each.start()
        for each in screens:
            assert each.ready.wait(60)
        spoken(pool, tokens, seen, rate=chosen.rate, seconds=WARM_SECONDS, first=0)
        warm = len(seen.due)
        before = cost(processes)
        spoken(pool, tokens, seen, rate=chosen.rate, seconds=chosen.seconds, first=warm)
        time.sleep(LAST_SECONDS)
        print(f"\n{chosen.agents} agents, {chosen.rate} messages a second: ", end="")
        report(seen, warm, before, cost(processes))


def people(agents: int) -> tuple[list[str], list[str]]:
    """Sessions of so many agents, and tokens of as many customers."""
    from django.db import transaction
    from django.test import Client
    from django.utils import timezone

    from liuke.customers.services import tokens
    from liuke.customers.tests.builders import make_customer
    from liuke.org.rules import Role
    from liuke.org.tests.builders import staff

    cookies, found = [], []
    for at in range(agents):
        client = Client()
        role = Role.OWNER if at == 0 else Role.AGENT
        client.force_login(staff(f"agent{at}", role=role, name=f"客服 {at}"), backend="liuke.org.login.StaffBackend")
        cookies.append(client.cookies["liuke_session"].value)
        with transaction.atomic():
            found.append(tokens.issue_token(customer_id=make_customer(name=f"顾客 {at}").pk, now=timezone.now()))
    return cookies, found


def opened(numbers: list[str], cookies: list[str], seen: Seen) -> list[Screen]:
    """A conversation for each agent, and some lists and the board beside them."""
    from liuke.desk.models import Ticket

    ids = dict(Ticket.objects.values_list("number", "pk"))
    at, made = "/console/desk", []
    for number, cookie in zip(numbers, cookies, strict=True):
        here, topic = f"{at}/tickets/{number}/", f"desk.ticket:{ids[number]}"
        made.append(Screen(here, topic, {f"{here}news/": 0.0}, cookie, seen))
        made.append(Screen(here, topic, {f"{here}work/": BESIDE_SECONDS}, cookie, None))
    lists = {f"{at}/tickets/news/?list=open": LIST_SECONDS}
    made += [Screen(f"{at}/tickets/?list=open", "desk.tickets", lists, cookie, None) for cookie in cookies[:LISTS]]
    made.append(Screen(f"{at}/board/", "desk.tickets", {f"{at}/board/news/": BOARD_SECONDS}, cookies[0], None))
    return made


_lines = threading.local()


def say(token: str, key: str, words: str) -> str:
    """The number of the case it belongs to."""
    line = getattr(_lines, "line", None)
    if line is None:
        line = _lines.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    line.request("POST", "/api/v1/desk/messages", json.dumps({"text": words}).encode(), {
        "Content-Type": "application/json", "X-Forwarded-For": someone(), "Authorization": f"Bearer {token}",
        "Idempotency-Key": f"bench-{key}"})
    answer = line.getresponse()
    said = json.loads(answer.read())
    assert answer.status == 200, said
    return str(said["case"])


def spoken(pool: ThreadPoolExecutor, tokens: list[str], seen: Seen, *, rate: int, seconds: int, first: int) -> None:
    """Say so many things at a fixed rate, each customer in turn."""
    began, waits = time.monotonic(), []
    for at in range(rate * seconds):
        due = began + at / rate
        time.sleep(max(0.0, due - time.monotonic()))
        number = first + at
        seen.due[number] = due
        waits.append(pool.submit(say, tokens[number % len(tokens)], f"{number:08}", f"words-{number:06}"))
    for each in waits:
        each.result()


def cost(processes: dict[str, int]) -> dict[str, float]:
    """CPU seconds of each process so far, and of its backends."""
    found = {name: sum(used(tree(pid)).values()) for name, pid in processes.items()}
    return found | {"PostgreSQL": sum(sum(used(backends_of(f"bench {name}")).values()) for name in processes)}


def report(seen: Seen, warm: int, before: dict[str, float], after: dict[str, float]) -> None:
    counted = [number for number in seen.due if number >= warm]
    times = sorted((seen.shown[number] - seen.due[number]) * 1000 for number in counted if number in seen.shown)
    lost = len(counted) - len(times)
    cut = statistics.quantiles(times, n=100)
    print(f"{len(counted)} of them p50 {cut[49]:.0f} ms, p95 {cut[94]:.0f} ms, p99 {cut[98]:.0f} ms, longest"
          f" {times[-1]:.0f} ms; {lost} never seen")
    each = ", ".join(f"{name} {(after[name] - before[name]) * 1000 / len(counted):.1f}" for name in after)
    print(f"CPU ms for each message: {each}; load {os.getloadavg()[0]:.1f}, loop {loop():.2f} ms", flush=True)


if __name__ == "__main__":
    main()
