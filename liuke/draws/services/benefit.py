"""Draw tickets as a kind of benefit: what rules and the points mall give. `details`: {"draw": id}."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from liuke.draws.models import Draw
from liuke.draws.queries.states import State
from liuke.draws.services import tickets
from liuke.loyalty.services.benefits import BadDetails, Gift

MOST_CHOICES = 100


class DrawTickets:
    """The right to draw; costs no budget of its own, since the draw's prizes are paid for already."""

    code: ClassVar[str] = "draw_ticket"
    unit: ClassVar[str] = ""
    expires: ClassVar[bool] = False
    detail: ClassVar[str] = "draw"

    def choices(self) -> Sequence[tuple[int, str]]:
        rows = Draw.objects.filter(state=State.PUBLISHED, closes_at__gt=timezone.now()).order_by("-pk")
        return [(row.pk, f"{row.name} ({row.number})") for row in rows[:MOST_CHOICES]]

    def check(self, details: Mapping[str, Any]) -> None:
        draw = Draw.objects.filter(pk=details.get("draw", 0)).first()
        if draw is None or draw.state != State.PUBLISHED or draw.closes_at <= timezone.now():
            raise BadDetails("draw")

    def told(self, details: Mapping[str, Any]) -> str:
        return Draw.objects.filter(pk=details.get("draw", 0)).values_list("name", flat=True).first() or ""

    def give(self, gifts: Sequence[Gift], *, now: datetime) -> list[str]:
        return tickets.give_tickets(now=now, given=[
            tickets.Tickets(draw_id=int(gift.details.get("draw", 0)), customer_id=gift.customer_id, amount=gift.amount,
                            key=gift.key, source=_source(gift.key), pending=gift.pending) for gift in gifts])

    def release(self, gifts: Sequence[Gift], *, now: datetime) -> None:
        tickets.release(keys=[gift.key for gift in gifts])

    def take_back(self, gift: Gift, *, amount: int, left: int, key: str, now: datetime) -> None:
        """What was drawn stays with the customer."""
        tickets.take_back(key=gift.key, left=left)


def _source(key: str) -> str:
    return "rule" if key.startswith("award:") else key.split(":", maxsplit=1)[0][:10]
