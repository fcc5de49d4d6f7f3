"""`liuke db dump` and `liuke db restore`, with PostgreSQL's own programs.

A dump is whole or not there; a restore happens in one transaction, so a broken file changes nothing. The keys of
personal data and uploaded files are not in it (docs/howto/operate.md).
"""

import argparse
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from liuke.run import binaries, environment
from liuke.run.child import say
from liuke.run.errors import Trouble
from liuke.run.lease import database

EMPTY = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
COMMENT ON SCHEMA public IS 'standard public schema';
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def main(words: list[str]) -> int:
    """`db dump [FILE]` or `db restore FILE [--yes]`."""
    dump = words[1] == "dump"
    parser = argparse.ArgumentParser(f"liuke db {words[1]}")
    if dump:
        name = f"liuke-{datetime.now(UTC):%Y%m%d-%H%M%S}.dump"
        parser.add_argument("file", nargs="?", type=Path, default=Path(name), help=f"({name})")
    else:
        parser.add_argument("file", type=Path, help="what `liuke db dump` has written")
        parser.add_argument("--yes", action="store_true", help="do not ask before everything is replaced")
    options = parser.parse_args(words[2:])
    installation = environment.here()
    environment.enter(installation)
    if not dump:
        environment.keep(installation)
    with database(installation):
        if dump:
            write(options.file)
        else:
            restore(options.file, sure=options.yes)
    return 0


def write(file: Path) -> None:
    """Dump the database to the file, readable by us alone. Never replaces a file."""
    if file.exists():
        raise Trouble(f"{file} exists already; name another file.")
    half = file.with_name(f"{file.name}.part")
    try:
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        options = ["--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=push_event"]
        _run("pg_dump", *options, f"--file={half}", f"--dbname={_target()}")
        half.rename(file)
    finally:
        half.unlink(missing_ok=True)
    say(f"wrote {file} ({file.stat().st_size / 1e6:.1f} MB); keep {os.environ['LIUKE_DATA']}/secrets with it, apart")


def restore(file: Path, *, sure: bool) -> None:
    """Replace everything in the database by the dump, or change nothing."""
    file.open("rb").close()
    try:
        _run("pg_restore", "--list", str(file))
    except Trouble as error:
        raise Trouble(f"{file} is no dump of `liuke db dump`, or not all of one: {error}") from None
    with psycopg.connect(_url()) as connection:
        name = connection.info.dbname
        row = connection.execute(OTHERS).fetchone()
    if row and row[0]:
        raise Trouble(f"{row[0]} connections use the database: stop Liuke first.")
    if not sure:
        _ask(f"Everything in the database {name} will be replaced by {file}.")
    _replace(file)
    say("restored; the next `liuke up` brings the tables up to date")


def _ask(what: str) -> None:
    if not sys.stdin.isatty():
        raise Trouble(f"{what} Say --yes if that is what you want.")
    if input(f"{what} Type yes to go on: ").strip() != "yes":
        raise Trouble("Nothing was changed.")


def _replace(file: Path) -> None:
    """Stream the dump as SQL into one transaction that first empties the schema."""
    script = [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(file)]
    into = [_program("psql"), "-X", "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "--single-transaction"]
    target = ["-v", "VERBOSITY=terse", "-f", "-", f"--dbname={_target()}"]
    with (
        subprocess.Popen(script, stdout=PIPE, stderr=PIPE) as source,
        subprocess.Popen([*into, *target], stdin=PIPE, stderr=PIPE, env=_quiet()) as sink,
    ):
        assert source.stdout
        assert sink.stdin
        try:
            sink.stdin.write(EMPTY.encode())
            shutil.copyfileobj(source.stdout, sink.stdin)
        except BrokenPipeError:
            source.kill()
        _, complaint = source.communicate()
        if source.returncode and sink.poll() is None:
            sink.kill()  # before it sees the end of its input and commits
            raise Trouble(f"Nothing was changed: {_last(complaint)}")
        _, complaint = sink.communicate()
        if sink.returncode:
            raise Trouble(f"Nothing was changed: {_last(complaint)}")


def _run(program: str, *words: str) -> None:
    command = [_program(program), *words]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=PIPE, env=_quiet(), check=False)
    if done.returncode:
        raise Trouble(_last(done.stderr))


def _program(name: str) -> str:
    path = binaries.bin_directory() / name
    if not path.exists():
        raise Trouble(f"There is no {name} in {path.parent}.")
    return str(path)


def _url() -> str:
    return os.environ["LIUKE_DATABASE_URL"]


def _target() -> str:
    """Where the database is, without its password: everybody on this machine can read the words of a command."""
    return make_conninfo("", **{**conninfo_to_dict(_url()), "password": None})


def _quiet() -> dict[str, str]:
    password = conninfo_to_dict(_url()).get("password")
    secret = {"PGPASSWORD": str(password)} if password else {}
    return {**os.environ, **secret, "PGOPTIONS": "-c client_min_messages=warning"}


def _last(complaint: bytes) -> str:
    lines = complaint.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"
