"""One PostgreSQL server under our own supervision: made on first use, reached through a socket, gone when we are gone.

A server belongs to one data directory. Whoever starts it holds the directory's lock, so two never fight over it.
"""

import fcntl
import hashlib
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from liuke.run import binaries, leash
from liuke.run.account import Account, make_home, service_account
from liuke.run.errors import Trouble

DATABASE = SUPERUSER = "liuke"
LONGEST_SOCKET_DIRECTORY = 80  # the kernel takes 103 to 107 bytes, and the socket's own name needs 14
CLEAN_STOP_SECONDS, HARD_STOP_SECONDS = 2, 0.7
LINGER_SECONDS = 20
READY_SECONDS = 600  # a long recovery after a crash is not an error
LOCALES = (
    ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"],  # PostgreSQL 17 and newer
    ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=en_US.UTF-8"],
    ["--locale=C.UTF-8"],
    ["--locale=en_US.UTF-8"],
)  # never plain C: trigram search finds no Chinese under it
DEFAULTS = """
# Liuke's defaults; yours to change
shared_buffers = 256MB
max_connections = 100
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_min_duration_statement = 2s
"""
THROW_AWAY = """
# a server for tests: fast, and worth nothing after a crash
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 64MB
max_connections = 200
max_wal_size = 2GB
checkpoint_timeout = 1h
checkpoint_completion_target = 0.0
autovacuum_naptime = 1h
"""


class Lingers(Trouble):
    """The last server of this directory has not quite gone."""


