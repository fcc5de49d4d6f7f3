"""Reads the lines that are as most lines are, in a fraction of the time; every other line goes the careful way.

A line is plain when its file has a column (no template) for each thing it tells, its order number has only letters and
digits, it sells pieces, and it names its goods. Its cells are looked up in tables of cells read before, and it leaves
as text for COPY. Whatever is unusual is left to OrderRows, whose answer for the same line is the same.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import Generic, TypeVar

from liuke.customers.services.gathering import Gathering
from liuke.intake import cells
from liuke.intake.kinds import Reading, Staged
from liuke.intake.line import Line
from liuke.intake.rules import Bad, slot_number
from liuke.mall.rules import State
from liuke.mall.services import order_fields as fields
from liuke.mall.services.order_rows import (
    CATEGORY_CHARACTERS,
    LINE_CHARACTERS,
    MAX_FEN,
    NAME_CHARACTERS,
    NULL,
    NUMBER_CHARACTERS,
    REFERENCES,
    SHOP_CHARACTERS,
    SKU_CHARACTERS,
    OrderRows,
    copied,
    line_money,
    read_freight,
    read_quantity,
)

REMEMBERED_CELLS = 16_384
REMEMBERED_PEOPLE = 100_000
CELLS = (
    fields.NUMBER, fields.SKU, fields.QUANTITY, fields.STATUS, fields.LINE, fields.GOODS, fields.CATEGORY,
    fields.PLACED, fields.PAID, fields.FREIGHT, fields.SHOP,
)
MONEY_CELLS = (fields.PRICE, fields.DISCOUNT, fields.AMOUNT, fields.REFUND)
PLAIN_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d)(:[0-5]\d:[0-5]\d)", re.ASCII)
PLAIN_MONEY = re.compile(r"(\d{1,8})(?:\.(\d\d?))?", re.ASCII)
NEARLY_AN_HOUR = timedelta(minutes=59, seconds=59)

Value = TypeVar("Value")


class Unusual(Exception):
    """Not a plain line."""


class _Cells(dict[str, Value], Generic[Value]):
    """What each cell says; forgets everything when it is full. Raises what `read` raises."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, cell: str) -> Value:
        value = self.read(cell)
        if len(self) >= REMEMBERED_CELLS:
            self.clear()
        self[cell] = value
        return value


