"""What came of something that was given to some and kept from others, counted over the order export."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from adbc_driver_postgresql import dbapi
from django.conf import settings

from liuke.insight.rules.arms import arms
from liuke.insight.rules.shares import Share
from liuke.insight.rules.uplift import Moments
from liuke.insight.services.engine import Engine, engine
from liuke.insight.services.export import export_orders
from liuke.insight.services.refresh import brand_zone
from liuke.kit.db import conninfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Arm:
    """One group in one window: who bought again, and money, worth and cost of each person, in fen."""

    again: Share
    net: Moments
    worth: Moments
    cost_fen: int


@dataclass(frozen=True, slots=True)
class Window:
    """Both groups, of the customers who were watched for so many days."""

    days: int
    treated: Arm
    control: Arm


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were met at all, and both groups by window."""

    treated: int
    control: int
    windows: tuple[Window, ...]


class Outcomes:
    """One look at the orders as they are; asked for one thing after the other. See `looking`."""

    def __init__(self, opened: Engine | None, scratch: Path, *, until: datetime) -> None:
        self._opened, self._scratch, self._until = opened, scratch, until

    def of(self, events: str, *, since: datetime, days: Sequence[int], margin_bp: int) -> Outcome:
        """The outcome of what `events` lists: a statement of the caller's own, never a person's input, that answers
        customer_id bigint, at bigint (microseconds since 1970), treated boolean and cost_fen bigint.
        """
        file = self._scratch / "events.parquet"
        if self._opened is None or not _stream(events, file):
            return Outcome(0, 0, tuple(Window(each, _arm({}, each), _arm({}, each)) for each in days))
        rows = self._opened.backend.read_parquet(str(file), table_name="events")
        found = self._opened.answer(arms(self._opened.orders, rows, since=_us(since), until=_us(self._until), days=days,
                                         margin_bp=margin_bp))
        groups: dict[bool, dict[str, Any]] = {row["treated"]: row for row in found.to_pylist()}
        one, other = groups.get(True, {}), groups.get(False, {})
        return Outcome(one.get("everybody", 0), other.get("everybody", 0),
                       tuple(Window(each, _arm(one, each), _arm(other, each)) for each in days))


@contextmanager
def looking(*, now: datetime) -> Iterator[Outcomes]:
    """Bring the export up to date and look at the orders as they are now. Writes nothing else."""
    directory = Path(settings.LIUKE_DATA)
    exported = export_orders(directory=directory / "export", zone=brand_zone().key)
    files = [directory / "export" / part.path for part in exported.manifest.parts.values()]
    (directory / "scratch").mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=directory / "scratch", prefix="outcomes-") as scratch:
        if not files:
            yield Outcomes(None, Path(scratch), until=now)
            return
        with engine(settings.LIUKE_ANALYTICS, files=files, scratch=directory / "scratch") as opened:
            yield Outcomes(opened, Path(scratch), until=now)


def _stream(statement: str, file: Path) -> bool:
    """Write what the statement answers into a file, a batch at a time; whether it answered anything."""
    with closing(dbapi.connect(conninfo(), autocommit=True)) as connected, connected.cursor() as cursor:
        cursor.execute(statement)
        rows = 0
        with (cursor.fetch_record_batch() as batches,
              pq.ParquetWriter(file, batches.schema, compression="zstd") as writer):
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
    return rows > 0


def _arm(sums: dict[str, Any], days: int) -> Arm:
    def total(name: str) -> float:
        return sums.get(f"{name}_{days}") or 0

    count = int(total("count"))
    return Arm(Share(int(total("again")), count), Moments(count, total("net"), total("net_squares")),
               Moments(count, total("worth"), total("worth_squares")), round(total("cost")))


def _us(moment: datetime) -> int:
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
