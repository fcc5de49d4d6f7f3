"""Accounts and calls for tests of the ledger."""

from datetime import UTC, datetime

from liuke.ledger import services as ledger
from liuke.ledger.rules import NewAccount

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUSE = NewAccount(purpose="points", unit="points", debit_normal=True, rolled=True)


def points(customer_id, **changes):
    return NewAccount(**{"purpose": "points", "unit": "points", "owner_kind": "customer", "owner_id": customer_id,
                         "floor": 0, **changes})


def open_points(*customer_ids, **changes):
    """The house and these customers; returns their addresses, the house's first."""
    ledger.open_account(HOUSE)
    return [HOUSE.address, *(ledger.open_account(points(each, **changes)).address for each in customer_ids)]


def give(address, amount, key):
    return ledger.post(key=key, moves=[ledger.Move(HOUSE.address, address, amount)], now=NOW)


def spend(address, amount, key):
    return ledger.post(key=key, moves=[ledger.Move(address, HOUSE.address, amount)], now=NOW)
