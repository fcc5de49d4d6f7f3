"""The `liuke` command as a person types it: what stands on stdout, on stderr, and the status."""

import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from liuke.run import commands
from liuke.run.child import pause_after
from liuke.run.cli import OWN
from liuke.run.errors import NOT_MIGRATED, Trouble
from liuke.run.postgres import Server
from liuke.run.tests.builders import environment, liuke, reachable_directory

NOWHERE = "postgresql://x@127.0.0.1:1/x"


@pytest.fixture(scope="module")
def home():
    with reachable_directory() as path:
        yield path


def test_help_lists_every_command_in_one_line(home):
    told = liuke(home, "--help")

    assert told.returncode == 0
    for word in [*OWN, "replay", "simulate sla"]:
        assert f"\n  {word} " in told.stdout
    assert not (home / "postgres").exists()


def test_two_words_are_a_management_command():
    command, name, rest = commands.find(["simulate", "sla", "file.json", "--json"])

    assert type(command).__module__ == "liuke.desk.management.commands.simulate_sla"
    assert (name, rest) == ("simulate sla", ["file.json", "--json"])


def test_a_word_that_is_wrong_gets_the_nearest_right_one():
    with pytest.raises(Trouble, match="did you mean `simulate sla`"):
        commands.find(["simulate", "slaa"])


def test_a_pure_command_starts_no_database_and_makes_nothing(home):
    told = liuke(home / "pure", "facts")

    assert told.returncode == 0
    assert told.stdout.startswith("# Facts")
    assert told.stderr == ""
    assert not (home / "pure").exists()


def test_a_command_starts_the_database_for_its_time_and_keeps_stdout_clean(home):
    told = liuke(home, "showmigrations", "sessions")

    assert (told.returncode, told.stdout) == (0, "sessions\n [ ] 0001_initial\n")
    assert not Server(home).answers()


def test_commands_at_once_share_one_server(home):
    with ThreadPoolExecutor() as threads:
        told = list(threads.map(lambda _: liuke(home, "showmigrations", "sessions"), range(4)))

    assert [(one.returncode, one.stdout) for one in told] == [(0, "sessions\n [ ] 0001_initial\n")] * 4
    assert not Server(home).answers()


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        (
            ["showmigrations"],
            {"LIUKE_DATABASE_URL": "postgresql://x@127.0.0.1:1/x"},
            "liuke: Cannot reach the database: ",
        ),
        (["showmigrations"], {"LIUKE_DATABASE_URL": "nonsense"}, "liuke: Settings: LIUKE_DATABASE_URL: "),
        (["open", "brand", "山野"], {}, NOT_MIGRATED),
        (["import", "orders", "missing.csv"], {}, NOT_MIGRATED),
        (["showmigrations"], {"LIUKE_DATA": "/etc/hostname"}, "liuke: Cannot write to /etc/hostname: "),
        (["check"], {"LIUKE_DEBUG": "maybe"}, "liuke: Settings: LIUKE_DEBUG='maybe': say yes or no"),
        (["showmigrations"], {"LIUKE_DATA": "/proc/none"}, "liuke: Cannot write to /proc/none: "),
        (["up", "--port", "99999"], {}, "liuke: 99999 is not a port; choose one from 1 to 65535 with --port."),
        (["up", "--host", "192.0.2.1"], {}, "liuke: Cannot listen on 192.0.2.1 port 8000: "),
        (["db", "restore", "missing.dump"], {}, "liuke: missing.dump: No such file or directory."),
        (["db", "restore", "/etc/hostname"], {}, "liuke: /etc/hostname is no dump of `liuke db dump`, or"),
        (["simulate", "sla", "missing.json"], {}, "missing.json"),
        (["showmigrations"], {"LIUKE_PG_BIN": "/usr/bin"}, "liuke: LIUKE_PG_BIN=/usr/bin: there is no program called"),
    ],
)
def test_what_a_person_can_mend_is_one_sentence(home, words, settings, sentence):
    told = liuke(home, *words, **settings)

    assert told.returncode != 0
    assert told.stdout == ""
    assert sentence in told.stderr
    assert told.stderr.count("\n") == 1
    assert "Traceback" not in told.stderr


def test_an_address_with_a_password_is_never_shown(home):
    told = liuke(home, "showmigrations", LIUKE_DATABASE_URL="mysql://liuke:secret-word@127.0.0.1/liuke")

    assert told.stderr == ("liuke: Settings: LIUKE_DATABASE_URL: not an address of a PostgreSQL database "
                           "(postgresql://user:password@host:5432/name).\n")


@pytest.mark.parametrize("words", [["import"], ["import", "--help"]])
def test_the_first_word_alone_lists_what_can_follow(home, words):
    told = liuke(home, *words)

    assert told.returncode == 0
    assert [line.split("  ")[1] for line in told.stdout.splitlines()] == [
        "import customers", "import orders", "import products", "import tracking",
    ]


def test_help_speaks_of_the_command_alone(home):
    told = liuke(home, "import", "orders", "--help")

    assert "--date-order" in told.stdout
    assert "--settings" not in told.stdout
    assert "--skip-checks" not in told.stdout


