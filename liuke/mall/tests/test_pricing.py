"""Prices are set inside their bounds, and two sales never claim the same moment."""

from datetime import timedelta

import pytest

from liuke.kit.errors import NotYours, Refused
from liuke.mall.models import ShopPrice, TierPrice, TimedPrice
from liuke.mall.queries.prices import GUEST, prices_for
from liuke.mall.services import pricing
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def sku(**fields):
    return builders.sku(supply_fen=1000, list_fen=2000, floor_fen=1500, ceiling_fen=3000, **fields)


def sale(of, start=0, hours=2, **fields) -> pricing.Sale:
    return pricing.Sale(**{"sku_id": of.pk, "price_fen": 900, "quantity": 5, "starts_at": NOW + start * HOUR,
                           "ends_at": NOW + (start + hours) * HOUR, **fields})


def test_a_shop_asks_what_it_set_and_setting_it_again_changes_it():
    one, shop = sku(), builders.shop()

    pricing.set_shop_price(shop_id=shop.pk, sku_id=one.pk, markup_bp=10_000)
    pricing.set_shop_price(shop_id=shop.pk, sku_id=one.pk, price_fen=1800)

    assert ShopPrice.objects.count() == 1
    assert prices_for([(shop.pk, one.pk)], who=GUEST, now=NOW)[shop.pk, one.pk].price_fen == 1800
    assert pricing.clear_shop_price(shop_id=shop.pk, sku_id=one.pk)
    assert not pricing.clear_shop_price(shop_id=shop.pk, sku_id=one.pk)


@pytest.mark.parametrize(("given", "code"), [
    ({"price_fen": 1499}, "price_bounds"), ({"price_fen": 3001}, "price_bounds"), ({"price_fen": -1}, "price_bounds"),
    ({"markup_bp": 4990}, "price_bounds"), ({"markup_bp": 20_010}, "price_bounds"), ({"markup_bp": -1}, "price_bounds"),
    ({}, "price_one_way"), ({"price_fen": 1500, "markup_bp": 1}, "price_one_way"),
])
def test_a_shop_cannot_leave_the_bounds_of_a_sku(given, code):
    with pytest.raises(Refused) as refused:
        pricing.set_shop_price(shop_id=builders.shop().pk, sku_id=sku().pk, **given)

    assert refused.value.code == code
    assert not ShopPrice.objects.exists()


@pytest.mark.parametrize("given", [
    {"price_fen": 1500}, {"price_fen": 3000}, {"markup_bp": 5000}, {"markup_bp": 20_000},
])
def test_the_bounds_themselves_are_allowed(given):
    pricing.set_shop_price(shop_id=builders.shop().pk, sku_id=sku().pk, **given)

    assert ShopPrice.objects.count() == 1


def test_a_rule_for_all_is_a_share_and_is_held_in_the_bounds_of_each_sku():
    one, shop = sku(), builders.shop()

    with pytest.raises(pricing.OneWay):
        pricing.set_shop_price(shop_id=shop.pk, sku_id=None, price_fen=100)
    pricing.set_shop_price(shop_id=shop.pk, sku_id=None, markup_bp=100)

    assert prices_for([(shop.pk, one.pk)], who=GUEST, now=NOW)[shop.pk, one.pk].price_fen == 1500


def test_what_does_not_exist_has_no_price():
    with pytest.raises(NotYours):
        pricing.set_shop_price(shop_id=10**6, sku_id=None, markup_bp=0)
    with pytest.raises(NotYours):
        pricing.set_shop_price(shop_id=builders.shop().pk, sku_id=10**6, markup_bp=0)
    with pytest.raises(NotYours):
        pricing.set_tier_price(tier="gold", sku_id=10**6, off_bp=0)
    with pytest.raises(NotYours):
        pricing.end_timed_price(timed_price_id=10**6, now=NOW)


