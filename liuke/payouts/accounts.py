"""The ledger's accounts of pay-outs (fen), and where their money goes.

    commission:customer:N -> payout:customer:N -> cash_sent:house or bank_paid:house
                                               -> tax_withheld:house (owed to the tax office)

Beside services.py because queries read the same addresses.
"""

from liuke.ledger.rules import NewAccount
from liuke.referral import accounts as commissions

TAX = NewAccount(purpose="tax_withheld", unit="fen", rolled=True)
BANK = NewAccount(purpose="bank_paid", unit="fen", rolled=True)


def own(customer_id: int) -> str:
    """The member's confirmed cash."""
    return commissions.of(commissions.OWN, customer_id)


def set_aside(customer_id: int) -> NewAccount:
    """What was released and has not arrived yet; it never falls below zero."""
    return NewAccount(purpose="payout", unit="fen", owner_kind="customer", owner_id=customer_id, floor=0)
