"""The ledger's account of what was sent, and the provider in use."""

from liuke.channels.payout import PayoutProvider
from liuke.channels.registry import payout_providers
from liuke.ledger.services import NewAccount

SENT = NewAccount(purpose="cash_sent", unit="fen", rolled=True)


def provider_in_use() -> PayoutProvider | None:
    """The way to send money that is turned on; None while there is none, and bonuses wait."""
    return next(iter(payout_providers().values()), None)
