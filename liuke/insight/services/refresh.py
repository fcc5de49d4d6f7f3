"""Store what a refresh finds: the whole brand in a new snapshot, and a score for each customer."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import structlog
from django.conf import settings
from django.db import connection, transaction
from pyarrow import csv

from liuke.insight import models
from liuke.insight.rules import limits, tiers
from liuke.insight.services.engine import engine
from liuke.insight.services.export import Exported, export_orders
from liuke.insight.services.findings import Findings, find
from liuke.kit.db import require_transaction
from liuke.org import queries as org

log = structlog.get_logger(__name__)

SCORE_COLUMNS = (
    "customer_id", "first_on", "last_on", "orders", "buying_days", "net_fen", "recency", "frequency", "money",
    "value_tier", "value_fen", "alive", "orders_90", "buys_30",
)


def refresh(*, now: datetime, full_export: bool = False, new_cuts_by: int | None = None) -> models.Snapshot | None:
    """Export, compute, store. Safe to call again: without new orders it finds and stores the same.

    Opens its own transactions, because the work between them is long; waits while another refresh runs. None: nothing
    was ever bought. `new_cuts_by` is the member of staff who wants levels and tiers cut anew.
    """
    with _one_at_a_time():
        return _refresh(now=now, full_export=full_export, new_cuts_by=new_cuts_by)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A lock of the session: the database gives it back when this process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('insight refresh', 0))")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('insight refresh', 0))")


def _refresh(*, now: datetime, full_export: bool, new_cuts_by: int | None) -> models.Snapshot | None:
    zone = brand_zone()
    directory = Path(settings.LIUKE_DATA) / "export"
    exported = export_orders(directory=directory, zone=zone.key, full=full_export)
    files = [directory / part.path for part in exported.manifest.parts.values()]
    if not files:
        return None
    stored = None if new_cuts_by else cuts_in_force()
    with engine(settings.LIUKE_ANALYTICS, files=files, scratch=Path(settings.LIUKE_DATA) / "scratch") as opened:
        today = now.astimezone(zone).date()
        found = find(opened, today=today, cuts=as_rule(stored))
        if found and stored and _outgrown(stored, found):
            stored, found = None, find(opened, today=today, cuts=None)
    if found is None:
        return None
    with transaction.atomic(durable=True):
        snapshot = store(found, cuts=stored, zone=zone.key, made_by=new_cuts_by, now=now)
    _tell(exported, snapshot)
    return snapshot


def brand_zone() -> ZoneInfo:
    """Where the brand's days begin and end."""
    brand = org.brand()
    return ZoneInfo(brand.zone if brand else settings.TIME_ZONE)


def cuts_in_force() -> models.Cuts | None:
    return models.Cuts.objects.order_by("-pk").first()


def as_rule(cuts: models.Cuts | None) -> tiers.Cuts | None:
    """The stored row as rules know it."""
    if cuts is None:
        return None
    return tiers.Cuts(tuple(cuts.recency_days), tuple(cuts.buying_days), tuple(cuts.net_fen), tuple(cuts.value_fen),
                      cuts.churn_days)


def store(
    found: Findings, *, cuts: models.Cuts | None, zone: str, made_by: int | None, now: datetime
) -> models.Snapshot:
    """Write the snapshot with its figures and replace every customer's score; old snapshots go."""
    require_transaction()
    cuts = cuts or _store_cuts(found, made_by=made_by, now=now)
    snapshot = _store_snapshot(found, cuts=cuts, zone=zone, now=now)
    _store_figures(found, snapshot)
    _replace_scores(found, now=now)
    kept = models.Snapshot.objects.order_by("-pk").values("pk")[: limits.SNAPSHOTS_KEPT]
    models.Snapshot.objects.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return snapshot


def _outgrown(cuts: models.Cuts, found: Findings) -> bool:
    """Cuts made for few customers, or before a model fitted, do not suit many."""
    first_model = found.outlook is not None and not any(cuts.value_fen)
    return first_model or len(found.buyers.customer_id) >= limits.GROWN * cuts.customers


def _store_cuts(found: Findings, *, made_by: int | None, now: datetime) -> models.Cuts:
    cuts = found.cuts
    return models.Cuts.objects.create(
        recency_days=list(cuts.recency_days), buying_days=list(cuts.buying_days), net_fen=list(cuts.net_fen),
        value_fen=list(cuts.value_fen), churn_days=cuts.churn_days, customers=len(found.buyers.customer_id),
        made_at=now, made_by_id=made_by,
    )


def _store_snapshot(found: Findings, *, cuts: models.Cuts, zone: str, now: datetime) -> models.Snapshot:
    buyers, fitted = found.buyers, {}
    if found.outlook:
        model = found.outlook.fit
        fitted = {
            "model": model.kind, "r": model.r, "alpha": model.alpha, "a": model.a, "b": model.b,
            "log_likelihood": model.log_likelihood, "alive": float(found.outlook.alive.sum()),
            "orders_90": float(found.outlook.orders_90.sum()),
        }
    return models.Snapshot.objects.create(
        computed_at=now, until_on=found.until, zone=zone, cuts=cuts, orders=int(buyers.orders.sum()),
        customers=len(buyers.customer_id), customers_twice=int((buyers.buying_days > 1).sum()),
        net_fen=sum(row.net_fen for row in found.counted), orders_ahead=found.orders_ahead,
        gap_quarters=found.gap_quarters, model_refused=found.refused, **fitted,
    )


