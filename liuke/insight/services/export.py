"""Orders out of PostgreSQL into Parquet, one file a month; a month in which anything changed is written again whole.

No watermark to go wrong: triggers append to `StaleMonth` inside the changing transaction, and one repeatable-read
transaction reads those rows, the orders, and takes away exactly the rows it saw. Who commits later is seen next time.
`manifest.json` names the files that belong together and is replaced in one step, so a reader never sees half an export.
"""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from adbc_driver_postgresql import dbapi

from liuke.insight.rules.bought import NOT_SOLD
from liuke.kit.db import conninfo

VERSION = 1                              # of the columns below; another one writes everything anew
ROWS_IN_GROUP = 250_000                  # of one Parquet row group, and so of what is held in memory
MANIFEST = "manifest.json"
ALL_MONTHS = """
SELECT DISTINCT extract(year FROM placed_at AT TIME ZONE 'UTC')::int * 12
              + extract(month FROM placed_at AT TIME ZONE 'UTC')::int - 1 FROM mall_order
"""
ORDERS = """
SELECT id AS order_id, customer_id, placed_at::date - DATE '1970-01-01' AS day,
       (extract(year FROM placed_at) * 12 + extract(month FROM placed_at) - 1)::int AS month,
       total_fen - refunded_fen AS net_fen, state, placed_at
FROM mall_order WHERE placed_at >= '{since}-01 00:00+00' AND placed_at < '{before}-01 00:00+00'
  AND NOT source = ANY('{{{not_sold}}}')
ORDER BY id
"""


class Part(msgspec.Struct, frozen=True):
    """One file: the orders of one month, by rising id."""

    path: str                            # below the export's directory
    orders: int


class Manifest(msgspec.Struct, frozen=True):
    """The files that belong together, by month (since year 0, UTC), and the database state they show."""

    version: int
    dataset: str
    serial: int
    zone: str
    parts: dict[int, Part]

    @property
    def orders(self) -> int:
        return sum(part.orders for part in self.parts.values())


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did. `full`: every month was written, because files and database did not belong together."""

    manifest: Manifest
    full: bool
    months_written: int
    orders_written: int


def export_orders(*, directory: Path, zone: str, full: bool = False) -> Exported:
    """Bring the files up to date. Killed at any point and called again, the result is that of one clean run.

    Opens its own connection and transaction, and waits while another export runs. Days and months are those of `zone`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with closing(dbapi.connect(conninfo(), autocommit=True)) as connected, connected.cursor() as cursor:
        _ask(cursor, "SELECT 1 FROM (SELECT pg_advisory_lock(hashtextextended('insight export', 0))) AS waited")
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        _ask(cursor, "SELECT set_config('TimeZone', $1, true)", zone)
        exported = _export(cursor, directory, zone, full=full)
        cursor.execute("COMMIT")
        _sweep(directory, exported.manifest)
        return exported


def read_manifest(directory: Path) -> Manifest | None:
    """The newest complete export, or None where there is none that this version can read."""
    try:
        manifest = msgspec.json.decode((directory / MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return manifest if manifest.version == VERSION else None


def _export(cursor: Any, directory: Path, zone: str, *, full: bool) -> Exported:
    """Write the months that need it and the manifest; the transaction's end makes the database agree."""
    cursor.execute("INSERT INTO insight_exportstate (id, dataset, serial) VALUES (1, gen_random_uuid(), 0) "
                   "ON CONFLICT DO NOTHING")
    (dataset, serial), = _ask(cursor, "SELECT dataset::text, serial FROM insight_exportstate WHERE id = 1")
    known = read_manifest(directory)
    if known is None or full or (known.dataset, known.serial, known.zone) != (dataset, serial, zone):
        full, parts = True, {}
        stale = {month for month, in _ask(cursor, ALL_MONTHS)}
        serial = max(serial, known.serial if known else 0)
    else:
        parts = dict(known.parts)
        stale = {month for month, in _ask(cursor, "SELECT DISTINCT month FROM insight_stalemonth")}
    for month in sorted(stale):
        parts.pop(month, None)
        if part := _write_month(cursor, directory, month, serial + 1):
            parts[month] = part
    manifest = Manifest(VERSION, dataset, serial + 1, zone, dict(sorted(parts.items())))
    _replace(directory / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    cursor.execute("DELETE FROM insight_stalemonth")        # of these only what the snapshot of this transaction shows
    cursor.execute("UPDATE insight_exportstate SET serial = $1 WHERE id = 1", (serial + 1,))
    return Exported(manifest, full, len(stale), sum(parts[month].orders for month in stale if month in parts))


def _write_month(cursor: Any, directory: Path, month: int, serial: int) -> Part | None:
    """Stream one month into its file, or write none if it has no order."""
    since, before = (f"{number // 12:04}-{number % 12 + 1:02}" for number in (month, month + 1))
    path = Path(f"dt={since}") / f"orders-{serial:08}.parquet"
    cursor.execute(ORDERS.format(since=since, before=before, not_sold=",".join(NOT_SOLD)))
    with cursor.fetch_record_batch() as batches:
        first = next((batch for batch in batches if batch.num_rows), None)
        if first is None:
            return None
        (directory / path).parent.mkdir(exist_ok=True)
        draft = directory / path.with_suffix(".draft")
        with draft.open("wb") as file:
            with pq.ParquetWriter(file, first.schema, compression="zstd", use_dictionary=["state"]) as writer:
                rows = _write_groups(writer, first, batches)
            file.flush()
            os.fsync(file.fileno())
    draft.rename(directory / path)
    return Part(str(path), rows)


def _write_groups(writer: Any, first: Any, batches: Any) -> int:
    """Gather small batches into row groups of a size that engines like; returns the rows."""
    rows, held = 0, [first]
    for batch in batches:
        if sum(each.num_rows for each in held) >= ROWS_IN_GROUP:
            writer.write_table(pa.Table.from_batches(held))
            rows, held = rows + sum(each.num_rows for each in held), []
        held.append(batch)
    writer.write_table(pa.Table.from_batches(held))
    return rows + int(sum(each.num_rows for each in held))


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _sweep(directory: Path, manifest: Manifest) -> None:
    """Remove what killed runs left, and old files, but not those of the export before: someone may be reading them."""
    kept = {directory / part.path for part in manifest.parts.values()}
    for path in [*directory.glob("dt=*/*"), *directory.glob("*.draft")]:
        fresh = path.suffix == ".parquet" and int(path.stem.rpartition("-")[2]) >= manifest.serial - 1
        if path not in kept and not fresh:
            path.unlink(missing_ok=True)


def _ask(cursor: Any, sql: str, *values: object) -> list[tuple[Any, ...]]:
    cursor.execute(sql, values or None)
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
