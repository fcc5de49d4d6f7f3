"""The ledger's accounts of coupons, so that no two files spell them differently.

budget -> coupons:version:12 when a coupon is issued; from there to coupon_spent:version:12 what a purchase takes, and
back to the budget what it leaves, or all of it when the coupon expires.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from liuke.coupons.models import Version
from liuke.ledger import queries as ledger_known
from liuke.ledger import services as ledger
from liuke.ledger.rules import address
from liuke.ledger.services import Move, NewAccount, Post

UNIT = "fen"
OUTSTANDING, SPENT, OWNER = "coupons", "coupon_spent", "version"
Money = Mapping[int, int]                # version id -> fen


def outstanding(version_id: int) -> NewAccount:
    """What is set aside for the coupons of a version that customers hold."""
    return NewAccount(purpose=OUTSTANDING, unit=UNIT, owner_kind=OWNER, owner_id=version_id, floor=0)


def spent(version_id: int) -> NewAccount:
    """What its coupons have given."""
    return NewAccount(purpose=SPENT, unit=UNIT, owner_kind=OWNER, owner_id=version_id, rolled=True)


def is_budget(named: str) -> bool:
    """Whether this is the address of an open account in fen that cannot go below zero."""
    rows = ledger_known.accounts(unit=UNIT, starts=named).filter(address=named, floor__gte=0)
    return bool(named) and named.startswith("reward:budget:") and rows.exists()


def set_aside(version: Version, *, amount_fen: int, key: str) -> Post:
    """From the budget, for coupons that are about to be issued."""
    account = outstanding(version.pk)
    return Post(key=f"coupon:issue:{key}", moves=[Move(version.budget, account.address, amount_fen)],
                opening=[account])


def return_to_budgets(versions: Iterable[Version], fens: Money, *, now: datetime) -> None:
    """What was set aside for coupons that will never be used; the caller has just ended them, so it happens once."""
    moves = [Move(address(OUTSTANDING, OWNER, version.pk), version.budget, fens[version.pk])
             for version in versions if fens.get(version.pk)]
    word = secrets.token_hex(12)
    posts: Sequence[Post] = [Post(key=f"coupon:end:{word}:{at}", moves=[move]) for at, move in enumerate(moves)]
    for refused in ledger.post_many(posts, now=now):
        assert not isinstance(refused, ledger.LedgerRefused), refused
