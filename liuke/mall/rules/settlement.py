"""Who gets what of an order: the supplier its supply price and the freight, the shop its mark-up, the brand the rest.

Every fen of a line is given to exactly one of the three, when it is sold and again, negative, when it is refunded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

MAX_MONTHS = 24                      # of one statement
CLOSE_BATCH = 200
REFERENCE_LENGTH = 60                # of the bank's number beside the payment
RETURN_DAYS = 7                      # for goods that say nothing of their own


class Kind(StrEnum):
    """Of a statement line."""

    SALE = "sale"
    FREIGHT = "freight"
    REFUND = "refund"                # pieces, or freight when it has no order line; negative


class StatementState(StrEnum):
    OPEN = "open"                    # a draft: its lines still come and go
    CLOSED = "closed"                # frozen, numbered, in the ledger
    PAID = "paid"


@dataclass(frozen=True)
class Sold:
    """An order line as it was frozen; the three prices are per piece, amount_fen is what was paid for all of it."""

    quantity: int
    supply_fen: int
    shop_fen: int
    price_fen: int
    amount_fen: int


@dataclass(frozen=True)
class Shares:
    """One amount over the three parties."""

    supplier_fen: int
    shop_fen: int
    brand_fen: int

    @property
    def total_fen(self) -> int:
        return self.supplier_fen + self.shop_fen + self.brand_fen


def sale_shares(sold: Sold) -> Shares:
    """What a sold line brings to each.

    The supplier gets its supply price, the shop the rest of the price. The brand pays the discounts, and what a tier or
    a flash sale takes below the supply price; a shop that asks less than that by itself pays the difference itself.
    """
    supplier, shop = _of_pieces(sold, sold.quantity)
    return Shares(supplier, shop, sold.amount_fen - supplier - shop)


def refund_shares(sold: Sold, *, quantity: int, amount_fen: int) -> Shares:
    """What a refund of so many pieces and fen takes back from each; together exactly -amount_fen.

    Supplier and shop give back what whole pieces brought them; money beyond or below that is the brand's affair (a
    goodwill refund has no pieces and is the brand's alone).
    """
    supplier, shop = _of_pieces(sold, quantity)
    return Shares(-supplier, -shop, supplier + shop - amount_fen)


def _of_pieces(sold: Sold, pieces: int) -> tuple[int, int]:
    """What so many pieces bring to the supplier and the shop."""
    price = max(sold.price_fen, min(sold.shop_fen, sold.supply_fen))
    return pieces * sold.supply_fen, pieces * (price - sold.supply_fen)


def counts_from(received_at: datetime, return_days: Sequence[int]) -> datetime:
    """From when an order may stand on a statement: when the last of its goods can no longer be sent back."""
    return received_at + timedelta(days=max(return_days, default=RETURN_DAYS))


def month_before(day: date) -> tuple[date, date]:
    """The first day of the month before, and the first day after it: 15 March -> (1 February, 1 March)."""
    until = day.replace(day=1)
    return (until - timedelta(days=1)).replace(day=1), until


def statement_number(*, supplier_id: int | None, shop_id: int | None, until: date) -> str:
    """JS261031-S7 is the statement of supplier 7 up to and with 31 October 2026; a shop has a B in place of the S."""
    party = f"S{supplier_id}" if supplier_id is not None else f"B{shop_id}"
    return f"JS{until - timedelta(days=1):%y%m%d}-{party}"
