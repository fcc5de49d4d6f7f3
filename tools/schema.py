"""Writes liuke/run/schema.sql, all tables at once, from the migrations: `python -m tools.schema`.

Run it after every new or changed migration. It makes a throw-away database; nothing else is touched.
"""

import os
import subprocess

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liuke.config.settings")

import django
import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from liuke.run import binaries, schema, testing


def dump(url: str) -> str:
    """The tables of a database in pg_dump's words, without their owner."""
    words = [binaries.bin_directory() / "pg_dump", "--schema-only", "--no-owner", "--no-comments", f"--dbname={url}"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout  # noqa: S603  our own words


def settled(written: str, url: str) -> str:
    """What a dump says of tables that were made from a dump: only then are conditions printed as they will be again."""
    with psycopg.connect(url, autocommit=True) as postgres:
        postgres.execute("CREATE DATABASE settled")
    second = make_conninfo(url, dbname="settled")
    with psycopg.connect(second) as postgres:
        postgres.execute(schema.BARE)
        postgres.execute(written.encode())
    return dump(second)


def main() -> None:
    """Migrate an empty database, by the file as far as it still fits, and write down what is there."""
    assert testing.THIS_RUN, "unset LIUKE_DATABASE_URL: the tables are made on a server of their own"
    testing.THIS_RUN.start()
    django.setup()
    call_command("migrate", verbosity=0)
    server, url = connection.pg_version // 10_000, testing.database_url()
    once = schema.text(dump(url), server=server)
    schema.FILE.write_text(schema.text(settled(once, url), server=server), encoding="utf-8")
    connection.close()


if __name__ == "__main__":
    main()
