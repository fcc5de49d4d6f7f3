"""A request walks its machine, tells its story, keeps its clocks, and what was refused may be asked again."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from liuke.kit.errors import BadInput, NotYours
from liuke.mall.models import Order, OrderLine, Return, Serial, StockLevel
from liuke.mall.rules.returns import ANSWER_WITHIN, DECIDE_WITHIN, NotNow
from liuke.mall.services import fulfilment, repairs, returns
from liuke.mall.services.fulfilment import Parcel
from liuke.mall.services.returns import Act, Ask, NotReturnable
from liuke.mall.services.stock import OutOfStock
from liuke.mall.tests import builders
from liuke.mall.tests.builders import NOW
from liuke.mall.tests.test_fulfilment import paid, send
from liuke.org.tests.builders import staff as some_staff
from liuke.tiers.models import Standing
from liuke.tiers.rules import Level, Plan
from liuke.tiers.services.planning import write_plan
from liuke.timeline.models import Fact

pytestmark = pytest.mark.django_db


def received(**fields):
    order = paid(**fields)
    send(order, f"SF{order.pk}")
    fulfilment.receive(number=order.number, customer_id=order.customer_id, now=NOW)
    order.refresh_from_db()
    return order


def ask(order, kind="return", *, pieces=1, key="r1", now=NOW, **fields):
    wish = Ask(order.number, kind, "quality", {order.lines.get().pk: pieces}, **fields)
    return returns.ask(customer_id=order.customer_id, ask=wish, key=key, now=now)


def walk(request, *moves, now=NOW, staff_id=None):
    """Each move by whoever makes it; parcels get a number."""
    from liuke.mall.rules.returns import MOVES

    for move in moves:
        by = MOVES[move].by
        doing = Act(move, staff_id if by == "staff" else None, carrier="SF", tracking=f"T-{move}")
        request = returns.act(request=request, by=by, act=doing, now=now)
    return request


def test_asking_twice_is_one_request_that_is_to_be_answered_in_two_hours():
    order = received(quantity=3)

    request = ask(order, pieces=2)
    assert ask(order, pieces=2) == request

    assert request.expected_at == NOW + ANSWER_WITHIN
    assert order.lines.get().returned == 2
    assert Fact.objects.filter(kind="ReturnRequested").count() == 1


def test_no_more_pieces_than_there_are_and_refused_ones_may_be_asked_again():
    order = received(quantity=2)
    first = ask(order, pieces=2)
    with pytest.raises(NotReturnable), transaction.atomic():
        ask(order, key="r2")

    walk(first, "refuse", staff_id=some_staff().pk)

    assert Return.objects.get().state == "closed"
    assert ask(order, pieces=2, key="r2").state == "open"


def test_a_tier_may_send_goods_back_for_days_longer():
    gold, other = received(), received()
    write_plan(plan=Plan(levels=(Level(code="member", name="会员"),
                                 Level(code="gold", name="金卡", threshold=1, return_days=8)),
                         starts_on=timezone.localdate(NOW)), now=NOW)
    Standing.objects.create(customer=gold.customer, code="gold")

    assert ask(gold, now=NOW + timedelta(days=15)).state == "open"
    for order, days in ((gold, 15), (other, 7)):
        with pytest.raises(NotReturnable):
            ask(order, key="r2", now=NOW + timedelta(days=days, seconds=1))


@pytest.mark.parametrize(("kind", "late"), [("return", True), ("exchange", True), ("repair", False), ("refund", False)])
def test_after_seven_days_goods_are_repaired_but_not_taken_back(kind, late):
    order = received()
    then = NOW + timedelta(days=7, seconds=1)

    if late:
        with pytest.raises(NotReturnable):
            ask(order, kind, now=then)
    else:
        assert ask(order, kind, now=then).state == "open"


def test_what_was_not_sent_yet_is_refunded_without_a_parcel():
    order = paid()

    with pytest.raises(NotReturnable), transaction.atomic():
        ask(order, "return")
    assert ask(order, "refund").kind == "refund"


def test_somebody_elses_order_or_line_is_not_there():
    order, other = received(), received(key="k2")

    for wish in (Ask(order.number, "return", "quality", {order.lines.get().pk: 1}),):
        with pytest.raises(NotYours):
            returns.ask(customer_id=other.customer_id, ask=wish, key="x", now=NOW)
    with pytest.raises(NotYours):
        returns.ask(customer_id=order.customer_id, key="x", now=NOW,
                    ask=Ask(order.number, "return", "quality", {other.lines.get().pk: 1}))


@pytest.mark.parametrize("wrong", [{"kind": "gift"}, {"reason": "why not"}, {"words": "长" * 2001}, {"pieces": {}}])
def test_what_cannot_be_asked_is_refused(wrong):
    order = received()
    given = {"order_number": order.number, "kind": "return", "reason": "quality",
             "pieces": {order.lines.get().pk: 1}, **wrong}

    with pytest.raises(BadInput):
        returns.ask(customer_id=order.customer_id, ask=Ask(**given), key="x", now=NOW)


def test_an_answer_stops_the_first_clock_and_a_decision_the_second():
    person, request = some_staff(), ask(received())

    request = returns.answer(request=request, staff_id=person.pk, note="正在核实", now=NOW + timedelta(hours=1))
    assert (request.answered_at, request.decided_at) == (NOW + timedelta(hours=1), None)
    assert request.expected_at == NOW + DECIDE_WITHIN

    request = walk(request, "approve", now=NOW + timedelta(hours=3), staff_id=person.pk)
    assert (request.answered_at, request.decided_at) == (NOW + timedelta(hours=1), NOW + timedelta(hours=3))
    assert [step.move for step in request.steps.order_by("pk")] == ["ask", "answer", "approve"]


def test_an_exchange_takes_the_replacement_from_the_stock_and_the_good_piece_back_onto_the_shelf():
    order = received(of=builders.sku(stock=5), quantity=1)
    request = walk(ask(order, "exchange"), "approve", "send_back", "receive")
    returns.act(request=request, by="staff", act=Act("inspect", restock=True), now=NOW)
    assert StockLevel.objects.values_list("on_hand", "reserved").get() == (5, 0)

    request = walk(request, "replace", "arrive")

    assert request.state == "closed"
    assert (request.way_back_tracking, request.way_out_tracking) == ("T-SEND_BACK", "T-REPLACE")
    assert StockLevel.objects.values_list("on_hand", "reserved").get() == (4, 0)
    assert OrderLine.objects.get().returned == 0


def test_without_a_replacement_in_stock_nothing_moves():
    request = walk(ask(received(of=builders.sku(stock=1)), "exchange"), "approve", "send_back", "receive", "inspect")

    with pytest.raises(OutOfStock), transaction.atomic():
        walk(request, "replace")

    assert (request.lines.get().goods, request.lines.get().claim) == ("inspected", "approved")


def test_a_repair_under_warranty_is_free_and_a_refused_quote_sends_the_piece_home():
    sku = builders.sku(of=builders.product(serial_numbered=True, warranty_months=12))
    order = paid(of=sku)
    send(order, parcel=Parcel({order.lines.get().pk: 1}, {order.lines.get().pk: ["A1"]}))
    fulfilment.receive(number=order.number, customer_id=order.customer_id, now=NOW)
    wish = {"serials": {order.lines.get().pk: "A1"}}
    ways = ("approve", "send_back", "receive", "diagnose")
    free = walk(ask(order, "repair", now=NOW + timedelta(days=300), **wish), *ways)
    quote = repairs.quote(request=free, staff_id=some_staff().pk, diagnosis="马达磨损", amount_fen=8800, now=NOW)
    assert (quote.amount_fen, quote.under_warranty) == (0, True)

    Serial.objects.update(warranty_until=NOW)
    paid_one = walk(ask(order, "repair", key="r2", now=NOW + timedelta(days=400), **wish), *ways)
    quote = repairs.quote(request=paid_one, staff_id=some_staff("lan").pk, diagnosis="进水", amount_fen=8800, now=NOW)
    assert (quote.amount_fen, quote.under_warranty) == (8800, False)
    for _ in range(2):
        repairs.answer_quote(request=paid_one, accepted=False, now=NOW)
    done = walk(paid_one, "ship_out", "arrive")

    assert (done.state, done.lines.get().claim) == ("closed", "not_repaired")
    with pytest.raises(NotNow):
        repairs.answer_quote(request=paid_one, accepted=True, now=NOW)


def test_an_accepted_quote_ends_with_a_repaired_piece_at_home_and_a_fact():
    request = walk(ask(received(), "repair"), "approve", "send_back", "receive", "diagnose")
    repairs.quote(request=request, staff_id=some_staff().pk, diagnosis="开关失灵", amount_fen=0, now=NOW)
    repairs.answer_quote(request=request, accepted=True, now=NOW)

    done = walk(request, "repair", "ship_out", "arrive")

    assert (done.state, done.lines.get().goods, done.lines.get().claim) == ("closed", "home", "repaired")
    assert Fact.objects.filter(kind="RepairFinished").count() == 1


def test_nobody_makes_somebody_elses_move_or_one_out_of_turn():
    request = ask(received())

    for by, move in (("customer", "approve"), ("staff", "send_back"), ("staff", "receive"), ("staff", "dance")):
        with pytest.raises(NotNow):
            returns.act(request=request, by=by, act=Act(move), now=NOW)
    assert Order.objects.get().state == "received"


def test_a_parcel_needs_its_number():
    request = walk(ask(received()), "approve")

    with pytest.raises(BadInput):
        returns.act(request=request, by="customer", act=Act("send_back", carrier="SF"), now=NOW)
