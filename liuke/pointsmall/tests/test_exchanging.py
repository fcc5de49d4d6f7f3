"""Points become goods and coupons, and what is undone becomes points again."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.coupons.models import Coupon
from liuke.coupons.tests.builders import template
from liuke.customers.services.merge import merge, undo_merge
from liuke.draws.models import Ticket
from liuke.draws.tests.builders import published
from liuke.kit.errors import BadInput, NotYours
from liuke.loyalty import words
from liuke.loyalty.queries.history import history
from liuke.loyalty.services.awarding import award
from liuke.loyalty.tests.builders import rule
from liuke.mall.models import Order, OrderLine, Reservation
from liuke.mall.services.stock import OutOfStock
from liuke.mall.tests import builders as mall
from liuke.mall.tests.test_fulfilment import send
from liuke.points import queries as points
from liuke.points.services import NotEnoughPoints
from liuke.points.tests.builders import rests
from liuke.pointsmall.models import Exchange, Item
from liuke.pointsmall.rules import BadItem
from liuke.pointsmall.services import exchanging, items
from liuke.pointsmall.services.deliveries import AddressNeeded, NotDeliverable, TooLateToUndo
from liuke.pointsmall.tests.builders import DAY, had, item, offer, rich
from liuke.tiers.models import Standing
from liuke.tiers.tests.builders import plan
from liuke.timeline.models import Fact
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


def left(someone):
    return points.balance(someone.pk, now=timezone.now()).available


def refused(error, call):
    """The call is refused, and nothing of it stays."""
    before = (Exchange.objects.count(), Order.objects.count(), Coupon.objects.count())
    with pytest.raises(error) as found, transaction.atomic():
        call()
    assert (Exchange.objects.count(), Order.objects.count(), Coupon.objects.count()) == before
    return found.value


def test_goods_are_an_order_that_points_have_paid():
    ann, cup = rich(1_000), item()

    row = had(ann, cup, quantity=2)

    order = row.order
    assert (order.state, order.total_fen, order.goods_fen, order.shop.code) == ("paid", 0, 3_980, "MINI")
    line = OrderLine.objects.get(order=order)
    assert (line.item_id, line.quantity, line.points, line.points_fen, line.amount_fen) == (cup.what, 2, 600, 3_980, 0)
    assert Reservation.objects.get(line=line).state == "kept"
    assert (left(ann), row.points, row.reference) == (400, 600, order.number)
    cup.refresh_from_db()
    assert cup.left == 8
    assert Fact.objects.get(kind="ItemExchanged").data == {"exchange_id": row.pk, "item_id": cup.pk, "points": 600}


def test_the_same_key_is_one_exchange_and_for_another_wish_refused():
    ann, cup = rich(1_000), item()

    first = had(ann, cup)

    assert had(ann, cup) == first
    assert refused(exchanging.OtherExchange, lambda: had(ann, cup, quantity=2)).code == "points_mall_key_taken"
    assert (left(ann), Exchange.objects.count()) == (700, 1)


def test_undone_before_it_is_sent_the_points_are_back_in_their_lots():
    ann, cup = rich(1_000), item()
    before = rests(ann)
    row = had(ann, cup, quantity=2)
    assert rests(ann) == [400]

    exchanging.undo(exchange_id=row.pk, now=timezone.now())
    exchanging.undo(exchange_id=row.pk, now=timezone.now())

    assert (rests(ann), left(ann)) == (before, 1_000)
    assert Order.objects.get().state == "refunded"
    assert Reservation.objects.get().state == "released"
    assert Item.objects.get().taken == 0
    assert points.differing() == []
    assert Fact.objects.filter(kind="ExchangeUndone").count() == 1


def test_what_is_sent_is_not_undone():
    ann, cup = rich(), item()
    row = had(ann, cup)
    send(row.order, "SF1")

    assert refused(TooLateToUndo, lambda: exchanging.undo(exchange_id=row.pk, now=timezone.now())).code == (
        "points_mall_too_late")


def test_a_coupon_is_issued_for_each_piece_and_taken_back_while_nobody_used_it():
    ann, version = rich(), template()
    voucher = item(kind="coupon", what=version.template_id, points=100, shop_id=None)

    row = had(ann, voucher, quantity=2, address_id=None)
    assert list(Coupon.objects.filter(customer=ann).values_list("state", flat=True)) == ["issued", "issued"]
    assert left(ann) == 800
    exchanging.undo(exchange_id=row.pk, now=timezone.now())

    assert set(Coupon.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert (left(ann), points.differing()) == (1_000, [])
    assert [(entry.points, words.why(entry)) for entry in history(ann.pk).entries[:2]] == [
        (200, f"积分商城：{voucher.name} × 2"), (-200, f"积分商城：{voucher.name} × 2")]


def test_a_draw_ticket_is_given_for_each_piece_and_taken_back_while_it_is_not_drawn():
    soon = timezone.now() + timedelta(hours=1)
    ann, draw = rich(), published(now=timezone.now(), opens_at=soon, closes_at=soon + timedelta(days=1))
    chance = item(kind="ticket", what=draw.pk, points=100, shop_id=None)

    row = had(ann, chance, quantity=2)
    assert list(Ticket.objects.filter(customer=ann).values_list("state", flat=True)) == ["unused", "unused"]
    exchanging.undo(exchange_id=row.pk, now=timezone.now())

    assert set(Ticket.objects.values_list("state", flat=True)) == {"taken"}
    again = had(ann, chance, key="k-0000002")
    Ticket.objects.filter(key=f"{again}:1").update(state="drawn")
    refused(TooLateToUndo, lambda: exchanging.undo(exchange_id=again.pk, now=timezone.now()))
    assert left(ann) == 900


def test_a_used_coupon_is_not_undone():
    ann = rich()
    row = had(ann, item(kind="coupon", what=template().template_id, points=100, shop_id=None), address_id=None)
    Coupon.objects.update(state="used")

    refused(TooLateToUndo, lambda: exchanging.undo(exchange_id=row.pk, now=timezone.now()))

    assert (left(ann), Coupon.objects.get().recalled_at) == (900, None)


def test_a_coupon_whose_budget_is_used_up_costs_no_points():
    from liuke.coupons.tests.builders import budget

    ann, version = rich(), template(budget=budget(0))
    voucher = item(kind="coupon", what=version.template_id, points=100, shop_id=None)

    assert refused(NotDeliverable, lambda: had(ann, voucher)).code == "points_mall_not_deliverable"
    assert left(ann) == 1_000


@pytest.mark.parametrize(("changes", "wish", "error", "code"), [
    ({"starts_at": timedelta(days=1)}, {}, exchanging.NotNow, "points_mall_not_on_sale"),
    ({"starts_at": -2 * DAY, "ends_at": -DAY}, {}, exchanging.NotNow, "points_mall_not_on_sale"),
    ({"tiers": ["gold"]}, {}, exchanging.TierNeeded, "points_mall_tier"),
    ({"per_customer": 1}, {"quantity": 2}, exchanging.LimitReached, "points_mall_limit"),
    ({"stock": 1}, {"quantity": 2}, exchanging.SoldOut, "points_mall_sold_out"),
    ({}, {"expected_points": 299}, exchanging.PointsChanged, "points_mall_points_changed"),
    ({"points": 1_001}, {}, NotEnoughPoints, "points_not_enough"),
    ({}, {"quantity": 0}, BadInput, "bad_input"),
    ({}, {"quantity": 21}, BadInput, "bad_input"),
    ({}, {"address_id": None}, AddressNeeded, "points_mall_address"),
    ({}, {"address_id": 10**9}, NotYours, "not_found"),
], ids=["early", "over", "tier", "limit", "stock", "price", "poor", "none", "many", "nowhere", "foreign"])
def test_what_is_in_the_way_is_said_and_costs_nothing(changes, wish, error, code):
    plan(starts_on=timezone.localdate(), now=timezone.now())
    now = timezone.now()
    ann = rich(1_000)
    cup = item(**{name: now + each if isinstance(each, timedelta) else each for name, each in changes.items()})

    assert refused(error, lambda: had(ann, cup, **wish)).code == code
    assert (left(ann), Item.objects.get().taken) == (1_000, 0)


def test_a_limit_counts_what_one_customer_had_and_not_what_was_undone():
    ann, cup = rich(1_000), item(per_customer=1)
    row = had(ann, cup)

    refused(exchanging.LimitReached, lambda: had(ann, cup, key="k-0000002"))
    exchanging.undo(exchange_id=row.pk, now=timezone.now())

    assert had(ann, cup, key="k-0000003").state == "done"


def test_a_tier_that_may_has_it():
    plan(starts_on=timezone.localdate(), now=timezone.now())
    ann, cup = rich(), item(tiers=["gold"])
    Standing.objects.create(customer=ann, code="gold")

    assert had(ann, cup).state == "done"


def test_goods_that_the_shop_has_no_more_cost_no_points():
    ann, cup = rich(), item(what=mall.sku(stock=0).pk)

    refused(OutOfStock, lambda: had(ann, cup))

    assert left(ann) == 1_000


def test_a_paused_item_waits_until_it_is_resumed():
    ann, cup = rich(), item()
    items.pause_item(item_id=cup.pk, now=timezone.now())
    refused(exchanging.NotNow, lambda: had(ann, cup))

    items.pause_item(item_id=cup.pk, now=timezone.now(), paused=False)

    assert had(ann, cup).state == "done"


@pytest.mark.parametrize(("changes", "about"), [
    ({"name": " "}, "name"), ({"points": 0}, "points"), ({"points": 10**7 + 1}, "points"), ({"stock": -1}, "stock"),
    ({"per_customer": -1}, "per_customer"), ({"about": "长" * 501}, "about"), ({"what": 10**9}, "what"),
    ({"shop_id": None}, "shop_id"), ({"kind": "car", "what": 1}, "kind"), ({"tiers": ["diamond"]}, "tiers"),
    ({"kind": "coupon", "what": 10**9}, "what"),
], ids=range(11))
def test_an_item_that_does_not_hold_together_is_refused_with_its_part(changes, about):
    with pytest.raises(BadItem) as found:
        item(**changes)

    assert (found.value.code, found.value.about) == ("points_mall_item", about)


def test_a_change_holds_for_later_exchanges_and_never_goes_below_what_is_gone():
    ann, cup = rich(1_000), item()
    row = had(ann, cup, quantity=2)

    items.change_item(item_id=cup.pk, offer=offer(what=cup.what, points=200, stock=2))
    with pytest.raises(BadItem):
        items.change_item(item_id=cup.pk, offer=offer(what=cup.what, stock=1))

    row.refresh_from_db()
    assert (row.points, Item.objects.get().points, Item.objects.get().left) == (600, 200, 0)


def test_points_do_not_earn_points():
    ann, cup = rich(), item()
    rule(amount="50", starts_at=timezone.now() - timedelta(minutes=1), now=timezone.now() - timedelta(minutes=1))

    had(ann, cup)

    assert award(facts=list(Fact.objects.filter(kind="OrderPaid")), now=timezone.now()) == 0
    assert left(ann) == 700


def test_exchanges_follow_merged_records_and_go_back():
    ann, bob = rich(), rich()
    had(bob, item())
    row = merge(survivor_id=ann.pk, merged_id=bob.pk, now=timezone.now())
    settle()
    assert Exchange.objects.get().customer == ann

    undo_merge(merge_id=row.pk, now=timezone.now())
    settle()

    assert Exchange.objects.get().customer == bob
