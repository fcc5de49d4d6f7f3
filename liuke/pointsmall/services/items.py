"""Items are written, changed, paused. What was exchanged stays as it was."""

from datetime import datetime

from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours
from liuke.pointsmall.models import Item
from liuke.pointsmall.rules import BadItem, Offer, check
from liuke.pointsmall.services.deliveries import delivery_of
from liuke.tiers.queries import ladder

SAME = ("name", "about", "kind", "what", "shop_id", "points", "stock", "per_customer", "starts_at", "ends_at")


def write_item(*, offer: Offer, now: datetime, by_id: int | None = None) -> Item:
    """A new item. Raises BadItem."""
    require_transaction()
    _check(offer, taken=0)
    return Item.objects.create(**{name: getattr(offer, name) for name in SAME}, tiers=list(offer.tiers), made_at=now,
                               made_by_id=by_id)


def change_item(*, item_id: int, offer: Offer) -> Item:
    """From now on it is this; what was exchanged keeps its points. The kind stays. Raises BadItem, NotYours."""
    require_transaction()
    row = _locked(item_id)
    _check(offer, taken=row.taken)
    if offer.kind != row.kind:
        raise BadItem("kind")
    for name in SAME:
        setattr(row, name, getattr(offer, name))
    row.tiers = list(offer.tiers)
    row.save()
    return row


def pause_item(*, item_id: int, now: datetime, paused: bool = True) -> Item:
    """Take it off the shelf, or (not paused) put it back. Again is nothing. Raises NotYours."""
    require_transaction()
    row = _locked(item_id)
    if (row.paused_at is not None) != paused:
        row.paused_at = now if paused else None
        row.save(update_fields=["paused_at"])
    return row


def _check(offer: Offer, *, taken: int) -> None:
    check(offer, taken=taken)
    delivery_of(offer.kind).check(offer.what, shop_id=offer.shop_id)
    known = {code for code, _name in ladder()}
    if any(tier not in known for tier in offer.tiers):
        raise BadItem("tiers")


def _locked(item_id: int) -> Item:
    row = Item.objects.select_for_update().filter(pk=item_id).first()
    if row is None:
        raise NotYours
    return row
