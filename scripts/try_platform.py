"""Start Liuke as the README says, look at one page and one API call, stop it, and see that nothing is left.

Run by .ci/run with the checkout's own environment; it uses a data directory and ports of its own.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

READY_SECONDS = 300
STOP_SECONDS = 20


def main() -> int:
    """Zero when all is well; otherwise an exception says what is not."""
    home = Path(tempfile.mkdtemp(prefix="liuke-try-"))
    home.chmod(0o711)  # PostgreSQL's account must be able to enter
    port = free_port()
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LIUKE_", "DJANGO_"))}
    began = time.monotonic()
    # `make` is in a group of its own, and gets Ctrl-C as a terminal would send it: to everybody in the group
    make = subprocess.Popen(
        ["make", "run", f"PORT={port}"], env={**plain, "LIUKE_DATA": str(home)}, start_new_session=True
    )
    try:
        wait_until_ready(make, f"http://127.0.0.1:{port}/readyz")
        print(f"ready after {time.monotonic() - began:.1f} s")
        everyone = [child.pid for child in psutil.Process(make.pid).children(recursive=True)]
        look(f"http://127.0.0.1:{port}")
    finally:
        began = time.monotonic()
        os.killpg(make.pid, signal.SIGINT)
        make.wait(STOP_SECONDS)
        print(f"stopped after {time.monotonic() - began:.1f} s")
    left = [pid for pid in everyone if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]
    assert not left, f"still running: {left}"
    shutil.rmtree(home)
    return 0


def wait_until_ready(make: subprocess.Popen[bytes], url: str) -> None:
    """The time limit is for a first start with the demo brand."""
    give_up = time.monotonic() + READY_SECONDS
    while get(url)[0] != 200:
        assert make.poll() is None, "it ended before it was ready"
        assert time.monotonic() < give_up, f"not ready within {READY_SECONDS} s: {get(url)}"
        time.sleep(0.2)


def look(url: str) -> None:
    """One page that a person sees, and one answer of the API."""
    status, page = get(f"{url}/console/")
    assert status == 200, f"the console answers {status}"
    assert "<html" in page, "the console is no page"
    status, answer = get(f"{url}/api/v1/openapi.json")
    assert status == 200, f"the API answers {status}"
    assert json.loads(answer)["paths"] is not None


def get(url: str) -> tuple[int, str]:
    """Status (0 when nobody answers) and text; a redirect to the login is followed."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)


def free_port() -> int:
    """One that is free together with the next, which the live updates take."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


if __name__ == "__main__":
    sys.exit(main())
