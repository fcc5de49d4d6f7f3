from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.intake import cells
from liuke.intake.rules import Bad, Reason

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2024, 3, 5, 0, 9, 10, tzinfo=UTC)


def refusal(function, *arguments):
    with pytest.raises(Bad) as caught:
        function(*arguments)
    return caught.value.reason


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-05 08:09:10",
        "2024/3/5 8:09:10",
        "2024.3.5 8:9:10",
        "2024年3月5日 8时9分10秒",
        "2024年03月05日8:09:10",
        "20240305080910",
        "20240305 080910",
        "2024-03-05T08:09:10+08:00",
        "2024-03-05T00:09:10Z",
        "2024-03-05T08:09:10+0800",
        "2024-03-05 08:09:10.000",
        "2024/3/5 上午 8:09:10",
        "2024-3-5 8:09:10 AM",
        "１７０９５９７３５０",
        "1709597350",
        "1709597350000",
        "05-Mar-2024 08:09:10",
        "March 5, 2024 8:09:10",
        "45356.3397",
        " 2024-03-05 08:09:10 ",
    ],
)
def test_one_moment_in_many_spellings(written):
    found = cells.moments(SHANGHAI)(written, "time")

    assert abs((found - MORNING).total_seconds()) < (5 if "." in written[:6] else 1e-6)


@pytest.mark.parametrize(
    ("written", "hour"), [("上午 12:30", 0), ("下午 12:30", 12), ("下午 3:30", 15), ("下午 15:30", 15)]
)
def test_chinese_halves_of_the_day(written, hour):
    assert cells.moments(ZoneInfo("UTC"))(f"2024-03-05 {written}", "time").hour == hour


@pytest.mark.parametrize(
    "written",
    [
        "",
        "昨天",
        "2024-13-01",
        "2024-02-30",
        "3/4/2024",
        "24-03-05",
        "2024-03-05 25:00",
        "2024-03",
        "0000-00-00 00:00:00",
        "2024-03-05 08:09 something",
        "99999999999999",
        "12345",
        "NULL",
        "#N/A",
        "2024-03-05T08:09:10+99:00",
    ],
)
def test_what_is_no_time_is_not_guessed(written):
    assert refusal(cells.moments(SHANGHAI), written, "time") == Reason.UNPARSABLE_TIME


def test_the_order_of_day_and_month_is_the_callers_choice():
    utc = ZoneInfo("UTC")

    assert cells.moments(utc, "mdy")("3/4/2024 8:26", "t") == datetime(2024, 3, 4, 8, 26, tzinfo=UTC)
    assert cells.moments(utc, "dmy")("3/4/2024 8:26", "t") == datetime(2024, 4, 3, 8, 26, tzinfo=UTC)


SECONDS = st.integers(631_152_000, 4_102_444_800)


@given(SECONDS.map(lambda second: datetime.fromtimestamp(second, UTC).replace(tzinfo=None)))
def test_local_times_are_read_in_their_zone(when):
    assert cells.moments(SHANGHAI)(f"{when:%Y/%m/%d %H:%M:%S}", "t") == when.replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("12.5", "12.5"),
        ("¥1,234.50", "1234.50"),
        ("￥ 3", "3"),
        ("12.50元", "12.50"),
        ("(3.00)", "-3"),
        ("-0.01", "-0.01"),
        ("１２．５", "12.5"),
        ("0.001", "0.001"),
        (".5", "0.5"),
        ("1,234,567", "1234567"),
        ("0.10000000", "0.1"),
        ("RMB 8", "8"),
    ],
)
def test_money_is_exact(written, exact):
    assert cells.yuan(written, "price") == Decimal(exact)


@pytest.mark.parametrize(
    "written", ["", "12,5", "1,23", "abc", "1e5", "--3", "NaN", "Infinity", "0.1234567", ".", "1 2", "$5"]
)
def test_what_is_no_money_is_not_guessed(written):
    assert refusal(cells.yuan, written, "price") == Reason.BAD_MONEY


def test_absurd_sizes_are_named_so():
    assert refusal(cells.yuan, "9" * 13, "price") == Reason.ABSURD_NUMBER
    assert refusal(cells.whole, "9" * 40, "quantity") == Reason.ABSURD_NUMBER


@given(st.integers(-(10**11), 10**11), st.integers(0, 999_999))
def test_money_agrees_with_whole_numbers(yuan, millionths):
    sign = -1 if yuan < 0 else 1

    assert cells.yuan(f"{yuan}.{millionths:06d}", "price") * 10**6 == yuan * 10**6 + sign * millionths


@pytest.mark.parametrize(("written", "number"), [("3", 3), ("3.0", 3), ("-2", -2), ("1,000", 1000), ("３", 3)])
def test_whole_numbers(written, number):
    assert cells.whole(written, "quantity") == number


@pytest.mark.parametrize("written", ["", "2.5", "两个", "0x10", "1e3"])
def test_what_is_no_whole_number(written):
    assert refusal(cells.whole, written, "quantity") == Reason.BAD_QUANTITY


def test_identifiers_that_lost_digits_are_refused():
    assert cells.identifier("536371.0", "order", 60) == "536371"
    assert cells.identifier(" C-10+2 ", "order", 60) == "C-10+2"
    assert refusal(cells.identifier, "1.23457E+17", "order", 60) == Reason.ROUNDED_NUMBER
    assert refusal(cells.identifier, "a\x00b", "order", 60) == Reason.BAD_CHARACTER
    assert refusal(cells.identifier, "x" * 61, "order", 60) == Reason.TOO_LONG


def test_line_breaks_inside_a_cell_become_blanks():
    assert cells.text("两\n行\t字", "name", 60) == "两 行 字"
    assert cells.text("zero\u200bwidth\u3000gap", "name", 60) == "zero\u200bwidth gap"


def test_days():
    assert cells.day("1988-2-29", "birthday") == date(1988, 2, 29)
    assert cells.day("19880229", "birthday") == date(1988, 2, 29)
    assert refusal(cells.day, "1989-02-29", "birthday") == Reason.BAD_DATE
