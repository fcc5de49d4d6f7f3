"""The files always show what the database shows: late commits, changes, removals, kills and restores included."""

import os
import signal
from datetime import UTC, datetime, timedelta

import psycopg
import pyarrow.parquet as pq
import pytest
from django.db import transaction

from liuke.insight.models import ExportState, StaleMonth
from liuke.insight.services import export
from liuke.insight.services.export import export_orders, read_manifest
from liuke.insight.tests.builders import customer, order
from liuke.mall.models import Order
from liuke.run.testing import database_url

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = "Asia/Shanghai"
JULY = datetime(2026, 7, 10, 4, tzinfo=UTC)


@pytest.fixture
def files(tmp_path):
    return tmp_path / "export"


def shown(files):
    """What a reader of the files sees, by order id."""
    parts = read_manifest(files).parts.values()
    rows = [row for part in parts for row in pq.read_table(files / part.path).to_pylist()]
    assert [part.orders for part in parts] == [pq.read_metadata(files / part.path).num_rows for part in parts]
    return {row["order_id"]: (row["customer_id"], row["net_fen"], row["state"], row["placed_at"]) for row in rows}


def truth():
    return {o.pk: (o.customer_id, o.total_fen - o.refunded_fen, o.state, o.placed_at) for o in Order.objects.all()}


def test_the_first_export_holds_every_order_and_the_next_one_nothing_new(files):
    for days in (0, 1, 40):
        order(placed_at=JULY + timedelta(days=days))

    first, second = (export_orders(directory=files, zone=ZONE) for _ in range(2))

    assert shown(files) == truth()
    assert (first.full, first.months_written, first.orders_written) == (True, 2, 3)
    assert (second.full, second.months_written, second.orders_written) == (False, 0, 0)
    assert StaleMonth.objects.count() == 0


