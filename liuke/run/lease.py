"""The database for as long as one command needs it.

Whoever finds it stopped starts it, and stops it when all others that came meanwhile have gone. `liuke up` is simply
one more process that runs it: commands beside it find it running and leave it so.
"""

import fcntl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liuke.run.child import say
from liuke.run.environment import Installation
from liuke.run.errors import Trouble
from liuke.run.postgres import Server

WAIT_SECONDS = 60


@contextmanager
def database(installation: Installation) -> Iterator[None]:
    """Have the database answer inside this block. A server that is not ours is left alone."""
    if not installation.own_database:
        yield
        return
    server = Server(installation.data)
    server.make_home()
    with _users(installation.data).open("w", encoding="ascii") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits only while somebody is stopping it
        try:
            if server.try_lock():
                if sys.stderr.isatty():
                    say("starting the database for this command")
                server.start_locked()
            else:
                _wait_for(server)
            yield
        finally:
            if server.process:
                fcntl.flock(users, fcntl.LOCK_EX)  # until the others have gone
                server.stop()
            server.release()


def _users(data: Path) -> Path:
    return data / "users.lock"


def _wait_for(server: Server) -> None:
    """Another process is starting it, or is about to come back after a crash."""
    give_up = time.monotonic() + WAIT_SECONDS
    while not server.answers():
        if time.monotonic() > give_up:
            raise Trouble(f"Another process runs the database in {server.home}, but it does not answer.")
        time.sleep(0.1)