def _store_figures(found: Findings, snapshot: models.Snapshot) -> None:
    models.CohortCell.objects.bulk_create(
        models.CohortCell(snapshot=snapshot, cohort=row.cohort, month=row.month, customers=row.customers,
                          orders=row.orders, net_fen=row.net_fen) for row in found.counted)
    models.SecondOrder.objects.bulk_create(
        models.SecondOrder(snapshot=snapshot, cohort=row.month, within_days=row.within, observed=row.share.whole,
                           bought_again=row.share.part) for row in found.second)
    models.ChurnMonth.objects.bulk_create(
        models.ChurnMonth(snapshot=snapshot, month=row.month, active=row.lost.whole, lost=row.lost.part,
                          came_back=row.came_back) for row in found.churn)
    models.GapBin.objects.bulk_create(
        models.GapBin(snapshot=snapshot, days_from=row.days_from, days_to=row.days_to, count=row.count)
        for row in found.gaps)
    models.ScoreCell.objects.bulk_create(
        models.ScoreCell(snapshot=snapshot, recency=r, frequency=f, money=m, value_tier=tier, customers=customers,
                         net_fen=net_fen, value_fen=value_fen)
        for (r, f, m, tier), (customers, net_fen, value_fen) in _score_cells(found).items())


def _score_cells(found: Findings) -> dict[tuple[int, ...], tuple[int, int, int]]:
    """Customers, money and expected value of each combination of levels and tier, in order."""
    levels = found.levels
    table = pa.table({
        "r": levels.recency, "f": levels.frequency, "m": levels.money, "tier": levels.value_tier,
        "net_fen": found.buyers.net_fen, "value_fen": found.value_fen,
    })
    sums = table.group_by(["r", "f", "m", "tier"]).aggregate([("r", "count"), ("net_fen", "sum"), ("value_fen", "sum")])
    rows = zip(*(sums[name].to_pylist() for name in
                 ("r", "f", "m", "tier", "r_count", "net_fen_sum", "value_fen_sum")), strict=True)
    return {row[:4]: (row[4], row[5], row[6]) for row in sorted(rows)}


def _replace_scores(found: Findings, *, now: datetime) -> None:
    """One COPY into a temporary table, one upsert, one delete; customers removed meanwhile are left out."""
    columns = ", ".join(SCORE_COLUMNS)
    updates = ", ".join(f"{name} = excluded.{name}" for name in (*SCORE_COLUMNS[1:], "computed_at"))
    content = io.BytesIO()
    csv.write_csv(_score_table(found), content, csv.WriteOptions(include_header=False))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE insight_scores_new (LIKE insight_customerscore) ON COMMIT DROP")
        cursor.execute("ALTER TABLE insight_scores_new ALTER computed_at DROP NOT NULL")
        with cursor.copy(f"COPY insight_scores_new ({columns}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(content.getbuffer())
        cursor.execute("ANALYZE insight_scores_new")
        cursor.execute(
            f"INSERT INTO insight_customerscore ({columns}, computed_at) "  # noqa: S608  our own column names
            f"SELECT {', '.join(f'n.{name}' for name in SCORE_COLUMNS)}, %s FROM insight_scores_new n "
            "JOIN customers_customer c ON c.id = n.customer_id ORDER BY n.customer_id "
            f"ON CONFLICT (customer_id) DO UPDATE SET {updates}", [now])
        cursor.execute("DELETE FROM insight_customerscore s WHERE NOT EXISTS "
                       "(SELECT FROM insight_scores_new n WHERE n.customer_id = s.customer_id)")


def _score_table(found: Findings) -> Any:
    buyers, outlook, levels = found.buyers, found.outlook, found.levels
    nothing = pa.nulls(len(buyers.customer_id), pa.float64())
    chances = [outlook.alive, outlook.orders_90, outlook.buys_30] if outlook else [nothing] * 3

    def days(numbers: Any) -> Any:
        return pa.array(numbers.astype(np.int32)).cast(pa.date32())

    return pa.table(dict(zip(SCORE_COLUMNS, (
        buyers.customer_id, days(buyers.first_day), days(buyers.last_day), buyers.orders, buyers.buying_days,
        buyers.net_fen, levels.recency, levels.frequency, levels.money, levels.value_tier, found.value_fen,
        *chances,
    ), strict=True)))


def _tell(exported: Exported, snapshot: models.Snapshot) -> None:
    log.info("insight refreshed", snapshot=snapshot.pk, until=str(snapshot.until_on), orders=snapshot.orders,
             customers=snapshot.customers, months_written=exported.months_written, full_export=exported.full)
