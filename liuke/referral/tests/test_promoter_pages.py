"""Pages for staff: figures, promoters, who referred whom and why not another, the network watch with its release."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.referral.models import WatchedLine
from liuke.referral.queries.attribution import referral_of
from liuke.referral.services import binding, measuring, touches, watching
from liuke.referral.tests.builders import tier_plan
from liuke.referral.tests.live import DAY, active, bought, customer, link, refer

pytestmark = pytest.mark.django_db
HOME = "/console/referral/results/"


@pytest.fixture
def inside(client):
    def login(role=Role.OWNER):
        client.force_login(staff(username=str(role), role=role, name="王店长"))
        return client

    return login


def see(client, path):
    answer = client.get(HOME + path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def line_of(length):
    now = timezone.now()
    active(tier_plan(paid_in={"tier2": "points"}), starts_at=now - DAY, now=now - DAY)
    people = [customer(name=f"推{at}荐") for at in range(length + 1)]
    for at, who in enumerate(people[1:]):
        refer(who, by=people[at], now=now)
        bought(who, 10_000, at=now)
    return people


def test_empty_pages_say_what_they_are_for(inside):
    client = inside()

    assert "还没有人打开推广链接" in see(client, "")
    assert "还没有推广者" in see(client, "promoters/")
    assert "没有接近红线的推广线" in see(client, "network/")


def test_the_overview_costs_the_same_statements_however_many_people_there_are(inside):
    client = inside()
    people = line_of(2)
    measuring.measure(now=timezone.now())
    see(client, "")
    with CaptureQueriesContext(connection) as few:
        page = see(client, "?days=7")
    assert "¥200.00" in page
    for _ in range(12):
        newcomer = customer()
        refer(newcomer, by=people[0], now=timezone.now())
        bought(newcomer, 10_000, at=timezone.now())

    with CaptureQueriesContext(connection) as more:
        assert "¥1,400.00" in see(client, "?days=7")

    assert len(more) == len(few)


def test_a_promoter_is_found_and_shows_people_links_commissions_and_why_touches_lost(inside):
    client = inside()
    first, second, buyer = line_of(2)
    late = touches.open_link(token=link(first).token, now=timezone.now(), channel="wechat")
    touches.know_visitor(visitor=late.visitor, customer_id=buyer.pk, now=timezone.now())
    binding.bind_by_touch(customer_id=customer().pk, now=timezone.now())

    assert f"promoters/{second.pk}/" in see(client, f"promoters/?q={second.number}")
    assert client.get(f"{HOME}promoters/?q={link(first).token}").url == f"{HOME}promoters/{first.pk}/"
    page = see(client, f"promoters/{second.pk}/")
    assert buyer.number in page
    assert "推0荐" in page                                     # who brought the promoter
    assert link(second).token in see(client, f"promoters/{second.pk}/?view=links")
    assert "¥10.00" in see(client, f"promoters/{second.pk}/?view=commissions")
    origin = see(client, f"promoters/{buyer.pk}/?view=origin")
    assert "填写推广码" in origin
    assert "微信聊天" in origin
    assert f"promoters/{first.pk}/" in client.get(f"/console/customers/{first.pk}/").content.decode()


def test_correcting_and_blocking_ask_for_a_reason_and_stand_in_the_audit(inside):
    client = inside(Role.OPERATOR)
    first, second, buyer = line_of(2)
    page = f"{HOME}promoters/{buyer.pk}/"

    client.post(f"{page}correct/", {"number": first.number, "reason": ""})
    client.post(f"{page}correct/", {"number": "nobody", "reason": "客户来电说明"})
    assert referral_of(buyer.pk).referrer_id == second.pk
    client.post(f"{page}correct/", {"number": first.number, "reason": "客户来电说明"})
    assert referral_of(buyer.pk).referrer_id == first.pk
    assert "客户来电说明" in see(client, f"promoters/{buyer.pk}/?view=origin")
    client.post(f"{HOME}promoters/{first.pk}/block/", {"reason": "刷单"})
    assert "停用原因：刷单" in see(client, f"promoters/{first.pk}/")
    client.post(f"{HOME}promoters/{first.pk}/unblock/")
    assert "推广已停用" not in see(client, f"promoters/{first.pk}/")

    done = {row.action: row for row in AuditEntry.objects.all()}
    assert done["referral.console.promoters.correct"].detail == {"from": second.pk, "to": first.pk}
    assert {"referral.console.promoters.block", "referral.console.promoters.unblock"} <= set(done)


def test_a_frozen_line_is_on_the_home_page_and_is_released_by_name(inside):
    client = inside()
    people = line_of(3)
    watching.watch(now=timezone.now())
    row = WatchedLine.objects.get()

    assert "条推广线暂停提现" in client.get("/console/").content.decode()
    assert "暂停提现" in see(client, "network/")
    assert people[1].number in see(client, f"network/{row.pk}/")
    too_low = client.post(f"{HOME}network/{row.pk}/release/", {
        "reason": "真实销售", "until_chain": "1", "until_people": "9"})
    assert too_low.status_code == 422
    client.post(f"{HOME}network/{row.pk}/release/", {"reason": "真实销售", "until_chain": "4", "until_people": "9"})

    assert "条推广线暂停提现" not in client.get("/console/").content.decode()
    assert "王店长" in see(client, f"network/{row.pk}/")
    assert "已解除" in see(client, "network/?view=ended")


def test_who_may_only_look_changes_nothing(inside):
    client = inside(Role.FINANCE)
    first, _second = line_of(1)

    assert client.get(f"{HOME}").status_code == 200
    for door in (f"promoters/{first.pk}/correct/", f"promoters/{first.pk}/block/", f"promoters/{first.pk}/unblock/",
                 "network/1/release/", "network/watch/"):
        assert client.post(HOME + door).status_code == 403
