"""Points become things, and things points again: all of it in one transaction or nothing.

Locks are taken in one order: the customer, what is delivered, then the item for a moment at the end, so that a hundred
who want the last ten hardly wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from liuke.kit.db import advisory_lock, require_transaction
from liuke.kit.errors import BadInput, NotYours, Refused
from liuke.pointsmall.models import Exchange, Item
from liuke.pointsmall.queries import asked_of, had_of
from liuke.pointsmall.rules import MAX_QUANTITY, State, Why, why_not
from liuke.pointsmall.services.deliveries import delivery_of
from liuke.tiers.queries import benefits
from liuke.timeline import facts
from liuke.timeline.services import record


class NotNow(Refused):
    """The item is paused, not on sale yet or no more. `why` is rules.Why."""

    code = "points_mall_not_on_sale"

    def __init__(self, why: Why) -> None:
        said = {Why.PAUSED: _("这一项暂停兑换"), Why.EARLY: _("这一项还没有开始兑换"), Why.OVER: _("这一项已结束兑换")}
        super().__init__(said[why])
        self.why = why


class TierNeeded(Refused):
    """Only certain tiers may have the item."""

    code = "points_mall_tier"


class LimitReached(Refused):
    """The customer has as many of the item as one customer may have."""

    code = "points_mall_limit"


class SoldOut(Refused):
    """Fewer pieces are left."""

    code = "points_mall_sold_out"


class PointsChanged(Refused):
    """The item costs another number of points than the customer agreed to; look again and confirm."""

    code = "points_mall_points_changed"


class OtherExchange(Refused):
    """The key belongs to another exchange; look at that one, or take a new key."""

    code = "points_mall_key_taken"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """So many pieces of an item; `expected_points` is the sum that the page showed. Goods need an address."""

    customer_id: int
    item_id: int
    quantity: int = 1
    address_id: int | None = None
    expected_points: int | None = None


def exchange(*, wish: Wish, key: str, now: datetime) -> Exchange:
    """Take the points and deliver. The same key again is the same exchange.

    Raises NotYours, BadInput, NotNow, TierNeeded, LimitReached, SoldOut, PointsChanged, OtherExchange, points'
    NotEnoughPoints, and what the delivery raises; then nothing happened.
    """
    require_transaction()
    if not 0 < wish.quantity <= MAX_QUANTITY:
        raise BadInput(_("一次可兑换 1 到 %(most)s 件") % {"most": MAX_QUANTITY})
    advisory_lock(f"pointsmall:{wish.customer_id}")
    if known := Exchange.objects.filter(customer_id=wish.customer_id, key=key).select_related("item", "order").first():
        if (known.item_id, known.quantity) != (wish.item_id, wish.quantity):
            raise OtherExchange(_("同一编号已用于另一次兑换"))
        return known
    item = Item.objects.filter(pk=wish.item_id).first()
    if item is None:
        raise NotYours
    _check(item, wish, now)
    row = Exchange.objects.create(item=item, customer_id=wish.customer_id, key=key, quantity=wish.quantity,
                                  points=item.points * wish.quantity, state=State.DONE, at=now)
    came = delivery_of(item.kind).deliver(row, address_id=wish.address_id, now=now)
    row.reference, row.order_id = came.reference, came.order_id
    row.save(update_fields=["reference", "order"])
    _take(item, wish.quantity)
    record(facts.ItemExchanged(exchange_id=row.pk, item_id=item.pk, points=row.points), customer_id=wish.customer_id,
           key=f"item_exchanged:{row.pk}", happened_at=now)
    return row


def _check(item: Item, wish: Wish, now: datetime) -> None:
    had = had_of(wish.customer_id, [item.pk]).get(item.pk, 0)
    tier = benefits(wish.customer_id, now=now).code if item.tiers else ""
    why = why_not(asked_of(item, tier=tier, had=had, quantity=wish.quantity), now)
    if why in (Why.PAUSED, Why.EARLY, Why.OVER):
        raise NotNow(why)
    if why == Why.TIER:
        raise TierNeeded(_("您的会员等级还不能兑换这一项"))
    if why == Why.LIMIT:
        raise LimitReached(_("每人最多兑换 %(most)s 件") % {"most": item.per_customer})
    if why == Why.SOLD_OUT:
        raise SoldOut(_("这一项已兑完"))
    if wish.expected_points is not None and wish.expected_points != item.points * wish.quantity:
        raise PointsChanged(_("所需积分有变动，请确认后再兑换"))


def _take(item: Item, quantity: int) -> None:
    """The one UPDATE that decides who gets the last pieces, at the terms that were looked at."""
    taken = Item.objects.filter(pk=item.pk, points=item.points, paused_at=None, taken__lte=F("stock") - quantity)
    if not taken.update(taken=F("taken") + quantity):
        raise SoldOut(_("这一项已兑完"))


def undo(*, exchange_id: int, now: datetime, by_id: int | None = None, customer_id: int | None = None) -> Exchange:
    """Take back what was delivered and give the points back to their lots. Again is nothing.

    With `customer_id` only their own. Raises NotYours, TooLateToUndo.
    """
    require_transaction()
    rows = Exchange.objects.select_for_update(of=("self",)).select_related("item")
    row = rows.filter(pk=exchange_id, **({"customer_id": customer_id} if customer_id else {})).first()
    if row is None:
        raise NotYours
    if row.state == State.UNDONE:
        return row
    delivery_of(row.item.kind).undo(row, now=now)
    row.state, row.undone_at, row.undone_by_id = State.UNDONE, now, by_id
    row.save(update_fields=["state", "undone_at", "undone_by"])
    Item.objects.filter(pk=row.item_id).update(taken=F("taken") - row.quantity)
    record(facts.ExchangeUndone(exchange_id=row.pk, item_id=row.item_id, points=row.points),
           customer_id=row.customer_id, key=f"exchange_undone:{row.pk}", happened_at=now)
    return row
