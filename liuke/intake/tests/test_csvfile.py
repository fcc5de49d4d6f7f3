import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuke.intake import rules
from liuke.intake.files import open_table
from liuke.intake.rules import FileRefused, Reason

ROWS = [["订单号", "商品", "数量"], ["A1", "奶粉 一段", "2"], ["A2", "湿巾, 80 抽", "1"]]


def write(tmp_path, content):
    path = tmp_path / "orders"
    path.write_bytes(content)
    return path


def as_csv(rows, delimiter=","):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def cells(path, **options):
    return [line.cells for line in open_table(path, **options).lines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_encoding_and_delimiter_people_export(tmp_path, encoding, delimiter, packed):
    content = as_csv(ROWS, delimiter).encode(encoding)

    assert cells(write(tmp_path, gzip.compress(content) if packed else content)) == ROWS


def test_gb18030_far_into_the_file_is_noticed(tmp_path):
    content = b"a,b\n" + b"1,2\n" * 400_000 + "奶粉,3\n".encode("gb18030")

    assert cells(write(tmp_path, content))[-1] == ["奶粉", "3"]


def test_line_numbers_are_those_of_an_editor(tmp_path):
    path = write(tmp_path, b'a,b\r\n\r\n"two\nlines",1\r\n  ,\r\n3,4')

    assert [(line.number, line.cells) for line in open_table(path).lines()] == [
        (1, ["a", "b"]),
        (3, ["two\nlines", "1"]),
        (5, ["  ", ""]),
        (6, ["3", "4"]),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path):
    path = write(tmp_path, b'a,b,c\n1,"open,2\n3,4,5\n6,"x",7\n')

    lines = list(open_table(path).lines())

    assert [line.cells for line in lines] == [["a", "b", "c"], ["1", '"open', "2"], ["3", "4", "5"], ["6", "x", "7"]]
    assert [line.broken for line in lines] == [None, Reason.BROKEN_QUOTE, None, None]
    assert [line.number for line in lines] == [1, 2, 3, 4]


def test_an_open_quote_far_from_the_end_does_not_swallow_the_file(tmp_path):
    path = write(tmp_path, b'a,b\n1,"open\n' + b"2,3\n" * 1_000)

    lines = list(open_table(path).lines())

    assert len(lines) == 1_002
    assert [line.number for line in lines if line.broken] == [2]


def test_odd_quotes_that_end_on_their_line_are_read(tmp_path):
    assert cells(write(tmp_path, b'a,b\n"5" pipe,1\n5" pipe,2\n')) == [["a", "b"], ["5 pipe", "1"], ['5" pipe', "2"]]


def test_broken_bytes_are_kept_and_marked(tmp_path):
    path = write(tmp_path, "名称,数量\n奶粉,1\n".encode() + b"\xff\xff\xfe,2\n")

    assert cells(path)[1] == ["奶粉", "1"]
    assert cells(path)[2][0].encode("utf-8", "surrogateescape") == b"\xff\xff\xfe"


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), max_size=8), min_size=2, max_size=2
        ),
        min_size=1,
        max_size=20,
    )
)
def test_reads_back_whatever_the_standard_writer_writes(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "file"
    path.write_bytes(as_csv(rows).encode())

    table = open_table(path)
    table.delimiter, table.encoding = ",", "utf-8"

    kept = [row for row in rows if any(row)]
    assert [line.cells for line in table.lines()] == kept
    assert not any(line.broken for line in table.lines())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "二进制"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 20, "XLS"),
        (gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:-9], "损坏"),
        (b"a" * (rules.LINE_BYTES + 1), "1 MB"),
        (b"PK\x03\x04nonsense", "损坏"),
    ],
    ids=["empty", "picture", "old Excel", "torn gzip", "endless line", "torn zip"],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path, content, said):
    with pytest.raises(FileRefused, match=said):
        open_table(write(tmp_path, content))


def test_a_gzip_bomb_is_refused(tmp_path):
    line = b"a," * 50 + b"\n"
    bomb = gzip.compress(line * (rules.UNPACK_RATIO_FROM // len(line) + 20_000))

    with pytest.raises(FileRefused, match="异常地大"):
        open_table(write(tmp_path, bomb))
