"""The returns desk: what is urgent stands on top, every step is a verb, and what is refused says why."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.kit import crypto
from liuke.mall.models import Order, OrderLine, Refund, Return, Serial
from liuke.mall.queries import returns_desk as desk
from liuke.mall.rules.returns_desk import Queue, due_at, our_turn
from liuke.mall.services import returns
from liuke.mall.services.returns import Ask
from liuke.mall.tests import builders
from liuke.mall.tests.cashbox import paid as paid_by_wechat
from liuke.mall.tests.test_fulfilment import send
from liuke.mall.tests.test_returns import ask, received, walk
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests import builders as org

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    person = org.staff("xu", role=Role.AGENT, name="许知意")
    client.force_login(person)
    return person


def page(client, name="returns", *args, **asked):
    response = client.get(reverse(f"mall:{name}", args=args), asked)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def act(client, request, move, **said):
    lines = [line.pk for line in request.lines.all()]
    return client.post(reverse("mall:return_act", args=[request.number, move]), {"line": lines, **said})


def asked_ago(kind="return", *, key="r1", hours=0, **fields):
    """A request about an order that the customer has had for a while."""
    order = received(key=f"o-{key}", by=builders.customer(name_enc=crypto.encrypt("王小满")), **fields)
    Order.objects.filter(pk=order.pk).update(received_at=timezone.now() - timedelta(days=1))
    return ask(order, kind, key=key, now=timezone.now() - timedelta(hours=hours))


def test_an_empty_desk_says_what_comes_here(client, agent):
    assert "没有等待答复的申请" in page(client)
    assert "这里没有申请" in page(client, queue="closed")
    assert "没有等待答复的申请" in page(client, queue="dance")


def test_the_most_urgent_stands_on_top_and_lateness_is_told(client, agent):
    young, old = asked_ago(hours=1), asked_ago(key="r2", hours=3)

    text = page(client)

    assert text.index(old.number) < text.index(young.number)
    assert "1 个申请已经超过答应顾客的时间" in text
    assert text.count("超时</span>") == 1


def test_queues_and_promises_of_the_database_are_those_of_the_rules():
    person = org.staff("a")
    fresh, answered, approved = asked_ago(), asked_ago(key="r2"), asked_ago(key="r3")
    ours, plain, gone = asked_ago(key="r4"), asked_ago("refund", key="r5"), asked_ago(key="r6")
    returns.answer(request=answered, staff_id=person.pk, note="正在核实", now=timezone.now())
    walk(approved, "approve", now=timezone.now(), staff_id=person.pk)
    walk(ours, "approve", "send_back", "receive", now=timezone.now(), staff_id=person.pk)
    walk(plain, "approve", now=timezone.now(), staff_id=person.pk)
    walk(gone, "refuse", now=timezone.now(), staff_id=person.pk)

    found = {name: set(Return.objects.filter(desk.QUEUES[name]).values_list("pk", flat=True)) for name in Queue}

    assert found == {Queue.ANSWER: {fresh.pk}, Queue.DECIDE: {answered.pk}, Queue.OURS: {ours.pk, plain.pk},
                     Queue.THEIRS: {approved.pk}, Queue.CLOSED: {gone.pk}}
    for row in Return.objects.annotate(due=desk.DUE):
        assert row.due == due_at(asked_at=row.asked_at, answered_at=row.answered_at, decided_at=row.decided_at,
                                 expected_at=row.expected_at)
        if row.state == "open" and row.decided_at:
            assert (row.pk in found[Queue.OURS]) == any(
                our_turn(kind=row.kind, goods=line.goods, claim=line.claim) for line in row.lines.all())


def test_the_page_shows_both_axes_the_words_and_only_what_can_be_done(client, agent):
    request = asked_ago(quantity=2)
    Return.objects.update(words="魔术贴脱胶")

    text = page(client, "return", request.number)

    for words in ("王小满", "魔术贴脱胶", "在顾客手里", "等待决定", "同意", "拒绝", "您提交了申请", "进行中"):
        assert words in text, words
    for later in ("检查合格", "寄出新的", "开始检测"):
        assert later not in text, later


def test_a_decision_is_made_told_and_written_down(client, agent):
    request = asked_ago()

    act(client, request, "approve", note="请寄回上海仓")

    request.refresh_from_db()
    assert (request.answered_at is not None, request.decided_at is not None, request.assignee) == (True, True, agent)
    text = page(client, "return", request.number)
    assert ("已同意您的申请" in text, "请寄回上海仓" in text, "请在七天内寄回" in text) == (True, True, True)
    assert AuditEntry.objects.get().detail == {"move": "approve"}


def test_fewer_pieces_can_be_approved_and_the_rest_may_be_asked_about_again(client, agent):
    request = asked_ago(quantity=3)
    Return.objects.filter(pk=request.pk).delete()
    OrderLine.objects.update(returned=0)
    request = ask(OrderLine.objects.get().order, pieces=3, key="r9", now=timezone.now())
    line = request.lines.get()
    for wrong in ("0", "4", "x"):
        assert act(client, request, "approve", **{f"pieces-{line.pk}": wrong}).status_code == 422, wrong

    act(client, request, "approve", **{f"pieces-{line.pk}": "2"})

    line.refresh_from_db()
    assert (line.quantity, line.claim, OrderLine.objects.get().returned) == (2, "approved", 2)


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(client, agent):
    request = asked_ago()

    answer = act(client, request, "refuse", note="  ")
    assert answer.status_code == 422
    assert "请写明原因" in answer.content.decode()
    act(client, request, "refuse", note="超过退货期，已磨损")

    request.refresh_from_db()
    assert (request.state, request.steps.last().note) == ("closed", "超过退货期，已磨损")


def test_an_answer_stops_the_first_clock_only(client, agent):
    request = asked_ago()

    empty = client.post(reverse("mall:return_answer", args=[request.number]), {"note": " "})
    client.post(reverse("mall:return_answer", args=[request.number]), {"note": "正在核实"})

    request.refresh_from_db()
    assert empty.status_code == 409
    assert (request.answered_at is not None, request.decided_at) == (True, None)
    assert "待决定" in page(client)


def test_a_repair_is_quoted_with_an_amount_that_can_be_read(client, agent):
    request = walk(asked_ago("repair"), "approve", "send_back", "receive", "diagnose", now=timezone.now(),
                   staff_id=agent.pk)
    for wrong in ({"amount": "x", "note": "进水"}, {"amount": "80", "note": " "}, {"amount": "-1", "note": "进水"}):
        assert act(client, request, "quote", **wrong).status_code == 422, wrong

    act(client, request, "quote", amount="¥80", note="进水，换主板")

    assert request.quotes.get().amount_fen == 8000
    text = page(client, "return", request.number)
    assert ("进水，换主板" in text, "¥80.00" in text, "等待回答" in text) == (True, True, True)


def test_a_replacement_needs_its_parcel_and_one_parcel_has_one_number(client, agent):
    request = walk(asked_ago("exchange"), "approve", "send_back", "receive", "inspect", now=timezone.now(),
                   staff_id=agent.pk)
    taken = request.order.shipments.get()

    missing = act(client, request, "replace", carrier="顺丰", tracking=" ")
    foreign = act(client, request, "replace", carrier=taken.carrier, tracking=taken.tracking)
    act(client, request, "replace", carrier="顺丰", tracking="SF 99")

    assert (missing.status_code, foreign.status_code) == (422, 409)
    request.refresh_from_db()
    assert (request.way_out_carrier, request.way_out_tracking) == ("SF", "SF99")
    act(client, request, "arrive")
    request.refresh_from_db()
    assert request.state == "closed"


def of_paid_order(wechat, *, quantity=2):
    order = paid_by_wechat(wechat, [(builders.sku(), quantity)]).orders.get()
    send(order, f"SF{order.pk}")
    wish = Ask(order.number, "refund", "quality", {order.lines.get().pk: quantity})
    return returns.ask(customer_id=order.customer_id, ask=wish, key="r", now=timezone.now())


def test_the_refund_is_what_staff_say_up_to_what_was_paid(client, agent, wechat):
    request = of_paid_order(wechat)
    act(client, request, "approve")
    line = request.lines.get()
    for wrong in ("x", "39.81"):
        assert act(client, request, "refund", **{f"amount-{line.pk}": wrong}).status_code in (409, 422), wrong
    assert Refund.objects.count() == 0

    act(client, request, "refund", **{f"amount-{line.pk}": "12.5"})

    line.refresh_from_db()
    assert (Refund.objects.get().amount_fen, line.refund_fen, line.claim) == (1250, 1250, "refunding")


def test_without_an_amount_the_refund_is_what_was_paid(client, agent, wechat):
    request = of_paid_order(wechat)
    act(client, request, "approve")

    act(client, request, "refund")

    assert Refund.objects.get().amount_fen == 3980


def test_the_history_of_a_numbered_piece_and_its_warranty_stand_beside_it(client, agent):
    from liuke.mall.services import fulfilment
    from liuke.mall.services.fulfilment import Parcel
    from liuke.mall.tests.builders import NOW
    from liuke.mall.tests.test_fulfilment import paid

    order = paid(of=builders.sku(of=builders.product(serial_numbered=True, warranty_months=24)))
    line = order.lines.get()
    send(order, parcel=Parcel({line.pk: 1}, {line.pk: ["A1"]}))
    fulfilment.receive(number=order.number, customer_id=order.customer_id, now=NOW)
    first = walk(ask(order, "repair", serials={line.pk: "A1"}), "refuse", staff_id=agent.pk)
    second = ask(order, "repair", key="r2", serials={line.pk: "A1"})

    text = page(client, "return", second.number)

    assert Serial.objects.get().number in text
    assert "保修到 2028-11-02" in text
    assert text.count(first.number) >= 2


def test_what_cannot_be_done_now_is_told_and_changes_nothing(client, agent):
    request = asked_ago()
    line = request.lines.get()

    for move in ("receive", "withdraw", "dance", "refunded"):
        assert act(client, request, move).status_code == 409, move
    assert act(client, request, "approve", line=[987_654]).status_code == 422
    assert act(client, request, "approve", line=[]).status_code == 422
    assert client.get(reverse("mall:return", args=["R0"])).status_code == 404

    line.refresh_from_db()
    assert line.claim == "asked"


def test_a_shop_manager_decides_in_the_own_shop_and_a_supplier_or_a_reader_nowhere(client):
    request = asked_ago()
    request.order.shop = builders.shop("OWN")
    request.order.save()
    client.force_login(org.staff("m1", role=Role.SHOP_MANAGER, at=builders.shop("OTHER")))
    assert client.get(reverse("mall:return", args=[request.number])).status_code == 404
    assert act(client, request, "approve").status_code == 404

    client.force_login(org.staff("m2", role=Role.SHOP_MANAGER, at=builders.shop("OWN")))
    assert request.number in page(client)
    client.force_login(org.staff("s", role=Role.SUPPLIER))
    assert client.get(reverse("mall:returns")).status_code == 403
    client.force_login(org.staff("f", role=Role.FINANCE))
    assert "先回复顾客" not in page(client, "return", request.number)
    assert act(client, request, "approve").status_code == 403


def test_the_desk_costs_a_fixed_number_of_statements(client, agent, django_assert_max_num_queries):
    rows = [asked_ago(key=f"r{at}") for at in range(8)]
    client.get(reverse("mall:returns"))

    with django_assert_max_num_queries(12):
        client.get(reverse("mall:returns"))
    with django_assert_max_num_queries(18):
        client.get(reverse("mall:return", args=[rows[0].number]))
