"""The pages of staff: what they show, what they save, whom they let in."""

import pytest
from django.utils import timezone

from liuke.cash.console.plans import PlanForm
from liuke.cash.tests.builders import budget as cash_budget
from liuke.coupons.tests import builders as coupons
from liuke.customers.services import tokens
from liuke.draws.tests import builders as draws
from liuke.gifts.tests import builders as gifts
from liuke.insight.models import CustomerScore
from liuke.ledger.queries import balance
from liuke.loyalty.console.coupon_forms import BatchForm
from liuke.loyalty.console.forms import RuleForm
from liuke.loyalty.models import Award, Budget, Rule, RuleVersion
from liuke.loyalty.queries.fields import fields_of
from liuke.loyalty.rules.guard import Against
from liuke.loyalty.services import benefits, budgets, ruling
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.benefits.amounts import Amount
from liuke.loyalty.tests.builders import DAY, customer, fact, paid, rule
from liuke.loyalty.tests.builders import terms as build
from liuke.org.models import AuditEntry
from liuke.org.rules import Role
from liuke.points.queries import balance as balance_of
from liuke.tiers.tests.builders import plan, standing

pytestmark = pytest.mark.django_db
HOME = "/console/loyalty/"


def funded(amount=10_000):
    row = budgets.open_budget(name="会员积分", unit="points", now=timezone.now())
    budgets.change_budget(budget_id=row.pk, amount=amount, key="opened", now=timezone.now())
    return row


def form(budget, **changes):
    now = timezone.localtime()
    return {"name": "消费送积分", "fact_kind": "OrderPaid", "beneficiary": "customer", "benefit": "points",
            "amount": "floor(amount_fen / 100)", "budget_id": budget.pk if budget else "", "hold": "at_once",
            "hold_days": 7, "valid": "year_end", "valid_length": 1, "hold_out": "0",
            "starts_at": now.strftime("%Y-%m-%dT%H:%M"), **changes}


def test_finance_opens_a_budget_and_changes_it_and_the_audit_knows(inside):
    finance = inside(Role.FINANCE)

    finance.post(HOME + "budgets/", {"name": "会员积分", "unit": "points", "amount": "1000"})
    row = Budget.objects.get()
    for _click in range(2):
        finance.post(f"{HOME}budgets/{row.pk}/change/", {"amount": "200", "way": "out", "key": "k1"})

    assert balance(row.address).posted == 800
    assert list(AuditEntry.objects.order_by("pk").values_list("target", "detail__amount")) == [
        (f"budget:{row.pk}", 1_000), (f"budget:{row.pk}", -200), (f"budget:{row.pk}", -200)]


def test_money_is_typed_in_yuan_and_kept_in_fen(inside):
    inside(Role.FINANCE).post(HOME + "budgets/", {"name": "红包", "unit": "fen", "amount": "50"})

    assert balance(Budget.objects.get().address).posted == 5_000


def test_more_than_a_budget_holds_cannot_be_taken_out_and_the_page_says_so(inside):
    row = funded(100)

    answer = inside(Role.FINANCE).post(f"{HOME}budgets/{row.pk}/change/", {"amount": "101", "way": "out", "key": "k"},
                                       follow=True)

    assert "预算中没有这么多可以取出" in answer.content.decode()
    assert balance(row.address).posted == 100


def test_an_operator_sees_what_last_month_would_have_cost_and_saves(inside):
    row, ann = funded(), customer()
    for days in (40, 20, 10):
        paid(ann, 10_000, at=timezone.now() - days * DAY)
    operator = inside(Role.OPERATOR)

    shown = operator.post(HOME + "rules/new/preview/", form(row)).content.decode()
    assert "按过去 30 天的记录，会发放 200 积分" in shown
    assert "2 次中有 2 次得到奖励，涉及 1 位客户" in shown
    assert "预算还剩 10,000" in shown
    assert Rule.objects.count() == 0

    operator.post(HOME + "rules/new/", form(row, least_yuan="50", first="yes", cap_customer_day="500"))

    version = RuleVersion.objects.get()
    assert (version.amount, version.caps, version.budget) == ("floor(amount_fen / 100)", {"customer_day": 500}, row)
    assert version.conditions == {"amount_fen": {"least": 5_000}, "first": {"is": True}}
    assert AuditEntry.objects.get().target == f"rule:{version.rule_id}"


