"""The file of all tables says what the migrations say, and is used only where that is sure."""

import json
import subprocess
import sys

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from liuke.kit.db import conninfo
from liuke.run import binaries, schema
from liuke.run.testing import process_environment

DUMP = ("--schema-only", "--no-owner", "--no-comments")
MIGRATE = """
import django, json, sys
django.setup()
from django.core.management import call_command
from liuke.run import schema
before = json.loads(sys.argv[2])
if before["file"]:
    schema.FILE = schema.Path(before["file"])
if before["only_load"]:
    print(schema.load())
else:
    call_command("migrate", verbosity=1, by_steps=before["by_steps"])
"""


@pytest.fixture
def empty(db):
    """Makes databases without any table, and says where; gone after the test."""
    made = []
    with psycopg.connect(conninfo(), autocommit=True) as postgres:

        def make():
            made.append(f"{connection.settings_dict['NAME']}_empty_{len(made)}")
            postgres.execute(f"DROP DATABASE IF EXISTS {made[-1]} WITH (FORCE)")
            postgres.execute(f"CREATE DATABASE {made[-1]}")
            return make_conninfo(conninfo(), dbname=made[-1])

        yield make
        for name in made:
            postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def migrate(url, *, file="", by_steps=False, only_load=False):
    """What `liuke migrate` said on that database; or only how many migrations were loaded from the file."""
    environment = process_environment() | {"LIUKE_DATABASE_URL": url}
    before = json.dumps({"file": str(file), "by_steps": by_steps, "only_load": only_load})
    words = [sys.executable, "-c", MIGRATE, "migrate", before]
    told = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout


def tables(url):
    """What schema.sql would say of that database."""
    words = [binaries.bin_directory() / "pg_dump", *DUMP, f"--dbname={url}"]
    dump = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return schema.text(dump, server=connection.pg_version // 10_000)


def test_the_file_knows_every_migration_as_it_is():
    assert schema.is_current(), "a migration is new or has changed: run `python -m tools.schema`"


def test_an_empty_database_gets_all_tables_at_once_and_again_changes_nothing(empty):
    url = empty()

    first, again = migrate(url), migrate(url)

    assert f"Made the tables of {len(schema.marks())} migrations at once." in first
    assert "No migrations to apply." in first
    assert "at once" not in again
    assert tables(url) == schema.FILE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_migrations_one_by_one_make_the_same_tables(empty, tmp_path):
    by_steps, from_file = empty(), empty()
    file = tmp_path / "schema.sql"

    said = migrate(by_steps, by_steps=True)
    file.write_text(tables(by_steps), encoding="utf-8")
    migrate(from_file, file=file)  # conditions are printed the same only after a dump was loaded

    assert "Applying mall.0001_initial... OK" in said
    assert tables(from_file) == schema.FILE.read_text(encoding="utf-8")


def test_a_file_that_does_not_fit_the_code_is_left_aside(empty, tmp_path):
    mark = next(iter(schema.marks().values()))
    stale = tmp_path / "schema.sql"
    stale.write_text(schema.FILE.read_text(encoding="utf-8").replace(mark, "0" * 16), encoding="utf-8")

    assert migrate(empty(), file=stale, only_load=True) == "0\n"


@pytest.mark.django_db
def test_a_database_that_holds_anything_is_not_touched():
    assert schema.load() == 0
