"""CSV as people export it: UTF-8, UTF-16 or GB18030, comma, tab, semicolon or bar, gzipped or not, and broken quotes.

The standard reader swallows rows when a quote is never closed. Here a record that does not end where it should gives
its first line back as a broken row, and reading goes on with the next line.
"""

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext as _

from liuke.intake.line import Line
from liuke.intake.rules import (
    COLUMNS,
    HEADER_WITHIN,
    LINE_BYTES,
    MEGABYTE,
    RECORD_LINES,
    UNPACK_RATIO,
    UNPACK_RATIO_FROM,
    UNPACKED_BYTES,
    FileRefused,
    Reason,
)

GZIP_MAGIC = b"\x1f\x8b"
DELIMITERS = ",\t;|"
BLOCK_LINES = 500                      # taken at once while there is no quote
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

csv.field_size_limit(LINE_BYTES * RECORD_LINES)


@dataclass
class CsvTable:
    path: Path
    container: str
    encoding: str
    delimiter: str
    sha256: str
    sheet: str = ""
    _raw: IO[bytes] | None = field(default=None, repr=False)

    def lines(self) -> Iterator[Line]:
        with self.path.open("rb") as raw, _unpacked(raw, self.container) as packed:
            self._raw = raw
            file = io.TextIOWrapper(packed, encoding=self.encoding, errors="surrogateescape", newline="")
            yield from _records(file, self.delimiter)

    def done(self) -> float:
        if self._raw is None or self._raw.closed:
            return 0.0
        return self._raw.tell() / max(self.path.stat().st_size, 1)


def _unpacked(raw: IO[bytes], container: str) -> AbstractContextManager[IO[bytes]]:
    if container == "csv.gz":
        return cast("AbstractContextManager[IO[bytes]]", gzip.GzipFile(fileobj=raw))
    return raw


class _Unfinished(Exception):
    """The record went on further than a record may."""


class _Feed:
    """Physical lines for the csv reader; remembers those of the record under way, so that they can be given back."""

    def __init__(self, block: Iterable[str], file: Iterator[str]) -> None:
        self.file, self.given, self.back = file, list[str](), deque(block)

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self.back:
            line = self.back.popleft()
        else:
            try:
                line = next(self.file)
            except StopIteration:
                if self.given:
                    raise _Unfinished from None
                raise
        self.given.append(line)
        if len(self.given) > RECORD_LINES:
            raise _Unfinished
        return line


def _records(file: Iterator[str], delimiter: str) -> Iterator[Line]:
    """Every record with its line; blank lines are passed over."""
    number = 1
    while block := list(islice(file, BLOCK_LINES)):
        if any('"' in line for line in block):
            number = yield from _quoted(_Feed(block, file), number, delimiter)
            continue
        for at, cells in enumerate(csv.reader(block, delimiter=delimiter), number):
            if any(cells) and (len(cells) > 1 or cells[0].strip()):
                yield Line(at, cells)
        number += len(block)


def _quoted(feed: _Feed, number: int, delimiter: str) -> Generator[Line, None, int]:
    """Lines with quotes, one by one: a record may be broken, or go on behind the block. Returns the next number."""
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while feed.back:
        broken: Reason | None = None
        try:
            cells = next(reader)
        except StopIteration:
            break
        except (csv.Error, _Unfinished):
            reader = csv.reader(feed, delimiter=delimiter, strict=True)
            cells, broken = _mended(feed, delimiter)
        taken = len(feed.given)
        feed.given.clear()
        if any(cells) and (len(cells) > 1 or cells[0].strip()):
            yield Line(number, cells, broken)
        number += taken
    return number


def _mended(feed: _Feed, delimiter: str) -> tuple[list[str], Reason | None]:
    """The first line of a record that did not end well, alone; the lines after it are read anew."""
    first = feed.given[0]
    feed.back.extendleft(reversed(feed.given[1:]))
    del feed.given[1:]
    bare = first.rstrip("\r\n")
    if bare.count('"') % 2 == 0:
        try:
            return next(csv.reader([bare], delimiter=delimiter)), None     # "abc"def: odd, but it ends on its line
        except (csv.Error, StopIteration):
            pass
    return bare.split(delimiter), Reason.BROKEN_QUOTE


