"""Points and growth value: benefits that are amounts in the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from liuke.ledger import services as ledger
from liuke.ledger.queries import entry
from liuke.loyalty.services.benefits import Gift
from liuke.points import services as points

GROWTH_HOUSE = ledger.NewAccount(purpose="growth", unit="growth", debit_normal=True, rolled=True)


def growth_account(customer_id: int) -> ledger.NewAccount:
    """Growth value has no floor: a refund may take back more than is there after tiers were reckoned."""
    return ledger.NewAccount(purpose="growth", unit="growth", owner_kind="customer", owner_id=customer_id)


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

    def take_back(self, gift: Gift, *, amount: int, key: str, now: datetime) -> None:
        points.take_back(back=points.TakeBack(of=gift.key, amount=amount, key=key, cause=gift.cause), now=now)


class Growth(Amount):
    """Growth value decides the tier; it is never spent, costs nothing and needs no budget."""

    code: ClassVar[str] = "growth"
    unit: ClassVar[str] = ""
    expires: ClassVar[bool] = False

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        return [_why(result if isinstance(result, ledger.LedgerRefused) else None)
                for result in ledger.post_many([_growth(gift) for gift in gifts], now=now)]

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        ledger.post_many([ledger.Confirm(key=f"{_key(gift)}:available", of=_key(gift)) for gift in gifts], now=now)

    def take_back(self, gift: Gift, *, amount: int, key: str, now: datetime) -> None:
        if gift.pending:
            ledger.void(key=key, of=_key(gift), amounts=[amount], now=now, cause=gift.cause)
            return
        confirmed = entry(f"{_key(gift)}:available").exists()
        of = f"{_key(gift)}:available" if confirmed else _key(gift)
        ledger.reverse(key=key, of=of, amounts=[amount], now=now, cause=gift.cause)


def _key(gift: Gift) -> str:
    return f"growth:{gift.key}"


def _growth(gift: Gift) -> ledger.Post | ledger.Hold:
    account = growth_account(gift.customer_id)
    kind = ledger.Hold if gift.pending else ledger.Post
    move = ledger.Move(GROWTH_HOUSE.address, account.address, gift.amount)
    return kind(key=_key(gift), moves=[move], cause=gift.cause, opening=[GROWTH_HOUSE, account])


def _why(refusal: ledger.LedgerRefused | None) -> str:
    if refusal is None:
        return ""
    return "budget" if isinstance(refusal, ledger.Overdrawn) else refusal.code
