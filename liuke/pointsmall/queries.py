"""What can be had, by whom, and what was had."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from liuke.kit.errors import NotYours
from liuke.pointsmall.models import Exchange, Item
from liuke.pointsmall.rules import PAGE, Asked, State, Why, why_not
from liuke.tiers.queries import benefits


@dataclass(frozen=True)
class Shown:
    """An item as one customer sees it: why not, or nothing in the way; and how much they had of it."""

    item: Item
    why: Why
    had: int


def items_list(*, over: bool = False, now: datetime) -> QuerySet[Item]:
    """For staff: those that are or will be on sale, or those that are over."""
    rows = Item.objects.select_related("shop")
    return rows.filter(ends_at__lte=now) if over else rows.exclude(ends_at__lte=now)


def item(item_id: int) -> Item:
    """Raises NotYours."""
    row = Item.objects.select_related("shop").filter(pk=item_id).first()
    if row is None:
        raise NotYours
    return row


def shelf(customer_id: int, *, now: datetime) -> list[Shown]:
    """What is or soon will be on sale, the newest first, as this customer sees it."""
    rows = list(Item.objects.filter(paused_at=None).exclude(ends_at__lte=now).order_by("-pk")[:PAGE])
    tier, had = benefits(customer_id, now=now).code, had_of(customer_id, [row.pk for row in rows])
    return [Shown(row, why_not(asked_of(row, tier=tier, had=had.get(row.pk, 0)), now), had.get(row.pk, 0))
            for row in rows]


def asked_of(row: Item, *, tier: str, had: int, quantity: int = 1) -> Asked:
    return Asked(starts_at=row.starts_at, ends_at=row.ends_at, paused=row.paused_at is not None, left=row.left,
                 per_customer=row.per_customer, tiers=row.tiers, tier=tier, had=had, quantity=quantity)


def had_of(customer_id: int, item_ids: Collection[int]) -> dict[int, int]:
    """How many pieces the customer has of each, undone ones left out."""
    rows = Exchange.objects.filter(customer_id=customer_id, item__in=item_ids, state=State.DONE)
    return dict(rows.values_list("item").annotate(pieces=Sum("quantity")).order_by("item"))


def exchanges_of(customer_id: int) -> QuerySet[Exchange]:
    """What a customer had, the newest first."""
    return Exchange.objects.filter(customer_id=customer_id).select_related("item", "order").order_by("-pk")


def had_for(exchange_ids: Collection[int]) -> dict[int, str]:
    """Why points went, or came back: what they were exchanged for."""
    rows = Exchange.objects.filter(pk__in=exchange_ids).values_list("pk", "item__name", "quantity")
    return {pk: _("积分商城：%(name)s × %(pieces)s") % {"name": name, "pieces": pieces} for pk, name, pieces in rows}


def exchanges_list() -> QuerySet[Exchange]:
    """All of them, for staff."""
    return Exchange.objects.select_related("item", "order", "undone_by")
