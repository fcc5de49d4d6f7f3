"""What agents do in the console: answer, note, hand over, change many; nothing is sent past what was not read."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.desk.models import Delivery, Department, Draft, Message, Notice, Task, Ticket
from liuke.desk.services import assist, deadlines
from liuke.desk.tests.rows import agent, answer, customer, say, ticket_of
from liuke.org.rules import Role
from liuke.org.tests.builders import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(client):
    person = agent("mei", name="梅", role=Role.AGENT)
    client.force_login(person)
    return person


@pytest.fixture
def ticket():
    return ticket_of(say(customer(name="王小满"), "奶瓶裂了", at=timezone.now() - timedelta(minutes=5)))


def at(ticket, name=""):
    return reverse(f"desk:ticket{name}", args=[ticket.number])


def seen(client, ticket):
    page = client.get(at(ticket)).content.decode()
    return re.search(r'name="seen" value="(\d+)"', page)[1], re.search(r'name="key" value="(\w+)"', page)[1]


def send(client, ticket, text, **more):
    read, key = seen(client, ticket)
    return client.post(at(ticket, "_send"), {"text": text, "seen": read, "key": key, "mode": "reply", **more})


def test_an_answer_is_sent_once_and_makes_the_ticket_ones_own(client, mei, ticket):
    read, key = seen(client, ticket)
    form = {"text": "请拍照给我", "seen": read, "key": key, "mode": "reply", "then": "pending_customer"}

    for _twice in range(2):
        assert client.post(at(ticket, "_send"), form).status_code == 302

    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.waiting_since_at) == ("pending_customer", mei, None)
    assert Message.objects.filter(author="staff").count() == 1
    assert "请拍照给我" in client.get(at(ticket, "_news")).content.decode()


def test_today_tells_who_waits_and_what_is_late_and_where_to_go(client, mei, ticket):
    page = client.get(reverse("console:home")).content.decode()
    assert "1 位客户在等回复" in page
    assert "1 张还没有人接手" in page
    assert f"{reverse('desk:tickets')}?list=waiting" in page

    with transaction.atomic():
        deadlines.mark_due(now=timezone.now() + timedelta(days=2))

    late = client.get(reverse("console:home")).content.decode()
    assert "1 张已超时" in late
    assert f"{reverse('desk:tickets')}?list=overdue" in late


def test_a_due_beyond_the_known_holidays_is_called_provisional_on_the_ticket(client, mei, ticket):
    assert "暂定" not in client.get(at(ticket)).content.decode()

    ticket.deadlines.filter(clock=ticket.due_clock).update(provisional=True)

    assert "暂定</span>" in client.get(at(ticket)).content.decode()


def test_what_was_not_read_stops_an_answer_and_keeps_its_words(client, mei, ticket):
    read, key = seen(client, ticket)
    answer(ticket, agent(name="青"), "我来处理", at=timezone.now())

    page = client.post(at(ticket, "_send"), {"text": "请拍照给我", "seen": read, "key": key, "mode": "reply"})

    assert page.status_code == 409
    assert "请拍照给我" in page.content.decode()
    assert "我来处理" in page.content.decode()
    assert send(client, ticket, "请拍照给我").status_code == 302


def test_a_note_tells_who_is_named_and_reaches_no_customer(client, mei, ticket):
    qing = agent(name="何青禾")

    assert send(client, ticket, "@何青禾 看一下批号", mode="note").status_code == 302

    note = Message.objects.get(public=False)
    assert (note.staff, Notice.objects.get(reason="mention").staff) == (mei, qing)
    ticket.refresh_from_db()
    assert ticket.waiting_since_at is not None


def test_a_draft_is_kept_for_its_writer_until_it_is_sent(client, mei, ticket):
    client.post(at(ticket, "_look"), {"writes": "yes", "text": "请把批号"})

    assert "请把批号</textarea>" in client.get(at(ticket)).content.decode()
    assert "正在回复" not in client.get(at(ticket, "_viewers")).content.decode()
    other = agent("qing", name="青", role=Role.AGENT)
    client.force_login(other)
    assert "请把批号" not in client.get(at(ticket)).content.decode()
    assert "梅 正在回复" in client.get(at(ticket, "_viewers")).content.decode()
    client.force_login(mei)
    send(client, ticket, "请把批号发我")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("state", "error", "whys"), [
    ("failed", "95001", ["客户超过 48 小时没有说话，或已连收 5 条，企业微信不收。请改用电话或短信。"]),
    ("bounced", "bounced", ["对方没有收到"]), ("failed", "45009", []), ("sent", "", []),
])
def test_an_answer_that_did_not_go_out_says_why_where_it_stands(client, mei, state, error, whys):
    ticket = ticket_of(say(customer(), "在吗", at=timezone.now() - timedelta(minutes=5), channel="wecom"))
    answer(ticket, mei, "请讲", at=timezone.now())
    Delivery.objects.update(state=state, next_at=None, error=error)

    page = client.get(at(ticket)).content.decode()

    assert (re.findall(r'class="bad-text">([^<]+)</span></p>', page), f'title="{error}"' in page) == (whys, True)


def test_a_mention_in_a_group_says_beside_the_answer_that_it_is_said_by_hand(client, mei):
    ticket = ticket_of(say(customer(), "@小满 货呢", at=timezone.now(), channel="group"))

    page = client.get(at(ticket)).content.decode()

    assert page.index("请先在群里亲自答复") < page.index('id="answer"')
    assert f"<title>{ticket.number} · " in page                       # of somebody without a name it is said once
    assert "<b>顾客</b>" in page


def test_solving_leads_to_the_next_matter_of_ones_own(client, mei, ticket):
    other = ticket_of(say(customer(), "快递没到", at=timezone.now()))
    Ticket.objects.update(assignee=mei)

    went = send(client, ticket, "已寄新的", then="solved")

    assert went.url == at(other)
    assert Ticket.objects.get(pk=ticket.pk).state == "solved"


def test_handing_over_needs_words_and_tells_the_colleague(client, mei, ticket):
    qing = agent(name="青", role=Role.AGENT)
    client.post(at(ticket, "_hand_over"), {"to": qing.pk, "text": "", "key": "k1"})
    assert Ticket.objects.get().assignee is None

    client.post(at(ticket, "_hand_over"), {"to": qing.pk, "text": "等批号", "key": "k1"})

    assert Ticket.objects.get().assignee == qing
    assert Notice.objects.get(reason="handed_over").staff == qing


@pytest.mark.parametrize(("field", "value"), [("state", "solved"), ("kind", "repair"), ("priority", 1)])
def test_a_ticket_is_changed_by_its_forms(client, mei, ticket, field, value):
    client.post(at(ticket, "_change"), {field: value})

    assert getattr(Ticket.objects.get(), field) == value


def test_many_are_done_at_once_and_what_does_not_fit_is_said(client, mei, ticket):
    other = ticket_of(say(customer(), "快递没到", at=timezone.now()))
    gone = ticket_of(say(customer(), "加微信", at=timezone.now()))
    client.post(at(gone, "_spam"))
    picked = [row.number for row in (ticket, other, gone)]

    client.post(reverse("desk:bulk"), {"pick": picked, "do": "tag", "tag": "批次 A"})
    page = client.post(reverse("desk:bulk"), {"pick": picked, "do": "solve"}, follow=True)

    assert set(Ticket.objects.filter(state="solved")) == {ticket, other}
    assert "1 张不适用" in page.content.decode()
    assert Ticket.objects.filter(tags__name="批次 A").count() == 3


def test_a_department_gets_its_part_with_a_clock_and_an_owner(client, mei, ticket):
    with transaction.atomic():
        assist.set_up(now=timezone.now())
        department = Department.objects.get(name="物流")
        zhou = staff("zhou", role=Role.OPERATOR, name="周")
        department.members.create(staff=zhou)
    client.post(at(ticket, "_ask"), {"department": department.pk, "text": "请查包裹", "key": "k"})
    task = Task.objects.get()
    assert task.due_at > timezone.now()
    assert Notice.objects.get(reason="task").staff == zhou

    client.force_login(zhou)
    assert "请查包裹" in client.get(reverse("desk:errands")).content.decode()
    client.post(reverse("desk:errand", args=[task.pk]), {"do": "done", "text": "在杭州仓"})

    task.refresh_from_db()
    assert (task.owner, task.done_at is not None) == (zhou, True)
    assert Notice.objects.get(reason="task_done").staff == mei
    client.force_login(mei)
    assert "在杭州仓" in client.get(at(ticket, "_work")).content.decode()


def test_a_task_is_late_at_its_due_instant_and_no_stranger_ends_it(client, mei, ticket):
    with transaction.atomic():
        assist.set_up(now=timezone.now())
        task = assist.ask(ticket_id=ticket.pk, department_id=Department.objects.get(name="IT").pk, text="查",
                          staff_id=mei.pk, key="k", now=timezone.now())
        late = task.due_at + timedelta(hours=3)
        assert (assist.mark_due(now=task.due_at - timedelta(seconds=1)), assist.mark_due(now=late)) == (0, 1)
        assert assist.mark_due(now=late) == 0
    task.refresh_from_db()
    assert task.breached_at == task.due_at
    client.force_login(agent("stranger", role=Role.ANALYST))
    assert client.post(reverse("desk:errand", args=[task.pk]), {"do": "done", "text": "好了"}).status_code == 404


def test_pages_cost_few_statements(client, mei, ticket, django_assert_max_num_queries):
    for number in range(12):
        say(customer(), "在吗", at=timezone.now(), thread=f"x{number}")
        answer(ticket, mei, f"第 {number} 句", at=timezone.now())
    client.get(reverse("desk:tickets"))

    frame = 3                                    # session, staff with roles, brand: of every page
    with django_assert_max_num_queries(frame + 3):
        assert client.get(reverse("desk:tickets"), {"list": "open"}).status_code == 200
    with django_assert_max_num_queries(frame + 1):
        client.get(reverse("desk:tickets_news"), {"list": "open"})
    with django_assert_max_num_queries(8):
        assert client.get(at(ticket)).status_code == 200
    with django_assert_max_num_queries(8):
        client.get(at(ticket, "_news"))


def test_who_only_looks_changes_nothing(client, ticket):
    client.force_login(agent("looker", role=Role.ANALYST))

    page = client.get(at(ticket)).content.decode()

    assert 'id="answer"' not in page
    for name, form in (("_send", {"text": "x"}), ("_take", {}), ("_spam", {}), ("_change", {"state": "solved"})):
        assert client.post(at(ticket, name), form).status_code == 403