def test_a_rule_that_could_meet_another_of_its_exclusive_group_is_refused_beside_the_group(inside):
    row, operator = funded(), inside(Role.OPERATOR)
    operator.post(HOME + "rules/new/", form(row, exclusive="一组", least_yuan="100"))

    meets = operator.post(HOME + "rules/new/", form(row, name="第二条", exclusive="一组", most_yuan="100"))
    apart = operator.post(HOME + "rules/new/", form(row, name="第二条", exclusive="一组", most_yuan="99.99"))

    assert (meets.status_code, apart.status_code) == (422, 302)
    assert "它会和同一互斥组的另一条规则同时生效：消费送积分" in meets.content.decode()
    assert Rule.objects.count() == 2


@pytest.mark.parametrize(("changes", "says"), [
    ({"amount": "amount_fen / 0"}, "只能除以不为 0 的数字"),
    ({"amount": "-5"}, "算式可能小于 0"),
    ({"amount": "twenty"}, "没有这个数值：twenty"),
    ({"budget_id": ""}, "请选择一个预算"),
    ({"starts_at": "2020-01-01T00:00"}, "G22"),
    ({"fact_kind": "CustomerJoined", "amount": "5"}, "G03"),
    ({"number_field": "quality", "number_least": "3"}, "这个条件不适用于所选的行为：质量评分"),
    ({"hold_out": "60"}, "对照组最多 50%。"),
])
def test_what_cannot_be_saved_is_said_beside_its_field_and_kept(inside, changes, says):
    answer = inside(Role.OPERATOR).post(HOME + "rules/new/", form(funded(), **changes))

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "消费送积分" in answer.content.decode()
    assert Rule.objects.count() == 0


class Tea(Amount):
    """A benefit of several kinds."""

    code, unit, expires, detail = "gift", "", False, "tea"

    def choices(self):
        return [(1, "龙井"), (2, "普洱")]

    def told(self, details):
        return dict(self.choices())[details["tea"]]

    def check(self, details):
        if details.get("tea") != 2:
            raise benefits.BadDetails("tea")


def test_which_of_a_benefit_is_chosen_in_the_form(inside, monkeypatch):
    monkeypatch.setitem(benefits._known, "gift", Tea())
    operator = inside(Role.OPERATOR)

    wrong = operator.post(HOME + "rules/new/", form(None, benefit="gift", amount="1", detail_gift="1"))
    operator.post(HOME + "rules/new/", form(None, benefit="gift", amount="1", detail_gift="2"))

    assert "请选择要发放的是哪一种" in wrong.content.decode()
    version = RuleVersion.objects.get()
    assert version.details == {"tea": 2}
    assert "礼品 · 普洱" in operator.get(HOME + "rules/").content.decode()
    assert '<option value="2" selected>普洱' in operator.get(f"{HOME}rules/{version.rule_id}/change/").content.decode()


def test_a_change_asks_for_a_notice_and_makes_a_version(inside):
    row, now = funded(), timezone.now()
    first = ruling.write_rule(name="消费送积分", now=now, terms=build(budget_id=row.pk, starts_at=now))
    operator, page = inside(Role.OPERATOR), f"{HOME}rules/{first.rule_id}/change/"

    assert 'value="floor(amount_fen / 100)"' in operator.get(page).content.decode()
    refused = operator.post(page, form(row, amount="7"))
    assert "写明告知客户的内容" in refused.content.decode()
    operator.post(page, form(row, amount="7", notice="每单 7 分"))

    assert list(RuleVersion.objects.order_by("number").values_list("amount", "notice")) == [
        ("floor(amount_fen / 100)", ""), ("7", "每单 7 分")]
    shown = operator.get(f"{HOME}rules/{first.rule_id}/").content.decode()
    assert "第 2 版" in shown
    assert "每单 7 分" in shown
    operator.post(f"{HOME}rules/{first.rule_id}/stop/")
    assert Rule.objects.get().stopped_at is not None


