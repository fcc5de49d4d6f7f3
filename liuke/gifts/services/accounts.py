"""The ledger's account of gifts: from a budget to gifts:kind:12 when one is given, and back when nobody gets it."""

from liuke.gifts.models import Gift, GiftKind
from liuke.ledger.services import Cause, Move, NewAccount, Post

NO_CAUSE = Cause()


def spent(kind_id: int) -> NewAccount:
    """What gifts of a kind cost that are open or claimed."""
    return NewAccount(purpose="gifts", unit="fen", owner_kind="kind", owner_id=kind_id, floor=0)


def take(kind: GiftKind, *, key: str, count: int, cause: Cause = NO_CAUSE) -> Post:
    """The cost of so many gifts, from the kind's budget."""
    account = spent(kind.pk)
    return Post(key=f"gift:{key}", moves=[Move(kind.budget.address, account.address, count * kind.cost_fen)],
                cause=cause, opening=[account])


def put_back(gift: Gift) -> Post:
    """The cost of a gift that nobody gets, once."""
    kind = gift.kind
    return Post(key=f"gift_back:{gift.pk}", moves=[Move(spent(kind.pk).address, kind.budget.address, kind.cost_fen)])
