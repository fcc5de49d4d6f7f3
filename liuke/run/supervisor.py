"""`liuke up`: everything an installation needs, kept running until it is told to stop.

One loop in one thread: look after the children, put stalled jobs back, sleep a little. No child outlives it, whatever
ends it (see leash.py).
"""

import argparse
import http.client
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from types import FrameType
from urllib.parse import urlsplit

import psycopg

from liuke.kit import env
from liuke.run import environment, leash, processes
from liuke.run.child import Child, how, say
from liuke.run.errors import Trouble, sentence
from liuke.run.postgres import Server
from liuke.run.reaper import forget_old, reap

LOOK_SECONDS = 0.2
REAP_SECONDS = 15
FORGET_SECONDS = 3600
LOCK_SECONDS = 15
STOP_WEB_SECONDS, STOP_WORKER_SECONDS = 3.5, 3.5  # together with the database's 2.5 less than ten
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """We were told to stop while something was still being prepared."""


def main(words: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM. The status is 0 then, and 1 with one sentence if it could not start."""
    options = parse(words[1:])
    processes.must_be_free(options.host, options.port, "--port")
    processes.must_be_free(options.host, options.push_port, "--push-port")
    installation = environment.here()
    addresses(options)
    environment.enter(installation)
    environment.keep(installation)
    processes.prepare(installation.data)
    server = Server(installation.data) if installation.own_database else None
    return Supervisor(options, server).run()


def parse(words: list[str]) -> argparse.Namespace:
    """--demo --host --port --push-port."""
    parser = argparse.ArgumentParser("liuke up", description="Start everything and keep it running.")
    parser.add_argument("--demo", action="store_true", help="fill an empty installation with the demo brand")
    parser.add_argument("--host", default=env.text("LIUKE_HOST", "127.0.0.1"), help="where to listen (127.0.0.1)")
    parser.add_argument("--port", type=int, default=env.number("LIUKE_PORT", 8000), help="of the pages (8000)")
    parser.add_argument("--push-port", type=int, help="of their live updates (one more than --port)")
    options = parser.parse_args(words)
    options.push_port = options.push_port or options.port + 1
    return options


def addresses(options: argparse.Namespace) -> None:
    """Tell the children how browsers reach us, unless LIUKE_URL and LIUKE_PUSH_URL already do."""
    seen = {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(options.host, options.host)  # noqa: S104 compared only
    seen = f"[{seen}]" if ":" in seen else seen
    os.environ.setdefault("LIUKE_URL", f"http://{seen}:{options.port}")
    os.environ.setdefault("LIUKE_PUSH_URL", f"http://{seen}:{options.push_port}")
    if options.demo:
        os.environ["LIUKE_DEMO"] = "yes"
    if sys.stderr.isatty():
        os.environ.setdefault("LIUKE_LOG_PLAIN", "yes")
        os.environ.setdefault("LIUKE_LOG_LEVEL", "WARNING")  # a person wants the addresses to stay in sight


@dataclass
class Supervisor:
    """The loop and what it looks after."""

    options: argparse.Namespace
    server: Server | None
    children: list[Child] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    stopping: bool = False
    ready: bool = False
    reap_at: float = 0.0
    forget_at: float = 0.0

    @property
    def url(self) -> str:
        """Of the database."""
        return os.environ["LIUKE_DATABASE_URL"]

    def run(self) -> int:
        """Prepare, then look after everything until told to stop."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._told_to_stop)
        try:
            self._prepare()
            while not self.stopping:
                self._look()
                time.sleep(LOOK_SECONDS)
        except Stopped:
            pass
        finally:
            self._stop()
        return 0

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopping = True

    def _prepare(self) -> None:
        """The database first, then its tables, then the demo brand; only then may anybody come."""
        if self.server:
            self._start_database(self.server)
        else:
            psycopg.connect(self.url, connect_timeout=5).close()
        told = self._step("make the tables ready", processes.ready(demo=self.options.demo))
        self.logins = told.splitlines()
        host, port, push_port = self.options.host, self.options.port, self.options.push_port
        self.children += [
            Child("web", lambda: leash.spawn(processes.web(host, port))),
            Child("worker", lambda: leash.spawn(processes.worker())),
            Child("push", lambda: leash.spawn(processes.push(host, push_port))),
        ]

    def _start_database(self, server: Server) -> None:
        server.make_home()
        give_up = time.monotonic() + LOCK_SECONDS
        while not server.try_lock():
            if time.monotonic() > give_up or self.stopping:
                raise Trouble(f"Liuke, or a command of it, already runs the database in {server.home}.")
            time.sleep(LOOK_SECONDS)
        server.start_locked()
        self.children.append(Child("database", server.launch, server.process, started=time.monotonic()))

    def _step(self, what: str, command: list[str]) -> str:
        """Run a command of ours to its end, with the database looked after meanwhile; what it printed."""
        with tempfile.TemporaryFile() as answer:
            process = leash.spawn(command, output=answer, complaints=None)
            while process.poll() is None:
                if self.stopping:
                    process.terminate()
                    process.wait()
                    raise Stopped
                self._look()
                time.sleep(0.05)
            if process.returncode:
                raise Trouble(f"Could not {what} ({how(process.returncode)}); the reason stands above.")
            answer.seek(0)
            return answer.read().decode()

    def _look(self) -> None:
        for child in self.children:
            try:
                child.look()
            except (Trouble, OSError) as error:  # such as a disk that is full just now; again at the next look
                say(sentence(error) or str(error))
                child.crashes += 1
                child.due = time.monotonic() + 5
        if len(self.children) > 1:
            self._reap()
            if not self.ready and is_ready(self.options.host, self.options.port):
                self.ready = True
                print(welcome(self.logins), flush=True)

    def _reap(self) -> None:
        now = time.monotonic()
        if now < self.reap_at:
            return
        self.reap_at = now + REAP_SECONDS
        try:
            done = reap(self.url)
            if now >= self.forget_at:
                more = forget_old(self.url)
                self.forget_at = now + (REAP_SECONDS if more else FORGET_SECONDS)
        except Exception as error:
            say(f"stalled jobs could not be looked for: {type(error).__name__} {error}")
            return
        if done.again or done.given_up:
            say(f"jobs of dead workers: {done.again} put back, {done.given_up} given up")

    def _stop(self) -> None:
        """The web and the live updates first, then the worker, and the database last."""
        by_name = {child.name: child for child in self.children}
        front = [by_name[name] for name in ("web", "push") if name in by_name]
        for child in front:
            child.ask_to_stop()
        give_up = time.monotonic() + STOP_WEB_SECONDS
        for child in front:
            child.must_stop_within(max(0.1, give_up - time.monotonic()))
        if worker := by_name.get("worker"):
            worker.ask_to_stop()
            worker.must_stop_within(STOP_WORKER_SECONDS)
        if self.server:
            self.server.stop()


def is_ready(host: str, port: int) -> bool:
    """Whether the web answers 200 at /readyz."""
    at = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 compared only
    connection = http.client.HTTPConnection(at, port, timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"Host": urlsplit(os.environ["LIUKE_URL"]).netloc})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(logins: list[str]) -> str:
    """What stands on the screen when everything runs."""
    url = os.environ["LIUKE_URL"].rstrip("/")
    rows = {"Console": f"{url}/console/", "API": f"{url}/api/v1/docs", "Data": os.environ["LIUKE_DATA"]}
    lines = [f"  {name:<9}{value}" for name, value in rows.items()]
    lines += [f"  {'Logins' if login is logins[0] else '':<9}{login}" for login in logins]
    return "\n".join(["", "  Liuke is ready.", *lines, "  Ctrl-C stops everything.", ""])
