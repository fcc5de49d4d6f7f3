"""Why is this price this price: from the supplier's price to the one on the screen, step by step.

supply -> shop (mark-up or fixed, held between floor and ceiling) -> tier -> timed. The lowest of the shop's, the
tier's and the running timed price is paid; a timed price may go below the floor, a tier price never below the supply
price.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict

from liuke.kit.money import BASIS_POINTS, round_half_up

UNSEEN = ("segment", "tag")               # audiences of which nobody knows that they are in one


class Base(Struct, frozen=True):
    """What the SKU says. Fen per piece."""

    supply_fen: int
    list_fen: int
    floor_fen: int = 0
    ceiling_fen: int | None = None


class Shop(Struct, frozen=True):
    """How the shop prices: a mark-up on the supply price in basis points, or a fixed price."""

    markup_bp: int | None = None
    price_fen: int | None = None


class Tier(Struct, frozen=True):
    """What a tier gets: so many basis points off the shop price, or a fixed price."""

    name: str
    off_bp: int | None = None
    price_fen: int | None = None


class Timed(Struct, frozen=True):
    """A flash sale. `left` is what remains of its quantity; the audience has been checked by the caller."""

    pk: int
    price_fen: int
    starts_at: datetime
    ends_at: datetime
    left: int


class Step(Struct, frozen=True):
    """One step: the rule (supply, list, markup, fixed, floor, ceiling, tier, timed) and the price after it in fen."""

    rule: str
    price_fen: int
    note: str = ""


class Price(Struct, frozen=True):
    """`shop_fen` is what the shop asks, `price_fen` what this customer pays, `timed` the sale that gave it."""

    supply_fen: int
    shop_fen: int
    price_fen: int
    steps: tuple[Step, ...]
    timed: int | None = None

    def story(self) -> list[dict[str, object]]:
        """The steps as plain values, to be frozen on an order line."""
        return [asdict(step) for step in self.steps]


def price(
    base: Base, *, now: datetime, quantity: int = 1, shop: Shop | None = None, tier: Tier | None = None,
    timed: Sequence[Timed] = (),
) -> Price:
    """The price of one piece and every step to it. Pure: the same arguments always give the same answer."""
    steps = [Step("supply", base.supply_fen)]
    shop_fen = _shop(base, shop, steps)
    best, sale = shop_fen, None
    if tier and (member := _tier(base, shop_fen, tier)) < best:
        best = member
        steps.append(Step("tier", best, tier.name))
    running = [each for each in timed if each.starts_at <= now < each.ends_at and each.left >= quantity]
    lowest = min(running, key=lambda each: (each.price_fen, each.pk), default=None)
    if lowest and lowest.price_fen < best:
        best, sale = lowest.price_fen, lowest.pk
        steps.append(Step("timed", best, lowest.ends_at.isoformat()))
    return Price(base.supply_fen, shop_fen, best, tuple(steps), sale)


def asked_fen(supply_fen: int, list_fen: int, shop: Shop | None) -> int:
    """What the shop would ask for a piece if there were no floor and no ceiling."""
    if shop and shop.price_fen is not None:
        return shop.price_fen
    if shop and shop.markup_bp is not None:
        return supply_fen + round_half_up(supply_fen * shop.markup_bp, BASIS_POINTS)
    return list_fen


def _shop(base: Base, shop: Shop | None, steps: list[Step]) -> int:
    asked = asked_fen(base.supply_fen, base.list_fen, shop)
    if shop and shop.price_fen is not None:
        steps.append(Step("fixed", asked))
    elif shop and shop.markup_bp is not None:
        steps.append(Step("markup", asked, f"{shop.markup_bp / 100:g}%"))
    else:
        steps.append(Step("list", asked))
    if asked < base.floor_fen:
        asked = base.floor_fen
        steps.append(Step("floor", asked))
    if base.ceiling_fen is not None and asked > base.ceiling_fen:
        asked = base.ceiling_fen
        steps.append(Step("ceiling", asked))
    return asked


def _tier(base: Base, shop_fen: int, tier: Tier) -> int:
    member = tier.price_fen
    if member is None:
        member = shop_fen - round_half_up(shop_fen * (tier.off_bp or 0), BASIS_POINTS)
    return max(member, base.supply_fen)
