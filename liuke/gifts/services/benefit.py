"""Gifts as a kind of benefit: what rules, draws, packs and members of staff give. `details`: {"gift": id}."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from liuke.gifts.models import Gift as Row
from liuke.gifts.models import GiftKind
from liuke.gifts.queries import kinds_open, left_of, stocked
from liuke.gifts.rules import MOST_CHOICES, State
from liuke.gifts.services import giving
from liuke.loyalty.rules.suggesting import Offer
from liuke.loyalty.services.benefits import BadDetails, Gift
from liuke.loyalty.services.effect import Costed
from liuke.loyalty.services.effect.worths import Basis, Worth


class Gifts:
    """The amount is a number of gifts; each is claimed with an address. The kind names the budget."""

    code: ClassVar[str] = "gift"
    unit: ClassVar[str] = ""
    expires: ClassVar[bool] = False                  # the kind says how long it can be claimed
    detail: ClassVar[str] = "gift"

    def choices(self) -> Sequence[tuple[int, str]]:
        return [(row.pk, row.name) for row in kinds_open()[:MOST_CHOICES]]

    def check(self, details: Mapping[str, Any]) -> None:
        self.most_fen(details)

    def most_fen(self, details: Mapping[str, Any]) -> int:
        kind_id = details.get("gift")
        kind = kinds_open().filter(pk=kind_id).first() if type(kind_id) is int else None
        if kind is None:
            raise BadDetails("gift")
        return kind.cost_fen

    def told(self, details: Mapping[str, Any]) -> str:
        return GiftKind.objects.filter(pk=details.get("gift", 0)).values_list("name", flat=True).first() or ""

    def paid_by(self, details: Mapping[str, Any]) -> tuple[str, int]:
        kind = GiftKind.objects.select_related("budget").get(pk=details["gift"])
        return kind.budget.address, kind.cost_fen

    def left(self, details: Mapping[str, Any]) -> int:
        return stocked(GiftKind.objects.get(pk=details["gift"]))

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        return giving.give(now=now, given=[
            giving.Given(customer_id=gift.customer_id, kind_id=gift.details["gift"], key=gift.key, count=gift.amount,
                         pending=gift.pending, cause=gift.cause) for gift in gifts])

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        giving.release(of=[gift.key for gift in gifts], now=now)

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        """What has left stays with the customer."""
        giving.take_back(of=gift.key, given=gift.amount, left=left, now=now)

    def offers(self, *, now: datetime) -> Sequence[Offer]:
        """Every kind of which there is still one, as a thank-you."""
        del now
        rows = kinds_open().select_related("budget")[:MOST_CHOICES]
        return [Offer(benefit=self.code, details={"gift": row.pk}, fen=row.cost_fen) for row in rows if left_of(row)]

    def whole(self, gift: Gift) -> bool:
        """Nobody has claimed it yet."""
        return Row.objects.filter(of=gift.key, state__in=(State.PENDING, State.OPEN)).count() == gift.amount


def cost(of: Costed) -> str:
    return f"""
    SELECT coalesce(sum(k.cost_fen), 0) FROM gifts_gift g JOIN gifts_giftkind k ON k.id = g.kind_id
    WHERE g.of = {of.key} AND g.state IN ('pending', 'open', 'claimed')
    """  # noqa: S608  texts of our own


def worth(amount: int, details: Mapping[str, Any]) -> Worth:
    """What one costs the brand, sending included."""
    price = GiftKind.objects.filter(pk=details["gift"]).values_list("cost_fen", flat=True).first() or 0
    return Worth(amount * price, Basis.PRICE)
