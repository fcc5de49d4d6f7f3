"""Kinds of gifts with stock and budget, and gifts that were given."""

from datetime import UTC, datetime, timedelta
from itertools import count

from liuke.gifts.models import Gift
from liuke.gifts.rules import Offer
from liuke.gifts.services import claiming, giving, kinds
from liuke.loyalty.tests.builders import budget
from liuke.mall.models import StockLevel
from liuke.mall.tests import builders as mall

NOW, DAY = datetime(2026, 11, 2, 9, tzinfo=UTC), timedelta(days=1)
_numbers = count(1)


def person():
    """With an address."""
    someone = mall.customer()
    mall.address(someone)
    return someone


def offer(**changes) -> Offer:
    """A cup, ten in stock, of 38 yuan, to be claimed within fourteen days."""
    given = {"name": f"保温杯 {next(_numbers)}", "cost_fen": 3_800, "claim_days": 14, **changes}
    given.setdefault("sku_id", 0)
    given["sku_id"] = given["sku_id"] or mall.sku(stock=given.pop("stock", 10)).pk
    given.setdefault("shop_id", mall.shop("MINI").pk)
    given.setdefault("budget_id", 0)
    given["budget_id"] = given["budget_id"] or budget(given.pop("money", 1_000_000), unit="fen").pk
    return Offer(**given)


def kind(**changes):
    return kinds.write_kind(offer=offer(**changes), now=NOW)


def give(of, *people, key="award:1:{}:customer", now=NOW, **more):
    """One gift each, as a rule gives it; answers why not."""
    return giving.give(now=now, given=[
        giving.Given(customer_id=each.pk, kind_id=of.pk, key=key.format(each.pk), **more) for each in people])


def mine(someone) -> Gift:
    return Gift.objects.select_related("order", "kind").get(customer=someone)


def claim(gift, *, now=NOW, address=None):
    place = address or gift.customer.addresses.first()
    return claiming.claim(gift_id=gift.pk, customer_id=gift.customer_id, address_id=place.pk, now=now)


def free(of) -> int:
    """Pieces of the kind's goods that nobody was promised."""
    level = StockLevel.objects.get(sku_id=of.sku_id)
    return level.on_hand - level.reserved
