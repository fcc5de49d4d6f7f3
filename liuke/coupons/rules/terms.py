"""The terms of one version of a template as plain values, and every reason to refuse them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from liuke.coupons.rules.limits import (
    CLASS_CHARACTERS,
    MAX_AUDIENCES,
    MAX_DAYS,
    MAX_FEN,
    MAX_LEAST_FEN,
    MAX_PIECES,
    MAX_PRIORITY,
    MAX_SCOPE,
)
from liuke.kit.errors import BadInput
from liuke.kit.money import BASIS_POINTS

AUDIENCE = re.compile(r"[a-z_]{1,20}:.{1,60}")


class Kind(StrEnum):
    """What a coupon gives."""

    FIXED = "fixed"                      # an amount off
    PERCENT = "percent"                  # a part off, up to a ceiling
    FREIGHT = "freight"                  # sending, up to a ceiling
    GIFT = "gift"                        # pieces of one SKU that lie in the cart, up to a ceiling


class Refund(StrEnum):
    """What becomes of a used coupon when all of what it was used for goes back."""

    RETURN = "return"                    # it comes back, and lives for limits.GIVE_BACK_GRACE at least
    SPENT = "spent"                      # it stays used


class BadTerms(BadInput):
    """The terms of a template do not hold together. `about` is the part of the form."""

    code = "coupon_terms"

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


class NoBudget(BadTerms):
    """Every coupon costs money: name a budget in fen that is open."""

    code = "coupon_no_budget"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one version says. Money in fen; `off_bp` of 2,000 takes 20 % off; `ceiling_fen` is the most it gives.

    Scope: lines whose product is among `products` or whose category among `categories` (both empty: all), of one of
    `shops`, without `not_products`, and, with `full_price`, none at a sale's price. `least_fen`: what those lines must
    come to before any coupon. `audiences` ("tier:gold", "tag:12"): customers of any of them; empty is everybody.

    Of one exclusive class a purchase takes one coupon; `alone` goes with no other. Lower `priority` is reckoned first.
    Valid from `starts_at` until before `ends_at`; with `days`, until the local midnight after so many days from issue.
    """

    kind: str
    off_fen: int = 0
    off_bp: int = 0
    ceiling_fen: int = 0
    sku_id: int | None = None
    pieces: int = 0
    least_fen: int = 0
    products: tuple[int, ...] = ()
    not_products: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    shops: tuple[int, ...] = ()
    full_price: bool = False
    audiences: tuple[str, ...] = ()
    first_order: bool = False
    exclusive: str = ""
    alone: bool = False
    priority: int = 100
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    days: int = 0
    refund: str = Refund.RETURN
    budget: str = ""

    @property
    def worth_fen(self) -> int:
        """The most that one coupon can cost; so much of the budget is set aside for each."""
        return self.off_fen if self.kind == Kind.FIXED else self.ceiling_fen


def check(terms: Terms, *, now: datetime) -> Terms:
    """The terms themselves. Raises BadTerms, NoBudget."""
    _check_gift(terms)
    _check_scope(terms)
    _check_times(terms, now)
    if not 0 <= terms.priority <= MAX_PRIORITY:
        raise BadTerms("priority")
    if len(terms.exclusive) > CLASS_CHARACTERS or (terms.alone and terms.exclusive):
        raise BadTerms("exclusive")
    if terms.refund not in set(Refund):
        raise BadTerms("refund")
    if not terms.budget:
        raise NoBudget("budget")
    return terms


def _check_gift(terms: Terms) -> None:
    """Each kind says what it gives, and nothing of what another kind would say."""
    if terms.kind not in set(Kind):
        raise BadTerms("kind")
    given = {"off_fen": terms.off_fen, "off_bp": terms.off_bp, "ceiling_fen": terms.ceiling_fen,
             "sku_id": terms.sku_id or 0, "pieces": terms.pieces}
    asked = {
        Kind.FIXED: ("off_fen",), Kind.PERCENT: ("off_bp", "ceiling_fen"), Kind.FREIGHT: ("ceiling_fen",),
        Kind.GIFT: ("sku_id", "pieces", "ceiling_fen"),
    }[Kind(terms.kind)]
    most = {"off_bp": BASIS_POINTS, "pieces": MAX_PIECES, "sku_id": 2**63 - 1}
    for name, value in given.items():
        if not (0 < value <= most.get(name, MAX_FEN) if name in asked else value == 0):
            raise BadTerms(name)
    if not 0 <= terms.least_fen <= MAX_LEAST_FEN:
        raise BadTerms("least_fen")


def _check_scope(terms: Terms) -> None:
    for name in ("products", "not_products", "categories", "shops"):
        ids: Collection[int] = getattr(terms, name)
        if len(ids) > MAX_SCOPE or any(each <= 0 for each in ids):
            raise BadTerms(name)
    if set(terms.products) & set(terms.not_products):
        raise BadTerms("not_products")
    if len(terms.audiences) > MAX_AUDIENCES or not all(AUDIENCE.fullmatch(each) for each in terms.audiences):
        raise BadTerms("audiences")


def _check_times(terms: Terms, now: datetime) -> None:
    if not 0 <= terms.days <= MAX_DAYS or not (terms.days or terms.ends_at):
        raise BadTerms("days")
    if terms.ends_at is not None and terms.ends_at <= max(now, terms.starts_at or now):
        raise BadTerms("ends_at")
