"""What the house expects of a provider of payments: plain values in, plain values out.

Amounts are whole fen, moments are aware. `number` is always ours, `ref` always the provider's. All calls but
`parse_notice` may go over the network and refuse to run inside a transaction of the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Paid(StrEnum):
    """What a provider says of a payment."""

    OPEN = "open"                # it waits for the customer
    PAID = "paid"
    CLOSED = "closed"            # nobody can pay it any more
    UNKNOWN = "unknown"          # the provider has never heard of it


class Refunded(StrEnum):
    """What a provider says of a refund."""

    ASKED = "asked"              # taken on; the money is on its way
    DONE = "done"
    CLOSED = "closed"            # ended without moving money
    STUCK = "stuck"              # the money could not be delivered; a person must help
    UNKNOWN = "unknown"          # the provider has never heard of it


@dataclass(frozen=True)
class Charge:
    """What the customer is to pay. The same number must always come with the same values."""

    number: str
    amount_fen: int
    description: str
    way: str                     # one of the provider's ways
    expires_at: datetime
    currency: str = "CNY"
    payer: str = ""              # the customer at the provider, where a way asks for it (WeChat: the openid)
    ip: str = ""                 # the customer's address, where a way asks for it


@dataclass(frozen=True)
class PaymentStatus:
    number: str
    state: Paid
    amount_fen: int = 0
    currency: str = "CNY"
    ref: str = ""
    paid_at: datetime | None = None
    ours: bool = True            # False: paid to another merchant or app than the one we are


@dataclass(frozen=True)
class Return:
    """Money that is to go back: `amount_fen` of the `total_fen` that were paid as `payment`."""

    number: str
    payment: str
    amount_fen: int
    total_fen: int
    reason: str = ""
    currency: str = "CNY"


@dataclass(frozen=True)
class RefundStatus:
    number: str
    state: Refunded
    amount_fen: int = 0
    ref: str = ""
    asked_at: datetime | None = None
    done_at: datetime | None = None
    message: str = ""


@dataclass(frozen=True)
class Event:
    """A verified notice. Neither payment nor refund: something else that we only keep."""

    id: str
    payment: PaymentStatus | None = None
    refund: RefundStatus | None = None


@dataclass(frozen=True)
class BillRow:
    """One line of a provider's bill of a day, in fen. `state`: paid, or asked, done, failed of a refund."""

    subject: str                 # payment or refund
    number: str
    ref: str
    amount_fen: int
    state: str
    fee_fen: int = 0             # what the provider keeps; negative when it gives it back


class PaymentProvider(Protocol):
    """Everything raises ChannelError when the provider does not answer or refuses."""

    name: str
    ways: tuple[str, ...]
    waits: timedelta | None      # how long a customer may take; None: as long as any order waits to be paid
    answers: bool                # whether `query` can tell anything new (nobody can ask a bank transfer)

    def open(self, charge: Charge) -> Mapping[str, str]:
        """Let the provider wait for the money; returns what the customer's device needs. Again is once."""

    def query(self, number: str) -> PaymentStatus:
        """What has become of a payment."""

    def close(self, number: str) -> PaymentStatus:
        """Let nobody pay it any more; returns what it is now, which is PAID when the customer was faster."""

    def refund(self, order: Return) -> RefundStatus:
        """Send money back. The same number again moves nothing more."""

    def query_refund(self, number: str) -> RefundStatus:
        """What has become of a refund."""

    def bill(self, day: date) -> Sequence[BillRow] | None:
        """All that was paid and sent back on one day of the provider; None when it writes no bills."""

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Event:
        """Verify a notice and say what it says; raises NotVerified. Touches no network."""

