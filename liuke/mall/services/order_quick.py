"""Reads the lines that are as most lines are, in a fraction of the time; every other line goes the careful way.

A line is plain when its file has a column (no template) for each thing it tells, its order number has only letters and
digits, it sells pieces, and it names its goods. Its cells are looked up in tables of cells read before, and it leaves
as text for COPY. Whatever is unusual is left to OrderRows, whose answer for the same line is the same.
"""

import hashlib
from collections.abc import Callable
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
        self.at = {field.name: self._at(field.name) for field in fields.ORDER_FIELDS.known} if self.plain else {}
        self.tokens = dict[tuple[str, ...], str]()
        self.named = [self.at.get(name, 0) for name in (*REFERENCES, fields.NAME) if name in sources]
        self.skus = _Cells(lambda cell: _present(cells.identifier(cell, fields.SKU, SKU_CHARACTERS)))
        self.line_nos = _Cells(lambda cell: copied(cells.identifier(cell, fields.LINE, LINE_CHARACTERS)))
        self.names = _Cells(lambda cell: copied(cells.text(cell, fields.GOODS, NAME_CHARACTERS)))
        self.categories = _Cells(lambda cell: copied(cells.text(cell, fields.CATEGORY, CATEGORY_CHARACTERS)))
        self.shops = _Cells(lambda cell: copied(cells.text(cell, fields.SHOP, SHOP_CHARACTERS)))
        self.quantities = _Cells(_pieces if fields.QUANTITY in sources else lambda cell: 1)
        self.prices, self.discounts = _Cells(_whole_fen), _Cells(lambda cell: abs(_whole_fen(cell)) if cell else 0)
        self.states = _Cells(self._state_word)
        self.times = _Cells(lambda cell: copied(self._time(cell.strip(), fields.PLACED)))
        self.freights = _Cells(lambda cell: copied(read_freight(cell.strip()) if cell.strip() else None))

    def _at(self, field: str) -> int:
        """Where its cell stands; what the file does not tell is read from an empty cell behind the last."""
        source = self.header.sources.get(field)
        return self.width if source is None else self.header.columns.index(source)

    def __call__(self, line: Line) -> Staged:
        if self.plain and line.broken is None and len(line.cells) == self.width:
            try:
                return self._plain_line(line)
            except (Bad, Unusual):
                pass
        return super().__call__(line)

    def _plain_line(self, line: Line) -> str:
        """The line as OrderRows would have it. Raises Bad or Unusual when it is not plain."""
        at, given = self.at, [*line.cells, ""]
        number, paid = given[at[fields.NUMBER]], given[at[fields.PAID]]
        if not (number.isalnum() and number.isascii() and len(number) <= NUMBER_CHARACTERS):
            raise Unusual
        sku, quantity = self.skus[given[at[fields.SKU]]], self.quantities[given[at[fields.QUANTITY]]]
        state = self.states[given[at[fields.STATUS]]]
        price, discount, amount, refunded = self._money(given, quantity, state)
        if state is State.PAID and 0 < amount == refunded:
            state = State.REFUNDED
        content = (
            f"{self.line_nos[given[at[fields.LINE]]]}\t{self.names[given[at[fields.GOODS]]]}\t"
            f"{self.categories[given[at[fields.CATEGORY]]]}\t{quantity}\t{price}\t{discount}\t{amount}\t{refunded}\t"
            f"{state}\t{self.times[given[at[fields.PLACED]]]}\t{self.times[paid] if paid else NULL}\t"
            f"{self.freights[given[at[fields.FREIGHT]]]}\t{self.shops[given[at[fields.SHOP]]]}\t"
            f"{self._token(line, given)}"
        )
        same = hashlib.blake2b(f"{number}\t{sku}\t{content}".encode(), digest_size=16).hexdigest()
        return f"{line.number}\t{slot_number(number)}\t\t{NULL}\t{number}\t{sku}\t\tf\t{content}\t{same}\n"

    def _money(self, given: list[str], quantity: int, state: State) -> tuple[int, int, int, int]:
        at = self.at
        paid, refund = given[at[fields.AMOUNT]], given[at[fields.REFUND]]
        price, discount = given[at[fields.PRICE]], given[at[fields.DISCOUNT]]
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

    def _token(self, line: Line, given: list[str]) -> str:
        """Whose the line is. What was left aside as unreadable is counted each time, so it is not remembered."""
        key = tuple([given[each] for each in self.named])
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
    if not (cell := cell.strip()):
        raise Unusual
    fen = cells.yuan(cell, fields.PRICE) * 100
    if fen != int(fen) or abs(fen) > MAX_FEN:
        raise Unusual
    return int(fen)
