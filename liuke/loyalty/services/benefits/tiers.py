"""A higher tier for a time, as a benefit: whatever the growth, and what is higher by growth stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from liuke.loyalty.rules.limits import MAX_TIER_DAYS
from liuke.loyalty.rules.suggesting import Offer
from liuke.loyalty.services.benefits import BadDetails, Gift
from liuke.tiers import queries, services

GONE, TOO_MANY = "tier_gone", "too_many"


class TierStay:
    """The amount is a number of days, today included. Its cost is what the tier brings, so it needs no budget."""

    code: ClassVar[str] = "tier"
    unit: ClassVar[str] = ""
    expires: ClassVar[bool] = False                  # the amount says how long
    detail: ClassVar[str] = "tier"

    def choices(self) -> Sequence[tuple[int, str]]:
        """All but the lowest, which everybody has."""
        return [(rung.id, rung.name) for rung in queries.rungs()[1:]]

    def check(self, details: Mapping[str, Any]) -> None:
        if details.get("tier") not in [pk for pk, _name in self.choices()]:
            raise BadDetails("tier")

    def told(self, details: Mapping[str, Any]) -> str:
        rung = queries.rung(details.get("tier", 0))
        return rung.name if rung else ""

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        """Of a pending one nothing is written: its days begin when it is released."""
        return [_give(gift, now) for gift in gifts]

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        """A tier that the plan has lost since is not given."""
        for gift in gifts:
            _give(gift, now, released=True)

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        """Days go from its end; those that have passed stay passed."""
        services.shorten_reward(key=gift.key, days=left, now=now)

    def offers(self, *, now: datetime) -> Sequence[Offer]:
        """What it costs depends on what the customer buys: see `suggesting`."""
        del now
        return ()

    def whole(self, gift: Gift) -> bool:
        """As long as it is there: nothing of it is used up."""
        return queries.ends_of(gift.key) is not None


def _give(gift: Gift, now: datetime, *, released: bool = False) -> str:
    rung = queries.rung(gift.details.get("tier", 0))
    if rung is None or rung.code not in [each.code for each in queries.rungs()[1:]]:
        return GONE
    if gift.amount > MAX_TIER_DAYS:
        return TOO_MANY
    if released or not gift.pending:
        services.reward_tier(customer_id=gift.customer_id, code=rung.code, days=gift.amount, key=gift.key, now=now)
    return ""
