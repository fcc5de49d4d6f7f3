"""What customers say in WeCom comes in once, whatever kills the reader, however many read at once."""

import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

import httpx
import pytest
from django.db import transaction

from liuke.channels.fakes.wecom import CORP, KEY, SECRET, TOKEN, FakeWeCom
from liuke.desk.models import Message
from liuke.kit import crypto
from liuke.run.testing import process_environment
from liuke.wecom import services
from liuke.wecom.models import Account

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PULL = "import sys, django; django.setup(); from liuke.wecom.tasks import pull; pull(account=sys.argv[1])"
NOW, MANY = datetime(2026, 6, 8, 2, tzinfo=UTC), 120


@contextmanager
def served(fake):
    """The fake on a port of this machine, for processes of their own."""
    lock = Lock()

    class Door(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = httpx.Request(self.command, f"https://fake{self.path}", content=body)
            with lock:
                told = fake.answer(asked)
            self.send_response_only(told.status_code)
            self.send_header("Content-Type", told.headers.get("content-type", ""))
            self.send_header("Content-Length", str(len(told.content)))
            self.end_headers()
            self.wfile.write(told.content)

        do_GET = do_POST = answer                      # noqa: N815  the names that the server looks for

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def readers():
    """WeCom with many messages, and what starts a reader in a process of its own; none outlives the test."""
    fake, started = FakeWeCom(now=NOW), []
    for number in range(MANY):
        fake.says(f"wm{number % 7}", f"第 {number} 句", at=NOW + timedelta(seconds=number))
    with transaction.atomic():
        services.note_account(code=fake.account)
    with served(fake) as gateway:
        environment = process_environment(
            LIUKE_WECOM_CORPID=CORP, LIUKE_WECOM_SECRET=SECRET, LIUKE_WECOM_TOKEN=TOKEN, LIUKE_WECOM_AES_KEY=KEY,
            LIUKE_WECOM_GATEWAY=gateway)

        def start():
            started.append(subprocess.Popen([sys.executable, "-c", PULL, fake.account], env=environment))
            return started[-1]

        yield start
        for process in started:
            process.kill()
            process.wait()


def everything_came_once():
    rows = Message.objects.filter(author="customer").order_by("happened_at")
    assert [crypto.decrypt(row.text_enc) for row in rows] == [f"第 {number} 句" for number in range(MANY)]
    assert Account.objects.get().cursor == str(MANY)


def test_killed_again_and_again_it_takes_each_message_once(readers):
    kills, so_far, until = 0, 0, time.monotonic() + 90
    while time.monotonic() < until:
        process = readers()
        while process.poll() is None:
            if kills < 3 and Message.objects.count() > so_far:
                time.sleep(0.02 * kills)               # right after a commit, and ever deeper in the next page
                process.kill()
            time.sleep(0.005)
        if process.returncode == 0:
            break
        kills, so_far = kills + 1, Message.objects.count()

    assert (kills, process.returncode) == (3, 0)
    everything_came_once()


def test_two_who_read_at_once_take_each_message_once(readers):
    both = [readers() for _each in range(2)]

    assert [process.wait(90) for process in both] == [0, 0]
    everything_came_once()
