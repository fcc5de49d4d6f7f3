"""What a notice comes to, when to ask a provider again, and how the numbers look that providers see."""

from datetime import timedelta
from enum import StrEnum

NEEDS = {"jsapi": "payer", "h5": "ip"}       # what a way to pay must know of the customer
ASK_BATCH = 100
ASK_FIRST = timedelta(seconds=30)            # after opening; most notices arrive within a few seconds
ASK_MOST = timedelta(minutes=10)
CLOSE_AFTER = timedelta(minutes=2)           # past the time to pay; WeChat wants a minute at least
REFUND_FIRST = timedelta(minutes=1)          # longer than a request may take, so that two never overlap
REFUND_MOST = timedelta(hours=6)
REFUND_TRIES = 30                            # some six days; then a person must look
REFERENCE_LENGTH = 60                        # of a bank's reference
MAX_TRIES_OF_WAYS = 99                       # payments of one group


class Outcome(StrEnum):
    """What became of a notice."""

    APPLIED = "applied"
    REPEATED = "repeated"                # said before, in other words
    REVIVED = "revived"                  # too late, but the goods were still there: the orders live again
    RETURNED = "returned"                # too late or a second time: the money goes back
    IGNORED = "ignored"                  # nothing that we act on
    UNKNOWN = "unknown"                  # we have no such payment or refund
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_MERCHANT = "wrong_merchant"
    CONFLICT = "conflict"                # it contradicts what we were told before


NEEDS_LOOK = {
    Outcome.UNKNOWN, Outcome.WRONG_AMOUNT, Outcome.WRONG_CURRENCY, Outcome.WRONG_MERCHANT, Outcome.CONFLICT,
}


def wrong(*, amount_fen: int, currency: str, ours: bool, expected_fen: int, expected_currency: str) -> Outcome | None:
    """Why this money cannot be taken for the payment it names; None when it can."""
    if not ours:
        return Outcome.WRONG_MERCHANT
    if currency != expected_currency:
        return Outcome.WRONG_CURRENCY
    return None if amount_fen == expected_fen else Outcome.WRONG_AMOUNT


def ask_again_after(asks: int) -> timedelta:
    """How long to wait for a notice before asking for the so-manieth time: 30 s, 1, 2, 4, 8, 10, 10 ... minutes."""
    return min(ASK_FIRST * (1 << min(asks, 8)), ASK_MOST)


def try_again_after(tries: int) -> timedelta:
    """How long to wait before asking for, or about, a refund again: 1, 2, 4 ... minutes, at most 6 hours."""
    return min(REFUND_FIRST * (1 << min(max(tries - 1, 0), 12)), REFUND_MOST)


def payment_number(group_number: str, count: int) -> str:
    """Ours to the provider, at most 32 characters: a group of 20 and the so-manieth way the customer tried."""
    return f"{group_number}-{count}"


def refund_number(payment: str, count: int) -> str:
    return f"R{payment}-{count}"


def renumbered(number: str) -> str:
    """For a refund that the provider closed without moving money: it wants a new number. R1-1-1 -> R1-1-1_2 -> _3."""
    base, _, attempt = number.partition("_")
    return f"{base}_{int(attempt or 1) + 1}"
