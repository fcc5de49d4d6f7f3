"""Payment by bank transfer: the customer gets our account and a number to write beside it; staff say when it came.

Nothing here goes over a network, so nothing can be asked: both directions are confirmed by a member of staff.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NoReturn

from liuke.channels.errors import NotVerified
from liuke.channels.payment import Charge, Paid, PaymentStatus, Refunded, RefundStatus, Return
from liuke.kit import env


class BankTransfer:
    name = "transfer"
    ways: tuple[str, ...] = ("bank",)
    waits: timedelta | None = timedelta(days=3)
    answers = False

    def __init__(self, account: str) -> None:
        self._account = account

    def open(self, charge: Charge) -> Mapping[str, str]:
        return {"account": self._account, "write": charge.number}

    def query(self, number: str) -> PaymentStatus:
        return PaymentStatus(number=number, state=Paid.OPEN)

    def close(self, number: str) -> PaymentStatus:
        return PaymentStatus(number=number, state=Paid.CLOSED)

    def refund(self, order: Return) -> RefundStatus:
        return RefundStatus(number=order.number, state=Refunded.ASKED, amount_fen=order.amount_fen)

    def query_refund(self, number: str) -> RefundStatus:
        return RefundStatus(number=number, state=Refunded.UNKNOWN)

    def bill(self, day: date) -> None:
        return None

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> NoReturn:
        raise NotVerified("a bank transfer sends no notices")


def from_environment() -> BankTransfer:
    return BankTransfer(env.text("LIUKE_TRANSFER_ACCOUNT"))