def test_every_award_says_why(inside):
    row, now, ann = funded(), timezone.now(), customer(name="王小满")
    ruling.write_rule(name="消费送积分", now=now, terms=build(budget_id=row.pk, starts_at=now))
    bought = paid(ann, 12_800, at=now)
    award(facts=[bought], now=now)
    owner = inside()

    everything = owner.get(HOME + "awards/").content.decode()
    own = owner.get(f"{HOME}customers/{ann.pk}/").content.decode()
    page = owner.get(f"/console/customers/{ann.pk}/?view=points").content.decode()

    for shown in (everything, own, page):
        assert "消费送积分" in shown
        assert "实付商品金额 ¥128.00" in shown
    assert "消费送积分（第 1 版）· 支付订单 · L" in own
    assert "+128" in page
    assert "消费送积分" not in owner.get(HOME + "awards/?state=refused").content.decode()
    assert Award.objects.count() == 1


CHAMPION = "champion"
KINDS = {
    "points": lambda _draw: {}, "growth": lambda _draw: {"benefit": "growth", "budget_id": None},
    "coupon": lambda _draw: {"benefit": "coupon", "details": {"template": coupons.template(name="谢礼券").template_id}},
    "gift": lambda _draw: {"benefit": "gift", "details": {"gift": gifts.kind(name="谢礼杯").pk}},
    "draw_ticket": lambda draw: {"benefit": "draw_ticket", "details": {"draw": draw()}},
    "cash": lambda _draw: {"benefit": "cash", "budget_id": cash_budget(100_000).pk},
}


def open_draw():
    return draws.published(now=timezone.now() - DAY, opens_at=timezone.now() - DAY / 2,
                           closes_at=timezone.now() + DAY).pk


@pytest.mark.parametrize("kind", KINDS)
def test_customer_and_staff_read_why_something_of_any_kind_was_given(inside, client, kind):
    now, ann, ben = timezone.now(), customer(name="王小满"), customer(name="李思琪")
    given = {"amount": "200" if kind == "cash" else "1", "starts_at": now, **KINDS[kind](open_draw)}
    rule(f"首单谢礼 {kind}", now=now, conditions={"first": {"is": True}}, **given)
    award(facts=[paid(ann, 12_800, at=now), paid(ben, 100, at=now)], now=now)
    assert list(Award.objects.order_by("pk").values_list("benefit", "state")) == [(kind, "given")] * 2
    why = f"首单谢礼 {kind}"

    token = tokens.issue_token(customer_id=ann.pk, now=now)
    (told,) = client.get("/api/v1/loyalty/awards", headers={"authorization": f"Bearer {token}"}).json()["awards"]
    owner = inside()
    page = owner.get(f"{HOME}awards/?customer={ann.pk}").content.decode()

    assert (told["benefit"], told["why"].startswith(f"{why}（第 1 版）· 支付订单 · L")) == (kind, True)
    assert told["why"].endswith("首次 是")
    assert (why in page, "王小满" in page, "李思琪" in page) == (True, True, False)
    assert "李思琪" in owner.get(f"{HOME}awards/").content.decode()


def test_awards_are_sought_by_customer_rule_and_state_together(inside):
    now, ann = timezone.now(), customer(name="王小满")
    row = rule("消费送积分", now=now, starts_at=now)
    award(facts=[paid(ann, 12_800, at=now)], now=now)
    client, both = inside(), f"customer={ann.pk}&rule={row.rule_id}"

    page = client.get(f"{HOME}awards/?{both}&state=given").content.decode()
    for left in (f"?rule={row.rule_id}&amp;state=given", f"?customer={ann.pk}&amp;state=given",
                 f"?rule={row.rule_id}&amp;customer={ann.pk}&amp;state=refused"):
        assert left in page, left
    assert f"{HOME}awards/?customer={ann.pk}" in client.get(f"{HOME}customers/{ann.pk}/").content.decode()
    for odd in ("x", "9" * 5_000, "-1", "0"):
        assert client.get(f"{HOME}awards/?customer={odd}").status_code == 200