@dataclass
class Server:
    """The server of `home`/postgres. Use it as a context manager, or `start` and `stop` it."""

    home: Path
    throw_away: bool = False
    account: Account = field(default_factory=service_account)
    process: subprocess.Popen[bytes] | None = None
    lock: IO[str] | None = None

    @property
    def data(self) -> Path:
        """The data directory of PostgreSQL itself."""
        return self.home / "postgres"

    @property
    def socket_directory(self) -> Path:
        """Beside the data; a short place elsewhere when that path is too long for the kernel or not plain."""
        near = self.home / "socket"
        if re.fullmatch(r"[\w/.+-]+", str(near), re.ASCII) and len(str(near)) <= LONGEST_SOCKET_DIRECTORY:
            return near
        name = hashlib.sha256(bytes(self.data)).hexdigest()[:12]
        return Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"liuke-{os.geteuid()}-{name}"  # noqa: S108 checked to be ours

    @property
    def url(self) -> str:
        """For LIUKE_DATABASE_URL."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The URL of another database in this server."""
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(self.socket_directory), safe='')}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make the cluster and the database if need be, start, and wait until it answers. Call from the main thread."""
        self.make_home()
        if not self.try_lock():
            raise Trouble(f"Another process has started the database in {self.data}.")
        self.start_locked()

    def make_home(self) -> None:
        """Make the directories, as far as they are missing."""
        make_home(self.home)
        self.account.own(self.data)
        self.account.own(self.socket_directory)
        if not self.account.can_enter(self.data):
            closed = self.account.closed(self.data) or self.data
            raise Trouble(
                f"The account {self.account.name}, under which PostgreSQL runs, cannot reach {self.data}, for it may "
                f"not pass through {closed}: `chmod o+x {shlex.quote(str(closed))}` allows that, and only that; or set "
                "LIUKE_DATA to another place, such as /var/lib/liuke/main."
            )

    def try_lock(self) -> bool:
        """Become the one that runs this directory's server, unless somebody is."""
        try:
            lock = (self.home / "postgres.lock").open("w", encoding="ascii")
        except OSError as error:
            raise Trouble(f"Cannot write to {self.home}: {error.strerror}.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return False
        self.lock = lock
        return True

    def start_locked(self) -> None:
        """The same when the lock is ours. A server whose starter was killed a moment ago may still be shutting down."""
        give_up = time.monotonic() + LINGER_SECONDS
        while True:
            self.launch()
            try:
                self.wait_ready()
            except Lingers:
                if time.monotonic() > give_up:
                    self.release()
                    raise
                time.sleep(0.3)
            except BaseException:
                self.stop()
                raise
            else:
                return

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server process, without waiting for it. The lock must be ours."""
        assert self.lock
        programs = binaries.runnable_by(self.account)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(programs)
        self._check_version(programs)
        command: list[str | Path] = [
            programs / "postgres",
            "-D",
            self.data,
            "-c",
            "listen_addresses=",
            "-k",
            self.socket_directory,
        ]
        with self._said().open("wb") as said:
            self.process = leash.spawn(
                command, end_with=signal.SIGINT, uid_gid=self.account.uid_gid, env=_clean_env(), cwd="/", output=said
            )
        return self.process

    def wait_ready(self) -> None:
        """Wait until the server answers, and make the database if it is missing."""
        give_up = time.monotonic() + READY_SECONDS
        while time.monotonic() < give_up:
            if self.process and self.process.poll() is not None:
                raise _no_start(self._said())
            if self.answers():
                self._make_database()
                return
            time.sleep(0.05)
        raise Trouble(f"PostgreSQL did not get ready within {READY_SECONDS} s; see {self.data / 'log'}.")

    def answers(self) -> bool:
        """Whether a connection can be made now."""
        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Stop the server if it is ours: first politely, then hard. Again is nothing."""
        if self.process:
            for number, seconds in ((signal.SIGINT, CLEAN_STOP_SECONDS), (signal.SIGQUIT, HARD_STOP_SECONDS)):
                if self.process.poll() is None:
                    self.process.send_signal(number)
                    try:
                        self.process.wait(seconds)
                    except subprocess.TimeoutExpired:
                        continue
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self.process = None
        self.release()

    def release(self) -> None:
        """Let another process run this directory's server."""
        if self.lock:
            self.lock.close()
            self.lock = None

    def _said(self) -> Path:
        """What the server printed before its own log took over."""
        return self.home / "postgres-start.log"

    def _make_cluster(self, programs: Path) -> None:
        """Run initdb in a directory beside, so that a crash half-way leaves nothing that looks like a cluster."""
        half = self.data.with_name("postgres.new")
        said = b""
        for locale in LOCALES:
            with tempfile.TemporaryFile() as output:
                self._empty(half)
                command: list[str | Path] = [
                    programs / "initdb",
                    "-D",
                    half,
                    "-U",
                    SUPERUSER,
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--no-sync",
                ]
                child = leash.spawn(
                    [*command, *locale], uid_gid=self.account.uid_gid, env=_clean_env(), cwd="/", output=output
                )
                if child.wait() == 0:
                    break
                output.seek(0)
                said = said or output.read()
        else:
            raise Trouble(f"initdb failed: {said.decode(errors='replace').strip().splitlines()[-1:] or 'no reason'}")
        with (half / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(THROW_AWAY if self.throw_away else DEFAULTS)
        self.data.rmdir()
        half.rename(self.data)
        if not self.throw_away:
            os.sync()

    def _empty(self, directory: Path) -> None:
        subprocess.run(["rm", "-rf", "--", directory], check=True)
        self.account.own(directory)

    def _check_version(self, programs: Path) -> None:
        made = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if made != str(binaries.version(programs)):
            raise Trouble(
                f"{self.data} was made by PostgreSQL {made}, but the programs are {binaries.version_text(programs)}: "
                f"point LIUKE_PG_BIN at PostgreSQL {made}, dump with `liuke db dump`, and restore into a new directory."
            )

    def _make_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _clean_env() -> dict[str, str]:
    """Ours without anything that PostgreSQL or the dynamic loader would take as an order."""
    orders = ("PG", "LD_", "LC_", "LANG", "LIUKE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(orders)}


def _no_start(path: Path) -> Trouble:
    """What the server said in its last words, which are a hint or a detail after the reason."""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    fatal = [line.split("FATAL: ", 1)[1].strip() for line in lines if "FATAL: " in line]
    reason = (fatal or lines or [f"no reason given, see {path}"])[-1]
    kind = Lingers if "postmaster.pid" in reason or "shared memory" in reason else Trouble
    return kind(f"PostgreSQL did not start: {reason}")


if sys.platform == "win32":
    raise Trouble("On Windows, set LIUKE_DATABASE_URL to a PostgreSQL server.")
