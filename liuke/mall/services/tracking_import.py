"""Files of tracking steps, as carriers' systems export them: what the engine of `intake` needs to bring them in."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import groupby

from django.db import connection
from django.utils.translation import gettext_lazy as _

from liuke.intake import cells, staging
from liuke.intake.header import Field, Fields
from liuke.intake.kinds import Merged, Reading, Row, Transaction
from liuke.intake.line import Line
from liuke.intake.models import Run
from liuke.intake.rules import Bad, Reason, slot_number
from liuke.mall.models import Return, Shipment, TrackingEvent
from liuke.mall.rules.carriers import carrier_code, tracking_number
from liuke.mall.rules.tracking import CLOCKS_APART, TEXT_CHARACTERS, step_of
from liuke.mall.services import fulfilment, live
from liuke.mall.services.fulfilment import Step

CARRIER, TRACKING, TIME, STATE, TEXT = "carrier", "tracking", "time", "state", "text"
NUMBER_CHARACTERS, CARRIER_CHARACTERS = 40, 20
TRACKING_FIELDS = Fields(
    known=tuple(Field(name, label, tuple(names.split(", "))) for name, label, names in (
        (CARRIER, _("快递公司"), "快递公司, 物流公司, 承运商, 快递, carrier, courier, express"),
        (TRACKING, _("运单号"), "运单号, 快递单号, 物流单号, 运单编号, tracking number, tracking no, tracking"),
        (TIME, _("时间"), "时间, 轨迹时间, 操作时间, 发生时间, event time, happened at, time"),
        (STATE, _("状态"), "状态, 物流状态, 轨迹状态, status, event, state"),
        (TEXT, _("说明"), "说明, 轨迹, 轨迹描述, 内容, 描述, description, context, text"),
    )),
    needed=((TRACKING,), (TIME,), (STATE, TEXT)),
)
GOOD_ROWS = """
    SELECT line, carrier, tracking, happened_at, state, said FROM intake_work
    WHERE bad IS NULL ORDER BY tracking, carrier, happened_at, line"""
Said = tuple[int, str, str, datetime, str, str]


class Tracking:
    """The kind "tracking": a row is one step of one parcel, ours or a customer's on its way back to us.

    The same step again changes nothing; a number that is no parcel of ours comes back with the reason.
    """

    name = "tracking"
    fields = TRACKING_FIELDS
    columns = (("carrier", "text"), ("tracking", "text"), ("happened_at", "timestamptz"), ("state", "text"),
               ("said", "text"))
    gathered_columns, gathered_joins, work_columns = (), "", ()

    def reader(self, reading: Reading) -> Callable[[Line], Row]:
        return _Rows(reading)

    def chunk_read(self) -> None:
        """Nothing is gathered aside."""

    def gather(self, run: Run, *, now: datetime, transaction: Transaction) -> None:
        """Steps refer to nothing that would have to be made."""

    def merge(self, run: Run, *, now: datetime) -> Merged:
        with connection.cursor() as cursor:
            cursor.execute(GOOD_ROWS)
            rows: list[Said] = cursor.fetchall()
        return staging.judge(_note(rows, now))

    def notes(self) -> dict[str, int]:
        return {}


class _Rows:
    """One row, from cells to exact values, with everything that is wrong about it."""

    def __init__(self, reading: Reading) -> None:
        self.get = {name: reading.header.getter(name) or _blank for name in (CARRIER, TRACKING, TIME, STATE, TEXT)}
        self.moment = cells.moments(reading.zone, reading.date_order)
        self.row_key, self.width = reading.header.row_key, len(reading.header.columns)
        self.latest = reading.now + CLOCKS_APART

    def __call__(self, line: Line) -> Row:
        """(line, slot, row key, what is bad or None, *columns)."""
        at = self.row_key
        key = "" if at is None or at >= len(line.cells) else line.cells[at].strip().removeprefix("'")
        bad: list[Bad] = []
        values = [self._try(bad, read, line) for read in (self._carrier, self._tracking, self._time, self._state,
                                                          self._text)]
        if line.broken or any(line.cells[self.width:]):
            bad = [Bad(line.broken or Reason.TOO_MANY_CELLS)]
        slot = slot_number(str(values[1] or line.number))
        if bad:
            said = " ".join(f"{each.reason}:{each.field}" if each.field else str(each.reason) for each in bad)
            return (line.number, slot, key, said, *[None] * len(values))
        return (line.number, slot, key, None, *values)

    def _try(self, bad: list[Bad], read: Callable[[Line], object], line: Line) -> object:
        try:
            return read(line)
        except Bad as problem:
            bad.append(problem)
            return None

    def _carrier(self, line: Line) -> str:
        return carrier_code(cells.text(self.get[CARRIER](line), CARRIER, CARRIER_CHARACTERS))

    def _tracking(self, line: Line) -> str:
        number = tracking_number(cells.identifier(self.get[TRACKING](line), TRACKING, NUMBER_CHARACTERS))
        if not number:
            raise Bad(Reason.MISSING_TRACKING, TRACKING)
        return number

    def _time(self, line: Line) -> datetime:
        cell = self.get[TIME](line).strip()
        if not cell:
            raise Bad(Reason.MISSING_TIME, TIME)
        moment = self.moment(cell, TIME)
        if moment > self.latest:
            raise Bad(Reason.TIME_OUT_OF_RANGE, TIME)
        return moment

    def _state(self, line: Line) -> str:
        step = step_of(self.get[STATE](line), self.get[TEXT](line))
        if step is None:
            raise Bad(Reason.UNKNOWN_STEP, STATE)
        return step

    def _text(self, line: Line) -> str:
        return cells.text(self.get[TEXT](line), TEXT, 10 * TEXT_CHARACTERS)[:TEXT_CHARACTERS]


def _blank(_line: Line) -> str:
    return ""


def _note(rows: list[Said], now: datetime) -> list[tuple[int, bool, str | None]]:
    """(line, new?, what is bad): every step under its parcel's carrier, in the order in which they happened."""
    numbers = {row[2] for row in rows}
    carriers = _carriers(numbers)
    known = {(event.carrier, event.tracking, event.happened_at, event.state)
             for event in TrackingEvent.objects.filter(tracking__in=numbers)}
    results: list[tuple[int, bool, str | None]] = []
    for (tracking, named), group in groupby(rows, key=lambda row: (row[2], row[1])):
        steps = list(group)
        ours = carriers.get(tracking, set())
        carrier = named if named in ours else next(iter(ours)) if not named and len(ours) == 1 else None
        if carrier is None:
            results += [(row[0], False, f"{Reason.UNKNOWN_PARCEL}:{TRACKING}") for row in steps]
            continue
        fulfilment.track(carrier=carrier, tracking=tracking, now=now,
                         steps=[Step(at, state, text) for _line, _by, _number, at, state, text in steps])
        for line, _by, _number, at, state, _text in steps:
            new = (carrier, tracking, at, state) not in known
            known.add((carrier, tracking, at, state))
            results.append((line, new, None))
    if any(new for _line, new, _bad in results):
        live.tell_orders()
    return results


def _carriers(numbers: set[str]) -> dict[str, set[str]]:
    """By tracking number, the carriers under which we know it: our parcels, and customers' on their way back."""
    found = defaultdict(set)
    for carrier, tracking in Shipment.objects.filter(tracking__in=numbers).values_list("carrier", "tracking"):
        found[tracking].add(carrier)
    backs = Return.objects.filter(way_back_tracking__in=numbers)
    for carrier, tracking in backs.values_list("way_back_carrier", "way_back_tracking"):
        found[tracking].add(carrier)
    return found
