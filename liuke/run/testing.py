"""A throw-away PostgreSQL for one run of pytest (`-p liuke.run.testing`, in pyproject.toml).

It is a plugin and not a conftest because pytest-django reads the settings before any conftest is loaded. The run's
first process starts the server; xdist's workers inherit LIUKE_DATABASE_URL and start nothing. With LIUKE_DATABASE_URL
set beforehand the tests run on that server, wherever it is, and only the data directory is thrown away.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from liuke.kit.db import conninfo
from liuke.run.postgres import Server

PREFIX = "liuke-test-"
DEFAULTS = {
    "LIUKE_SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
    "LIUKE_DATA_KEYS": "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "LIUKE_LOG_LEVEL": "WARNING",
}


def database_url() -> str:
    """Of the test's own database, with host, port and password: for a second connection, or another process."""
    return conninfo()


def process_environment(**more: str) -> dict[str, str]:
    """Of a process that works on the test's own database beside it."""
    here = {"LIUKE_DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "liuke.config.settings"}
    return {**os.environ, **here, **more}


class ThrowAway:
    """A server in a directory of its own under the temporary directory; `close` leaves nothing of it."""

    def __init__(self, *, own_database: bool = True) -> None:
        self.own_database = own_database  # else only the data directory is wanted
        _sweep()
        self.home = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.home.chmod(0o711)
        self.alive = (self.home / "alive.new").open("w", encoding="ascii")
        fcntl.flock(self.alive, fcntl.LOCK_EX)
        (self.home / "alive.new").rename(self.home / "alive")  # only now may a sweep look at it
        self.server = Server(self.home, throw_away=True)

    def start(self) -> None:
        """Start the server, if it is this one that is wanted."""
        if self.own_database:
            self.server.start()

    def close(self) -> None:
        """Stop the server and remove its directory. Again is nothing."""
        self.server.stop()
        for directory in (self.server.socket_directory, self.home):
            shutil.rmtree(directory, ignore_errors=True)
        self.alive.close()


def _sweep() -> None:
    """Remove what killed runs have left; their servers died with them."""
    for alive in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/alive"):
        try:
            with alive.open("r+", encoding="ascii") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(alive.parent, ignore_errors=True)
        except OSError:
            continue  # in use, or another person's


def _start_for_this_run() -> ThrowAway | None:
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    if {"LIUKE_DATABASE_URL", "LIUKE_DATA"} <= os.environ.keys():
        return None
    this = ThrowAway(own_database="LIUKE_DATABASE_URL" not in os.environ)
    atexit.register(this.close)
    os.environ.setdefault("LIUKE_DATABASE_URL", this.server.url)
    (this.home / "data" / "static").mkdir(parents=True)
    os.environ.setdefault("LIUKE_DATA", str(this.home / "data"))
    return this


THIS_RUN = _start_for_this_run()


def pytest_sessionstart(session: Any) -> None:
    """Start it before anything is collected."""
    if THIS_RUN and not session.config.option.collectonly:
        THIS_RUN.start()


def pytest_unconfigure(config: Any) -> None:
    """Stop it whatever has happened; a killed run is ended by the leash instead."""
    del config
    if THIS_RUN:
        THIS_RUN.close()
