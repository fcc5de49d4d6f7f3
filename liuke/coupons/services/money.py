"""What happens on the ledger when coupons are used, come back and end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from liuke.coupons.models import Use, Version
from liuke.coupons.services import accounts
from liuke.ledger import services as ledger
from liuke.ledger.services import Move, Post


@dataclass(frozen=True)
class Spent:
    """A coupon of this version, worth so much, gave so much in this use."""

    use_id: int
    coupon_id: int
    version_id: int
    worth_fen: int
    amount_fen: int


@dataclass(frozen=True)
class Ended:
    """A coupon that will never be used, and what was set aside for it."""

    version_id: int
    worth_fen: int


def spend(spent: Sequence[Spent], *, now: datetime) -> None:
    """What they gave is spent, what they left goes back to their budgets. Again is once, by the use."""
    versions = Version.objects.in_bulk({each.version_id for each in spent})
    posts: list[Post] = []
    for each in spent:
        held, gone = accounts.outstanding(each.version_id), accounts.spent(each.version_id)
        moves = [Move(held.address, gone.address, each.amount_fen)] if each.amount_fen else []
        if rest := each.worth_fen - each.amount_fen:
            moves.append(Move(held.address, versions[each.version_id].budget, rest))
        posts.append(Post(key=f"coupon:use:{each.use_id}", moves=moves, opening=[gone]))
    _all(posts, now)


def take_back(used: Use, *, now: datetime) -> int:
    """What a used coupon gave lies with its version again, and the rest of its worth as far as the budget has it;
    returns what it is worth now.
    """
    coupon, version = used.coupon, used.coupon.version
    held, gone = accounts.outstanding(version.pk), accounts.spent(version.pk)
    _all([Post(key=f"coupon:back:{used.pk}", moves=[Move(gone.address, held.address, used.amount_fen)])], now)
    rest = coupon.worth_fen - used.amount_fen
    if not rest:
        return coupon.worth_fen
    more = Post(key=f"coupon:back:{used.pk}:rest", moves=[Move(version.budget, held.address, rest)])
    result, = ledger.post_many([more], now=now)
    return used.amount_fen if isinstance(result, ledger.Overdrawn) else coupon.worth_fen


def end(ended: Sequence[Ended], *, now: datetime) -> None:
    """Return to the budgets what was set aside. The caller has just ended these coupons, so it happens once."""
    if not ended:
        return
    fens: Counter[int] = Counter()
    for each in ended:
        fens[each.version_id] += each.worth_fen
    accounts.return_to_budgets(Version.objects.in_bulk(fens).values(), fens, now=now)


def _all(posts: Sequence[Post], now: datetime) -> None:
    for refused in ledger.post_many(posts, now=now):
        assert not isinstance(refused, ledger.LedgerRefused), refused
