"""Counters are never oversold, and every one is the sum of its movements."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from liuke.kit.errors import BadInput
from liuke.mall.models import Movement, Reservation, StockLevel, TimedPrice
from liuke.mall.rules.stock import Shelf, spread
from liuke.mall.services import stock
from liuke.mall.services.stock import OutOfStock, SaleOver, Wanted
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW

LATER = NOW + timedelta(minutes=30)


def counters(sku):
    """(on hand, reserved) of each warehouse; checks on the way that the movements sum to them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.on_hand, l.reserved, coalesce(sum(m.on_hand), 0), coalesce(sum(m.reserved), 0)"
            " FROM mall_stocklevel l LEFT JOIN mall_movement m ON m.level_id = l.id WHERE l.sku_id = %s"
            " GROUP BY l.id ORDER BY l.id", [sku.pk],
        )
        rows = cursor.fetchall()
    assert [row[:2] for row in rows] == [row[2:] for row in rows]
    return [row[:2] for row in rows]


def want(sku, quantity, **more):
    return Wanted(line_id=builders.line(sku, quantity=quantity).pk, sku_id=sku.pk, quantity=quantity, **more)


@given(st.integers(1, 50), st.lists(st.integers(-3, 30), max_size=6))
def test_a_quantity_is_spread_exactly_or_not_at_all(quantity, free):
    parts = spread(quantity, [Shelf(at, pieces) for at, pieces in enumerate(free)])

    assert sum(pieces for _level, pieces in parts) == (quantity if sum(max(f, 0) for f in free) >= quantity else 0)
    assert all(0 < pieces <= free[level] for level, pieces in parts)
    if any(pieces >= quantity for pieces in free):
        assert len(parts) == 1


@pytest.mark.django_db
class TestReserve:
    def test_what_is_promised_is_not_for_sale_any_more(self):
        sku = builders.sku(stock=5)

        stock.reserve(wanted=[want(sku, 3)], expires_at=LATER)
        with pytest.raises(OutOfStock) as short, transaction.atomic():
            stock.reserve(wanted=[want(sku, 3)], expires_at=LATER)

        assert short.value.sku_ids == [sku.pk]
        assert counters(sku) == [(5, 3)]

    def test_two_lines_of_one_cart_share_the_shelf(self):
        sku = builders.sku(stock=5)

        with pytest.raises(OutOfStock), transaction.atomic():
            stock.reserve(wanted=[want(sku, 3), want(sku, 3)], expires_at=LATER)

        assert counters(sku) == [(5, 0)]
        assert not Reservation.objects.exists()

    def test_who_wants_nothing_is_promised_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert stock.reserve(wanted=[], expires_at=LATER) == []

    def test_safety_stock_is_not_sold(self):
        sku = builders.sku(stock=5)
        StockLevel.objects.update(safety=3)

        with pytest.raises(OutOfStock):
            stock.reserve(wanted=[want(sku, 3)], expires_at=LATER)

    def test_several_warehouses_help_each_other_out(self):
        sku = builders.sku(stock=4, warehouses=2)

        stock.reserve(wanted=[want(sku, 7)], expires_at=LATER)

        assert counters(sku) == [(4, 4), (4, 3)]

    def test_one_cart_takes_two_statements_whatever_its_size(self, django_assert_num_queries):
        wanted = [want(builders.sku(), 1) for _ in range(10)]

        with django_assert_num_queries(2):                   # lock; promises, counters and journal
            stock.reserve(wanted=wanted, expires_at=LATER)

    def test_a_sale_sells_its_quantity_and_no_more(self):
        sku = builders.sku()
        sale = TimedPrice.objects.create(sku=sku, price_fen=1, starts_at=NOW, ends_at=LATER, quantity=3)
        rows = stock.reserve(wanted=[want(sku, 2, timed_price_id=sale.pk)], expires_at=LATER)

        with pytest.raises(SaleOver), transaction.atomic():
            stock.reserve(wanted=[want(sku, 2, timed_price_id=sale.pk)], expires_at=LATER)
        stock.release(reservations=rows)

        sale.refresh_from_db()
        assert sale.sold == 0
        assert counters(sku) == [(10, 0)]


@pytest.mark.django_db
class TestAfter:
    def test_released_twice_is_released_once(self):
        sku = builders.sku()
        rows = stock.reserve(wanted=[want(sku, 2)], expires_at=LATER)

        stock.release(reservations=rows)
        stock.release(reservations=rows)

        assert counters(sku) == [(10, 0)]

    def test_parts_are_shipped_and_the_rest_stays_promised(self):
        sku = builders.sku(stock=4, warehouses=2)
        wanted = want(sku, 7)
        stock.reserve(wanted=[wanted], expires_at=None)

        stock.ship(line_id=wanted.line_id, quantity=5, key="parcel:1")
        assert counters(sku) == [(0, 0), (3, 2)]

        with pytest.raises(OutOfStock), transaction.atomic():
            stock.ship(line_id=wanted.line_id, quantity=3, key="parcel:2")
        stock.ship(line_id=wanted.line_id, quantity=2, key="parcel:2")
        assert counters(sku) == [(0, 0), (1, 0)]

    def test_an_unpaid_promise_cannot_be_shipped(self):
        sku = builders.sku()
        wanted = want(sku, 1)
        stock.reserve(wanted=[wanted], expires_at=LATER)

        with pytest.raises(OutOfStock):
            stock.ship(line_id=wanted.line_id, quantity=1, key="parcel:1")

    def test_a_stock_take_writes_the_difference_once_and_never_below_the_promised(self):
        sku = builders.sku(stock=5)
        stock.reserve(wanted=[want(sku, 2)], expires_at=LATER)
        level = StockLevel.objects.get(sku=sku)

        for _ in range(2):
            assert stock.take(level_id=level.pk, counted=3, key="take:1", reason="盘点", staff_id=None) == -2
        with pytest.raises(OutOfStock):
            stock.take(level_id=level.pk, counted=1, key="take:2", reason="盘点", staff_id=None)

        assert counters(sku) == [(3, 2)]

    def test_goods_are_received_once_per_key(self):
        level = StockLevel.objects.get(sku=builders.sku(stock=5))

        for _ in range(2):
            stock.receive(level_id=level.pk, quantity=4, key="in:1")
        with pytest.raises(BadInput):
            stock.receive(level_id=level.pk, quantity=0, key="in:2")

        assert counters(level.sku) == [(9, 0)]

    def test_the_database_itself_refuses_an_oversold_counter(self):
        builders.sku(stock=5)

        with pytest.raises(IntegrityError):
            StockLevel.objects.update(reserved=6)

    def test_the_journal_knows_who_and_why(self):
        level = StockLevel.objects.get(sku=builders.sku())

        stock.take(level_id=level.pk, counted=9, key="take:1", reason="破损", staff_id=None)

        row = Movement.objects.get(key="take:1")
        assert (row.kind, row.on_hand, row.reason) == ("take", -1, "破损")
