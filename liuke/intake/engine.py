"""Brings a file in: read and stage it, gather what it refers to, merge it slot by slot, write the error file.

The engine opens the transactions itself, like a door. Killed at any moment and started again, it ends with the same
database and the same counts as one clean run: reading changes nothing, and every slot is merged in one transaction
together with its counts and with the number of the next slot.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from django.db import Error, connection, transaction
from django.utils import timezone

from liuke.intake import rules, services, staging
from liuke.intake.cells import DateOrder
from liuke.intake.errorfile import write_error_file
from liuke.intake.files import open_table
from liuke.intake.header import Header, recognise
from liuke.intake.kinds import Kind, Reading
from liuke.intake.line import Table
from liuke.intake.models import Rejection, Run
from liuke.intake.rules import FileRefused, RunState

Progress = Callable[[Run], None]

READ_PERCENT, GATHER_PERCENT, MERGE_PERCENT = 50, 60, 98


def bring_in(run: Run, kind: Kind, *, now: datetime, progress: Progress = lambda run: None) -> Run:
    """Work the run through to its end, or on from where it was killed. A finished run is left as it is.

    Raises FileRefused when the file as a whole cannot be read (the run is then failed and says why). Waits while
    another run of the same kind is under way.
    """
    with _one_at_a_time(kind.name):
        run.refresh_from_db()
        if run.state in (RunState.DONE, RunState.FAILED):
            return run
        try:
            _Engine(run, kind, now, progress, durable=True).work()
        except FileRefused as refusal:
            with transaction.atomic(durable=True):
                services.mark_failed(run=run, why=refusal.message, now=now)
            raise
        finally:
            staging.drop()
    return run


def try_out(run: Run, kind: Kind, *, now: datetime, progress: Progress = lambda run: None) -> Run:
    """Do everything in one transaction and undo it: the counts are exact, and nothing was changed."""
    with _one_at_a_time(kind.name), transaction.atomic():
        try:
            run.save()
            _Engine(run, kind, now, progress, durable=False).work()
        finally:
            transaction.set_rollback(True)         # and with it the staging tables
    return run


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    """A lock that the connection's end lets go, so a killed run never leaves it behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"intake {name}"])
        try:
            yield
        finally:
            with suppress(Error):                  # a lost connection has let go already
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"intake {name}"])


class _Engine:
    def __init__(self, run: Run, kind: Kind, now: datetime, progress: Progress, *, durable: bool) -> None:
        self.run, self.kind, self.now, self.progress, self.durable = run, kind, now, progress, durable

    def work(self) -> None:
        table = open_table(Path(self.run.path), sheet=self.run.sheet, encoding=self.run.encoding)
        if self.run.sha256 and table.sha256 != self.run.sha256:
            raise FileRefused(services.changed_file())
        header = recognise(table, self.kind.fields, self.run.mapping)
        with self._transaction():
            services.mark_reading(run=self.run, sha256=table.sha256, now=self.now)
        rows = self._read(table, header)
        self.kind.gather(self.run, now=self.now, transaction=self._transaction)
        self._tell(GATHER_PERCENT)
        with self._transaction():
            staging.ready(self.kind)
            services.mark_merging(run=self.run, rows=rows, notes=self.kind.notes())
        for slot in range(self.run.next_slot, self.run.slots):
            self._merge(slot)
        self._finish(table, header)

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction.atomic(durable=self.durable)

    def _tell(self, percent: float) -> None:
        with self._transaction():
            services.mark_percent(run=self.run, percent=int(percent))
        self.progress(self.run)

    def _read(self, table: Table, header: Header) -> int:
        date_order = cast("DateOrder", self.run.date_order)
        reading = Reading(
            header=header, zone=ZoneInfo(self.run.zone), date_order=date_order, scope=self.run.scope, now=self.now
        )
        read = self.kind.reader(reading)
        rows = (read(line) for line in table.lines() if line.number > header.line)
        count = 0
        staging.create(self.kind.columns)
        while filled := staging.fill(self.kind.columns, islice(rows, rules.CHUNK_ROWS)):
            self.kind.chunk_read()
            count += filled
            self._tell(READ_PERCENT * table.done())
        return count

    def _merge(self, slot: int) -> None:
        """One slot, its counts, its rejections and the number of the next: all or nothing."""
        with self._transaction():
            rows = staging.take_slot(*rules.slot_bounds(slot, self.run.slots), self.kind)
            merged = self.kind.merge(self.run, now=self.now)
            reasons = staging.refusals()
            assert merged.accepted + merged.unchanged + sum(reasons.values()) == rows, "a row was lost"
            staging.keep_rejections(self.run.pk)
            services.count_slot(
                run=self.run, slot=slot, accepted=merged.accepted, unchanged=merged.unchanged, reasons=reasons
            )
        self._tell(GATHER_PERCENT + (MERGE_PERCENT - GATHER_PERCENT) * (slot + 1) / self.run.slots)

    def _finish(self, table: Table, header: Header) -> None:
        path = None
        if self.run.rejected:
            path = services.error_path(self.run)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_error_file(self.run, table=table, header=header, fields=self.kind.fields, path=path)
        with self._transaction():
            services.mark_done(run=self.run, error_file=str(path or ""), now=timezone.now())
            Rejection.objects.filter(run=self.run).delete()
        self._tell(100)


def work_through(run_id: int, kind: Kind, *, now: datetime) -> None:
    """What the job of a kind does: bring the file in; that it cannot be read is an answer, and stands in the run."""
    with suppress(FileRefused):
        bring_in(Run.objects.get(pk=run_id), kind, now=now)
