"""From a batch that leaks to a task, an owner, and a rate that fell; and what is refused on the way."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from liuke.desk.models import LogEntry, Notice, TicketProduct
from liuke.desk.services.products import BY_REQUEST, say_product
from liuke.desk.tests.rows import agent, customer, say, ticket_of
from liuke.improve.models import Finding, Improvement, Week
from liuke.improve.queries import causes
from liuke.improve.rules import Cause
from liuke.improve.services import tasks, weekly
from liuke.improve.tests.builders import MONDAY, TODAY, ago, shipped, trouble
from liuke.mall.models import OrderLine, ShipmentLine
from liuke.mall.services.fulfilment import Parcel, pack
from liuke.mall.tests.builders import line, sku
from liuke.org.rules import Role
from liuke.org.tests.builders import staff

pytestmark = pytest.mark.django_db


@transaction.atomic
def look(today=TODAY):
    weekly.measure(today=today)
    return weekly.look(today=today, now=MONDAY)


@pytest.fixture
def leaking():
    """One batch of two leaks since three weeks."""
    of = sku()
    for batch in ("A", "B"):
        for weeks in range(1, 20):
            shipped(of, at=ago(7 * weeks), quantity=50, batch=batch)
    for day in (100, 80, 60, 40):
        trouble(of, at=ago(day), batch="A")
    for day in range(2, 20):
        trouble(of, at=ago(day), batch="B")
    return of


def test_a_leak_is_found_once_in_its_weeks_and_in_its_batch(leaking):
    quiet = sku()
    shipped(quiet, at=ago(90), quantity=500)
    for day in (70, 50, 30, 20, 5):
        trouble(quiet, at=ago(day))

    week, again = look(), look(TODAY + timedelta(days=6))

    assert week == again
    assert (week.causes, Week.objects.count()) == (4, 1)
    found = {(row.product_id, row.kind, row.batch): row for row in Finding.objects.all()}
    assert set(found) == {(leaking.product_id, "quality", ""), (leaking.product_id, "quality", "B")}
    whole = found[leaking.product_id, "quality", ""]
    assert (whole.tickets, whole.other_tickets) == (18, 4)
    assert whole.low > 1
    assert whole.ratio == pytest.approx(18 / 4 * whole.other_exposure / whole.exposure)
    assert [causes.finding(Cause(leaking.product_id, "quality", batch)) for batch in ("", "A", "B")] == [
        whole, None, found[leaking.product_id, "quality", "B"]]


def test_a_task_from_its_cause_to_a_rate_that_fell(client, leaking):
    manager, owner = staff("boss", role=Role.OWNER), agent("mei", name="梅")
    cause = Cause(leaking.product_id, "quality", "B")
    with transaction.atomic():
        row = tasks.open_improvement(cause=cause, title=" 换  密封圈 ", text="", owner_id=owner.pk, staff_id=manager.pk,
                                     due_on=TODAY + timedelta(days=7), key="k", today=TODAY, now=MONDAY)
    assert (row.title, row.before_tickets) == ("换 密封圈", 22)
    assert Notice.objects.get(staff=owner).reason == "improve"
    late = TODAY + timedelta(days=8)
    with transaction.atomic():
        assert (tasks.remind(today=late, now=MONDAY), tasks.remind(today=late, now=MONDAY)) == (1, 1)
    assert Notice.objects.filter(staff=owner, reason="improve_late").count() == 1
    with transaction.atomic():
        tasks.move(improvement_id=row.pk, name="finish", result="换了供应商", today=TODAY + timedelta(days=2))
    for weeks in range(8):
        shipped(leaking, at=MONDAY + timedelta(days=7 * weeks), quantity=100)

    look(TODAY + timedelta(days=7 * 4))
    row.refresh_from_db()
    assert (row.after_weeks, row.verdict) == (3, "early")
    look(TODAY + timedelta(days=7 * 9))
    row.refresh_from_db()
    assert (row.after_weeks, row.after_tickets, row.verdict) == (8, 0, "fell")
    assert row.high < 1
    client.force_login(owner)
    page = client.get(reverse("improve:task", args=[row.pk])).content.decode()
    assert "明显下降" in page


def test_what_is_not_over_comes_first_and_of_the_rest_the_newest(leaking):
    boss = staff("boss", role=Role.OWNER)
    for days, (state, name) in enumerate({"done": "finish", "open": "", "dropped": "drop", "working": "begin"}.items()):
        with transaction.atomic():
            row = tasks.open_improvement(
                cause=Cause(leaking.product_id, "quality", "B"), title=state, text="", owner_id=boss.pk, today=TODAY,
                staff_id=boss.pk, due_on=TODAY + timedelta(days=days), key=state, now=MONDAY)
            if name:
                tasks.move(improvement_id=row.pk, name=name, result="试过了", today=TODAY)

    assert [row.title for row in causes.improvements()] == ["open", "working", "dropped", "done"]


def test_its_pages_lead_from_the_list_to_a_task_that_its_owner_moves(client, leaking):
    today = timezone.localdate()
    now = timezone.now()
    for day in range(8, 16):
        trouble(leaking, at=now - timedelta(days=day), text="=1+1")
    boss, other = staff("boss", role=Role.OWNER), agent("zhou", role=Role.AGENT)
    owner = agent("mei", name="梅", role=Role.AGENT)
    client.force_login(boss)
    cause = Cause(leaking.product_id, "quality")
    for address in (reverse("improve:causes"), reverse("improve:tasks"), reverse("improve:causes_file")):
        assert client.get(address).status_code == 200
    typed = {"product": leaking.product_id, "kind": "quality", "title": "=换密封圈", "text": "", "owner": owner.pk,
             "due_on": today.isoformat(), "key": "5ea1"}
    address = reverse("improve:open_task")
    for wrong in ({"due_on": (today - timedelta(days=1)).isoformat()}, {"owner": ""}, {"title": " "}):
        assert client.post(address, typed | wrong).status_code == 422
    for wrong in ({"kind": "magic"}, {"product": "999999"}, {"product": "x"}):
        assert client.post(address, typed | wrong).status_code == 404
    for _click in range(2):
        assert client.post(address, typed).status_code == 302
    assert client.post(address, typed | {"title": "换别的"}).status_code == 422
    row = Improvement.objects.get()
    assert Notice.objects.filter(staff=owner, reason="improve").count() == 1
    page = client.get(reverse("improve:cause"), {"product": leaking.product_id, "kind": "quality"}).content.decode()
    assert "=换密封圈" in page
    assert 'name="key" value="5ea1"' not in page         # the next one has a key of its own
    assert "'=换密封圈" in client.get(reverse("improve:tasks_file")).content.decode()

    move = reverse("improve:move", args=[row.pk])
    client.force_login(other)
    assert client.post(move, {"move": "begin"}).status_code == 403
    assert client.post(address, typed).status_code == 403
    client.force_login(owner)
    assert client.post(move, {"move": "finish", "result": " "}).status_code == 422
    refused = client.post(move, {"move": "again"})
    assert refused.status_code == 409
    assert "现在不能这样做，请刷新页面。" in refused.content.decode()
    for name, result in (("begin", ""), ("finish", "换了"), ("again", ""), ("drop", "做不了"), ("again", "")):
        assert client.post(move, {"move": name, "result": result}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.done_on, row.result) == ("open", None, "做不了")
    assert len(causes.tickets_of(cause)) == 30


def test_an_agent_says_which_goods_and_the_parcel_says_which_batch(client):
    who, stranger = customer(), customer()
    mine, theirs = line(by=who, state="paid"), line(by=stranger)
    with transaction.atomic():
        pack(order_id=mine.order_id, parcel=Parcel({mine.pk: 1}, batches={mine.pk: " 26 09a"}), key="p", now=MONDAY)
    assert ShipmentLine.objects.get().batch == "2609A"
    ticket = ticket_of(say(who, "漏水", at=timezone.now()))
    client.force_login(agent())
    address = reverse("console:ticket_product", args=[ticket.number])

    for wrong in ({"line": theirs.pk}, {"line": "x", "code": "none"}, {}):
        client.post(address, wrong)
        assert not TicketProduct.objects.exists()
    for _again in range(2):
        client.post(address, {"line": mine.pk})
    with transaction.atomic():
        say_product(ticket_id=ticket.pk, product_id=theirs.item.product_id, said_by=BY_REQUEST, now=MONDAY)

    row = TicketProduct.objects.get()
    assert (row.product_id, row.line_id, row.batch, row.said_by) == (mine.item.product_id, mine.pk, "2609A", "staff")
    assert LogEntry.objects.filter(kind="product").count() == 1
    client.post(address, {"code": theirs.item.product.code, "batch": "x1"})
    row.refresh_from_db()
    assert (row.product_id, row.line_id, row.batch) == (theirs.item.product_id, None, "X1")
    side = client.get(reverse("console:ticket_side", args=[ticket.number])).content.decode()
    assert "X1" in side
    assert OrderLine.objects.filter(pk=mine.pk).exists()