def test_days_and_months_are_those_of_the_brand_not_of_the_server(files):
    late = order(placed_at=datetime(2026, 6, 30, 16, 30, tzinfo=UTC))        # half past midnight, 1 July, in Shanghai

    export_orders(directory=files, zone=ZONE)

    (month, part), = read_manifest(files).parts.items()
    row, = pq.read_table(files / part.path).to_pylist()
    assert (month, part.path) == (2026 * 12 + 5, "dt=2026-06/orders-00000001.parquet")
    assert (row["order_id"], row["month"]) == (late.pk, 2026 * 12 + 6)
    assert row["day"] == (datetime(2026, 7, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days


def test_a_refunded_a_moved_a_removed_and_a_merged_order_are_written_again(files):
    orders = [order(placed_at=JULY + timedelta(days=days)) for days in (0, 31, 62, 93, 200)]
    export_orders(directory=files, zone=ZONE)

    Order.objects.filter(pk=orders[0].pk).update(refunded_fen=300)
    Order.objects.filter(pk=orders[1].pk).update(placed_at=JULY - timedelta(days=90))
    orders[2].delete()
    Order.objects.filter(pk=orders[3].pk).update(customer=customer())
    again = export_orders(directory=files, zone=ZONE)

    assert shown(files) == truth()
    assert (again.full, again.months_written) == (False, 5)       # the fifth order's month was left alone


def test_an_order_that_commits_after_a_later_one_was_exported_is_not_skipped(files):
    someone = customer()
    with psycopg.connect(database_url()) as slow:                      # takes its id first, and commits last
        slow.execute(
            "INSERT INTO mall_order (source, number, customer_id, state, placed_at, goods_fen, discount_fen, "
            "freight_fen, total_fen, refunded_fen, remark) "
            "VALUES ('import', 'slow', %s, 'paid', %s, 100, 0, 0, 100, 0, '')",
            (someone.pk, JULY))
        fast = order(placed_at=JULY)
        export_orders(directory=files, zone=ZONE)
        assert set(shown(files)) == {fast.pk}
        slow.commit()

    export_orders(directory=files, zone=ZONE)

    assert shown(files) == truth()
    assert Order.objects.get(number="slow").pk < fast.pk
    assert len(truth()) == 2


def test_a_change_during_the_export_is_left_for_the_next_one(files, monkeypatch):
    kept = order(placed_at=JULY)
    write_month = export._write_month

    def change_meanwhile(*args):
        part = write_month(*args)
        with psycopg.connect(database_url()) as other:
            other.execute("UPDATE mall_order SET refunded_fen = 50 WHERE id = %s", (kept.pk,))
        return part

    monkeypatch.setattr(export, "_write_month", change_meanwhile)
    export_orders(directory=files, zone=ZONE)
    monkeypatch.undo()
    assert shown(files)[kept.pk][1] == kept.total_fen
    assert StaleMonth.objects.count() > 0

    export_orders(directory=files, zone=ZONE)

    assert shown(files) == truth()


def test_a_rolled_back_change_asks_for_nothing(files):
    order(placed_at=JULY)
    export_orders(directory=files, zone=ZONE)
    with transaction.atomic():
        order(placed_at=JULY)
        transaction.set_rollback(True)

    assert export_orders(directory=files, zone=ZONE).months_written == 0


def export_until(moment, files):
    """Run an export in a process of its own that is killed when it comes to `moment`; returns how it ended."""
    process = os.fork()
    if process:
        return os.waitpid(process, 0)[1]
    seen = []

    def die(*args):
        seen.append(args)
        if moment != "second month" or len(seen) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return write_month(*args)

    write_month = export._write_month
    if moment == "rename":
        export.Path.rename = die
    else:
        setattr(export, "_write_month" if moment == "second month" else moment, die)
    try:
        export_orders(directory=files, zone=ZONE)
    finally:
        os._exit(1)


@pytest.mark.crash
@pytest.mark.parametrize("moment", ["rename", "_write_groups", "second month", "_replace", "_sweep"])
def test_killed_at_any_moment_and_run_again_it_is_as_if_nothing_happened(files, moment):
    first = order(placed_at=JULY)
    order(placed_at=JULY + timedelta(days=31))
    export_orders(directory=files, zone=ZONE)
    Order.objects.filter(pk=first.pk).update(refunded_fen=77)
    order(placed_at=JULY + timedelta(days=31))
    before = (files / "manifest.json").read_bytes()

    assert export_until(moment, files) == signal.SIGKILL
    if moment != "_sweep":
        assert (files / "manifest.json").read_bytes() == before         # readers still see the old export, whole
        assert all((files / part.path).exists() for part in read_manifest(files).parts.values())

    export_orders(directory=files, zone=ZONE)

    assert shown(files) == truth()
    assert list(files.rglob("*.draft")) == []
    assert StaleMonth.objects.count() == 0


def test_killed_between_the_files_and_the_commit_everything_is_written_anew(files):
    order(placed_at=JULY)
    export_orders(directory=files, zone=ZONE)
    ExportState.objects.update(serial=0)                   # the commit that never came

    again = export_orders(directory=files, zone=ZONE)

    assert again.full
    assert shown(files) == truth()
    assert not export_orders(directory=files, zone=ZONE).full


def test_files_of_another_database_a_restored_one_or_another_zone_are_not_trusted(files):
    order(placed_at=JULY)
    export_orders(directory=files, zone=ZONE)

    ExportState.objects.update(dataset="00000000-0000-0000-0000-000000000001")
    other_database = export_orders(directory=files, zone=ZONE)
    other_zone = export_orders(directory=files, zone="America/New_York")
    (files / "manifest.json").write_text("half a")
    torn = export_orders(directory=files, zone="America/New_York")
    asked = export_orders(directory=files, zone="America/New_York", full=True)

    assert [each.full for each in (other_database, other_zone, torn, asked)] == [True] * 4
    assert shown(files) == truth()


def test_old_files_stay_for_one_more_export_and_then_go(files):
    kept = order(placed_at=JULY)
    names = []
    for refund in (1, 2, 3):
        Order.objects.filter(pk=kept.pk).update(refunded_fen=refund)
        export_orders(directory=files, zone=ZONE)
        names.append(sorted(path.name for path in files.glob("dt=*/*")))

    assert names == [["orders-00000001.parquet"], ["orders-00000001.parquet", "orders-00000002.parquet"],
                     ["orders-00000002.parquet", "orders-00000003.parquet"]]


def test_a_brand_without_orders_exports_nothing_and_says_so(files):
    exported = export_orders(directory=files, zone=ZONE)

    assert (exported.manifest.orders, exported.manifest.parts) == (0, {})
