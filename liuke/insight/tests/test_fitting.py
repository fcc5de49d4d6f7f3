"""`liuke insight fit`: every kind of file, every row accounted for."""

import gzip
import json
from datetime import date
from io import StringIO
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from liuke.insight.rules.orderlog import summarise
from liuke.insight.rules.purchase import Kind, fit
from liuke.insight.rules.rows import group
from liuke.insight.services.fitting import fit_file
from liuke.insight.tests.builders import CDNOW

LOG = [("customer", "date", "amount"), ("A", "2026-01-01", "10"), ("A", "2026-01-31", "5"), ("A", "2026-01-31", "7"),
       ("B", "2026-01-11", "3"), ("C", "2026-03-02", "9"), ("C", "2026-03-12", "1")]
TODAY = date(2026, 12, 31)
EXPECTED = fit(group([1, 0, 1], [30, 0, 10], [70, 60, 10]))       # A, B, C seen until 12 March


@pytest.fixture
def answer():
    def ask(path, *words):
        out = StringIO()
        call_command("insight_fit", str(path), "--json", *words, stdout=out)
        return json.loads(out.getvalue())

    return ask


def csv(path, rows, encoding="utf-8"):
    content = "\n".join(",".join(row) for row in rows).encode(encoding)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def parameters(found):
    return list(found["parameters"].values())


def test_the_cdnow_summary_is_recognised_and_gives_the_published_numbers(answer):
    found = answer(CDNOW)

    assert (found["model"], found["source"], found["unit"], found["customers"]) == ("bgnbd", "summary", "file", 2357)
    assert found["log_likelihood"] == pytest.approx(-9582.43, abs=0.05)
    assert parameters(found) == pytest.approx([0.2426, 4.4135, 0.7929, 2.4258], abs=5e-5)
    assert found["rows"] == {"read": 2357, "used": 2357, "set_aside": {}, "rejected": {}}


def test_a_person_reads_the_same_numbers_in_words():
    out = StringIO()

    call_command("insight_fit", str(CDNOW), stdout=out)

    assert out.getvalue().splitlines() == [
        "bgnbd on 2,357 customers (summary, unit: file)", "r 0.2426  alpha 4.4135  a 0.7929  b 2.4258",
        "log-likelihood -9582.43  penalty 0", "rows read 2,357, used 2,357"]


def test_a_log_is_counted_in_buying_days_seen_until_its_last_day(answer, tmp_path):
    found = answer(csv(tmp_path / "log.csv", LOG))

    assert (found["source"], found["unit"], found["until"]) == ("log", "day", "2026-03-12")
    assert found["rows"] == {"read": 6, "used": 6, "set_aside": {}, "rejected": {}}
    assert parameters(found) == pytest.approx(EXPECTED.parameters)
    assert found["penalty"] == 1e-4


def test_weeks_and_another_last_day_can_be_asked_for(answer, tmp_path):
    found = answer(csv(tmp_path / "log.csv", LOG), "--unit", "week", "--until", "2026-03-02", "--model", "mbgnbd")

    made = fit(group([1, 0, 0], np.array([30, 0, 0]) / 7, np.array([60, 50, 0]) / 7), kind=Kind.MBGNBD)
    assert parameters(found) == pytest.approx(made.parameters)
    assert found["rows"]["set_aside"] == {"after_end": 1}


@pytest.mark.parametrize("names", [
    ("会员号", "下单时间", "实付金额"), ("买家会员名", "付款时间", "金额(元)"),
    ("CustomerID", "InvoiceDate", "amt"), ("id", "Date", "Total"),
])
@pytest.mark.parametrize(("name", "encoding"), [("log.csv", "gb18030"), ("log.csv.gz", "utf-8"), ("log.csv", "utf-16")])
def test_names_and_encodings_people_use_are_understood(answer, tmp_path, names, name, encoding):
    found = answer(csv(tmp_path / name, [names, *LOG[1:]], encoding))

    assert parameters(found) == pytest.approx(EXPECTED.parameters)


