"""The customer claims a gift with an address, or does not: the time runs out, staff or the customer call it off."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from liuke.gifts.models import Gift
from liuke.gifts.rules import HELD, State
from liuke.gifts.services import giving
from liuke.kit.db import require_transaction
from liuke.kit.errors import NotYours, Refused
from liuke.mall.services import gifts as mall
from liuke.timeline import facts
from liuke.timeline.services import record


class GiftLeft(Refused):
    """The gift is on its way: it cannot be taken back any more."""

    code = "gift_left"


def claim(*, gift_id: int, customer_id: int, address_id: int, now: datetime) -> Gift:
    """Have it sent to one's own address. Again is the gift as it stands, whatever the address.

    Raises NotYours, GiftOver, NotDelivered.
    """
    require_transaction()
    gift = _locked(gift_id, customer_id)
    if gift.state == State.CLAIMED:
        return gift
    if gift.state != State.OPEN:
        raise mall.GiftOver(_("礼品已失效"))
    order = mall.claim(order_id=gift.order_id or 0, address_id=address_id, now=now)
    gift.state, gift.claimed_at = State.CLAIMED, now
    gift.save(update_fields=["state", "claimed_at"])
    record(facts.GiftClaimed(gift_id=gift.pk, kind_id=gift.kind_id, order_id=order.pk), customer_id=gift.customer_id,
           key=f"gift_claimed:{gift.pk}", happened_at=now)
    return gift


def decline(*, gift_id: int, customer_id: int, now: datetime) -> Gift:
    """The customer does not want an open gift. Again is nothing. Raises NotYours, GiftLeft once it was claimed."""
    require_transaction()
    gift = _locked(gift_id, customer_id)
    if gift.state == State.CLAIMED:
        raise GiftLeft(_("礼品已领取，请联系客服"))
    if gift.state == State.OPEN:
        giving.end(gift=gift, state=State.EXPIRED, now=now)
    return gift


def withdraw(*, gift_id: int, now: datetime) -> Gift:
    """Staff take a gift back while it has not left. Again is nothing. Raises NotYours, GiftLeft."""
    require_transaction()
    gift = _locked(gift_id)
    if gift.state in HELD and not giving.end(gift=gift, state=State.TAKEN, now=now):
        raise GiftLeft(_("礼品已发出，不能再收回"))
    return gift


def end_called_off(*, order_id: int, now: datetime) -> None:
    """The mall has called its order off: the time was over, or staff did it there. Again is nothing."""
    require_transaction()
    gift = _rows().filter(order_id=order_id).first()
    if gift is not None and gift.state in HELD:
        giving.end(gift=gift, state=State.TAKEN if gift.state == State.CLAIMED else State.EXPIRED, now=now)


def withdraw_all(*, customer_ids: list[int], now: datetime) -> None:
    """Nobody can claim what these records have open. Again is nothing."""
    require_transaction()
    for gift in _rows().filter(customer_id__in=customer_ids, state__in=(State.PENDING, State.OPEN)).order_by("pk"):
        giving.end(gift=gift, state=State.TAKEN, now=now)


def _rows() -> QuerySet[Gift]:
    return Gift.objects.select_for_update(of=("self",)).select_related("kind__budget", "kind__sku__product", "order")


def _locked(gift_id: int, customer_id: int | None = None) -> Gift:
    rows = _rows().filter(pk=gift_id)
    gift = (rows.filter(customer_id=customer_id) if customer_id else rows).first()
    if gift is None:
        raise NotYours(_("没有这份礼品"))
    return gift
