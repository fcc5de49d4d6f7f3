"""Points and growth value: benefits that are amounts in the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from liuke.ledger import services as ledger
from liuke.loyalty.rules.suggesting import Offer
from liuke.loyalty.services.benefits import Gift
from liuke.points import services as points
from liuke.points.queries import lots_by_key
from liuke.tiers import services as tiers


class Amount:
    """What has no kinds: an amount of it says everything."""

    detail: ClassVar[str] = ""

    def choices(self) -> Sequence[tuple[int, str]]:
        return ()

    def check(self, details: Mapping[str, Any]) -> None:
        """Nothing to choose, so nothing to check."""

    def told(self, details: Mapping[str, Any]) -> str:
        del details
        return ""


class Points(Amount):
    """Points that can be spent; they live in lots and expire."""

    code: ClassVar[str] = "points"
    unit: ClassVar[str] = "points"
    expires: ClassVar[bool] = True

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        refusals = points.grant(now=now, grants=[
            points.Grant(customer_id=gift.customer_id, amount=gift.amount, key=gift.key, expires_at=gift.expires_at,
                         pending=gift.pending, source=gift.source, cause=gift.cause) for gift in gifts])
        return [_why(refusal) for refusal in refusals]

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        points.make_available(ready=[points.Unpend(key=gift.key, expires_at=gift.expires_at) for gift in gifts],
                              now=now)

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        points.take_back(back=points.TakeBack(of=gift.key, amount=amount, key=key, cause=gift.cause), now=now)

    def offers(self, *, now: datetime) -> Sequence[Offer]:
        """They are what is suggested where nothing else fits: `rules.suggesting.rank` reckons how many."""
        del now
        return ()

    def whole(self, gift: Gift) -> bool:
        """Every point of it can still be spent."""
        opened = getattr(lots_by_key([gift.key]).get(gift.key), "open", None)
        return opened is not None and opened.rest == gift.amount


class Growth(Amount):
    """Growth value decides the tier; it is never spent, costs nothing and needs no budget."""

    code: ClassVar[str] = "growth"
    unit: ClassVar[str] = ""
    expires: ClassVar[bool] = False

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        refusals = tiers.grow(now=now, given=[
            tiers.Growing(customer_id=gift.customer_id, amount=gift.amount, key=gift.key, pending=gift.pending,
                          cause=gift.cause) for gift in gifts])
        return [_why(refusal) for refusal in refusals]

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        tiers.confirm(keys=[gift.key for gift in gifts], now=now)

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        tiers.take_back(of=gift.key, amount=amount, key=key, now=now, cause=gift.cause)


def _why(refusal: ledger.LedgerRefused | None) -> str:
    if refusal is None:
        return ""
    return "budget" if isinstance(refusal, ledger.Overdrawn) else refusal.code
