"""`liuke web`, `liuke worker`, `liuke push`: one process alone, such as on a machine of its own.

The process table shows the program itself where the database is another machine's; with our own database the command
stays beside it, because the database must not outlive its use.
"""

import argparse
import os
import signal
from types import FrameType

from liuke.kit import env
from liuke.run import environment, leash, processes
from liuke.run.child import kill_group
from liuke.run.lease import database


def main(words: list[str]) -> int:
    """Run it until it ends or we are told to stop; its status is ours."""
    name = words[0]
    options = parse(name, words[1:])
    if name != "worker":
        processes.must_be_free(options.host, options.port, "--port")
    installation = environment.here()
    environment.enter(installation)
    environment.keep(installation)
    processes.prepare(installation.data)
    command = processes.worker() if name == "worker" else getattr(processes, name)(options.host, options.port)
    if not installation.own_database:
        os.execv(command[0], command)
    with database(installation):
        return run(command)


def parse(name: str, words: list[str]) -> argparse.Namespace:
    """--host and --port, except for the worker, who listens nowhere."""
    parser = argparse.ArgumentParser(f"liuke {name}", description=f"Run the {name} process alone.")
    if name != "worker":
        port = env.number("LIUKE_PORT", 8000) + (name == "push")
        parser.add_argument("--host", default=env.text("LIUKE_HOST", "127.0.0.1"), help="where to listen (127.0.0.1)")
        parser.add_argument("--port", type=int, default=port, help=f"({port})")
    return parser.parse_args(words)


def run(command: list[str]) -> int:
    """Run it as a child that gets our signals."""
    process = leash.spawn(command)

    def pass_on(number: int, frame: FrameType | None) -> None:
        del frame
        process.send_signal(signal.SIGTERM if number == signal.SIGHUP else number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    status = process.wait()
    kill_group(process)
    return status if status >= 0 else 128 - status
