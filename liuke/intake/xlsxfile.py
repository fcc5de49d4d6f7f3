"""XLSX read as a stream: one row in memory at a time.

python-calamine, which reads the small workbooks elsewhere, holds a whole sheet (0.9 KB a row, 900 MB for a million).
This reader takes what a table needs: text, numbers as Excel shows them (15 digits), dates, booleans. Formulas give
their stored result.
"""

import hashlib
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from xml.parsers import expat

from django.utils.translation import gettext as _

from liuke.intake.line import Line
from liuke.intake.rules import (
    COLUMNS,
    UNPACK_RATIO,
    UNPACK_RATIO_FROM,
    UNPACKED_BYTES,
    ZIP_ENTRIES,
    FileRefused,
    Reason,
)

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
WORKBOOK = "xl/workbook.xml"
BLOCK = 256 * 1024
DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)])
EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001  Excel's days have no zone
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')

Attributes = dict[str, str]


@dataclass
class XlsxTable:
    path: Path
    sha256: str
    sheet: str
    member: str                                       # the sheet's place inside the zip
    dates: frozenset[int] = field(repr=False)         # cell styles that show a date
    epoch: datetime = field(repr=False)
    container: str = "xlsx"
    encoding: str = "utf-8"
    delimiter: str = ""
    _read: float = 0.0
    _texts: list[str] | None = field(default=None, repr=False)

    def lines(self) -> Iterator[Line]:
        with _opened(self.path) as book:
            if self._texts is None:
                self._texts = _shared_texts(book)
            size = max(book.getinfo(self.member).file_size, 1)
            sheet = _Sheet(self._texts, self.dates, self.epoch)
            read = 0
            for block in _parsed(book, self.member, sheet.attach):
                read += block
                self._read = read / size
                yield from sheet.taken()

    def done(self) -> float:
        return self._read


def look_at_xlsx(path: Path, *, sheet: str = "") -> XlsxTable:
    """The named sheet, or the first visible one with rows. Raises FileRefused when it is no workbook, or a bomb."""
    with path.open("rb") as raw:
        sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
    with _opened(path) as book:
        _refuse_bombs(book, path.stat().st_size)
        names, is_1904 = _sheets(book)
        if sheet and sheet not in names:
            raise FileRefused(_("工作簿里没有名为“%(sheet)s”的工作表, 只有: %(names)s。")
                              % {"sheet": sheet, "names": "、".join(names)})
        dates = _date_styles(book)
        tables = [
            XlsxTable(path=path, sha256=sha256, sheet=name, member=names[name], dates=dates, epoch=EPOCHS[is_1904])
            for name in ([sheet] if sheet else names)
        ]
    return next((table for table in tables if any(True for _line in table.lines())), tables[0])


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        book = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise FileRefused(_("XLSX 文件已损坏或不完整, 请重新导出或重新上传。")) from error
    if WORKBOOK not in book.namelist():
        book.close()
        raise FileRefused(_("这是一个压缩包, 不是 XLSX 工作簿。请先解压, 再上传里面的文件。"))
    return book


def _refuse_bombs(book: zipfile.ZipFile, size: int) -> None:
    entries = book.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > ZIP_ENTRIES or total > UNPACKED_BYTES or total > max(UNPACK_RATIO_FROM, size * UNPACK_RATIO):
        raise FileRefused(_("解压后的内容异常地大, 没有读取。请拆成几个较小的文件。"))
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused(_("工作簿有密码保护, 请先去掉密码。"))


def _parsed(book: zipfile.ZipFile, member: str, attach: Callable[[expat.XMLParserType], None]) -> Iterator[int]:
    """Feed one member of the zip through the parser; after each block its size."""
    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text, parser.buffer_size = True, 65_536
    parser.StartDoctypeDeclHandler = _refuse_doctype
    attach(parser)
    try:
        left = book.getinfo(member).file_size
        with book.open(member) as file:
            while block := file.read(BLOCK):
                left -= len(block)
                if left < 0:
                    raise FileRefused(_("解压后的内容异常地大, 没有读取。请拆成几个较小的文件。"))
                parser.Parse(block)
                yield len(block)
            parser.Parse(b"", True)
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError) as error:
        raise FileRefused(_("XLSX 文件已损坏或不完整, 请重新导出或重新上传。")) from error


def _refuse_doctype(*_parts: object) -> None:
    raise FileRefused(_("工作簿里有不该出现的声明 (DOCTYPE), 没有读取。"))


def _local(name: str) -> str:
    return name.rsplit(":", 1)[-1]


