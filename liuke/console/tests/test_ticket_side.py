"""Beside a conversation a request about goods is decided with the mall's own moves, and one is back at it."""

import pytest
from django.urls import reverse

from liuke.desk.models import Ticket
from liuke.mall.models import Return
from liuke.mall.tests.test_returns import ask, received, walk
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
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
    answer = client.post(reverse("mall:return_act", args=[request_.number, name]), form)
    assert answer.url == here
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
