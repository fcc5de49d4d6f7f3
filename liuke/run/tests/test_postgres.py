"""The server under our supervision. Each test has a throw-away server of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import psycopg
import pytest

from liuke.run.errors import Trouble
from liuke.run.postgres import Server
from liuke.run.testing import ThrowAway
from liuke.run.tests.builders import alive, reachable_directory, wait_until


@pytest.fixture
def home():
    with reachable_directory() as path:
        yield path


def test_starts_answers_and_finds_chinese_by_trigram(home):
    with Server(home, throw_away=True) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION btree_gist")
        grams = connection.execute("SELECT cardinality(show_trgm('留客'))").fetchone()

    assert grams == (3,)
    assert not server.answers()


def test_keeps_its_rows_over_a_restart(home):
    with Server(home) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    with Server(home) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_two_never_run_one_directory(home):
    with Server(home, throw_away=True), pytest.raises(Trouble, match="Another process"):
        Server(home, throw_away=True).start()


def test_a_long_chinese_path_works(home):
    deep = home / "我的 项目" / ("很长的目录名" * 6) / "留客"
    deep.parent.mkdir(parents=True)
    deep.parent.parent.chmod(0o711)
    deep.parent.chmod(0o711)

    with Server(deep, throw_away=True) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    assert not server.socket_directory.is_relative_to(home)
    shutil.rmtree(server.socket_directory)


def test_comes_back_after_its_process_was_killed(home):
    server = Server(home)
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    server.process.kill()
    server.process.wait()
    server.release()

    for _ in range(20):  # its backends may need a moment to notice
        try:
            server.start()
            break
        except Trouble:
            time.sleep(0.5)

    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be refused on behalf of another account")
def test_a_directory_the_account_cannot_reach_is_one_sentence_with_what_to_do(home):
    home.chmod(0o700)

    with pytest.raises(Trouble, match=f"not pass through {home}: `chmod o\\+x {home}`"):
        Server(home / "inner", throw_away=True).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it under another account")
def test_an_empty_directory_that_root_closed_is_opened_for_passing_through_and_a_full_one_is_not(home):
    made, used = home / "made", home / "used"
    for path in (made, used):
        path.mkdir(mode=0o700)
    (used / "letter").write_text("mine")

    Server(made, throw_away=True).make_home()
    with pytest.raises(Trouble, match=f"not pass through {used}:"):
        Server(used, throw_away=True).make_home()

    assert [path.stat().st_mode & 0o777 for path in (made, used)] == [0o711, 0o700]


def test_a_parent_directory_without_write_permission_is_one_sentence(home):
    (home / "file").write_text("")

    with pytest.raises(Trouble, match="Cannot write to"):
        Server(home / "file" / "var").start()


@pytest.mark.crash
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_dies_with_the_process_that_started_it(home):
    script = (
        "import sys, time; from pathlib import Path; from liuke.run.postgres import Server\n"
        "server = Server(Path(sys.argv[1]), throw_away=True); server.start()\n"
        "print(server.process.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, home], stdout=subprocess.PIPE, text=True)
    postmaster = int(parent.stdout.readline())
    assert alive(postmaster)

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    wait_until(lambda: not alive(postmaster), seconds=5)


def test_a_test_server_leaves_nothing():
    this = ThrowAway()
    this.start()

    this.close()

    assert not this.home.exists()


def test_tests_on_a_given_server_throw_away_their_data_all_the_same():
    """The checkout's own data directory may be that of a brand that somebody works with."""
    script = "from liuke.run.testing import THIS_RUN; import os; print(os.environ['LIUKE_DATA'], THIS_RUN.own_database)"
    given = {name: value for name, value in os.environ.items() if name != "LIUKE_DATA"}

    told = subprocess.run([sys.executable, "-c", script], env=given, capture_output=True, text=True, check=True).stdout

    place, own = told.split()
    assert (place.startswith(f"{tempfile.gettempdir()}/liuke-test-"), own) == (True, "False")
    assert not os.path.exists(place)