@pytest.mark.parametrize("words", [
    ["import", "orders", "FILE"], ["import", "customers", "FILE"], ["export", "orders", "FILE"], ["ledger", "verify"],
    ["insight", "overview"], ["insight", "refresh"], ["replay", "OrderPaid", "--since", "2026-01-01"], ["worker"],
], ids=lambda words: " ".join(words[:2]))  # fmt: skip
def test_a_database_without_our_tables_is_one_sentence(home, words):
    file = home / "orders.csv"
    file.write_text("订单号,下单时间,会员号,商品名称,数量,单价\nA1,2026-01-01 10:00,M1,奶粉,1,2\n")
    if words[0] == "export":
        file = home / "exported.csv"

    told = liuke(home, *(str(file) if word == "FILE" else word for word in words))

    assert (told.returncode, told.stdout, told.stderr) == (1, "", f"liuke: {NOT_MIGRATED}\n")


def test_an_old_python_is_one_sentence(tmp_path):
    """The version is looked at before anything is imported that an old Python could not read."""
    script = "import sys; sys.version_info = (3, 10, 1); import liuke.run.cli"

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (1, "liuke: Python 3.11 or newer is needed; this is 3.10.\n")


def test_the_secrets_are_made_once_and_for_us_alone(home):
    liuke(home, "showmigrations", "sessions")
    files = sorted((home / "secrets").iterdir())
    before = [file.read_text() for file in files]
    liuke(home, "showmigrations", "sessions")

    assert [file.name for file in files] == ["liuke_data_keys", "liuke_secret_key"]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    assert [file.read_text() for file in files] == before


def test_nobody_else_can_look_into_the_data(home):
    deep = home / "below" / "data"

    told = liuke(deep, "showmigrations", "sessions")

    assert told.returncode == 0, told.stderr
    assert deep.stat().st_mode & 0o066 == 0
    assert (deep / "postgres").stat().st_mode & 0o777 == 0o700


def test_a_reader_that_leaves_is_no_error(home):
    command = f"{shlex.quote(sys.executable)} -m liuke facts | head -1"

    told = subprocess.run(command, shell=True, env=environment(home), capture_output=True, text=True, check=False)

    assert (told.stdout, told.stderr) == ("# Facts\n", "")


def test_a_crash_loop_slows_down():
    assert [pause_after(crashes) for crashes in (1, 2, 3, 4, 7, 20)] == [0, 1, 2, 4, 30, 30]


def test_dump_and_restore_bring_everything_back_or_change_nothing(home):
    dump = home / "all.dump"
    with Server(home) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT '客' AS name")
    assert liuke(home, "db", "dump", str(dump)).returncode == 0
    assert dump.stat().st_mode & 0o777 == 0o600
    assert "exists already" in liuke(home, "db", "dump", str(dump)).stderr

    with Server(home) as server, psycopg.connect(server.url) as connection:
        connection.execute("UPDATE kept SET name = 'other'")
        connection.execute("CREATE TABLE later (id int)")
    half = Path(home / "half.dump")
    half.write_bytes(dump.read_bytes()[:-200])

    assert "Say --yes" in liuke(home, "db", "restore", str(dump)).stderr
    assert liuke(home, "db", "restore", str(half), "--yes").returncode == 1
    assert rows(home) == [("other",)]
    assert liuke(home, "db", "restore", str(dump), "--yes").returncode == 0
    assert rows(home) == [("客",)]


def test_the_password_of_the_database_is_not_among_the_words_that_everybody_can_read(home):
    programs, dump = home / "programs", home / "secret.dump"
    programs.mkdir()
    for name in ("postgres", "pg_dump"):
        (programs / name).write_text(f'#!/bin/sh\necho "$@" >{home}/words; echo "$PGPASSWORD" >{home}/password\n')
        (programs / name).chmod(0o755)

    told = liuke(home, "db", "dump", str(dump), LIUKE_PG_BIN=str(programs),
                 LIUKE_DATABASE_URL="postgresql://mei:ge%40heim@db.example:6543/liuke?sslmode=require")

    assert told.returncode == 0, told.stderr
    words = (home / "words").read_text()
    assert "host=db.example" in words
    assert "port=6543" in words
    assert "sslmode=require" in words
    assert "heim" not in words
    assert (home / "password").read_text() == "ge@heim\n"


def test_nobody_restores_under_people_who_work(home):
    dump = home / "second.dump"
    assert liuke(home, "db", "dump", str(dump)).returncode == 0

    with Server(home) as server, psycopg.connect(server.url):
        told = liuke(home, "db", "restore", str(dump), "--yes")

    assert (told.returncode, told.stderr) == (1, "liuke: 1 connections use the database: stop Liuke first.\n")


def test_the_doctor_finds_what_is_wrong(home):
    well = liuke(home, "doctor")
    ill = liuke(home, "doctor", LIUKE_DATABASE_URL=NOWHERE)

    assert well.returncode == 0, well.stdout
    assert "\nok   database    PostgreSQL " in well.stdout
    assert ill.returncode == 1
    assert "\nbad  database    Cannot reach the database" in ill.stdout


def rows(home):
    with Server(home) as server, psycopg.connect(server.url) as connection:
        return connection.execute("SELECT name FROM kept").fetchall()
