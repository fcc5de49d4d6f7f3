"""Processes of ours for tests, against the test's own database."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from liuke.run.testing import process_environment

PATIENCE = 60


def free_port() -> int:
    """One that nobody listens on, and neither on the next."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def get(url: str, **headers: str) -> tuple[int, str]:
    """Status and text; status 0 while nobody answers."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_until(promise, *, seconds: float = PATIENCE, what: str = "it"):
    """Ask again until the answer is true, and return it."""
    give_up = time.monotonic() + seconds
    while not (answer := promise()):
        assert time.monotonic() < give_up, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)
    return answer


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def push_server(port: int, url: str, **more: str):
    """`liuke push` as a process of its own; killed at the end. `more` goes into its environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "liuke.run.push", "127.0.0.1", str(port)],
        env=process_environment(LIUKE_DATABASE_URL=url, **more),
    )
    try:
        wait_until(lambda: get(f"http://127.0.0.1:{port}/healthz")[0] == 200, what="push")
        yield process
    finally:
        process.kill()
        process.wait()


def environment(home: Path, **more: str) -> dict[str, str]:
    """Of a person with an installation of their own in `home`, and nothing else of ours set."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LIUKE_", "DJANGO_"))}
    return {**plain, "LIUKE_DATA": str(home), **more}


def liuke(home: Path, *words: str, patience: int = 300, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one `liuke` command to its end."""
    command = [sys.executable, "-m", "liuke", *words]
    return subprocess.run(
        command, env=environment(home, **more), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=patience, check=False,
    )  # fmt: skip


@contextlib.contextmanager
def reachable_directory():
    """A directory that the service account can enter, which pytest's tmp_path is not when we are root."""
    path = Path(tempfile.mkdtemp(prefix="liuke-own-"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def copy_of(made):
    """An installation of one's own, as `made` is now."""
    with reachable_directory() as path:
        subprocess.run(["cp", "-a", f"{made}/.", path], check=True)
        yield path
