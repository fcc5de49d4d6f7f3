import zipfile
from datetime import UTC, datetime
from itertools import zip_longest

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from liuke.intake.files import open_table
from liuke.intake.rules import FileRefused


def workbook(path, *sheets, hidden=(), date_1904=False):
    options = {"date_1904": date_1904, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        when = book.add_format({"num_format": "yyyy/m/d h:mm"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            if name in hidden:
                sheet.hide()
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(at, column, value, when)
                    elif value is not None:
                        sheet.write(at, column, value)
    return path


def cells(path, **options):
    return [line.cells for line in open_table(path, **options).lines()]


@pytest.mark.parametrize("date_1904", [False, True])
def test_cells_come_as_a_person_sees_them(tmp_path, date_1904):
    rows = [
        ["订单号", "时间", "单价", "数量"],
        [536371, datetime(2024, 3, 5, 8, 9, 10, tzinfo=UTC).replace(tzinfo=None), 0.1 + 0.2, 3.0],
        ["00012", None, 1e-7, True],
    ]

    assert cells(workbook(tmp_path / "x", ("单", rows), date_1904=date_1904)) == [
        ["订单号", "时间", "单价", "数量"],
        ["536371", "2024-03-05 08:09:10", "0.3", "3"],
        ["00012", "", "0.0000001", "TRUE"],
    ]


def test_a_number_that_excel_has_rounded_is_shown_with_its_exponent(tmp_path):
    assert cells(workbook(tmp_path / "x", ("s", [["n"], [123456789012345678]]))) == [["n"], ["1.23456789012346e+17"]]


def test_the_first_visible_sheet_with_rows_is_read_unless_one_is_named(tmp_path):
    path = workbook(tmp_path / "x", ("空", []), ("藏", [["hidden"]]), ("单", [["here"]]), hidden=("藏",))

    assert cells(path) == [["here"]]
    assert cells(path, sheet="藏") == [["hidden"]]
    with pytest.raises(FileRefused, match="没有名为"):
        open_table(path, sheet="无")


def test_line_numbers_are_excels_and_gaps_stay(tmp_path):
    path = workbook(tmp_path / "x", ("s", [["a", "b"], [], [None, "x"]]))

    assert [(line.number, line.cells) for line in open_table(path).lines()] == [(1, ["a", "b"]), (3, ["", "x"])]


SIGNS = st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"])
VALUES = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.text(SIGNS, min_size=1, max_size=9))


@settings(max_examples=30)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=15))
def test_agrees_with_calamine(tmp_path_factory, rows):
    path = workbook(tmp_path_factory.mktemp("x") / "x", ("s", [["corner"], *rows]))  # calamine trims empty edges

    def shown(value):
        return str(int(value)) if isinstance(value, float) else str(value)

    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    theirs = [[shown(value) for value in row] for row in sheet.iter_rows()]
    kept = [row for row in theirs if any(row)]
    for ours, other in zip_longest(cells(path), kept):
        assert ours + [""] * (len(other) - len(ours)) == other + [""] * (len(ours) - len(other))


def test_a_plain_zip_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "x", "w") as book:
        book.writestr("orders.csv", "a,b")

    with pytest.raises(FileRefused, match="压缩包"):
        open_table(tmp_path / "x")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = workbook(tmp_path / "x", ("s", [["a"]]))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/image.png", b"0" * 80_000_000)

    with pytest.raises(FileRefused, match="异常地大"):
        open_table(path)


def test_entities_are_never_expanded(tmp_path):
    good = workbook(tmp_path / "x", ("s", [["a"]]))
    with zipfile.ZipFile(good) as book, zipfile.ZipFile(tmp_path / "y", "w") as evil:
        for entry in book.infolist():
            content = book.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content = content.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)
            evil.writestr(entry, content)

    with pytest.raises(FileRefused, match="DOCTYPE"):
        open_table(tmp_path / "y")
