"""Start a process that cannot outlive the one that started it.

`spawn` puts this very file, run as a small script, between us and the program. On Linux the script asks the kernel to
signal it when its parent dies and then becomes the program, so nothing stays in between. Elsewhere it stays, waits for
the program, and ends it when the pipe to its parent breaks. Either way `kill -9` of the parent leaves no orphan.

The script also gives up root, because the programs we start for other accounts (PostgreSQL) must not have it.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
CANNOT_START = 127


def spawn(
    program: Sequence[str | Path],
    *,
    end_with: signal.Signals = signal.SIGTERM,
    uid_gid: tuple[int, int] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: str | Path | None = None,
    output: IO[bytes] | int | None = None,
    complaints: IO[bytes] | int | None = subprocess.STDOUT,
) -> subprocess.Popen[bytes]:
    """Start `program` in a process group of its own; `end_with` is its signal when we die.

    Call it from the main thread only: the kernel means the starting *thread* when it says parent.
    `output` receives stdout, and stderr unless `complaints` does; None leaves it ours. A program that cannot be started
    ends with 127.
    """
    owner = "-" if uid_gid is None else f"{uid_gid[0]}:{uid_gid[1]}"
    return subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(end_with)), owner, *map(str, program)],
        stdin=subprocess.DEVNULL if sys.platform == "linux" else subprocess.PIPE,
        stdout=output,
        stderr=None if output is None else complaints,
        env=env,
        cwd=cwd,
        start_new_session=True,
    )


def _become(parent: int, end_with: int, program: list[str]) -> None:
    """Linux: turn into the program, on the kernel's leash."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, end_with, 0, 0, 0)  # after setuid, which would clear it
    if os.getppid() == parent:  # else it died before we asked
        os.execvp(program[0], program)


def _watch(end_with: int, program: list[str]) -> int:
    """Elsewhere: stay beside the program and end it when the pipe on stdin breaks."""
    child = subprocess.Popen(program, stdin=subprocess.DEVNULL)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, lambda received, _: child.send_signal(received))

    def when_parent_is_gone() -> None:
        while os.read(0, 1024):
            pass
        child.send_signal(end_with)

    threading.Thread(target=when_parent_is_gone, daemon=True).start()
    return child.wait()


def _give_up_root(owner: str) -> None:
    uid, gid = (int(part) for part in owner.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def _main(parent: str, end_with: str, owner: str, *program: str) -> int:
    try:
        if owner != "-":
            _give_up_root(owner)
        if sys.platform != "linux":
            return _watch(int(end_with), list(program))
        _become(int(parent), int(end_with), list(program))
    except OSError as error:
        print(f"cannot start {program[0]}: {error.strerror}", file=sys.stderr)
    return CANNOT_START


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
