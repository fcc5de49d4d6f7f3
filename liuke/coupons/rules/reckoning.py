"""What coupons give on the goods of a purchase, one after the other, and why one of them gives nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from liuke.coupons.rules.limits import MAX_TOGETHER
from liuke.coupons.rules.terms import Kind, Terms
from liuke.kit.money import allocate, share

ORDER = (Kind.GIFT, Kind.FIXED, Kind.PERCENT, Kind.FREIGHT)      # among coupons of one priority


@dataclass(frozen=True)
class Goods:
    """A line of the cart as a coupon sees it; amount_fen is after all prices, before discounts."""

    sku_id: int
    product_id: int
    category_ids: tuple[int, ...]
    shop_id: int
    quantity: int
    amount_fen: int
    on_sale: bool = False                # at the price of a sale that ends


@dataclass(frozen=True)
class Shopper:
    """Who buys, as coupons see them: "tier:gold", "tag:12" and the like, and whether this is their first order."""

    audiences: frozenset[str] = frozenset()
    first_order: bool = False


@dataclass(frozen=True)
class Ticket:
    """A coupon as it is reckoned with. It gives `worth_fen` at most: that much is set aside for it."""

    code: str
    terms: Terms
    worth_fen: int
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Discount:
    """What one coupon gives, and on which lines (positions in the list that was asked about).

    `parts` is how much of it lies on each of `lines`. A coupon for sending gives up to `freight_fen` of what sending
    costs. `coupon_id` is empty while the coupon has yet to be taken from its batch.
    """

    code: str
    amount_fen: int
    lines: tuple[int, ...]
    free_freight: bool = False
    parts: tuple[int, ...] = ()
    freight_fen: int = 0
    coupon_id: int | None = None
    batch_id: int | None = None


class Why(StrEnum):
    """Why a coupon cannot be used for a purchase."""

    NOT_YET = "not_yet"
    OVER = "over"
    AUDIENCE = "audience"                # for customers of some tier, segment or tag
    FIRST = "first"                      # for a first order
    SCOPE = "scope"                      # nothing that it is for lies in the cart
    LEAST = "least"                      # too little of it does
    NOTHING = "nothing"                  # other coupons leave it nothing to give


def picked(terms: Terms, goods: Sequence[Goods]) -> tuple[int, ...]:
    """The positions of the lines that the terms are about."""
    return tuple(at for at, line in enumerate(goods) if _is_for(terms, line))


def _is_for(terms: Terms, line: Goods) -> bool:
    if terms.shops and line.shop_id not in terms.shops:
        return False
    if line.product_id in terms.not_products or (terms.full_price and line.on_sale):
        return False
    if terms.kind == Kind.GIFT:
        return line.sku_id == terms.sku_id
    if not terms.products and not terms.categories:
        return True
    return line.product_id in terms.products or any(each in terms.categories for each in line.category_ids)


def unusable(ticket: Ticket, goods: Sequence[Goods], who: Shopper) -> Why | None:
    """Why the coupon does not fit these goods and this customer, or None. `missing_fen` says how much is missing."""
    terms, lines = ticket.terms, picked(ticket.terms, goods)
    if terms.audiences and not who.audiences.intersection(terms.audiences):
        return Why.AUDIENCE
    if terms.first_order and not who.first_order:
        return Why.FIRST
    if not lines:
        return Why.SCOPE
    return Why.LEAST if missing_fen(terms, goods) else None


def missing_fen(terms: Terms, goods: Sequence[Goods]) -> int:
    """How much more must lie in the cart of what the terms are about; for a gift, of everything else."""
    lines = set(picked(terms, goods))
    if terms.kind == Kind.GIFT:
        lines = set(range(len(goods))) - lines
    return max(0, terms.least_fen - sum(goods[at].amount_fen for at in lines))


def apart(tickets: Sequence[Ticket]) -> tuple[Ticket, Ticket] | None:
    """Two of the coupons that do not go together, or None. Of coupons for sending, one is enough."""
    for at, one in enumerate(tickets):
        for other in tickets[:at]:
            same_class = one.terms.exclusive and one.terms.exclusive == other.terms.exclusive
            both_freight = one.terms.kind == other.terms.kind == Kind.FREIGHT
            if one.terms.alone or other.terms.alone or same_class or both_freight:
                return other, one
    return (tickets[0], tickets[MAX_TOGETHER]) if len(tickets) > MAX_TOGETHER else None


def in_order(tickets: Sequence[Ticket]) -> list[Ticket]:
    """As they are reckoned: by priority, then by kind, then by code."""
    return sorted(tickets, key=lambda each: (each.terms.priority, ORDER.index(Kind(each.terms.kind)), each.code))


def reckon(tickets: Sequence[Ticket], goods: Sequence[Goods]) -> list[Discount]:
    """What coupons that fit give, in the order in which they are applied, each on what those before it have left.

    A discount is shared out over its lines by what is left of them, the sum exact (largest remainder), no line below
    zero: as the mall does it with these discounts in this order.
    """
    left = [line.amount_fen for line in goods]
    found = []
    for ticket in in_order(tickets):
        lines = picked(ticket.terms, goods)
        amount = min(_gives(ticket, lines, goods, left), ticket.worth_fen, sum(left[at] for at in lines))
        parts = allocate(amount, [left[at] for at in lines])
        for at, part in zip(lines, parts, strict=True):
            left[at] -= part
        freight = ticket.worth_fen if ticket.terms.kind == Kind.FREIGHT else 0
        found.append(Discount(ticket.code, amount, lines, bool(freight), tuple(parts), freight))
    return found


def _gives(ticket: Ticket, lines: Sequence[int], goods: Sequence[Goods], left: Sequence[int]) -> int:
    terms = ticket.terms
    if terms.kind == Kind.FIXED:
        return terms.off_fen
    if terms.kind == Kind.PERCENT:
        return share(sum(left[at] for at in lines), terms.off_bp)
    if terms.kind == Kind.FREIGHT:
        return 0
    return _pieces_fen(terms.pieces, lines, goods, left)


def _pieces_fen(pieces: int, lines: Sequence[int], goods: Sequence[Goods], left: Sequence[int]) -> int:
    """What so many pieces of these lines cost now, those of the first lines first."""
    amount = 0
    for at in lines:
        free = min(pieces, goods[at].quantity)
        amount += left[at] * free // goods[at].quantity
        pieces -= free
    return amount
