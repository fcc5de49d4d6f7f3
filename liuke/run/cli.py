"""The `liuke` command. Its own words stand in OWN; every other is a management command of a module.

Two words join with an underscore: `liuke import orders FILE` runs the management command `import_orders`. The database
is started for a command that needs it and finds it stopped; a command says `needs_database = False` to do without.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 pip checks it, but this also runs straight from a checkout
    sys.exit("liuke: Python 3.11 or newer is needed; this is {}.{}.".format(*sys.version_info[:2]))

import os
from importlib import import_module
from typing import NamedTuple


class Own(NamedTuple):
    """A word of our own: the module whose `main(words)` does it, and what `liuke --help` says."""

    module: str
    help: str


OWN = {
    "up": Own("liuke.run.supervisor", "Start everything and keep it running: database, web, worker, push"),
    "web": Own("liuke.run.single", "Run the web server alone (against LIUKE_DATABASE_URL)"),
    "worker": Own("liuke.run.single", "Run the worker of jobs alone"),
    "push": Own("liuke.run.single", "Run the server of live page updates alone"),
    "db dump": Own("liuke.run.backup", "Write the whole database to a file"),
    "db restore": Own("liuke.run.backup", "Replace the whole database by what a dump holds"),
    "doctor": Own("liuke.run.doctor", "Check settings and outside services, and say how to mend what is missing"),
    "version": Own("liuke.run.commands", "Print the version"),
}


def main(words: list[str] | None = None) -> int:
    """Run one command; the result is the exit status. Messages go to stderr, so that stdout holds only the answer."""
    words = sys.argv[1:] if words is None else words
    os.umask(0o077)  # whatever a command writes may hold personal data
    try:
        return run(words)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # such as `liuke ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        from liuke.run.errors import sentence  # noqa: PLC0415 Django is slow to load, and `--help` does without

        if (told := sentence(error)) is None:
            raise
        print(f"liuke: {told.strip()}", file=sys.stderr)
        return getattr(error, "returncode", 1)


def run(words: list[str]) -> int:
    """Find who does it: one of our own words, or a management command."""
    for length in (2, 1):
        if own := OWN.get(" ".join(words[:length])):
            return int(import_module(own.module).main(words) or 0)
    return int(import_module("liuke.run.commands").main(words) or 0)
