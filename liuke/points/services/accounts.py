"""The ledger's accounts and keys of points, so that no two files spell them differently."""

from liuke.ledger.rules import address
from liuke.ledger.services import NewAccount
from liuke.points.rules import UNIT

CUSTOMER = "customer"
HOUSE = NewAccount(purpose="points", unit=UNIT, debit_normal=True, rolled=True)               # gives what has no budget
SPENT = NewAccount(purpose="points_spent", unit=UNIT, rolled=True)
EXPIRED = NewAccount(purpose="points_expired", unit=UNIT, rolled=True)


def account_of(customer_id: int) -> NewAccount:
    """No floor: what is taken back after a refund may be a debt. Spending asks for `keep=0` instead."""
    return NewAccount(purpose="points", unit=UNIT, owner_kind=CUSTOMER, owner_id=customer_id)


def address_of(customer_id: int) -> str:
    return address("points", CUSTOMER, customer_id)


def granted(lot_key: str) -> str:
    """The entry that gave a lot, or holds it while it is pending."""
    return f"points:{lot_key}"


def opened(lot_key: str) -> str:
    """The entry that made a pending lot available."""
    return f"points:{lot_key}:available"


def held(key: str, tries: int) -> str:
    """The hold of a redemption."""
    return f"redeem:{key}:{tries}"


def used(key: str, tries: int) -> str:
    """The entry by which a redemption was spent."""
    return f"redeem:{key}:{tries}:use"
