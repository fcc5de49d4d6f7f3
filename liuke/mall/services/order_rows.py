"""One line of an order file, from cells to exact values, with everything that is wrong about it.

Money: a price may have more than two decimals. The amount of a line is quantity x price - discount, computed exactly
and rounded once to the fen, half away from zero; the stored price per piece is rounded too, for showing. A given
amount wins over the product when both agree to half a fen per piece. Signs: a discount is always taken off, however
it is signed; a line with a negative quantity has a negative amount.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from liuke.customers.rules import identities
from liuke.customers.services.gathering import Gathering, NobodyNamed
from liuke.intake import cells
from liuke.intake.kinds import Reading, Row, Staged
from liuke.intake.line import Line
from liuke.intake.rules import Bad, Reason, slot_number
from liuke.mall.rules import State
from liuke.mall.services import order_fields as fields

MAX_PIECES = 1_000_000
MAX_FEN = 10**12                                   # ten thousand million yuan in one line
NUMBER_CHARACTERS, LINE_CHARACTERS, SKU_CHARACTERS = 60, 40, 60
NAME_CHARACTERS, CATEGORY_CHARACTERS, SHOP_CHARACTERS = 200, 60, 60
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
CLOCKS_APART = timedelta(days=1)                   # how far ahead of ours another clock may be
CACHED_VALUES = 16_384

CANCELLATION = re.compile(r"[Cc]\d.*")             # C536379 takes back what an earlier number sold
REFERENCES = {
    fields.MEMBER: identities.NUMBER, fields.EXTERNAL: identities.EXTERNAL,
    fields.PHONE: identities.PHONE, fields.EMAIL: identities.EMAIL,
}
UNREADABLE = {identities.PHONE: (Reason.BAD_PHONE, fields.PHONE), identities.EMAIL: (Reason.BAD_EMAIL, fields.EMAIL)}

COLUMNS = (
    ("order_no", "text"), ("sku", "text"), ("wanted_key", "text"), ("keyed", "bool"),
    ("line_no", "text"), ("name", "text"), ("category", "text"), ("quantity", "int"), ("price_fen", "bigint"),
    ("discount_fen", "bigint"), ("amount_fen", "bigint"), ("refunded_fen", "bigint"), ("state", "text"),
    ("placed_at", "timestamptz"), ("paid_at", "timestamptz"), ("freight_fen", "bigint"), ("shop", "text"),
    ("person", "uuid"), ("same", "uuid"),
)
NULL = "\\N"                                       # as COPY writes it
NOTHING: Row = (None,) * 15                        # line_no and what follows, of a row that is bad

Value = TypeVar("Value")
Read = Callable[[Line], Any]
QUANTITY_AT, STATE_AT = 5, 6                       # in OrderRows.others


class Money(NamedTuple):
    """In fen. amount = quantity x exact price - discount, rounded once."""

    price: int
    discount: int
    amount: int
    refunded: int


class OrderRows:
    """Reads line after line; counts in `notes` what was left aside in rows that were taken."""

    def __init__(self, reading: Reading, people: Gathering) -> None:
        self.people, self.notes = people, Counter[str]()
        self.header = reading.header
        self.width = len(reading.header.columns)
        self.moment = cells.moments(reading.zone, reading.date_order)
        self.latest = reading.now + CLOCKS_APART
        self.known_people = lru_cache(maxsize=CACHED_VALUES)(people.person)
        self.money_cells = [self._cell(name) for name in (fields.PRICE, fields.DISCOUNT, fields.AMOUNT, fields.REFUND)]
        self.number, self.goods = self._number(), self._goods()
        self.person = self._person()
        # each reads one thing on its own, so that a bad row can be told everything that is wrong with it
        self.others: list[Read] = [
            self._identifier(fields.LINE, LINE_CHARACTERS), self._text(fields.CATEGORY, CATEGORY_CHARACTERS),
            self._text(fields.SHOP, SHOP_CHARACTERS), self._placed_at(), self._paid_at(), self._quantity(),
            self._state(), self._freight(), self.person,
        ]

    def __call__(self, line: Line) -> Staged:
        """(line, slot, row key, what is bad or None, *COLUMNS)."""
        if line.broken is None and len(line.cells) <= self.width:
            try:
                number, (sku, name) = self.number(line), self.goods(line)
                content = self._content(line, number, name, [read(line) for read in self.others])
            except Bad:
                pass
            else:
                whole = "\t".join(map(copied, (number, sku, *content)))
                same = hashlib.blake2b(whole.encode(), digest_size=16).hexdigest()
                return (*self._head(line, number, None), *self._identity(line, number, sku), *content, same)
        return self._bad_row(line)

    def _bad_row(self, line: Line) -> Staged:
        """The same, field by field: what can be read of its identity, and everything that is wrong."""
        bad: list[Bad] = []
        number = _try(bad, self.number, line) or ""
        sku, name = _try(bad, self.goods, line) or ("", "")
        others = [_try(bad, read, line) for read in self.others]
        if None not in (others[QUANTITY_AT], others[STATE_AT]):
            _try(bad, lambda line: self._content(line, number, name, others), line)
        if line.broken or any(line.cells[self.width:]):
            bad = [Bad(line.broken or Reason.TOO_MANY_CELLS)]
        elif not bad:                                  # only empty cells too many
            return self(line._replace(cells=line.cells[: self.width]))
        problems = (f"{each.reason}:{each.field}" if each.field else str(each.reason) for each in bad)
        head = self._head(line, number, " ".join(dict.fromkeys(problems)))
        return (*head, *self._identity(line, number, sku), *NOTHING)

    def _head(self, line: Line, number: str, bad: str | None) -> Row:
        return line.number, slot_number(number or f"line {line.number}"), self._row_key(line), bad

    def _row_key(self, line: Line) -> str:
        """The key that an error file gave this row."""
        at = self.header.row_key
        return "" if at is None or at >= len(line.cells) else line.cells[at].strip().removeprefix("'")

    def _identity(self, line: Line, number: str, sku: str) -> Row:
        """Order, SKU, and the line that the row key stands for as long as both are still the same."""
        if not (key := self._row_key(line)):
            return number, sku, "", False
        digest, _, line_key = key.partition(":")
        fits = bool(sku) and digest == order_digest(number) and line_key.rpartition("~")[0] == sku
        return number, sku, line_key if fits else "", True

    def _content(self, line: Line, number: str, name: str, others: list[Any]) -> Row:
        """The columns from line_no to person, with what depends on more than one field."""
        line_no, category, shop, placed_at, paid_at, quantity, state, freight, person = others
        if quantity < 0:
            if state not in (State.CANCELLED, State.REFUNDED) and not CANCELLATION.fullmatch(number):
                raise Bad(Reason.NEGATIVE_QUANTITY, fields.QUANTITY)
            state = State.REFUNDED
        written = [cell(line).strip() for cell in self.money_cells]
        money = line_money(quantity, *written, refunded=state == State.REFUNDED)
        if state == State.PAID and 0 < money.amount == money.refunded:
            state = State.REFUNDED
        return (line_no, name, category, quantity, *money, str(state), placed_at, paid_at, freight, shop, person)

    def _cell(self, field: str) -> Callable[[Line], str]:
        return self.header.getter(field) or (lambda line: "")

    def _number(self) -> Callable[[Line], str]:
        cell = self._cell(fields.NUMBER)

        def read(line: Line) -> str:
            if number := cells.identifier(cell(line), fields.NUMBER, NUMBER_CHARACTERS):
                return number
            raise Bad(Reason.MISSING_ORDER_NUMBER, fields.NUMBER)

        return read

    def _goods(self) -> Callable[[Line], tuple[str, str]]:
        """SKU and name; either may stand in for the other."""
        sku_cell, name_cell = self._cell(fields.SKU), self._cell(fields.GOODS)

        def read(line: Line) -> tuple[str, str]:
            sku = cells.identifier(sku_cell(line), fields.SKU, SKU_CHARACTERS)
            name = cells.text(name_cell(line), fields.GOODS, NAME_CHARACTERS)
            if not sku and not name:
                raise Bad(Reason.MISSING_GOODS, fields.SKU)
            return sku or name[:SKU_CHARACTERS], name

        return read

    def _identifier(self, field: str, most: int) -> Read:
        cell = self._cell(field)
        return lambda line: cells.identifier(cell(line), field, most)

    def _text(self, field: str, most: int) -> Read:
        cell = self._cell(field)
        return lambda line: cells.text(cell(line), field, most)

    def _placed_at(self) -> Read:
        cell = self._cell(fields.PLACED)

        def read(line: Line) -> datetime:
            if not (written := cell(line).strip()):
                raise Bad(Reason.MISSING_TIME, fields.PLACED)
            return self._time(written, fields.PLACED)

        return read

    def _paid_at(self) -> Read:
        cell = self._cell(fields.PAID)
        return lambda line: self._time(written, fields.PAID) if (written := cell(line).strip()) else None

    def _time(self, written: str, field: str) -> datetime:
        moment = self.moment(written, field)
        if not EARLIEST <= moment <= self.latest:
            raise Bad(Reason.TIME_OUT_OF_RANGE, field)
        return moment

    def _quantity(self) -> Read:
        """One piece when the file has no such column."""
        cell = self.header.getter(fields.QUANTITY)
        return (lambda line: read_quantity(cell(line).strip())) if cell else (lambda line: 1)

    def _state(self) -> Read:
        """Paid when the file says nothing."""
        cell = self._cell(fields.STATUS)

        def read(line: Line) -> State:
            word = cells.text(cell(line), fields.STATUS, NAME_CHARACTERS).lower()
            if state := (fields.STATUSES.get(word) if word else State.PAID):
                return state
            raise Bad(Reason.UNKNOWN_STATUS, fields.STATUS)

        return read

    def _freight(self) -> Read:
        cell = self._cell(fields.FREIGHT)
        return lambda line: read_freight(written) if (written := cell(line).strip()) else None

    def _person(self) -> Read:
        given = [(name, kind, self._cell(name)) for name, kind in REFERENCES.items() if name in self.header.sources]
        name_cell = self._cell(fields.NAME)

        def read(line: Line) -> str:
            references = tuple(
                [(kind, cells.identifier(cell(line), name, NAME_CHARACTERS)) for name, kind, cell in given]
            )
            try:
                name = cells.text(name_cell(line), fields.NAME, NAME_CHARACTERS)
                token, unreadable = self.known_people(references, name)
            except NobodyNamed as nobody:
                first = next((kind for kind in nobody.unreadable if kind in UNREADABLE), None)
                raise Bad(*UNREADABLE[first]) if first else Bad(Reason.MISSING_CUSTOMER, fields.MEMBER) from None
            if unreadable:
                self.notes.update(f"unreadable_{kind}" for kind in unreadable)
            return token

        return read


def copied(value: str | int | datetime | None) -> str:
    """As COPY writes it; texts of one line only, moments in UTC only."""
    if isinstance(value, str):
        return value.replace("\\", "\\\\")
    return NULL if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def _try(bad: list[Bad], read: Callable[[Line], Value], line: Line) -> Value | None:
    """What is wrong with one field is remembered, and the others are read all the same."""
    try:
        return read(line)
    except Bad as problem:
        bad.append(problem)
        return None


@lru_cache(maxsize=CACHED_VALUES)
def read_quantity(written: str) -> int:
    """Pieces, not zero. Raises Bad."""
    if not written:
        raise Bad(Reason.MISSING_QUANTITY, fields.QUANTITY)
    quantity = cells.whole(written, fields.QUANTITY)
    if quantity == 0:
        raise Bad(Reason.ZERO_QUANTITY, fields.QUANTITY)
    if abs(quantity) > MAX_PIECES:
        raise Bad(Reason.ABSURD_NUMBER, fields.QUANTITY)
    return quantity


@lru_cache(maxsize=CACHED_VALUES)
def read_freight(written: str) -> int:
    """In fen; the sign does not matter. Raises Bad."""
    return abs(_fen(cells.yuan(written, fields.FREIGHT), fields.FREIGHT))


def order_digest(number: str) -> str:
    """Ties a row key to its order: the same as left(md5(order_no), 8) in SQL."""
    return hashlib.md5(number.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()[:8]


def _fen(yuan: Decimal, field: str) -> int:
    fen = int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if abs(fen) > MAX_FEN:
        raise Bad(Reason.ABSURD_NUMBER, field)
    return fen


@lru_cache(maxsize=CACHED_VALUES)
def line_money(quantity: int, price: str, discount: str, amount: str, refund: str, *, refunded: bool) -> Money:
    """The money of one line from what was written; empty means not given. Raises Bad.

    Without an amount it is computed, without a price it is the amount (and discount) per piece, without a discount it
    is what is missing between the two.
    """
    if not price and not amount:
        raise Bad(Reason.MISSING_PRICE, fields.PRICE)
    pieces, sign = abs(quantity), 1 if quantity > 0 else -1
    off = abs(cells.yuan(discount, fields.DISCOUNT)) if discount else Decimal(0)
    paid = _unsigned(cells.yuan(amount, fields.AMOUNT), sign, fields.AMOUNT) if amount else None
    if price:
        each = cells.yuan(price, fields.PRICE)
        if each < 0:
            raise Bad(Reason.NEGATIVE_PRICE, fields.PRICE)
    else:
        assert paid is not None, "one of the two is given"
        each = (paid + off) / pieces
    amount_fen = _fen(each * pieces - off if paid is None else paid, fields.AMOUNT)
    discount_fen = _fen(off, fields.DISCOUNT)
    if amount_fen < 0:
        raise Bad(Reason.DISCOUNT_TOO_LARGE, fields.DISCOUNT)
    if paid is not None and price:
        if discount:
            missing = abs(each * pieces - off - paid)
        else:
            missing = max(paid - each * pieces, Decimal(0))
            discount_fen = max(_fen(each * pieces - paid, fields.AMOUNT), 0)
        if missing * 100 > max(Decimal(pieces) / 2, Decimal(1)):
            raise Bad(Reason.AMOUNT_MISMATCH, fields.AMOUNT)
    return Money(_fen(each, fields.PRICE), sign * discount_fen, sign * amount_fen,
                 _refunded(refund, amount_fen, sign, refunded=refunded))


def _unsigned(paid: Decimal, sign: int, field: str) -> Decimal:
    """The amount of a return may be written with a minus; that of a sale may not."""
    if paid < 0 and sign > 0:
        raise Bad(Reason.NEGATIVE_PRICE, field)
    return abs(paid)


def _refunded(refund: str, amount_fen: int, sign: int, *, refunded: bool) -> int:
    """How much of a sold line went back; a return is itself what went back."""
    if sign < 0:
        return 0
    given = abs(_fen(cells.yuan(refund, fields.REFUND), fields.REFUND)) if refund else 0
    if given > amount_fen:
        raise Bad(Reason.REFUND_TOO_LARGE, fields.REFUND)
    return given or (amount_fen if refunded else 0)
