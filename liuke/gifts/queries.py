"""Kinds of gifts, who has which, and how many are open."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from liuke.gifts.models import Gift, GiftKind
from liuke.gifts.rules import HELD, State
from liuke.ledger.queries import balance
from liuke.mall.models import StockLevel


@dataclass(frozen=True)
class Figures:
    """Of one kind: how many gifts stand in each state, and what those that are open or claimed cost."""

    pending: int
    open: int
    claimed: int
    ended: int


def kinds_list(*, stopped: bool = False) -> QuerySet[GiftKind]:
    """For staff, the newest first."""
    rows = GiftKind.objects.select_related("sku__product", "shop", "budget")
    return rows.filter(stopped_at__isnull=not stopped).order_by("-pk")


def kinds_open() -> QuerySet[GiftKind]:
    """What can be given now, by name."""
    return GiftKind.objects.filter(stopped_at=None, sku__active=True).order_by("name", "pk")


def figures_of(kind_ids: Collection[int]) -> dict[int, Figures]:
    """Each of them is in the answer; one statement."""
    ended = Q(state__in=(State.EXPIRED, State.TAKEN))
    found = Gift.objects.filter(kind__in=kind_ids).values("kind").annotate(
        pending=Count("pk", filter=Q(state=State.PENDING)), open=Count("pk", filter=Q(state=State.OPEN)),
        claimed=Count("pk", filter=Q(state=State.CLAIMED)), ended=Count("pk", filter=ended))
    known = {row.pop("kind"): Figures(**row) for row in found}
    return {kind_id: known.get(kind_id, Figures(0, 0, 0, 0)) for kind_id in kind_ids}


def left_of(kind: GiftKind) -> int:
    """How many more can be given: as far as the stock and the budget go."""
    return min(stocked(kind), balance(kind.budget.address).free // kind.cost_fen)


def stocked(kind: GiftKind) -> int:
    """How many the stock has."""
    free = StockLevel.objects.filter(sku_id=kind.sku_id, warehouse__active=True).aggregate(
        free=Sum(F("on_hand") - F("reserved") - F("safety"), filter=Q(on_hand__gt=F("reserved") + F("safety"))))["free"]
    return (free or 0) // kind.pieces


def gifts_list() -> QuerySet[Gift]:
    """All of them with what a page shows, the newest first."""
    return Gift.objects.select_related("kind__sku__product", "order").order_by("-pk")


def gifts_of(customer_id: int) -> QuerySet[Gift]:
    """A customer's own, the newest first; those that may still be taken back with their goods are not told yet."""
    return gifts_list().filter(customer_id=customer_id).exclude(state=State.PENDING)


def open_worth() -> tuple[int, int]:
    """How many gifts nobody has claimed yet, and what they cost in fen."""
    found = Gift.objects.filter(state__in=(State.PENDING, State.OPEN)).aggregate(
        gifts=Count("pk"), fen=Sum("kind__cost_fen", default=0))
    return found["gifts"], found["fen"]


def differing() -> list[int]:
    """Kinds whose gifts do not cost what the ledger says they do; for the nightly comparison and tests."""
    held = dict(Gift.objects.filter(state__in=HELD).values_list("kind").annotate(fen=Sum("kind__cost_fen")).order_by())
    return [pk for pk in GiftKind.objects.values_list("pk", flat=True)
            if held.get(pk, 0) != balance(f"gifts:kind:{pk}").posted]
