"""One row of a product file, from cells to exact values, with everything that is wrong about it.

An empty cell says nothing: what is known stays as it is. Money is exact to the fen; nothing is rounded.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from liuke.intake import cells
from liuke.intake.kinds import Reading, Row
from liuke.intake.line import Line
from liuke.intake.rules import Bad, Reason, slot_number
from liuke.mall.rules.catalogue import MAX_FEN
from liuke.mall.services import product_fields as fields

CODE, MAX_PIECES, MOST = 60, 1_000_000_000, 2**31 - 1
ABOUT, PIECE, STOCKS, SHOPS, STATE = "about", "piece", "stock", "shops", "state"
PERCENT = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?%")

Value = Callable[[str, str], Any]         # (cell, field) -> value; raises Bad


def short(most: int) -> Value:
    return lambda cell, field: cells.text(cell, field, most)


def long(most: int) -> Value:
    """A text that keeps its line breaks."""
    def read(cell: str, field: str) -> str:
        lines = [cells.text(line, field, most) for line in cell.strip().splitlines()]
        if sum(map(len, lines)) + len(lines) > most:
            raise Bad(Reason.TOO_LONG, field)
        return "\n".join(lines)

    return read


def code(most: int) -> Value:
    return lambda cell, field: cells.identifier(cell, field, most)


def fen(cell: str, field: str) -> int:
    value = cells.yuan(cell, field) * 100
    if value != int(value):
        raise Bad(Reason.BAD_MONEY, field)
    if not 0 <= value <= MAX_FEN:
        raise Bad(Reason.PRICE_BOUNDS, field)
    return int(value)


def whole(least: int, most: int) -> Value:
    def read(cell: str, field: str) -> int:
        value = cells.whole(cell, field)
        if not least <= value <= most:
            raise Bad(Reason.ABSURD_NUMBER, field)
        return value

    return read


def yes(cell: str, field: str) -> bool:
    word = cell.strip().lower()
    if word not in (*fields.YES, *fields.NO):
        raise Bad(Reason.BAD_WORD, field)
    return word in fields.YES


def state(cell: str, field: str) -> str:
    found = fields.STATE_OF.get(cell.strip().lower())
    if found is None:
        raise Bad(Reason.BAD_WORD, field)
    return found


def category(cell: str, field: str) -> list[str]:
    """母婴 > 纸尿裤, from the root down."""
    parts = [cells.text(part, field, 60) for part in unicodedata.normalize("NFKC", cell).split(">")]
    if not all(parts):
        raise Bad(Reason.BAD_CATEGORY, field)
    return parts


def spec(cell: str, field: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        return fields.read_spec(cells.text(cell, field, 400))
    except ValueError as error:
        raise Bad(Reason.BAD_SPEC, field) from error


def shop_price(cell: str, field: str) -> list[object]:
    """12.90 is a fixed price, 30% a mark-up on the supply price, 不售 means that the shop does not sell it."""
    plain = unicodedata.normalize("NFKC", cell).strip()
    if plain == fields.NOT_OFFERED:
        return ["not_offered", 0]
    if found := PERCENT.fullmatch(plain):
        return ["markup", int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))]
    return ["fixed", fen(cell, field)]


READERS: dict[str, tuple[str, str, Value]] = {       # field -> group, key, how its cell is read
    fields.NAME: (ABOUT, "name", short(200)), fields.SUPPLIER: (ABOUT, "supplier", short(60)),
    fields.CATEGORY: (ABOUT, "category", category), fields.LABEL: (ABOUT, "label", short(60)),
    fields.SUMMARY: (ABOUT, "summary", short(300)), fields.CARE: (ABOUT, "care", long(2_000)),
    fields.SERIAL: (ABOUT, "serial_numbered", yes), fields.WARRANTY: (ABOUT, "warranty_months", whole(0, 240)),
    fields.RETURN_DAYS: (ABOUT, "return_days", whole(0, 365)), fields.POSITION: (ABOUT, "position", whole(-MOST, MOST)),
    fields.STATE: (ABOUT, STATE, state),
    fields.SPEC: (PIECE, "spec", spec), fields.BARCODE: (PIECE, "barcode", code(30)),
    fields.SUPPLY: (PIECE, "supply_fen", fen), fields.LIST: (PIECE, "list_fen", fen),
    fields.FLOOR: (PIECE, "floor_fen", fen), fields.CEILING: (PIECE, "ceiling_fen", fen),
    fields.WEIGHT: (PIECE, "weight_grams", whole(0, MOST)), fields.ACTIVE: (PIECE, "active", yes),
    fields.STOCK: (STOCKS, "", whole(0, MAX_PIECES)),
}


class ProductRows:
    """Reads line after line into (line, slot, row key, what is bad or None, product or "", SKU, data as JSON).

    A row without a SKU is of the only SKU of its product, which has the product's code; one without a product is of
    the product that its SKU belongs to.
    """

    def __init__(self, reading: Reading) -> None:
        header = reading.header
        self.width = len(header.columns)
        self.product = header.getter(fields.PRODUCT) or (lambda line: "")
        self.sku = header.getter(fields.SKU) or (lambda line: "")
        given = [(name, *READERS[name]) for name in header.sources if name in READERS]
        for name in header.sources:
            if name.startswith("stock-"):
                given.append((name, STOCKS, name.removeprefix("stock-"), whole(0, MAX_PIECES)))
            elif name.startswith("shop-"):
                given.append((name, SHOPS, name.removeprefix("shop-"), shop_price))
        self.given = [(name, group, key, read, get) for name, group, key, read in given if (get := header.getter(name))]

    def __call__(self, line: Line) -> Row:
        bad: list[Bad] = []
        product, sku = self._code(line, self.product, fields.PRODUCT, bad), self._code(line, self.sku, fields.SKU, bad)
        data: dict[str, dict[str, Any]] = {ABOUT: {}, PIECE: {}, STOCKS: {}, SHOPS: {}}
        for name, group, key, read, get in self.given:
            if cell := get(line).strip():
                try:
                    data[group][key] = read(cell, name)
                except Bad as error:
                    bad.append(error)
        if line.broken or any(line.cells[self.width:]):
            bad = [Bad(line.broken or Reason.TOO_MANY_CELLS)]
        elif not product and not sku and not bad:
            bad = [Bad(Reason.MISSING_PRODUCT)]
        why = " ".join(f"{each.reason}:{each.field}" if each.field else str(each.reason) for each in bad) or None
        slot = slot_number(product or sku or f"line {line.number}")
        return line.number, slot, "?" if why else "", why, product, sku or product, json.dumps(data)

    def _code(self, line: Line, get: Callable[[Line], str], field: str, bad: list[Bad]) -> str:
        try:
            return cells.identifier(get(line), field, CODE)
        except Bad as error:
            bad.append(error)
            return ""
