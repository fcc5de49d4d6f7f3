"""The pages of staff and the customer's API: where each bonus is, approvals, plans, limits, differences."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from liuke.cash import queries
from liuke.cash.models import Bonus, FlowDay, FlowDifference, Plan, Transfer
from liuke.cash.tests.builders import MINUTE, NOW, ask_all, budget, give, payee, send
from liuke.customers.services import tokens
from liuke.ledger.queries import balance
from liuke.org.models import AuditEntry
from liuke.org.rules import Role

pytestmark = pytest.mark.django_db
HOME = "/console/cash/"


def mine(client, by):
    token = tokens.issue_token(customer_id=by.pk, now=timezone.now())
    return client.get("/api/v1/cash/bonuses", headers={"authorization": f"Bearer {token}"}).json()["bonuses"]


def test_finance_approves_and_refuses_many_with_a_reason(inside):
    row = budget(100_000)
    bonuses = [give(payee(name="王小满"), 6_000, out_of=row) for _ in range(3)]
    finance = inside(Role.FINANCE)
    assert "3 笔待审批，共 ¥180.00" in finance.get(HOME + "?view=approval").content.decode()

    finance.post(HOME + "decide/", {"do": "approve", "pick": [bonuses[0].pk, bonuses[1].pk]})
    finance.post(HOME + "decide/", {"do": "refuse", "pick": [bonuses[2].pk], "reason": ""})
    assert [each.state for each in Bonus.objects.order_by("pk")] == ["queued", "queued", "approval"]
    finance.post(HOME + "decide/", {"do": "refuse", "pick": [bonuses[2].pk], "reason": "重复发放"})

    assert [each.state for each in Bonus.objects.order_by("pk")] == ["queued", "queued", "refused"]
    assert balance(row.address).held == 12_000
    assert list(AuditEntry.objects.order_by("pk").values_list("target", "detail__count")) == [
        ("cash:approve", 2), ("cash:refuse", 0), ("cash:refuse", 1)]
    assert "重复发放" in finance.get(HOME + "?view=failed").content.decode()


def test_the_customer_sees_where_it_is_and_what_to_do(client, wechat):
    ann = payee()
    first = give(ann, 6_000)
    second = give(ann, 500)
    assert [(each["state"], each["told"]) for each in mine(client, ann)] == [
        ("queued", "正在发放"), ("approval", "正在发放")]

    send()
    told = mine(client, ann)[0]
    assert (told["state"], told["told"], told["amount_fen"]) == ("confirm", "请在微信里确认收款", 500)
    assert told["confirm_with"]["mchId"] == wechat.mchid
    wechat.transfers.end(Transfer.objects.get().number)
    ask_all(NOW + MINUTE)
    assert (mine(client, ann)[0]["told"], mine(client, ann)[0]["confirm_with"]) == ("已存入您的微信零钱", {})
    assert {first.pk, second.pk} == {each["id"] for each in mine(client, ann)}
    assert mine(client, payee()) == []
    assert client.get("/api/v1/cash/bonuses").status_code == 401


def test_a_bonus_that_failed_is_sent_again(inside, wechat):
    ann = payee()
    bonus = give(ann)
    wechat.transfers.strangers.add(f"o-openid-{ann.pk:08d}")
    send()
    finance = inside(Role.FINANCE)
    assert "重新发放" in finance.get(HOME + "?view=failed").content.decode()

    finance.post(f"{HOME}{bonus.pk}/again/")

    assert Bonus.objects.get().state == "queued"
    assert finance.post(f"{HOME}stuck/{bonus.pk + 1_000}/").status_code == 404


def test_a_plan_is_written_decided_and_shown(inside):
    row, send_at = budget(10_000), timezone.localtime() + timedelta(days=1)
    form = {"name": "周年庆红包", "reason": "周年庆感谢", "amount": "5", "hold_out": "10", "budget_id": row.pk,
            "send_at": send_at.strftime("%Y-%m-%dT%H:%M")}
    operator = inside(Role.OPERATOR)
    for changes, says in (({"amount": "0.5"}, "1 至 200 元"), ({"amount": "300"}, "1 至 200 元"),
                          ({"send_at": "2020-01-01T00:00"}, "G22"), ({"budget_id": ""}, "请选择一个金额预算"),
                          ({"hold_out": "51"}, "小于或等于")):
        answer = operator.post(HOME + "plans/new/", {**form, **changes})
        assert (answer.status_code, says in answer.content.decode()) == (422, True)

    operator.post(HOME + "plans/new/", form)
    plan = Plan.objects.get()
    assert operator.post(f"{HOME}plans/{plan.pk}/decide/", {"do": "approve"}).status_code == 403
    finance = inside(Role.FINANCE)
    assert "周年庆感谢" in finance.get(f"{HOME}plans/{plan.pk}/").content.decode()
    finance.post(f"{HOME}plans/{plan.pk}/decide/", {"do": "approve"})

    plan.refresh_from_db()
    assert (plan.state, plan.amount_fen, plan.hold_out_bp, plan.approved_by.username) == (
        "waiting", 500, 1_000, "finance")
    assert "周年庆红包" in finance.get(HOME + "plans/").content.decode()


def test_limits_are_set_and_wrong_ones_are_said_beside_their_field(inside):
    finance = inside(Role.FINANCE)
    good = {"approve_from": "20", "minute_most": "100", "person_day_times": "3", "person_day": "500"}

    assert "1800" in finance.post(HOME + "limits/", {**good, "minute_most": "2000"}).content.decode()
    finance.post(HOME + "limits/", good)

    assert (queries.terms().approve_from_fen, queries.terms().person_day_fen) == (2_000, 50_000)


def test_differences_are_shown_until_they_are_explained(inside):
    day = FlowDay.objects.create(provider="wechat", day_on=date(2026, 11, 1), compared_at=NOW)
    row = FlowDifference.objects.create(day=day, kind="missing_here", number="CB77", theirs_fen=500)
    finance = inside(Role.FINANCE)
    assert "我方没有这笔" in finance.get(HOME + "comparison/").content.decode()

    assert finance.post(f"{HOME}comparison/{row.pk + 1}/explain/", {"explanation": "?"}).status_code == 404
    finance.post(f"{HOME}comparison/{row.pk}/explain/", {"explanation": "测试转账"})

    assert "CB77" not in finance.get(HOME + "comparison/").content.decode()


@pytest.mark.parametrize("path", ["", "?view=approval", "plans/", "comparison/"])
def test_empty_pages_say_what_they_are_for(inside, path):
    assert 'class="empty' in inside(Role.FINANCE).get(HOME + path).content.decode()


@pytest.mark.parametrize(("role", "path", "status"), [
    (Role.OPERATOR, "plans/new/", 200), (Role.FINANCE, "plans/new/", 403), (Role.OPERATOR, "limits/", 403),
    (Role.ANALYST, "", 403), (Role.AGENT, "", 200),
])
def test_who_may_look_and_write(inside, role, path, status):
    assert inside(role).get(HOME + path).status_code == status