def test_campaigns_leave_a_twentieth_out_unless_somebody_says_otherwise():
    initial = [form_class.base_fields["hold_out"].initial for form_class in (RuleForm, BatchForm, PlanForm)]

    assert [float(each) for each in initial] == [5, 5, 5]


def test_nobody_is_paid_for_sharing_and_the_clause_is_told(inside):
    row, operator = funded(), inside(Role.OPERATOR)

    page = operator.post(HOME + "rules/new/", form(row, name="转发后送积分")).content.decode()

    assert "G16" in page
    assert not Rule.objects.exists()
    for name, kind in (("消费送积分", "LinkShared"), ("集赞有礼", "OrderPaid")):
        with pytest.raises(Against, match="G16"):
            ruling.write_rule(name=name, now=timezone.now(), terms=build(fact_kind=kind, starts_at=timezone.now()))


def test_who_rates_a_service_is_thanked_once_whatever_they_say(inside):
    now, ann = timezone.now(), customer()
    assert "score" not in fields_of("TicketRated")
    rule("评价有礼", now=now, fact_kind="TicketRated", amount="20", starts_at=now, caps={"customer_times": 5})
    rated = [fact(ann, "TicketRated", at=now, ticket_id=number, score=score) for number, score in ((1, 1), (2, 5))]

    for _ in range(2):
        award(facts=rated, now=now)

    assert balance_of(ann.pk, now=now).available == 40
    assert list(Award.objects.values_list("state", "amount")) == [("given", 20)] * 2
    page = inside().get(f"{HOME}awards/?customer={ann.pk}").content.decode()
    assert ("评价有礼" in page, page.count("评价服务")) == (True, 4)                    # in wide and in narrow rows


def test_a_rule_for_core_customers_of_one_tier_rewards_nobody_else_and_says_why():
    now, (both, tier_only, segment_only) = timezone.now(), (customer() for _ in range(3))
    plan(starts_on=timezone.localdate(now), now=now)
    for each in (both, tier_only):
        standing(each, "gold")
    for each in (both, segment_only):
        CustomerScore.objects.create(
            customer=each, first_on=now.date(), last_on=now.date(), orders=9, buying_days=9, net_fen=9_000, recency=5,
            frequency=5, money=5, value_tier=1, value_fen=9_000, computed_at=now)
    rule("核心金卡", now=now, starts_at=now, conditions={"tier": {"any": ["gold"]}, "segment": {"any": [CHAMPION]}})

    award(facts=[paid(each, 10_000, at=now) for each in (both, tier_only, segment_only)], now=now)

    given = Award.objects.get()
    assert (given.customer_id, given.amount) == (both.pk, 100)
    assert given.inputs["tier"] == "gold"
    assert given.inputs["segment"] == CHAMPION


@pytest.mark.parametrize("path", ["rules/", "rules/?view=stopped", "budgets/", "awards/"])
def test_empty_pages_say_what_they_are_for(inside, path):
    assert 'class="empty' in inside().get(HOME + path).content.decode()


@pytest.mark.parametrize(("role", "path", "status"), [
    (Role.OPERATOR, "rules/new/", 200), (Role.FINANCE, "rules/new/", 403), (Role.AGENT, "rules/new/", 403),
    (Role.SUPPLIER, "rules/", 403), (Role.ANALYST, "awards/", 200),
])
def test_who_may_look_and_write(inside, role, path, status):
    assert inside(role).get(HOME + path).status_code == status


def test_only_finance_and_the_owner_set_budgets(inside):
    row, operator = funded(), inside(Role.OPERATOR)

    assert operator.post(f"{HOME}budgets/{row.pk}/change/", {"amount": "5", "way": "in"}).status_code == 403
    assert operator.post(HOME + "budgets/", {"name": "x", "unit": "points", "amount": "5"}).status_code == 403
    assert balance(row.address).posted == 10_000
