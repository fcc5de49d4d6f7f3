"""What a cell says: text in, exact value out, or `Bad` with the reason. Pure; nothing is guessed.

Money and quantities are read as decimals and never pass through a binary float. A time is read in one order of day
and month only, which the caller chooses, so that 3/4/2024 never means two things in one file.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from liuke.intake.rules import CELL_CHARACTERS, Bad, Reason

DateOrder = Literal["ymd", "mdy", "dmy"]

CACHED_VALUES = 16_384
MAX_DECIMALS = 6
MAX_DIGITS = 12
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a serial number of Excel has no zone
EXCEL_DAYS = (20_000, 80_000)         # 1954 to 2119: what a bare serial number may mean
ISO_CHARACTERS = len("2024-01-31 09:30:00")
EPOCH_DIGITS = {10: 1, 13: 1_000}     # seconds or milliseconds since 1970

ESCAPED = ("'=", "'+", "'-", "'@")
_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_ROUNDED = re.compile(r"[+-]?\d(\.\d+)?[eE]\+?\d+")
_DECIMAL = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?")
_CLOCK = (
    r"(?:[ T]*(?P<half>上午|下午|[AaPp][Mm])?[ ]*(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})"
    r"(?:[:分](?P<second>\d{1,2}))?[分秒]?(?:[.,](?P<fraction>\d{1,9}))?[ ]*(?P<half2>[AaPp][Mm])?)?[ ]*"
    r"(?P<zone>Z|UTC|[+-]\d{2}(?::?\d{2})?)?"
)
_SEPARATOR = r"[-/.年月 ]"
_DATES: dict[str, re.Pattern[str]] = {
    "ymd": re.compile(rf"(?P<year>\d{{4}}){_SEPARATOR}(?P<month>\d{{1,2}}){_SEPARATOR}(?P<day>\d{{1,2}})日?{_CLOCK}"),
    "mdy": re.compile(rf"(?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})[-/.](?P<year>\d{{4}}){_CLOCK}"),
    "dmy": re.compile(rf"(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}}){_CLOCK}"),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = (
    re.compile(rf"(?P<day>\d{{1,2}})[- ](?P<name>[A-Za-z]{{3,9}})[- ,]+(?P<year>\d{{4}}){_CLOCK}"),
    re.compile(rf"(?P<name>[A-Za-z]{{3,9}}) (?P<day>\d{{1,2}})[, ]+(?P<year>\d{{4}}){_CLOCK}"),
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T ]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")


@lru_cache(maxsize=CACHED_VALUES)
def text(cell: str, field: str, most: int) -> str:
    """The cell without blanks around it; one line. Raises Bad when it is too long or holds broken characters.

    The apostrophe that `tables.safe` put before a formula sign is taken off again.
    """
    return _one_line(cell, field, most)


def _one_line(cell: str, field: str, most: int) -> str:
    if not cell.isprintable():
        if _BROKEN.search(cell):
            raise Bad(Reason.BAD_CHARACTER, field)
        cell = " ".join(cell.split())
    cell = cell.strip()
    if cell[:2] in ESCAPED:
        cell = cell[1:]
    if len(cell) > most:
        raise Bad(Reason.TOO_LONG, field)
    return cell


def identifier(cell: str, field: str, most: int) -> str:
    """A number that names something (order, member, SKU). 1.23457E+17 has lost its last digits and is refused.

    "536371.0" is how some tools write the number 536371.
    """
    value = _one_line(cell, field, most)
    if "+" in value and _ROUNDED.fullmatch(value):
        raise Bad(Reason.ROUNDED_NUMBER, field)
    if value.endswith(".0") and value[:-2].isdigit():
        return value[:-2]
    return value


def _plain(cell: str) -> str:
    """Full-width digits and signs as the ordinary ones."""
    return cell if cell.isascii() else unicodedata.normalize("NFKC", cell)


@lru_cache(maxsize=CACHED_VALUES)
def _decimal(cell: str) -> Decimal | None:
    cell = _plain(cell).strip()
    negative = cell.startswith("(") and cell.endswith(")")
    cell = cell[1:-1] if negative else cell
    if not _DECIMAL.fullmatch(cell) or not any(sign.isdigit() for sign in cell):
        return None
    value = Decimal(cell.replace(",", ""))
    return -value if negative else value


def _exact(value: Decimal, field: str, reason: Reason) -> Decimal:
    _sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int), "no NaN comes out of _decimal"
    if len(digits) + max(exponent, 0) > MAX_DIGITS + MAX_DECIMALS or value.adjusted() >= MAX_DIGITS:
        raise Bad(Reason.ABSURD_NUMBER, field)
    if exponent < -MAX_DECIMALS and value != round(value, MAX_DECIMALS):
        raise Bad(reason, field)
    return value


def whole(cell: str, field: str) -> int:
    """A whole number; "3.0" and "3" are the same, "2.5" is not one."""
    value = _decimal(cell)
    if value is None:
        raise Bad(Reason.BAD_QUANTITY, field)
    value = _exact(value, field, Reason.BAD_QUANTITY)
    if value != int(value):
        raise Bad(Reason.BAD_QUANTITY, field)
    return int(value)


@lru_cache(maxsize=CACHED_VALUES)
def _bare_amount(cell: str) -> str:
    return re.sub(r"^(RMB|CNY|¥|￥)|(元|RMB|CNY)$", "", _plain(cell).strip(), flags=re.IGNORECASE).strip()


def yuan(cell: str, field: str) -> Decimal:
    """An amount of yuan, exact to six decimals. "¥1,234.50", "12.5元" and "(3.00)" = -3 are read; "12,5" is not."""
    value = _decimal(cell)
    if value is None:
        value = _decimal(_bare_amount(cell))
    if value is None:
        raise Bad(Reason.BAD_MONEY, field)
    return _exact(value, field, Reason.BAD_MONEY)


def moments(zone: ZoneInfo, order: DateOrder = "ymd") -> Callable[[str, str], datetime]:
    """A reader of times: (cell, field) -> the moment in UTC. Times without an offset are local to `zone`.

    A local time that happens twice (clocks set back) is the first of the two. Also read: 20240131, 20240131093000,
    seconds and milliseconds since 1970, and Excel's day numbers. Raises Bad(UNPARSABLE_TIME).
    """

    @lru_cache(maxsize=CACHED_VALUES)
    def parse(cell: str) -> datetime | None:
        try:
            return _moment(_plain(cell).strip(), zone, order)
        except (ValueError, OverflowError):
            return None

    def moment(cell: str, field: str) -> datetime:
        if len(cell) > CELL_CHARACTERS or (found := parse(cell)) is None:
            raise Bad(Reason.UNPARSABLE_TIME, field)
        return found

    return moment


def _moment(cell: str, zone: ZoneInfo, order: DateOrder) -> datetime | None:
    if len(cell) == ISO_CHARACTERS and cell[4] + cell[7] + cell[10] + cell[13] + cell[16] == "-- ::":
        return datetime.fromisoformat(cell).replace(tzinfo=zone).astimezone(UTC)      # what most files write
    if len(cell) in EPOCH_DIGITS and cell.isdigit():
        return datetime.fromtimestamp(int(cell) // EPOCH_DIGITS[len(cell)], UTC)
    if _SERIAL.fullmatch(cell) and EXCEL_DAYS[0] <= float(cell) <= EXCEL_DAYS[1]:
        seconds = round(float(cell) * 86_400)              # to the second, as Excel shows it
        return (EXCEL_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=zone).astimezone(UTC)
    match = _DATES["ymd"].fullmatch(cell) or _COMPACT.fullmatch(cell)
    if match is None and order != "ymd":
        match = _DATES[order].fullmatch(cell)
    match = match or _NAMED[0].fullmatch(cell) or _NAMED[1].fullmatch(cell)
    if match is None:
        return None
    part = match.groupdict()
    if "name" in part:
        part["month"] = str(_MONTHS.index(part["name"][:3].lower()) + 1)
    local = datetime(  # noqa: DTZ001  the zone is added below
        int(part["year"]), int(part["month"]), int(part["day"]),
        _hour(int(part["hour"] or 0), part.get("half") or part.get("half2") or ""),
        int(part["minute"] or 0), int(part["second"] or 0), int((part.get("fraction") or "0").ljust(6, "0")[:6]),
    )
    if not part["zone"]:
        return local.replace(tzinfo=zone).astimezone(UTC)
    return datetime.fromisoformat(f"{local.isoformat()}{part['zone'].replace('UTC', 'Z')}").astimezone(UTC)


def _hour(hour: int, half: str) -> int:
    if half.lower() in ("下午", "pm"):
        return hour if hour > 12 else hour % 12 + 12
    return hour % 12 if half.lower() in ("上午", "am") and hour <= 12 else hour


def day(cell: str, field: str, order: DateOrder = "ymd") -> date:
    """A calendar day (a birthday); a time of day beside it is ignored. Raises Bad(BAD_DATE)."""
    try:
        found = _moment(_plain(cell).strip(), ZoneInfo("UTC"), order)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Bad(Reason.BAD_DATE, field)
    return found.date()
