"""All tables at once, for an empty database: what the migrations make step by step, written down as SQL (ADR 4).

Django draws its whole picture of the tables anew for every step, which takes half a minute of CPU; the file takes a
second. It is written by `python -m tools.schema`, and a test holds it against the migrations.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from sys import modules
from typing import Any

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

FILE = Path(__file__).with_name("schema.sql")
ROW = re.compile(r"^\('(?P<app>\w+)', '(?P<name>\w+)', now\(\)\)[,;] -- (?P<mark>[0-9a-f]{16})$", re.MULTILINE)
SERVER = re.compile(r"^-- PostgreSQL (\d+)$", re.MULTILINE)
NOISE = re.compile(
    r"--|\\(un)?restrict |SELECT pg_catalog\.set_config\(|SET (\w+_timeout|client_\w+|row_security|xmloption"
    r"|default_\w+|check_function_bodies|standard_conforming_strings) = [^,]+;$"
)
EMPTY = """
SELECT current_schema() = 'public'
   AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')),
       current_setting('server_version_num')::integer / 10000
"""
BARE = "SELECT set_config('search_path', '', true), set_config('check_function_bodies', 'off', true)"
Name = tuple[str, str]


def load() -> int:
    """Make all tables if the database is empty and the file fits this code; how many migrations it stands for, else 0.

    Again is 0. The file fits if every migration in it is installed and reads as it did, and the server is no older than
    the one it was written by. Whatever it does not know is left to the migrations. All tables are made, or none.
    """
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        empty, server = cursor.fetchone()
        if not empty:
            return 0
        written = FILE.read_text(encoding="utf-8")
        held = _held(written)
        if not held.items() <= marks().items() or server < int(SERVER.findall(written)[0]):
            return 0
        with transaction.atomic():
            cursor.execute(BARE)
            cursor.execute(written)
    return len(held)


def is_current() -> bool:
    """Whether the file holds exactly the migrations of this code."""
    return _held(FILE.read_text(encoding="utf-8")) == marks()


@cache
def marks() -> dict[Name, str]:
    """Every installed migration with a mark of what it reads: its own file, and the SQL files that it names."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return {name: _mark(loader.disk_migrations[name]) for name in sorted(loader.disk_migrations)}


def text(dump: str, *, server: int) -> str:
    """What the file has to say, from what pg_dump of that major version printed (tables without owners and rows)."""
    kept = [line for line in dump.splitlines() if line and not _is_noise(line)]
    rows = [f"('{app}', '{name}', now())" for app, name in marks()]
    ends = [*([","] * (len(rows) - 1)), ";"]
    listed = [f"{row}{end} -- {mark}" for row, end, mark in zip(rows, ends, marks().values(), strict=True)]
    head = ["-- Written by `python -m tools.schema`; never by hand.", f"-- PostgreSQL {server}"]
    recorded = "INSERT INTO public.django_migrations (app, name, applied) VALUES"
    return "\n".join([*head, *kept, recorded, *listed, ""])


def _held(written: str) -> dict[Name, str]:
    return {(row["app"], row["name"]): row["mark"] for row in ROW.finditer(written)}


def _mark(migration: Any) -> str:
    file = Path(str(modules[migration.__module__].__file__))
    source = file.read_bytes()
    named = (sql.read_bytes() for sql in sorted(file.parent.glob("sql/*.sql")) if sql.name.encode() in source)
    return sha256(b"\0".join((source, *named))).hexdigest()[:16]


def _is_noise(line: str) -> bool:
    return NOISE.match(line) is not None
