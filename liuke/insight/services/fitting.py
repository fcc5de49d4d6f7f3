"""Fit a purchase model to a file: an order log, or a summary with a row for each customer. Touches no database."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from liuke.customers.rules.identities import PHONE, BadIdentity, normal_value
from liuke.insight.rules import orderlog, rows
from liuke.insight.rules.calendar import day_number, day_on
from liuke.insight.rules.orderlog import Aside
from liuke.insight.rules.purchase import Fit, Kind, fit
from liuke.intake import cells
from liuke.intake.files import open_table
from liuke.intake.header import Field, Fields, Header, recognise
from liuke.intake.line import Line, Table
from liuke.intake.rules import Bad, FileRefused, Reason

Get = Callable[[str], str]

SHOWN = 20                                # rejected rows named one by one
NAME_CHARACTERS = 120

CUSTOMER_NAMES = (
    "客户", "客户编号", "客户号", "客户id", "会员号", "会员编号", "会员卡号", "会员id", "用户id",
    "customer_id", "customerid", "member", "member_no", "household_id", "user_id", "buyer", "id",
)
EXTERNAL_NAMES = ("买家会员名", "买家昵称", "外部编号", "openid", "external_id")
PHONE_NAMES = ("手机号", "手机号码", "手机", "联系电话", "mobile", "phone_number")
EMAIL_NAMES = ("邮箱", "电子邮箱", "e-mail", "mail")
REFERENCES = ("customer", "external", "phone", "email")     # the first that a row gives decides, as in an import
TIME_NAMES = (
    "下单时间", "付款时间", "订单创建时间", "支付时间", "日期", "时间",
    "date", "order_date", "invoicedate", "ts", "placed_at", "paid_at", "created_at",
)
AMOUNT_NAMES = (
    "金额", "实付金额", "实收", "总价",
    "amt", "total", "total_amount", "sales_value", "paid",
)
QUANTITY_NAMES = ("数量", "件数", "qty")
STATUS_NAMES = ("订单状态", "状态", "order_status", "state")
FREQUENCY_NAMES = ("复购次数", "x", "repeats")
RECENCY_NAMES = ("最后购买距首购", "t_x", "tx")
AGE_NAMES = ("观察时长", "t")
SUMMARY = Fields(
    known=(
        Field("customer", _("客户"), CUSTOMER_NAMES), Field("frequency", _("复购次数"), FREQUENCY_NAMES),
        Field("recency", _("最后购买距首购"), RECENCY_NAMES), Field("age", _("观察时长"), AGE_NAMES),
    ),
    needed=(("frequency",), ("recency",), ("age",)),
)
LOG = Fields(
    known=(
        Field("customer", _("客户"), CUSTOMER_NAMES), Field("external", _("外部编号"), EXTERNAL_NAMES),
        Field("phone", _("手机号"), PHONE_NAMES), Field("email", _("邮箱"), EMAIL_NAMES),
        Field("time", _("时间"), TIME_NAMES),
        Field("amount", _("金额"), AMOUNT_NAMES), Field("quantity", _("数量"), QUANTITY_NAMES),
        Field("status", _("状态"), STATUS_NAMES),
    ),
    needed=(REFERENCES, ("time",)),
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read: where, which column, and why (a stable code)."""

    line: int
    column: str
    reason: str


@dataclass(slots=True)
class Reading:
    """Every row read is used, set aside, or rejected."""

    used: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    first_rejected: list[Rejected] = field(default_factory=list)

    @property
    def read(self) -> int:
        return self.used + self.aside.total() + self.rejected.total()

    def reject(self, line: Line, column: str, reason: str) -> None:
        self.rejected[reason] += 1
        if len(self.first_rejected) < SHOWN:
            self.first_rejected.append(Rejected(line.number, column, reason))


@dataclass(frozen=True, slots=True)
class FileFit:
    """The fit, what it was made of, and what became of every row. `unit` "file": the summary's own."""

    fit: Fit
    source: str                           # log or summary
    unit: str
    until: date | None                    # end of observation of a log
    reading: Reading


def fit_file(
    path: Path, *, kind: Kind, unit: str, penalty: float | None, zone: ZoneInfo, today: date, until: date | None = None,
    chosen: Mapping[str, str] | None = None, date_order: cells.DateOrder = "ymd",
) -> FileFit:
    """Fit the model to the file; the same file gives the same answer. A row of a log dated after `today` is rejected.

    Raises FileRefused for a file that is neither a log nor a summary, and what `rows.group` and `purchase.fit` raise.
    """
    table, reading = open_table(path), Reading()
    if header := _as_summary(table, chosen or {}):
        columns = _read_summary(table, header, reading)
        if not reading.used:
            raise _nobody(reading)
        return FileFit(fit(rows.group(*columns), kind=kind, penalty=penalty), "summary", "file", None, reading)
    header = recognise(table, LOG, chosen or {})
    log = _read_log(table, header, reading, _day_reader(zone, date_order, day_number(today)))
    if not log:
        raise _nobody(reading)
    end = day_number(until) if until else max(max(days) for days in log.values())
    seen = _leave_out_after(end, log, reading)
    made = orderlog.summarise(seen, until=end, unit=unit)
    grouped = rows.group(made.repeats, made.recency, made.age)
    return FileFit(fit(grouped, kind=kind, penalty=penalty), "log", unit, day_on(end), reading)