def test_a_workbook_is_read_like_a_csv(answer, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "log.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(LOG):
            sheet.write_row(number, 0, row)

    assert parameters(answer(tmp_path / "log.xlsx")) == pytest.approx(EXPECTED.parameters)


def test_columns_nobody_could_guess_are_named_with_a_map(answer, tmp_path):
    path = csv(tmp_path / "log.csv", [("who", "when", "x"), *LOG[1:]])

    assert parameters(answer(path, "--map", "customer=who,time=when")) == pytest.approx(EXPECTED.parameters)


def test_each_row_belongs_to_the_strongest_reference_that_it_gives(answer, tmp_path):
    rows = [("会员号", "手机号", "邮箱", "下单时间"),
            ("A", "13800001111", "", "2026-01-01"), ("A", "", "", "2026-01-31"), ("A", "13800002222", "", "2026-01-31"),
            ("", "138 0000 3333", "", "2026-01-11"),
            ("", "+8613800004444", "", "2026-03-02"), ("", "138-0000-4444", "c@x.cn", "2026-03-12"),
            ("", "138****4444", "", "2026-03-12"), ("", "", "", "2026-03-12")]

    found = answer(csv(tmp_path / "log.csv", rows))

    assert parameters(found) == pytest.approx(EXPECTED.parameters)
    assert found["rows"]["rejected"] == {"bad_phone": 1, "missing_customer": 1}


def test_days_are_those_of_the_zone(tmp_path):
    rows = [("customer", "time"), ("A", "2026-01-01T20:00Z"), ("A", "2026-01-02T10:00Z"), ("A", "2026-01-09T10:00Z")]
    path = csv(tmp_path / "log.csv", rows)

    def fitted(zone):
        return fit_file(path, kind=Kind.BGNBD, unit="day", penalty=None, zone=ZoneInfo(zone), today=TODAY).fit

    assert fitted("Asia/Shanghai") == fit(group([1], [7], [7]))          # the first two are one local day
    assert fitted("UTC") == fit(group([2], [8], [8]))


def test_every_row_is_used_set_aside_or_rejected_with_its_line_and_reason(answer, tmp_path):
    bad = [("", "2026-01-01", "1", "", ""), ("D", "", "1", "", ""), ("D", "soon", "1", "", ""),
           ("D", "2026-01-01", "much", "", ""), ("A", "2026-02-01", "-10", "", ""), ("A", "2026-02-01", "3", "-2", ""),
           ("A", "2026-02-02", "3", "2", "已取消"), ("D", "2026-01-01", "1", "half", ""),
           ("A", "2126-02-02", "3", "2", "")]
    rows = [("customer", "date", "amount", "quantity", "status"), *((*row, "1", "已完成") for row in LOG[1:]), *bad]

    found = answer(csv(tmp_path / "log.csv", rows))

    assert parameters(found) == pytest.approx(EXPECTED.parameters)
    assert found["rows"] == {
        "read": 15, "used": 6, "set_aside": {"returned": 2, "not_bought": 1},
        "rejected": {"missing_customer": 1, "missing_time": 1, "unparsable_time": 1, "bad_money": 1, "bad_quantity": 1,
                     "time_out_of_range": 1}}
    assert found["first_rejected"][0] == {"line": 8, "column": "customer", "reason": "missing_customer"}
    assert [row["line"] for row in found["first_rejected"]] == [8, 9, 10, 11, 15, 16]


def test_impossible_rows_of_a_summary_are_rejected_with_their_fault(answer, tmp_path):
    rows = [("ID", "FREQUENCY", "Recency", "t"), ("1", "2", "10", "20"), ("2", "", "1", "2"), ("3", "1", "30", "20"),
            ("4", "0", "0", "20"), ("5", "-1", "0", "3"), ("6", "1.5", "1", "3")]

    found = answer(csv(tmp_path / "summary.csv", rows))

    assert parameters(found) == pytest.approx(fit(group([2, 0], [10, 0], [20, 20])).parameters)
    assert found["rows"]["rejected"] == {"not_finite": 1, "recency_after_end": 1, "negative": 1, "fraction": 1}
    assert found["rows"]["read"] == 6


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file_refused"), (b"hello\nworld\n", "file_refused"), (bytes(range(256)), "file_refused"),
    (b"customer,date\n", "no_customers"), (b"customer,date\nA,2026-01-01\nB,2026-01-02\n", "no_repeats"),
    (b"customer,date\nA,never\n", "no_customers"), (b"id,frequency,recency,T\n1,x,1,2\n", "no_customers"),
])
def test_a_file_that_teaches_nothing_ends_with_a_code_and_one_sentence(tmp_path, content, code):
    (tmp_path / "file.csv").write_bytes(content)
    out = StringIO()

    with pytest.raises(CommandError) as told:
        call_command("insight_fit", str(tmp_path / "file.csv"), "--json", stdout=out)

    assert json.loads(out.getvalue())["code"] == code
    assert told.value.returncode == 1
    assert len(str(told.value).splitlines()) == 1


def test_who_teaches_nothing_is_told_what_became_of_the_rows(tmp_path):
    path = csv(tmp_path / "log.csv", [("customer", "date", "status"), ("A", "never", ""), ("", "2026-01-01", ""),
                                      ("", "2026-01-01", ""), ("B", "2026-01-01", "已取消")])

    with pytest.raises(CommandError, match="no customer to learn from: 4 rows read, "
                       "not_bought 1, unparsable_time 1, missing_customer 2"):
        call_command("insight_fit", str(path))


@given(st.dictionaries(st.sampled_from("ABCDE"), st.sets(st.integers(0, 30), min_size=1), min_size=1))
def test_summarising_agrees_with_its_definition(days):
    made = summarise(days, until=30, unit="day")

    rows = zip(made.repeats, made.recency, made.age, strict=True)
    assert list(rows) == [(len(each) - 1, max(each) - min(each), 30 - min(each)) for each in days.values()]