def _elements(book: zipfile.ZipFile, member: str) -> list[tuple[str, Attributes]]:
    """All start tags of a small member."""
    found: list[tuple[str, Attributes]] = []

    def attach(parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = lambda name, attributes: found.append((_local(name), attributes))

    if member in book.namelist():
        for _size in _parsed(book, member, attach):
            pass
    return found


def _sheets(book: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """Name -> member of every sheet, visible ones first; and whether days are counted from 1904."""
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for name, attributes in _elements(book, "xl/_rels/workbook.xml.rels") if name == "Relationship"
    }
    shown, hidden, is_1904 = dict[str, str](), dict[str, str](), False
    for name, attributes in _elements(book, WORKBOOK):
        if name == "workbookPr":
            is_1904 = attributes.get("date1904", "0") in ("1", "true")
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            member = posixpath.normpath(posixpath.join("/xl", targets.get(relation, ""))).lstrip("/")
            if member in book.namelist():
                (shown if attributes.get("state", "visible") == "visible" else hidden)[attributes["name"]] = member
    if not shown | hidden:
        raise FileRefused(_("工作簿里没有工作表。"))
    return shown | hidden, is_1904


def _date_styles(book: zipfile.ZipFile) -> frozenset[int]:
    """The cell styles whose number format shows a date or a time."""
    formats, styles, within = set(DATE_FORMATS), list[int](), False
    for name, attributes in _elements(book, "xl/styles.xml"):
        if name == "numFmt":
            code = _QUOTED.sub("", attributes.get("formatCode", "")).lower()
            formats.add(int(attributes["numFmtId"])) if re.search(r"[ymdhs年月日]", code) else None
        elif name in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            within = name == "cellXfs"
        elif name == "xf" and within:
            styles.append(int(attributes.get("numFmtId", "0")))
    return frozenset(at for at, number in enumerate(styles) if number in formats)


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    member = "xl/sharedStrings.xml"
    texts: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "phonetic": False}

    def start(name: str, _attributes: Attributes) -> None:
        local = _local(name)
        state["text"] = local == "t" and not state["phonetic"]
        if local == "rPh":
            state["phonetic"] = True                  # how to pronounce it is not what it says

    def end(name: str) -> None:
        local = _local(name)
        state["text"] = False
        if local == "rPh":
            state["phonetic"] = False
        elif local == "si":
            texts.append("".join(pieces))
            pieces.clear()

    def attach(parser: expat.XMLParserType) -> None:
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = lambda data: pieces.append(data) if state["text"] else None

    if member in book.namelist():
        for _size in _parsed(book, member, attach):
            pass
    return texts


class _Sheet:
    """Collects rows while the parser goes through a sheet."""

    def __init__(self, texts: list[str], dates: frozenset[int], epoch: datetime) -> None:
        self.texts, self.dates, self.epoch = texts, dates, epoch
        self.rows: list[Line] = []
        self.number, self.cells, self.broken = 0, list[str](), cast("Reason | None", None)
        self.kind, self.style, self.column = "n", 0, 0
        self.pieces, self.reading = list[str](), False

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.data

    def taken(self) -> list[Line]:
        rows, self.rows = self.rows, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        local = name if ":" not in name else _local(name)
        if local == "c":
            self.kind = attributes.get("t", "n")
            self.style = int(attributes.get("s", "0"))
            place = attributes.get("r")
            self.column = _column(place) if place else len(self.cells)
        elif local in ("v", "t"):
            self.reading = True
        elif local == "row":
            self.number = int(attributes.get("r", self.number + 1))
            self.cells, self.broken = [], None

    def data(self, data: str) -> None:
        if self.reading:
            self.pieces.append(data)

    def end(self, name: str) -> None:
        local = name if ":" not in name else _local(name)
        if local in ("v", "t"):
            self.reading = False
        elif local == "c":
            if self.pieces:
                self._cell("".join(self.pieces))
                self.pieces.clear()
        elif local == "row" and any(self.cells):
            self.rows.append(Line(self.number, self.cells, self.broken))

    def _cell(self, raw: str) -> None:
        if self.column >= COLUMNS:
            self.broken = Reason.TOO_MANY_CELLS
            return
        value = raw
        if self.kind == "s":
            value = self.texts[int(raw)]
        elif self.kind == "n":
            value = self._date(raw) if self.style in self.dates else _number(raw)
        elif self.kind == "b":
            value = "TRUE" if raw == "1" else "FALSE"
        elif self.kind == "d":
            value = raw.replace("T", " ")
        if self.column > len(self.cells):
            self.cells.extend([""] * (self.column - len(self.cells)))
        self.cells.append(value)

    def _date(self, raw: str) -> str:
        try:
            moment = self.epoch + timedelta(seconds=round(float(raw) * 86_400))
        except (ValueError, OverflowError):
            return raw
        return str(moment)


def _column(place: str) -> int:
    """"C7" -> 2."""
    column = 0
    for sign in place:
        if not sign.isalpha():
            break
        column = column * 26 + ord(sign) - 64
    return column - 1


def _number(raw: str) -> str:
    """As Excel shows it: at most 15 digits, and no exponent as long as all of them are there."""
    if raw.isdigit() and len(raw) <= 15:
        return raw
    try:
        shown = f"{float(raw):.15g}"
    except ValueError:
        return raw
    if "e-" in shown:
        return f"{float(raw):.15f}".rstrip("0")
    return shown
