"""A cashier of our own for the demo: no money moves. It sends signed notices like any provider, late or twice if asked.

What it was told is kept in the cache, so that `query` can answer; a payment it has forgotten counts as open.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from liuke.channels.errors import NotVerified
from liuke.channels.payment import Charge, Event, Paid, PaymentStatus, Refunded, RefundStatus, Return

SALT = "liuke.channels.demo"
KEPT_SECONDS = 7 * 24 * 3600


class DemoCashier:
    name = "demo"
    ways: tuple[str, ...] = ("page",)
    waits: timedelta | None = None
    answers = True

    def open(self, charge: Charge) -> Mapping[str, str]:
        return {"url": settings.LIUKE_URL + reverse("demo_cashier", args=[charge.number])}

    def pay(self, *, number: str, amount_fen: int, now: datetime) -> PaymentStatus:
        """The customer pays. Nobody is told: that is what `notice` is for."""
        status = PaymentStatus(number=number, state=Paid.PAID, amount_fen=amount_fen, ref=f"demo-{number}", paid_at=now)
        cache.set(_key(number), {"amount_fen": amount_fen, "paid_at": now.isoformat()}, KEPT_SECONDS)
        return status

    def notice(self, *, event: str, number: str) -> bytes:
        """The signed words with which a provider would say what is now so."""
        return signing.dumps({"event": event, "number": number, "told": cache.get(_key(number))}, salt=SALT).encode()

    def query(self, number: str) -> PaymentStatus:
        return _status(number, cache.get(_key(number)))

    def close(self, number: str) -> PaymentStatus:
        if not cache.get(_key(number)):
            cache.set(_key(number), {"closed": True}, KEPT_SECONDS)
        return self.query(number)

    def refund(self, order: Return) -> RefundStatus:
        now = timezone.now()
        return RefundStatus(number=order.number, state=Refunded.DONE, amount_fen=order.amount_fen,
                            ref=f"demo-{order.number}", asked_at=now, done_at=now)

    def query_refund(self, number: str) -> RefundStatus:
        return RefundStatus(number=number, state=Refunded.UNKNOWN)

    def bill(self, day: date) -> None:
        return None

    def parse_notice(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Event:
        try:
            said = signing.loads(body.decode("ascii", "replace"), salt=SALT, max_age=300)
        except signing.BadSignature as error:
            raise NotVerified("not signed by the demo cashier") from error
        return Event(id=said["event"], payment=_status(said["number"], said["told"]))


def _key(number: str) -> str:
    return f"demo_payment:{number}"


def _status(number: str, told: dict[str, object] | None) -> PaymentStatus:
    if not told:
        return PaymentStatus(number=number, state=Paid.OPEN)
    if told.get("closed"):
        return PaymentStatus(number=number, state=Paid.CLOSED)
    return PaymentStatus(number=number, state=Paid.PAID, amount_fen=int(str(told["amount_fen"])), ref=f"demo-{number}",
                         paid_at=datetime.fromisoformat(str(told["paid_at"])))


def from_environment() -> DemoCashier:
    return DemoCashier()
