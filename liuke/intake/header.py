"""Which column is what: recognised by the names people give to columns, or said with a map.

A map is `field=column` pairs. What begins with `=` is a text to fill in instead of a column: `{column}` stands for a
cell, `{#}` for the number of the line. `order==CD-{id}-{date}` makes an order number out of two columns.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from liuke.intake.line import Line, Table
from liuke.intake.rules import COLUMNS, HEADER_WITHIN, FileRefused

Text = str | Promise
Getter = Callable[[Line], str]

ROW_KEY = "liuke_row"                 # the column of an error file that keeps a row's identity
OWN_COLUMNS = (ROW_KEY, "错误行号", "错误列", "原因代码", "原因", "多出的内容")
_NOISE = re.compile(r"[\s_\-./:：*#\"'“”]+")
_UNIT = re.compile(r"[(\[【（](.*?)[)\]】）]")
_HOLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Field:
    """One thing a kind of file tells of each row. `names` are the spellings seen in real files, best first."""

    name: str
    label: Text
    names: tuple[str, ...]


@dataclass(frozen=True)
class Fields:
    """What a kind knows, and the groups of which a file must have at least one column each.

    `instead` says which other field's column stands in where a field has none of its own.
    """

    known: tuple[Field, ...]
    needed: tuple[tuple[str, ...], ...]
    instead: Mapping[str, str] = dataclass_field(default_factory=dict)

    def label(self, name: str) -> str:
        return next((str(field.label) for field in self.known if field.name == name), name)


@dataclass(frozen=True)
class Header:
    """Where the header stands, what its columns are called, and where each field comes from."""

    line: int
    columns: tuple[str, ...]
    sources: Mapping[str, str]        # field -> column name or =template
    row_key: int | None

    def getter(self, field: str) -> Getter | None:
        """Reads the field out of a row; None when the file does not have it."""
        source = self.sources.get(field)
        if source is None:
            return None
        if source.startswith("="):
            return _template(source[1:], self.columns)
        return _cell(self.columns.index(source))

    def unused(self) -> list[str]:
        used = set(self.sources.values())
        return [name for name in self.columns if name and name not in used and name not in OWN_COLUMNS]


def plain(name: str) -> str:
    """A column's name without what people decorate it with: case, blanks, marks, a unit in brackets."""
    name = unicodedata.normalize("NFKC", name).strip().strip("\ufeff").lower()
    return _NOISE.sub("", _UNIT.sub("", name))


def parse_map(spec: str) -> dict[str, str]:
    """"order=单号,sku=货号" as a dictionary. A comma inside a template is written twice."""
    pairs = dict[str, str]()
    for part in re.split(r"(?<!,),(?!,)", spec):
        if not part.strip():
            continue
        field, equals, column = part.replace(",,", ",").partition("=")
        if not equals or not column.strip():
            raise FileRefused(_("看不懂 --map 里的“%(part)s”, 请写成 字段=列名。") % {"part": part})
        pairs[field.strip()] = column.strip()
    return pairs


def recognise(table: Table, fields: Fields, chosen: Mapping[str, str]) -> Header:
    """Find the header and its columns; what the caller has chosen wins. Raises FileRefused, naming what is missing."""
    if unknown := [name for name in chosen if name not in {field.name for field in fields.known}]:
        raise FileRefused(_("没有叫“%(unknown)s”的字段, 可用的有: %(known)s。") % {
            "unknown": unknown[0], "known": "、".join(field.name for field in fields.known)})
    best: Header | None = None
    for line in islice(table.lines(), HEADER_WITHIN):
        header = _as_header(line, fields, chosen)
        if header and (best is None or len(header.sources) > len(best.sources)):
            best = header
    if best is None:
        raise FileRefused(_("文件是空的。"))
    if len(best.columns) > COLUMNS:
        raise FileRefused(_("文件有 %(found)d 列, 最多 %(most)d 列。") % {"found": len(best.columns), "most": COLUMNS})
    _check_chosen(best, chosen)
    if missing := [group for group in fields.needed if not any(name in best.sources for name in group)]:
        raise FileRefused(_("没有认出这些列: %(missing)s。表头是: %(columns)s。请在列对应里指定。") % {
            "missing": "; ".join("/".join(fields.label(name) for name in group) for group in missing),
            "columns": "、".join(name for name in best.columns if name)})
    return best


def _as_header(line: Line, fields: Fields, chosen: Mapping[str, str]) -> Header | None:
    columns = tuple(_unique(" ".join(cell.split()).strip("\ufeff") for cell in line.cells))
    by_name = {plain(column): column for column in reversed(columns) if column}
    sources = dict[str, str]()
    for field in fields.known:
        if field.name in chosen:
            continue
        for name in (field.name, *field.names):
            column = by_name.get(plain(name))
            if column and column not in sources.values() and column not in chosen.values():
                sources[field.name] = column
                break
    for name, source in chosen.items():
        exact = source.startswith("=") or source in columns
        sources[name] = source if exact else by_name.get(plain(source), source)
    for name, other in fields.instead.items():
        if name not in sources and other in sources:
            sources[name] = sources[other]
    row_key = columns.index(ROW_KEY) if ROW_KEY in columns else None
    return Header(line=line.number, columns=columns, sources=sources, row_key=row_key)


def _unique(names: Iterable[str]) -> list[str]:
    """Two columns of one name become name and name (2)."""
    seen, result = dict[str, int](), list[str]()
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return result


def _check_chosen(header: Header, chosen: Mapping[str, str]) -> None:
    for source in chosen.values():
        names = _HOLE.findall(source) if source.startswith("=") else [_spelled(header, source)]
        for name in names:
            if name != "#" and name not in header.columns:
                raise FileRefused(_("文件里没有名为“%(name)s”的列, 表头是: %(columns)s。") % {
                    "name": name, "columns": "、".join(column for column in header.columns if column)})


def _spelled(header: Header, source: str) -> str:
    """The column as the file spells it."""
    if source in header.columns:
        return source
    return next((column for column in header.columns if plain(column) == plain(source)), source)


def _cell(at: int) -> Getter:
    def get(line: Line) -> str:
        return line.cells[at] if at < len(line.cells) else ""

    return get


def _template(text: str, columns: Sequence[str]) -> Getter:
    """Filled in from the row; when one of the cells it needs is empty, so is the result."""
    words = _HOLE.split(text)                        # literal, name, literal, name, ..., literal
    names = [(name, columns.index(name) if name != "#" else -1) for name in words[1::2]]

    def get(line: Line) -> str:
        filled = words.copy()
        for turn, (name, at) in enumerate(names):
            value = str(line.number) if name == "#" else line.cells[at].strip() if at < len(line.cells) else ""
            if not value:
                return ""
            filled[2 * turn + 1] = value
        return "".join(filled)

    return get
