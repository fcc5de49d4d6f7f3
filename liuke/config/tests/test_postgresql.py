"""The server takes 65,535 values in a statement; a line is asked whether it stands only when there is a doubt."""

import time
from datetime import UTC, datetime

import pytest
from django.db import DataError, connection, transaction

from liuke.mall.models import TrackingEvent

AT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.django_db
def test_more_rows_than_one_statement_holds_are_written_and_found():
    rows = [TrackingEvent(carrier="SF", tracking=f"SF{at}", happened_at=AT, state="picked_up") for at in range(14_000)]

    TrackingEvent.objects.bulk_create(rows)

    assert TrackingEvent.objects.count() == 14_000
    assert len(TrackingEvent.objects.in_bulk([*range(70_000), *(row.pk for row in rows)])) == 14_000


def test_the_limit_counts_values_not_rows():
    assert connection.ops.bulk_batch_size(["a"] * 10, [None] * 100) == 100
    assert connection.ops.bulk_batch_size(["a"] * 10, [None] * 10_000) == 6_553
    assert connection.ops.bulk_batch_size([], [None] * 100_000) == 100_000


@pytest.fixture
def line(db):
    """A connection of its own, as another thread's."""
    own = connection.copy()
    own.connect()
    yield own
    own.close()


@pytest.mark.django_db
def test_a_quiet_line_stands_and_is_not_asked(line):
    with line.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend, = cursor.fetchone()

    assert line.is_usable()

    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [backend])
        assert cursor.fetchone() == ("SELECT pg_backend_pid()",)


@pytest.mark.django_db
def test_a_line_that_the_server_has_hung_up_is_found_out(line):
    with line.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend, = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])

    give_up = time.monotonic() + 20
    while line.is_usable() and time.monotonic() < give_up:
        time.sleep(0.05)

    assert not line.is_usable()


def test_what_was_closed_here_or_never_opened_does_not_stand(line):
    never = connection.copy()
    line.connection.close()

    assert not line.is_usable()
    assert not never.is_usable()


@pytest.mark.django_db
def test_two_hundred_statements_stay_prepared(line):
    for at in [*range(200)] * 5:
        line.kept_cursor().execute(f"SELECT {at}").fetchall()

    with line.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (200,)


@pytest.mark.django_db
def test_a_cursor_is_kept_as_long_as_its_connection(line):
    first = line.kept_cursor()
    assert first.execute("SELECT 1").fetchall() == [(1,)]
    assert line.kept_cursor() is first

    line.close()

    assert line.kept_cursor().execute("SELECT 2").fetchall() == [(2,)]


@pytest.mark.django_db
def test_a_kept_cursor_is_counted_like_any_other(django_assert_num_queries):
    with django_assert_num_queries(1):
        connection.kept_cursor().execute("SELECT 1").fetchall()

    with pytest.raises(DataError), transaction.atomic():
        connection.kept_cursor().execute("SELECT 1 / 0")
    assert connection.kept_cursor().execute("SELECT 3").fetchall() == [(3,)]
