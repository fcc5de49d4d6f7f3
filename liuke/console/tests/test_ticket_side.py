"""Beside a conversation a request about goods is decided with the mall's own moves, and one is back at it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liuke.desk.models import Rating, Ticket
from liuke.desk.tests.rows import answer, say, ticket_of
from liuke.insight.models import CustomerScore
from liuke.mall.models import Return
from liuke.mall.services import fulfilment
from liuke.mall.services.fulfilment import Parcel
from liuke.mall.tests.builders import NOW, product, sku
from liuke.mall.tests.test_fulfilment import paid, send
from liuke.mall.tests.test_returns import ask, received, walk
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.points.tests.builders import given
from liuke.timeline.testing import settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    person = staff("boss", role=Role.OWNER, name="林")
    client.force_login(person)
    return person


@pytest.fixture
def request_(boss):
    made = ask(received(), "exchange")
    settle()
    return made


def move(client, request_, name, **said):
    here = reverse("desk:ticket", args=[Ticket.objects.get(about_return=request_).number])
    form = {"line": request_.lines.get().pk, "next": here, **said}
    moved = client.post(reverse("mall:return_act", args=[request_.number, name]), form)
    assert moved.url == here
    return client.get(here).content.decode()


def side(client, request_):
    number = Ticket.objects.get(about_return=request_).number
    return client.get(reverse("console:ticket_side", args=[number])).content.decode()


def test_a_decision_is_made_from_the_ticket_and_stands_in_its_trail(client, request_):
    assert reverse("mall:return_act", args=[request_.number, "approve"]) in side(client, request_)

    page = move(client, request_, "approve", note="请寄回")

    assert "已记下：同意" in page
    assert Return.objects.get().decided_at is not None
    settle()
    ticket = Ticket.objects.get()
    assert ticket.log.filter(kind="return_decided").exists()
    assert reverse("mall:return_act", args=[request_.number, "approve"]) not in side(client, request_)


def test_what_is_refused_keeps_what_was_typed_and_leads_back_to_the_ticket(client, request_):
    line, here = request_.lines.get().pk, reverse("desk:ticket", args=[Ticket.objects.get().number])
    door = reverse("mall:return_act", args=[request_.number, "approve"])

    unread = client.post(door, {"line": line, f"pieces-{line}": "两", "note": "请寄回上海仓", "next": here})
    unticked = client.post(door, {"note": "请寄回上海仓", "next": "https://evil.example/"})

    page = unread.content.decode()
    assert (unread.status_code, Return.objects.get().decided_at) == (422, None)
    for kept in ("请填写正确的金额和数量", ">请寄回上海仓</textarea>",
                 f'<input type="hidden" name="next" value="{here}">', f'<a href="{here}">回到工单</a>'):
        assert kept in page
    assert ("请选择商品" in unticked.content.decode(), "evil" in unticked.content.decode()) == (True, False)
    assert f'name="line" value="{line}" >' in unticked.content.decode()


def test_a_parcel_that_goes_out_chooses_among_the_carriers(client, boss, request_):
    walk(request_, "approve", "send_back", "receive", "inspect", staff_id=boss.pk)

    page = side(client, request_)

    assert '<option value="顺丰速运">' in page
    assert reverse("mall:return_act", args=[request_.number, "replace"]) in page


def test_who_may_not_decide_sees_the_request_and_no_moves(client, request_):
    client.force_login(staff("looker", role=Role.ANALYST))

    assert reverse("mall:return_act", args=[request_.number, "approve"]) not in side(client, request_)


def test_the_panel_tells_who_asks_what_they_bought_own_and_asked_before(client, boss):
    now = timezone.now()
    pump = sku(of=product(name="吸奶器", serial_numbered=True, warranty_months=12))
    order = paid(of=pump)
    line_id = order.lines.get().pk
    send(order, parcel=Parcel({line_id: 1}, {line_id: ["PN-0007"]}))
    fulfilment.receive(number=order.number, customer_id=order.customer_id, now=NOW)
    repaired = ask(order, "repair", serials={line_id: "PN-0007"})
    settle()
    who = order.customer
    later = paid(of=sku(of=product(name="储奶袋")), by=who, key="k2")
    before = ticket_of(say(who, "快递盒压坏了", at=now - timedelta(days=20), thread="before"))
    answer(before, boss, "已补发", at=now - timedelta(days=19), state="solved")
    settle()
    Rating.objects.filter(ticket=before).update(score=2, rated_at=now - timedelta(days=18))
    given(who, 1234, "welcome", now=now)
    CustomerScore.objects.create(
        customer=who, first_on=NOW.date(), last_on=NOW.date(), orders=1, buying_days=1, net_fen=100, recency=5,
        frequency=1, money=1, value_tier=1, value_fen=88_000, alive=0.9, orders_90=1.2, buys_30=0.4, computed_at=now)
    ticket = ticket_of(say(who, "吸奶器没有吸力", at=now, thread="now"))

    page = client.get(reverse("console:ticket_side", args=[ticket.number])).content.decode()

    for words in (order.number, "吸奶器", "PN-0007", reverse("mall:return", args=[repaired.number]), "快递盒压坏了",
                  "评 2 分", "1,234", "未来一年预计", "¥880", "90%", "40%"):
        assert words in page, words
    assert page.index("手上的产品") < page.index("订单</h2>") < page.index("以前的工单")
    assert page.index(later.number) < page.index(order.number)                      # the newest order on top
