"""`liuke doctor`: looks at everything an installation depends on, and says how to mend what is missing.

A check is a function of CHECKS that returns a Finding. Something that must be there is `bad` when it is not and makes
the status 1; something that only a part of Liuke needs is a `hint`.
"""

import argparse
import os
import shutil
import subprocess
import sys

import django
import psycopg
from django.conf import settings
from django.db import connection

from liuke.kit.db import unapplied_migrations
from liuke.run import binaries, environment
from liuke.run.account import service_account
from liuke.run.environment import Installation
from liuke.run.errors import sentence
from liuke.run.lease import database
from liuke.run.outside import OUTSIDE, Check, Finding

SPARE_GB = 2
OLDEST_SERVER = 150000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main(words: list[str]) -> int:
    """Print one line for each check. The status is 1 when something is bad."""
    argparse.ArgumentParser("liuke doctor", description="Check this installation.").parse_args(words[1:])
    installation = environment.here()
    environment.enter(installation)
    found = [examine(name, check, installation) for name, check in CHECKS.items()]
    try:
        environment.keep(installation)
        with database(installation):
            django.setup()
            found += [examine(name, check, installation) for name, check in IN_DATABASE.items()]
    except Exception as error:
        if not (told := sentence(error)):
            raise
        found.append(("database", Finding("bad", told)))
    for name, finding in found:
        print(f"{finding.level:<5}{name:<12}{finding.seen}{f'  ->  {finding.mend}' if finding.mend else ''}")
    return int(any(finding.level == "bad" for _, finding in found))


def examine(name: str, check: Check, installation: Installation) -> tuple[str, Finding]:
    """The finding; a check that fails with a sentence is a bad one."""
    try:
        return name, check(installation)
    except Exception as error:
        if not (told := sentence(error)):
            raise
        return name, Finding("bad", told)


def python(_: Installation) -> Finding:
    """Which Python."""
    return Finding("ok", "{}.{}.{}".format(*sys.version_info[:3]))


def configuration(_: Installation) -> Finding:
    """The settings can be read, and are not those of a developer."""
    if settings.DEBUG:
        return Finding("hint", "LIUKE_DEBUG=yes shows errors to everybody", "only on a developer's machine")
    if not settings.LIUKE_URL.startswith("https://") and not _is_local(settings.LIUKE_URL):
        return Finding("hint", f"LIUKE_URL={settings.LIUKE_URL} is not https", "put a reverse proxy before it")
    return Finding("ok", settings.LIUKE_URL)


def data(installation: Installation) -> Finding:
    """The data directory can be written, and the disk has room."""
    place = installation.data
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK | os.X_OK):
        return Finding("bad", f"cannot write to {place}", "set LIUKE_DATA to a directory of yours")
    free = shutil.disk_usage(place).free / 1e9
    if free < SPARE_GB:
        return Finding("bad", f"only {free:.1f} GB free for {installation.data}", f"make room: {SPARE_GB} GB at least")
    return Finding("ok", f"{installation.data}, {free:.0f} GB free")


def programs(installation: Installation) -> Finding:
    """PostgreSQL's programs, for our own database and for dumps."""
    directory = binaries.bin_directory()
    seen = f"PostgreSQL {binaries.version_text(directory)} in {directory}"
    if installation.own_database and os.geteuid() == 0 and service_account().name == "nobody":
        return Finding("hint", f"{seen}, running as nobody", "useradd --system liuke gives it an account of its own")
    return Finding("ok", seen)


def root(_: Installation) -> Finding:
    """Whether the web server has more power than it needs."""
    if os.geteuid() == 0:
        return Finding("hint", "running as root", "serve the public from an ordinary account")
    return Finding("ok", f"uid {os.geteuid()}")


def fonts(_: Installation) -> Finding:
    """Posters and PDF pages need a Chinese font; web pages use the reader's own."""
    try:
        listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        listed = ""
    if not listed.strip():
        return Finding("hint", "no Chinese font", "Debian: apt install fonts-noto-cjk (for posters)")
    return Finding("ok", listed.splitlines()[0].strip())


def browser(_: Installation) -> Finding:
    """Only the browser tests need one."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    return Finding("ok", found) if found else Finding("hint", "no Chromium", "only for `make browser`")


def server(installation: Installation) -> Finding:
    """A PostgreSQL of the right age and encoding, with the extensions and a locale that knows Chinese letters."""
    with psycopg.connect(os.environ["LIUKE_DATABASE_URL"], connect_timeout=5) as link:
        number = link.info.server_version
        wanted = "SELECT count(*) FROM pg_available_extensions WHERE name IN ('pg_trgm', 'btree_gist')"
        extensions, encoding, letter = (
            link.execute(query).fetchone()[0]  # type: ignore[index]  # each gives exactly one row
            for query in (wanted, "SHOW server_encoding", "SELECT '客' ~ '[[:alpha:]]'")
        )
    if number < OLDEST_SERVER:
        return Finding("bad", f"PostgreSQL {number // 10000}", "15 or newer is needed")
    if extensions < 2:
        return Finding("bad", "pg_trgm or btree_gist is missing", "Debian: apt install postgresql-contrib")
    if encoding != "UTF8" or not letter:
        return Finding("bad", f"encoding {encoding}, Chinese letters {letter}", "make it with --locale=C.UTF-8")
    return Finding(
        "ok", f"PostgreSQL {number // 10000}.{number % 10000}{', ours' if installation.own_database else ''}"
    )


def tables(_: Installation) -> Finding:
    """Every migration has been applied."""
    if missing := unapplied_migrations():
        return Finding("hint", f"{missing} migrations not applied", "liuke migrate, or liuke up")
    return Finding("ok", "up to date")


def worker(_: Installation) -> Finding:
    """A worker has been heard of, and nothing waits for long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_workers') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return Finding("hint", "no tables yet")
        cursor.execute(
            "SELECT (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 s'),"
            " (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed')"
        )
        alive, failed = cursor.fetchone()
    seen = f"{alive} running, {failed} jobs failed"
    return Finding("ok" if alive else "hint", seen, "" if alive else "none runs unless `liuke up` does")


CHECKS: dict[str, Check] = {
    "python": python, "settings": configuration, "account": root, "data": data, "programs": programs,
    "fonts": fonts, "browser": browser, **OUTSIDE,
}  # fmt: skip
IN_DATABASE: dict[str, Check] = {"database": server, "tables": tables, "worker": worker}


def _is_local(url: str) -> bool:
    return any(f"//{name}" in url for name in ("127.0.0.1", "localhost", "[::1]"))
