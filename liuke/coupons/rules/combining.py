"""Which coupons together save most: a search that is exact until it has looked at limits.BEST_TRIES combinations."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from liuke.coupons.rules.limits import BEST_TRIES, MAX_TOGETHER
from liuke.coupons.rules.reckoning import Goods, Ticket, apart, reckon
from liuke.coupons.rules.terms import Kind


def saved_fen(tickets: Sequence[Ticket], goods: Sequence[Goods], *, freight_fen: int = 0) -> int:
    """What these coupons together take off goods and sending."""
    given = reckon(tickets, goods)
    freight = min(freight_fen, sum(each.freight_fen for each in given))
    return sum(each.amount_fen for each in given) + freight


def best(tickets: Sequence[Ticket], goods: Sequence[Goods], *, freight_fen: int = 0) -> tuple[Ticket, ...]:
    """Those of the coupons, all of which fit, that go together and save most.

    Each of them adds something. What each would save alone bounds what it can add, since a discount only ever takes
    from what others may give; so most combinations need not be looked at. Of coupons that are alike, those that expire
    first are taken.
    """
    search = _Search(goods, freight_fen)
    alone = [(saved_fen([each], goods, freight_fen=freight_fen), each) for each in _distinct(tickets)]
    useful = sorted((pair for pair in alone if pair[0]), key=lambda pair: -pair[0])
    search.descend((), useful)
    return search.found


def _distinct(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Of coupons that are all alike, so many as could be used at once, those that expire first."""
    seen: dict[object, int] = {}
    kept = []
    for each in sorted(tickets, key=lambda each: (each.expires_at is None, each.expires_at, each.code)):
        alike = (each.terms, each.worth_fen)
        single = each.terms.alone or each.terms.exclusive or each.terms.kind == Kind.FREIGHT
        if seen.setdefault(alike, 0) < (1 if single else MAX_TOGETHER):
            seen[alike] += 1
            kept.append(each)
    return kept


@dataclass
class _Search:
    goods: Sequence[Goods]
    freight_fen: int
    found: tuple[Ticket, ...] = ()
    saved: int = 0
    tries: int = field(default=0)

    def descend(self, chosen: tuple[Ticket, ...], rest: Sequence[tuple[int, Ticket]]) -> None:
        """Try every choice of the rest beside what is chosen, the most useful first."""
        saved = saved_fen(chosen, self.goods, freight_fen=self.freight_fen)
        if saved > self.saved:
            self.found, self.saved = chosen, saved
        for at, (_alone, ticket) in enumerate(rest):
            room = MAX_TOGETHER - len(chosen)
            if saved + sum(alone for alone, _ in rest[at:at + room]) <= self.saved or self.tries >= BEST_TRIES:
                return
            if apart([*chosen, ticket]) is None:
                self.tries += 1
                self.descend((*chosen, ticket), rest[at + 1:])
