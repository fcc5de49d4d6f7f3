"""What a quantity may be, and what a checkout adds up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from liuke.kit.errors import BadInput
from liuke.mall.rules.freight import Free
from liuke.mall.rules.orders import MAX_PIECES
from liuke.mall.rules.shares import share_discount


class BadQuantity(BadInput):
    """A quantity is a whole number from 1 to MAX_PIECES."""

    code = "bad_quantity"


def checked(quantity: int) -> int:
    """The quantity, or BadQuantity."""
    if not 1 <= quantity <= MAX_PIECES:
        raise BadQuantity
    return quantity


@dataclass(frozen=True)
class Line:
    """One line to buy, before discounts. `party` is (shop id, supplier id): one order each."""

    party: tuple[int, int]
    quantity: int
    price_fen: int
    grams: int

    @property
    def amount_fen(self) -> int:
        return self.quantity * self.price_fen


@dataclass
class Sums:
    """What one order adds up to; discounts[i] belongs to the order's i-th line. All in fen."""

    lines: list[int]                                  # positions in the cart
    goods_fen: int
    coupon: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    freight_fen: int = 0
    freight_free: Free = Free.NO                      # of what benefit freight_fen is 0

    @property
    def discount_fen(self) -> int:
        return sum(self.coupon) + sum(self.points)

    @property
    def total_fen(self) -> int:
        return self.goods_fen - self.discount_fen + self.freight_fen


def add_up(
    lines: Sequence[Line], *, coupons: Sequence[tuple[int, Sequence[int]]] = (), points_fen: int = 0
) -> dict[tuple[int, int], Sums]:
    """One Sums per party, in the order in which the parties appear.

    `coupons` are (fen, positions of the lines they apply to), applied one after the other on what is left; points come
    last, on all lines. Every fen lies on a line (largest remainder), and no line goes below zero.
    """
    left = [line.amount_fen for line in lines]
    coupon = _spread(coupons, left)
    points = _spread([(points_fen, range(len(lines)))], left)
    parties: dict[tuple[int, int], list[int]] = {}
    for at, line in enumerate(lines):
        parties.setdefault(line.party, []).append(at)
    return {
        party: Sums(at, sum(lines[i].amount_fen for i in at), [coupon[i] for i in at], [points[i] for i in at])
        for party, at in parties.items()
    }


def _spread(discounts: Sequence[tuple[int, Sequence[int]]], left: list[int]) -> list[int]:
    """Take the discounts from what is left of the lines; returns what each line got."""
    got = [0] * len(left)
    for fen, positions in discounts:
        for at, part in zip(positions, share_discount(fen, [left[at] for at in positions]), strict=True):
            got[at] += part
            left[at] -= part
    return got


def take_off_freight(sums: Mapping[tuple[int, int], Sums], most_fen: int) -> int:
    """Take so much at most off what sending the orders costs, one order after the other; returns how much."""
    left = most_fen
    for each in sums.values():
        off = min(left, each.freight_fen)
        each.freight_fen -= off
        left -= off
        if off and not each.freight_fen:
            each.freight_free = Free.COUPON
    return most_fen - left


def weights(lines: Sequence[Line], sums: Mapping[tuple[int, int], Sums]) -> dict[tuple[int, int], int]:
    """Grams of each order."""
    return {party: sum(lines[at].grams * lines[at].quantity for at in sums[party].lines) for party in sums}