def look_at_csv(path: Path, *, encoding: str = "") -> CsvTable:
    """Fingerprint, encoding (unless given) and delimiter of a CSV. Raises FileRefused when it is none, or a bomb."""
    size = path.stat().st_size
    with path.open("rb") as raw:
        container = "csv.gz" if raw.read(2) == GZIP_MAGIC else "csv"
        raw.seek(0)
        sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
        raw.seek(0)
        with _unpacked(raw, container) as packed:
            found = _encoding(_Meter(packed, size, packed=container == "csv.gz"))
    table = CsvTable(path=path, container=container, encoding=encoding or found, delimiter=",", sha256=sha256)
    table.delimiter = _delimiter(table)
    return table


class _Meter:
    """Hands out the file in blocks and watches what no table does."""

    def __init__(self, file: IO[bytes], size: int, *, packed: bool) -> None:
        self.file, self.size, self.packed, self.total, self.since_break = file, size, packed, 0, 0

    def blocks(self) -> Iterator[bytes]:
        while block := self._read():
            self.total += len(block)
            bomb = self.packed and self.total > max(UNPACK_RATIO_FROM, self.size * UNPACK_RATIO)
            if self.total > UNPACKED_BYTES or bomb:
                raise FileRefused(_("解压后的内容异常地大, 没有读取。请上传未压缩的文件, 或拆成几个较小的文件。"))
            parts = block.replace(b"\r", b"\n").split(b"\n")
            longest = max(self.since_break + len(parts[0]), *map(len, parts))
            if longest > LINE_BYTES:
                raise FileRefused(_("文件里有一行超过 1 MB, 这不像是一张表格。"))
            self.since_break = len(parts[-1]) + (self.since_break if len(parts) == 1 else 0)
            yield block

    def _read(self) -> bytes:
        try:
            return self.file.read(MEGABYTE)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise FileRefused(_("压缩文件已损坏或不完整, 请重新导出或重新上传。")) from error


def _encoding(meter: _Meter) -> str:
    """The first in which the whole file is well formed, or the one with fewer broken bytes at its beginning."""
    names = ["utf-8", "gb18030"]
    head = b""
    for block in meter.blocks():
        if not head:
            head, names = block, _candidates(block)
            decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
        names = [name for name in names if _decodes(decoders[name], block)]
    if not head:
        raise FileRefused(_("文件是空的。"))
    names = [name for name in names if _decodes(decoders[name], b"", final=True)]
    if names:
        return names[0]
    if "utf-16" in decoders:
        raise FileRefused(_("文件声明是 UTF-16 编码, 但内容不是。请另存为 UTF-8 编码的 CSV。"))
    return min(decoders, key=lambda name: head.decode(name, "replace").count("\ufffd"))


def _candidates(head: bytes) -> list[str]:
    for mark, name in BOMS.items():
        if head.startswith(mark):
            return [name]
    if b"\x00" in head:
        raise FileRefused(_("这不是 CSV、CSV.GZ 或 XLSX 文件 (内容是二进制的)。"))
    return ["utf-8", "gb18030"]


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(table: CsvTable) -> str:
    """The one that cuts the first rows into the most columns, evenly."""

    def evenness(delimiter: str) -> tuple[int, int]:
        table.delimiter = delimiter
        widths = [len(line.cells) for line, _ in zip(table.lines(), range(HEADER_WITHIN), strict=False)]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (usual > 1) * widths.count(usual), usual

    best = max(DELIMITERS, key=evenness)
    if evenness(best)[1] > COLUMNS:
        raise FileRefused(_("文件有 %(found)d 列, 最多 %(most)d 列。") % {"found": evenness(best)[1], "most": COLUMNS})
    return best