def test_a_tier_never_pays_less_than_the_supply_price():
    one = sku()

    for given in ({"price_fen": 999}, {"off_bp": 10_001}, {"off_bp": -1}):
        with pytest.raises(pricing.PriceBounds):
            pricing.set_tier_price(tier="gold", sku_id=one.pk, **given)
    pricing.set_tier_price(tier="gold", sku_id=one.pk, price_fen=1000)
    pricing.set_tier_price(tier="gold", sku_id=None, off_bp=500)

    assert sorted(TierPrice.objects.values_list("price_fen", "off_bp"), key=str) == [(1000, None), (None, 500)]
    assert pricing.clear_tier_price(tier="gold", sku_id=None)


@pytest.mark.parametrize(("first", "second", "overlap"), [
    ({}, {}, True),
    ({}, {"start": 1}, True),
    ({}, {"start": 2}, False),                                       # it begins when the other ends
    ({}, {"at_shop": True}, True),                                   # everywhere includes this shop
    ({"at_shop": True}, {}, True),
    ({"at_shop": True}, {"at_other_shop": True}, False),
    ({}, {"audience_kind": "group", "audience": "7"}, False),        # other people: the lower price is paid
    ({"audience_kind": "group", "audience": "7"}, {"audience_kind": "group", "audience": "7"}, True),
])
def test_two_sales_for_the_same_people_at_the_same_time_and_place_are_refused(first, second, overlap):
    one, shops = sku(), {"at_shop": builders.shop().pk, "at_other_shop": builders.shop().pk}

    def planned(fields):
        at = next((shops[word] for word in shops if word in fields), None)
        rest = {name: value for name, value in fields.items() if name not in shops}
        return pricing.set_timed_price(sale=sale(one, shop_id=at, **rest), now=NOW)

    planned(first)
    if overlap:
        with pytest.raises(pricing.Overlapping):
            planned(second)
    else:
        planned(second)

    assert TimedPrice.objects.count() == (1 if overlap else 2)


@pytest.mark.parametrize(("given", "code"), [
    ({"hours": 0}, "bad_timed_price"), ({"start": -5}, "bad_timed_price"), ({"quantity": 0}, "bad_timed_price"),
    ({"per_customer": 6}, "bad_timed_price"), ({"price_fen": -1}, "price_bounds"),
    ({"audience_kind": "tag", "audience": "7"}, "G19"), ({"audience_kind": "segment", "audience": "gone"}, "G19"),
    ({"audience_kind": "tag", "audience": "7", "open_terms": " "}, "bad_timed_price"),
    ({"open_terms": "老顾客"}, "bad_timed_price"), ({"audience_kind": "tag"}, "bad_timed_price"),
    ({"audience_kind": "moon", "audience": "7"}, "bad_timed_price"),
])
def test_a_sale_that_makes_no_sense_is_refused(given, code):
    with pytest.raises(Refused) as refused:
        pricing.set_timed_price(sale=sale(sku(), **given), now=NOW)

    assert refused.value.code == code


def test_a_sale_can_be_changed_but_not_below_what_is_sold():
    one = sku()
    row = pricing.set_timed_price(sale=sale(one), now=NOW)
    TimedPrice.objects.update(sold=4)

    pricing.set_timed_price(sale=sale(one, hours=3, quantity=4), timed_price_id=row.pk, now=NOW)
    with pytest.raises(pricing.BadSale):
        pricing.set_timed_price(sale=sale(one, quantity=3), timed_price_id=row.pk, now=NOW)

    assert TimedPrice.objects.values_list("quantity", "sold", "ends_at").get() == (4, 4, NOW + 3 * HOUR)


def test_a_running_sale_ends_now_and_a_planned_one_is_dropped():
    one = sku()
    running = pricing.set_timed_price(sale=sale(one, start=-1), now=NOW)
    planned = pricing.set_timed_price(sale=sale(one, start=5), now=NOW)

    assert pricing.end_timed_price(timed_price_id=running.pk, now=NOW)
    assert not pricing.end_timed_price(timed_price_id=running.pk, now=NOW)
    assert pricing.end_timed_price(timed_price_id=planned.pk, now=NOW)

    assert TimedPrice.objects.get().ends_at == NOW