class QuickOrderRows(OrderRows):
    """OrderRows, quick where a line is plain."""

    def __init__(self, reading: Reading, people: Gathering) -> None:
        super().__init__(reading, people)
        sources = self.header.sources
        self.plain = self.header.row_key is None and not any(each.startswith("=") for each in sources.values())
        self.tokens = dict[object, str]()
        if self.plain:
            self.cells, self.money_of = self._getter(CELLS), self._getter(MONEY_CELLS)
            self.named = self._getter([name for name in (*REFERENCES, fields.NAME) if name in sources])
        self.skus = _Cells(lambda cell: _present(cells.identifier(cell, fields.SKU, SKU_CHARACTERS)))
        self.line_nos = _Cells(lambda cell: copied(cells.identifier(cell, fields.LINE, LINE_CHARACTERS)))
        self.names = _Cells(lambda cell: copied(cells.text(cell, fields.GOODS, NAME_CHARACTERS)))
        self.categories = _Cells(lambda cell: copied(cells.text(cell, fields.CATEGORY, CATEGORY_CHARACTERS)))
        self.shops = _Cells(lambda cell: copied(cells.text(cell, fields.SHOP, SHOP_CHARACTERS)))
        self.quantities = _Cells(_pieces if fields.QUANTITY in sources else lambda cell: 1)
        self.prices, self.discounts = _Cells(_whole_fen), _Cells(lambda cell: abs(_whole_fen(cell)) if cell else 0)
        self.states = _Cells(self._state_word)
        self.hours = _Cells(self._hour)
        self.freights = _Cells(lambda cell: copied(read_freight(cell.strip()) if cell.strip() else None))

    def _getter(self, names: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
        """Their cells out of a row; what the file does not tell is read from an empty cell behind the last."""
        sources, columns = self.header.sources, self.header.columns
        places = [columns.index(sources[name]) if name in sources else self.width for name in names]
        return itemgetter(*places)

    def __call__(self, line: Line) -> Staged:
        if self.plain and line.broken is None and len(line.cells) == self.width:
            try:
                return self._plain_line(line)
            except (Bad, Unusual):
                pass
        return super().__call__(line)

    def _plain_line(self, line: Line) -> str:
        """The line as OrderRows would have it. Raises Bad or Unusual when it is not plain."""
        given = [*line.cells, ""]
        number, sku_cell, pieces, status, line_no, name, category, placed, paid, freight, shop = self.cells(given)
        if not (number.isalnum() and number.isascii() and len(number) <= NUMBER_CHARACTERS):
            raise Unusual
        sku, quantity, state = self.skus[sku_cell], self.quantities[pieces], self.states[status]
        price, discount, amount, refunded = self._money(given, quantity, state)
        if state is State.PAID and 0 < amount == refunded:
            state = State.REFUNDED
        content = (
            f"{self.line_nos[line_no]}\t{self.names[name]}\t{self.categories[category]}\t{quantity}\t{price}\t{discount}\t"
            f"{amount}\t{refunded}\t{state}\t{self._moment(placed)}\t{self._moment(paid) if paid else NULL}\t"
            f"{self.freights[freight]}\t{self.shops[shop]}\t{self._token(line, given)}"
        )
        same = hashlib.blake2b(f"{number}\t{sku}\t{content}".encode(), digest_size=16).hexdigest()
        return f"{line.number}\t{slot_number(number)}\t\t{NULL}\t{number}\t{sku}\t\tf\t{content}\t{same}\n"

    def _money(self, given: list[str], quantity: int, state: State) -> tuple[int, int, int, int]:
        price, discount, paid, refund = self.money_of(given)
        if paid or refund:
            written = (price.strip(), discount.strip(), paid.strip(), refund.strip())
            return line_money(quantity, *written, refunded=state is State.REFUNDED)
        each, off = self.prices[price], self.discounts[discount]
        amount = each * quantity - off
        if each < 0 or not 0 <= amount <= MAX_FEN:
            raise Unusual
        return each, off, amount, amount if state is State.REFUNDED else 0

    def _state_word(self, cell: str) -> State:
        word = cells.text(cell, fields.STATUS, NAME_CHARACTERS).lower()
        if state := (fields.STATUSES.get(word) if word else State.PAID):
            return state
        raise Unusual

    def _moment(self, cell: str) -> str:
        """A time as COPY writes it. Of the usual way to write one only the hour is worked out, and remembered."""
        if (match := PLAIN_TIME.fullmatch(cell)) and (hour := self.hours[match[1]]):
            return f"{hour}{match[2]}+00:00"
        return copied(self._time(cell.strip(), fields.PLACED))

    def _hour(self, hour: str) -> str:
        """How its moments begin in UTC; empty when they do not all begin alike, as in a zone of half an hour."""
        first, last = self._time(f"{hour}:00:00", fields.PLACED), self._time(f"{hour}:59:59", fields.PLACED)
        return first.isoformat()[:13] if first.minute == 0 and last - first == NEARLY_AN_HOUR else ""

    def _token(self, line: Line, given: list[str]) -> str:
        """Whose the line is. What was left aside as unreadable is counted each time, so it is not remembered."""
        key = self.named(given)
        if key in self.tokens:
            return self.tokens[key]
        noted = self.notes.total()
        token: str = self.person(line)
        if noted == self.notes.total():
            if len(self.tokens) >= REMEMBERED_PEOPLE:
                self.tokens.clear()
            self.tokens[key] = token
        return token


def _present(sku: str) -> str:
    if not sku:
        raise Unusual
    return copied(sku)


def _pieces(cell: str) -> int:
    quantity = read_quantity(cell.strip())
    if quantity < 0:
        raise Unusual
    return quantity


def _whole_fen(cell: str) -> int:
    """An amount without parts of a fen."""
    if match := PLAIN_MONEY.fullmatch(cell):
        yuan, rest = match.groups("")
        return int(f"{yuan}{rest:0<2}")
    if not (cell := cell.strip()):
        raise Unusual
    fen = cells.yuan(cell, fields.PRICE) * 100
    if fen != int(fen) or abs(fen) > MAX_FEN:
        raise Unusual
    return int(fen)
