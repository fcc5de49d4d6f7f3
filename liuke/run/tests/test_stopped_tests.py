"""A run of our own tests that is stopped, in whichever way, leaves no PostgreSQL behind."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from liuke.run.testing import PREFIX
from liuke.run.tests.builders import alive, wait_until

pytestmark = [
    pytest.mark.crash, pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux processes"),
]  # fmt: skip
SLEEPER = """
import os, time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

def test_that_is_under_way():
    sockets = parse_qs(urlsplit(os.environ["LIUKE_DATABASE_URL"]).query)["host"][0]
    Path(os.environ["TOLD"]).write_text(str(Path(sockets).parent))
    time.sleep(600)
"""


def hears_interrupts():
    """In the new process: what a shell starts in the background is deaf to Ctrl-C, and so is all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_run_leaves_no_postgres_and_the_next_one_no_directory(tmp_path, number):
    file, told = tmp_path / "test_sleeper.py", tmp_path / "told"
    file.write_text(SLEEPER)
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LIUKE_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "1", "--rootdir", os.getcwd(), "-c", "pyproject.toml", file]
    run = subprocess.Popen(
        command, env={**plain, "TOLD": str(told)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=hears_interrupts,  # noqa: PLW1509  no threads here
    )  # fmt: skip
    try:
        wait_until(lambda: told.exists() and told.read_text(), seconds=300, what="a test under way")
        home = Path(told.read_text())
        postmaster = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
        everyone = [child.pid for child in psutil.Process(run.pid).children(recursive=True)]
        assert home.name.startswith(PREFIX)
        assert postmaster in everyone

        run.send_signal(number)
        run.wait(180)

        wait_until(lambda: not [pid for pid in everyone if alive(pid)], what="the end of all")
    finally:
        run.kill()
    swept = "from liuke.run.testing import THIS_RUN"
    subprocess.run([sys.executable, "-c", swept], env=plain, check=True)
    assert not home.exists()
    assert home.parent == Path(tempfile.gettempdir())
