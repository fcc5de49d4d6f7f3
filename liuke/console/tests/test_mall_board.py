"""Today says what of the mall waits for whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from liuke.console import mall_board
from liuke.mall.models import Order, SupplierStaff
from liuke.mall.tests.test_fulfilment import paid
from liuke.mall.tests.test_returns import ask, received
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db


def test_orders_wait_for_whoever_sends_them_and_lateness_makes_it_urgent():
    mine, _other = paid(), paid(key="k2")
    person = org.staff("shen", role=Role.SUPPLIER)
    SupplierStaff.objects.create(supplier=mine.supplier, staff=person)
    now = mine.paid_at + timedelta(hours=1)

    card = mall_board.to_ship(person, now)
    late = mall_board.to_ship(org.staff("lin"), now + timedelta(days=2))

    assert (card.kind, card.count) == ("info", 1)
    assert (late.kind, late.count, "2 单" in late.text) == ("warn", 2, True)
    assert mall_board.to_ship(org.staff("lu", role=Role.ANALYST), now) is None
    Order.objects.update(state="shipped")
    assert mall_board.to_ship(person, now) is None


def test_a_request_waits_and_turns_bad_when_it_is_late():
    order = received()
    Order.objects.update(received_at=timezone.now())
    request = ask(order, now=timezone.now())
    agent = org.staff("xu", role=Role.AGENT)

    assert mall_board.requests(agent, request.asked_at).kind == "warn"
    assert mall_board.requests(agent, request.asked_at + timedelta(hours=3)).kind == "bad"
    assert mall_board.requests(org.staff("song", role=Role.FINANCE), request.asked_at) is None


def test_money_waits_only_when_something_does_not_fit():
    assert mall_board.money(org.staff(), timezone.now()) is None
