"""Items, and customers with points and an address."""

from datetime import timedelta

from django.utils import timezone

from liuke.mall.tests import builders as mall
from liuke.points.services import Grant, grant
from liuke.pointsmall.rules import Offer
from liuke.pointsmall.services.exchanging import Wish, exchange
from liuke.pointsmall.services.items import write_item

DAY = timedelta(days=1)


def rich(points=1_000, *, days=60):
    """A customer with points in two lots, and an address."""
    now = timezone.now()
    someone = mall.customer()
    half = points // 2
    grant(now=now, grants=[
        Grant(customer_id=someone.pk, amount=half, key=f"a{someone.pk}", expires_at=now + days * DAY),
        Grant(customer_id=someone.pk, amount=points - half, key=f"b{someone.pk}", expires_at=None)])
    mall.address(someone)
    return someone


def offer(**changes) -> Offer:
    """A thing of the shop for 300 points, ten pieces, from now on."""
    given = {"name": "保温杯", "kind": "goods", "points": 300, "stock": 10, "starts_at": timezone.now() - DAY}
    given.update(changes)
    if given["kind"] == "goods":
        given["what"] = changes.get("what") or mall.sku(stock=100).pk
        given.setdefault("shop_id", mall.shop("MINI").pk)
    return Offer(**given)


def item(**changes):
    return write_item(offer=offer(**changes), now=timezone.now())


def had(someone, of, *, key="k-0000001", now=None, **more):
    """Have the item, sent to the customer's only address."""
    place = someone.addresses.first()
    wish = Wish(customer_id=someone.pk, item_id=of.pk, **{"address_id": place and place.pk, **more})
    return exchange(wish=wish, key=key, now=now or timezone.now())
