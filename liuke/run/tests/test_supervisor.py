"""`liuke up` as a person meets it: a process, its children, and what happens when any of them is killed."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from liuke.run.tests.builders import alive, copy_of, environment, free_port, get, liuke, reachable_directory, wait_until

pytestmark = [pytest.mark.crash, pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux processes")]

PARTS = {"database": "postgres -D", "web": "granian", "worker": "run.worker", "push": "run.push"}


@dataclass
class Up:
    """A running `liuke up`."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def is_ready(self):
        assert self.process.poll() is None, self.log.read_text()
        return get(self.url("/readyz"))[0] == 200 and get(f"http://127.0.0.1:{self.port + 1}/healthz")[0] == 200

    def children(self):
        """The process of each name, without their own children."""
        lines = {command_line(child): child.pid for child in psutil.Process(self.process.pid).children()}
        return {name: pid for name, part in PARTS.items() for line, pid in lines.items() if part in line}

    def everyone(self):
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]


def command_line(process):
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


@contextlib.contextmanager
def up(home, *words, ready=True):
    port = free_port()
    log = home / "up.log"
    command = [sys.executable, "-m", "liuke", "up", "--port", str(port), *words]
    with log.open("a") as output:
        process = subprocess.Popen(command, env=environment(home), stdout=output, stderr=output, text=True)
    running = Up(process, port, log)
    try:
        if ready:
            wait_until(running.is_ready, seconds=120, what="ready")
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@pytest.fixture(scope="module")
def made():
    """A data directory with all tables, to be copied and not to be used."""
    with reachable_directory() as path:
        told = liuke(path, "migrate", "--verbosity", "0")
        assert told.returncode == 0, told.stderr
        yield path


@pytest.fixture(scope="module")
def home(made):
    with copy_of(made) as path:
        yield path


@pytest.fixture(scope="module")
def running(home):
    """One that the tests which leave it well share."""
    with up(home) as running:
        yield running


def test_says_where_it_is_and_answers(running):
    wait_until(lambda: f"http://127.0.0.1:{running.port}/console/" in running.log.read_text(), what="the address")

    assert get(running.url("/healthz")) == (200, "ok\n")
    assert get(running.url("/api/v1/openapi.json"))[0] == 200
    assert 'liuke_requests_total{method="GET"' in get(running.url("/metrics"))[1]


@pytest.mark.parametrize("name", ["web", "worker", "push", "database"])
def test_a_killed_child_comes_back(running, name):
    old = running.children()[name]

    os.kill(old, signal.SIGKILL)

    wait_until(lambda: running.children().get(name) not in (None, old), what=f"a new {name}")
    wait_until(running.is_ready, what="ready again")
    assert f"liuke: {name} ended (SIGKILL); " in running.log.read_text()


def test_a_killed_process_of_the_web_server_comes_back(running):
    web = psutil.Process(running.children()["web"])
    before = {child.pid for child in web.children()}
    victim = max(before)  # the first is Python's own helper

    os.kill(victim, signal.SIGKILL)

    wait_until(lambda: {child.pid for child in web.children()} - before, what="a new web process")
    wait_until(running.is_ready)


def test_a_command_beside_it_uses_the_same_database(running, home):
    told = liuke(home, "showmigrations", "run")

    assert told.returncode == 0
    assert "[X] 0001_push_event" in told.stdout


def test_a_taken_port_is_one_sentence(running, home):
    told = liuke(home, "up", "--port", str(running.port))

    assert told.returncode == 1
    assert told.stderr == (
        f"liuke: Port {running.port} on 127.0.0.1 is taken; end what uses it, or choose another with --port.\n"
    )


def test_two_do_not_share_one_directory(running, home):
    told = liuke(home, "up", "--port", str(free_port()))

    assert told.returncode == 1
    assert told.stderr == f"liuke: Liuke, or a command of it, already runs the database in {home}.\n"


def test_a_killed_supervisor_leaves_nobody(made):
    with copy_of(made) as home, up(home) as running:
        everyone = running.everyone()
        assert len(everyone) >= 10

        running.process.kill()
        running.process.wait()

        wait_until(lambda: not [pid for pid in everyone if alive(pid)], what="the end of all")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_in_order_within_ten_seconds(made, number):
    with copy_of(made) as home, up(home) as running:
        everyone = running.everyone()
        began = time.monotonic()

        running.process.send_signal(number)

        assert running.process.wait(10) == 0
        assert time.monotonic() - began < 10
        assert not [pid for pid in everyone if alive(pid)]


@pytest.mark.slow
def test_starts_and_stops_on_existing_data_for_what_two_cores_do_in_fifteen_seconds(made):
    """Waiting would judge the machine and what it does beside; how long one waits is in docs/benchmarks.md."""
    with copy_of(made) as home:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with up(home):
            pass
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        assert used < 2 * 15
