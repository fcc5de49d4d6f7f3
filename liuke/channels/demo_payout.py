"""A way of the demo to send money: none moves. The customer's yes is taken for granted a moment after it was sent."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NoReturn

from django.core.cache import cache
from django.utils import timezone

from liuke.channels.errors import NotVerified
from liuke.channels.payout import Payout, PayoutStatus, Sent

KEPT_SECONDS = 7 * 24 * 3600


class DemoPayout:
    name = "demo"
    scope = ""                           # every customer can be paid

    def send(self, payout: Payout) -> PayoutStatus:
        cache.add(f"demo_payout:{payout.number}", payout.amount_fen, KEPT_SECONDS)
        return PayoutStatus(number=payout.number, state=Sent.TAKEN, amount_fen=payout.amount_fen)

    def query(self, number: str) -> PayoutStatus:
        amount = cache.get(f"demo_payout:{number}")
        if amount is None:
            return PayoutStatus(number=number, state=Sent.UNKNOWN)
        return PayoutStatus(number=number, state=Sent.DONE, amount_fen=amount, ref=f"demo-{number}",
                            changed_at=timezone.now())

    def cancel(self, number: str) -> PayoutStatus:
        return self.query(number)

    def flow(self, day: date) -> None:
        return None

    def for_the_device(self, package: str) -> Mapping[str, str]:
        return {"package": package}

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> NoReturn:
        raise NotVerified("the demo sends no notices")


def from_environment() -> DemoPayout:
    return DemoPayout()
