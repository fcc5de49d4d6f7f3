"""One supervised process: started when it is due, brought back when it ends, slower each time it does so at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

STEADY_SECONDS = 30  # having run so long, an end is an accident and no crash loop
LONGEST_PAUSE_SECONDS = 30.0


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"liuke: {text}", file=sys.stderr, flush=True)


def pause_after(crashes: int) -> float:
    """Seconds to wait: none after the first crash, then 1, 2, 4 ... up to half a minute."""
    return 0.0 if crashes < 2 else min(2.0 ** (crashes - 2), LONGEST_PAUSE_SECONDS)


@dataclass
class Child:
    """A process that should run. `look` is called over and over; it never waits."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    crashes: int = 0
    started: float = 0.0
    due: float = 0.0

    def look(self) -> None:
        """Start it if it should run and does not."""
        if self.process and self.process.poll() is not None:
            self._has_ended(self.process)
        if not self.process and time.monotonic() >= self.due:
            self.started = time.monotonic()
            self.process = self.start()

    def _has_ended(self, process: subprocess.Popen[bytes]) -> None:
        steady = time.monotonic() - self.started >= STEADY_SECONDS
        self.crashes = 1 if steady else self.crashes + 1
        pause = pause_after(self.crashes)
        self.due = time.monotonic() + pause
        self.process = None
        kill_group(process)
        again = f"trying again in {pause:.0f} s (crash {self.crashes})" if pause else "starting it again"
        say(f"{self.name} ended ({how(process.returncode)}); {again}")

    def ask_to_stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask it; it may take a while."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def must_stop_within(self, seconds: float) -> None:
        """Wait for it so long, then end it and whatever it has started."""
        if self.process:
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                say(f"{self.name} is still at work; ending it (a job that is cut off is done again)")
            kill_group(self.process)
            self.process.wait()
            self.process = None


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a process group, such as the web server's own children after its main process was killed."""
    with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        os.killpg(process.pid, signal.SIGKILL)


def how(status: int) -> str:
    """Such as `status 1` or `SIGKILL`."""
    return f"status {status}" if status >= 0 else signal.Signals(-status).name