def _as_summary(table: Table, chosen: Mapping[str, str]) -> Header | None:
    try:
        return recognise(table, SUMMARY, chosen)
    except FileRefused:
        return None


def _read_summary(table: Table, header: Header, reading: Reading) -> tuple[list[float], list[float], list[float]]:
    """The three columns of the rows that can be customers; every other row is rejected with its fault."""
    columns: tuple[list[float], list[float], list[float]] = ([], [], [])
    for line, get in _lines(table, header, reading):
        three = [_number(get(name)) for name in ("frequency", "recency", "age")]
        if bad := rows.faults(*([value] for value in three)):
            reading.reject(line, "", bad[0][1])
            continue
        reading.used += 1
        for column, value in zip(columns, three, strict=True):
            column.append(value)
    return columns


def _read_log(
    table: Table, header: Header, reading: Reading, day: Callable[[str], int]
) -> dict[str, Counter[int]]:
    """The buying days of each customer, and how many rows stand for each."""
    log: dict[str, Counter[int]] = {}
    for line, get in _lines(table, header, reading):
        try:
            customer = _whose(get)
            if not get("time").strip():
                raise Bad(Reason.MISSING_TIME, "time")
            on, why = day(get("time")), _set_aside(get)
        except Bad as bad:
            reading.reject(line, header.sources.get(bad.field, bad.field), bad.reason)
            continue
        if why:
            reading.aside[why] += 1
        else:
            reading.used += 1
            log.setdefault(customer, Counter())[on] += 1
    return log


def _lines(table: Table, header: Header, reading: Reading) -> Iterator[tuple[Line, Get]]:
    """Every row below the header with a reader of its fields; rows broken in themselves are rejected here."""
    getters = {name: getter for name in header.sources if (getter := header.getter(name))}
    for line in table.lines():
        if line.number <= header.line:
            continue
        if line.broken:
            reading.reject(line, "", line.broken)
            continue

        def get(name: str, line: Line = line) -> str:
            return getters[name](line) if name in getters else ""

        yield line, get


def _number(cell: str) -> float:
    """A plain number; whatever is none becomes NaN, which no customer can have."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _day_reader(zone: ZoneInfo, order: cells.DateOrder, last: int) -> Callable[[str], int]:
    moment = cells.moments(zone, order)

    def day(cell: str) -> int:
        if (found := day_number(moment(cell, "time").astimezone(zone).date())) > last:
            raise Bad(Reason.TIME_OUT_OF_RANGE, "time")
        return found

    return day


def _whose(get: Get) -> str:
    """The strongest reference to the customer that the row gives; a phone in its one form, however it is written."""
    for name in REFERENCES:
        if given := cells.identifier(get(name), name, NAME_CHARACTERS):
            return f"{name}:{_phone(given) if name == 'phone' else given}"
    raise Bad(Reason.MISSING_CUSTOMER, "customer")


def _phone(given: str) -> str:
    """An opaque word in place of a number is as good; a number with stars in it may be that of many people."""
    if "*" in given:
        raise Bad(Reason.BAD_PHONE, "phone")
    try:
        return normal_value(PHONE, given)
    except BadIdentity:
        return given


def _set_aside(get: Get) -> Aside | None:
    """Why a row that was understood is no purchase. Nothing paid (a gift, a sample) still is a visit and counts."""
    if get("status").strip().lower() in orderlog.NOT_BOUGHT:
        return Aside.NOT_BOUGHT
    quantity, amount = get("quantity").strip(), get("amount").strip()
    if (quantity and cells.whole(quantity, "quantity") < 0) or (amount and cells.yuan(amount, "amount") < 0):
        return Aside.RETURNED
    return None


def _leave_out_after(end: int, log: Mapping[str, Counter[int]], reading: Reading) -> dict[str, set[int]]:
    """Buying days up to the end; the rows of later ones are set aside. Raises NoCustomers when none is left."""
    seen: dict[str, set[int]] = {}
    for customer, days in log.items():
        if late := sum(count for day, count in days.items() if day > end):
            reading.used -= late
            reading.aside[Aside.AFTER_END] += late
        if kept := {day for day in days if day <= end}:
            seen[customer] = kept
    if not seen:
        raise _nobody(reading)
    return seen


def _nobody(reading: Reading) -> rows.NoCustomers:
    """With what became of the rows, for otherwise nobody could tell why."""
    fate = "".join(f", {why} {count}" for why, count in (reading.aside + reading.rejected).items())
    return rows.NoCustomers(f"There is no customer to learn from: {reading.read} rows read{fate}.")
