"""The quick way of reading a line says what the careful way says."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.customers.services.gathering import Gathering
from liuke.intake.header import Header
from liuke.intake.kinds import Reading
from liuke.intake.line import Line
from liuke.mall.services.order_fields import ORDER_FIELDS
from liuke.mall.services.order_quick import QuickOrderRows
from liuke.mall.services.order_rows import OrderRows, copied

pytestmark = pytest.mark.django_db

CELLS = {
    "order": ["A1", "0012", "A-1", " A1 ", "C12", "12.0", "1.2E+17", "单1", ""],
    "line": ["", "1", "2.0", "a\\b"],
    "time": [
        "2024-03-05 08:26:00", "2024/3/5 8:26", "20240305", "2024-02-30 08:00:00", "2024-03-05T08:26:00",
        "1889-01-01", "",
    ],
    "paid_time": ["", " ", "2024-03-05 09:00:00", "?"],
    "member": ["M1", " M1", "", "M 2"], "phone": ["", "13800500000", "12"], "customer_name": ["", "王明月"],
    "sku": ["S1", "S\\1", "'=S1", "7.0", ""], "name": ["", "奶粉", "a\tb", "x" * 201, "back\\slash", "\ufffd"],
    "category": ["", "类目", "\\N"], "quantity": ["1", "3", "2.0", "-1", "0", "x", "", "1000001"],
    "price": ["10", "9.99", "0", "1.005", "¥5", "-1", "1,234.50", "x", ""],
    "discount": ["", "0", "1", "-2.50", "0.001", "99999"], "amount": ["", "10", "27.47", "0", "x"],
    "refund": ["", "0", "10", "5"], "freight": ["", "8", " -8 ", "x"],
    "status": ["", "已完成", "已退款", "待付款", "已取消", "Paid", "?"], "shop": ["", "S001"],
}
OPTIONAL = ["line", "paid_time", "phone", "customer_name", "quantity", "discount", "amount", "refund", "freight",
            "status", "shop"]
FIRST = {name: choices[0] for name, choices in CELLS.items()}


def reader(way, names, zone="Asia/Shanghai"):
    header = Header(line=1, columns=tuple(names), sources={name: name for name in names}, row_key=None)
    reading = Reading(header=header, zone=ZoneInfo(zone), date_order="ymd", scope="import",
                      now=datetime(2026, 1, 1, tzinfo=UTC))
    return way(reading, Gathering(scope="import"))


def as_text(staged):
    if isinstance(staged, str):
        return staged
    return "\t".join(str(each)[0].lower() if isinstance(each, bool) else copied(each) for each in staged) + "\n"


def test_every_field_of_order_files_is_tried():
    assert CELLS.keys() | {"email", "external"} == {field.name for field in ORDER_FIELDS.known}


def test_a_plain_line_goes_the_quick_way():
    read = reader(QuickOrderRows, [*CELLS])
    assert isinstance(read(Line(2, [*FIRST.values()])), str)


def some_lines():
    usual = st.fixed_dictionaries({name: st.one_of(st.just(choices[0]), st.sampled_from(choices))
                                   for name, choices in CELLS.items()})
    odd = st.tuples(st.sampled_from([*CELLS]), st.randoms(use_true_random=False)).map(
        lambda pair: {**FIRST, pair[0]: pair[1].choice(CELLS[pair[0]])})
    return st.lists(st.one_of(odd, usual), min_size=1, max_size=8)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=some_lines(), absent=st.sets(st.sampled_from(OPTIONAL)))
def test_both_ways_say_the_same_of_every_line(lines, absent):
    names = [name for name in CELLS if name not in absent]
    quick, careful = reader(QuickOrderRows, names), reader(OrderRows, names)

    for at, told in enumerate(lines):
        line = Line(at + 2, [told[name] for name in names])
        assert as_text(quick(line)) == as_text(careful(line))


# Zones whose hours are not those of UTC, and hours in which clocks are set forward or back, by half an hour or a whole.
CLOCKS_SET = [
    "2024-03-10 02", "2024-11-03 01", "2024-03-31 01", "2024-10-27 01", "2024-04-07 01", "2024-10-06 02",
    "2024-10-06 01", "2024-06-01 00", "2024-06-01 23", "2024-12-31 23", "1990-01-01 00", "1989-12-31 23",
    "2026-01-02 00", "2026-01-01 23",
]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(["Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Europe/London",
                          "Australia/Lord_Howe", "Pacific/Apia"]),
    times=st.lists(st.tuples(
        st.sampled_from(CLOCKS_SET),
        st.sampled_from([":00:00", ":29:59", ":30:00", ":59:59", ":60:00", ":7:00", ":00", ":00:0a", ":٣٠:00"]),
    ), min_size=1, max_size=6),
)
def test_both_ways_read_the_same_moment_in_every_zone(zone, times):
    names = [*CELLS]
    quick, careful = reader(QuickOrderRows, names, zone), reader(OrderRows, names, zone)

    for at, (hour, rest) in enumerate(times):
        line = Line(at + 2, [*{**FIRST, "time": hour + rest, "paid_time": hour + rest}.values()])
        assert as_text(quick(line)) == as_text(careful(line))
