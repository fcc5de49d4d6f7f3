"""What the house expects of a way to send money to a customer's wallet: plain values in, plain values out.

Amounts are whole fen, moments are aware. `number` is always ours and never changes, `ref` always the provider's. All
calls but `parse_notice` may go over the network and refuse to run inside a transaction of the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Sent(StrEnum):
    """What a provider says of a payout."""

    TAKEN = "taken"              # taken on; money is being set aside
    CONFIRM = "confirm"          # it waits until the customer says yes in the wallet
    MOVING = "moving"            # the customer has said yes
    DONE = "done"
    FAILED = "failed"            # ended without moving money; `reason` says why
    CANCELLING = "cancelling"    # we took it back, which is not done yet
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"          # the provider has never heard of it


FINAL = (Sent.DONE, Sent.FAILED, Sent.CANCELLED)


@dataclass(frozen=True)
class Payout:
    """Money for one customer. The same number must always come with the same values.

    `to` is who the customer is at the provider (WeChat: the openid). `activity` and `award` are what the provider wants
    to know of a marketing bonus. `name`: the real name, where it is known; the provider then checks it. `earned`: it is
    pay for work and no present, which providers want to be told in other words.
    """

    number: str
    amount_fen: int
    to: str
    remark: str
    activity: str
    award: str
    name: str = ""
    earned: bool = False


@dataclass(frozen=True)
class PayoutStatus:
    """`package`: what the customer's device needs to say yes, while it is CONFIRM. `reason`: the provider's word."""

    number: str
    state: Sent
    amount_fen: int = 0
    ref: str = ""
    reason: str = ""
    package: str = ""
    changed_at: datetime | None = None
    ours: bool = True            # False: of another merchant or app than the one we are


@dataclass(frozen=True)
class PayoutEvent:
    """A verified notice. Without a payout: something else that we only keep."""

    id: str
    payout: PayoutStatus | None = None


@dataclass(frozen=True)
class FlowRow:
    """What went out of the account for payouts on one day (below zero: what came back), by one payout's reference."""

    number: str
    ref: str
    amount_fen: int


class PayoutProvider(Protocol):
    """Everything raises ChannelError when the provider does not answer or refuses."""

    name: str
    scope: str                   # of the identities that it knows customers by (WeChat: the appid)

    def send(self, payout: Payout) -> PayoutStatus:
        """Send money. The same number again moves nothing more and says how it stands."""

    def query(self, number: str) -> PayoutStatus:
        """What has become of a payout."""

    def cancel(self, number: str) -> PayoutStatus:
        """Take back what the customer has not said yes to; returns what it is now, which may be DONE."""

    def flow(self, day: date) -> Sequence[FlowRow] | None:
        """What the account says of one day; None when the provider writes no bills."""

    def for_the_device(self, package: str) -> Mapping[str, str]:
        """What the customer's device hands to the wallet to say yes."""

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> PayoutEvent:
        """Verify a notice and say what it says; raises NotVerified. Touches no network."""
