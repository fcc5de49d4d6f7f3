"""A pack is given whole or not at all, and comes back part by part as each kind says."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from liuke.coupons.models import Coupon
from liuke.coupons.tests import builders as coupons
from liuke.gifts.models import Gift
from liuke.gifts.tests import builders as gifts
from liuke.ledger.queries import balance
from liuke.loyalty.models import Award, Pack
from liuke.loyalty.queries.history import history
from liuke.loyalty.rules.guard import Against
from liuke.loyalty.rules.packs import BadPack, Part
from liuke.loyalty.rules.terms import AFTER_DAYS, BadRule
from liuke.loyalty.services import benefits, packs
from liuke.loyalty.services.awarding import award
from liuke.loyalty.services.effect import cost_expression
from liuke.loyalty.services.releasing import release_due
from liuke.loyalty.services.reversing import take_back_for_refund
from liuke.loyalty.tests.builders import DAY, NOW, budget, customer, fact, paid, referred, refund, rule
from liuke.org.rules import Role
from liuke.points import queries as points
from liuke.referral.models import Block, ReferralLink

pytestmark = pytest.mark.django_db


def pack(*, name="感谢礼包", money=1_000, stock=5):
    """A hundred points, ten growth, two coupons and a cup."""
    return packs.write_pack(name=name, now=NOW, words="谢谢您。", parts=[
        Part(benefit="points", amount=100, budget_id=budget(money).pk), Part(benefit="growth", amount=10),
        Part(benefit="coupon", amount=2, details={"template": coupons.template().template_id}),
        Part(benefit="gift", amount=1, details={"gift": gifts.kind(stock=stock).pk})])


def holds(one):
    """Points, growth, coupons and gifts of a customer."""
    return (points.balance(one.pk, now=NOW).available, balance(f"growth:customer:{one.pk}").posted,
            Coupon.objects.filter(customer=one, state="issued").count(),
            Gift.objects.filter(customer=one, state="open").count())


def take_back(sold, fen):
    back = refund(sold, fen)
    take_back_for_refund(order_id=back.data["order_id"], fact_id=back.pk, now=NOW)


def test_a_pack_brings_all_of_it_once_and_a_refund_takes_all_of_it():
    ann = customer()
    rule(benefit="pack", details={"pack": pack().pk}, amount="1", conditions={"amount_fen": {"least": 10_000}})
    sold = paid(ann, 20_000)

    for _ in range(2):
        award(facts=[sold], now=NOW)

    assert holds(ann) == (100, 10, 2, 1)
    assert [(entry.points, entry.rule) for entry in history(ann.pk).entries] == [(100, "消费送积分")]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {cost_expression(points_per_yuan=100)} FROM loyalty_award a")
        assert cursor.fetchone() == (100 + 3_800,)                 # coupons that nobody used cost nothing
    take_back(sold, 20_000)
    assert (holds(ann), Award.objects.get().state) == ((0, 0, 0, 0), "undone")


def test_held_until_the_goods_stay():
    ann = customer()
    rule(benefit="pack", details={"pack": pack().pk}, amount="1", hold=AFTER_DAYS, hold_days=7)
    award(facts=[paid(ann, 20_000)], now=NOW)
    assert holds(ann) == (0, 0, 0, 0)

    assert release_due(now=NOW + 7 * DAY) == 1

    assert holds(ann) == (100, 10, 2, 1)


def test_what_is_short_of_one_part_is_short_of_all():
    ann, ben = customer(), customer()
    rule(benefit="pack", details={"pack": pack(money=150).pk}, amount="1")

    award(facts=[paid(ann, 20_000), paid(ben, 20_000)], now=NOW)

    assert sorted([holds(ann), holds(ben)]) == [(0, 0, 0, 0), (100, 10, 2, 1)]
    assert sorted(Award.objects.values_list("state", "reason", "amount")) == [
        ("given", "", 1), ("refused", "budget", 0)]


def test_the_referrer_is_thanked_for_the_friend_s_first_paid_order_and_never_for_joining():
    ann, ben, cat = customer(), customer(), customer()
    thanks = pack(stock=9)
    with pytest.raises(Against) as refused:
        rule(fact_kind="CustomerJoined", beneficiary="referrer", benefit="pack", details={"pack": thanks.pk},
             amount="1", caps={"customer_times": 1})
    assert refused.value.finding.code == "G03"
    rule(beneficiary="referrer", benefit="pack", details={"pack": thanks.pk}, amount="1",
         conditions={"first": {"is": True}})
    referred(ann, who=ben)
    referred(ann, who=cat)

    award(facts=[paid(ben, 9_900)], now=NOW)
    award(facts=[paid(ben, 9_900, at=NOW + DAY)], now=NOW + DAY)
    assert (holds(ann), holds(ben)) == ((100, 10, 2, 1), (0, 0, 0, 0))

    Block.objects.create(customer=ann, reason="刷单", blocked_at=NOW)
    award(facts=[paid(cat, 9_900)], now=NOW)
    assert holds(ann) == (100, 10, 2, 1)


def test_everybody_reads_what_a_newcomer_gets_and_nothing_that_only_some_get(client):
    welcome = packs.write_pack(name="欢迎礼包", now=NOW, words="加入即得。", parts=[
        Part(benefit="points", amount=100, budget_id=budget().pk),
        Part(benefit="coupon", amount=1, details={"template": coupons.template(name="新客券").template_id})])
    joining = {"fact_kind": "CustomerJoined", "caps": {"customer_times": 1}}
    rule("欢迎", **joining, benefit="pack", details={"pack": welcome.pk}, amount="1")
    rule("试验", **joining, amount="5", hold_out_bp=500)
    rule("来源", **joining, amount="6", conditions={"source": {"any": ["h5"]}})

    told = client.get("/api/v1/loyalty/welcome").json()

    assert told == [{"name": "欢迎礼包", "words": "加入即得。", "gives": [
        {"benefit": "points", "amount": 100, "said": "积分 100"},
        {"benefit": "coupon", "amount": 1, "said": "优惠券 · 新客券"}]}]
    link = ReferralLink.objects.create(token="abcd2345", customer=customer(), landing="home", made_at=NOW)
    assert "优惠券 · 新客券" in client.get(f"/r/{link.token}").content.decode()
    newcomer = customer()
    award(facts=[fact(newcomer, "CustomerJoined", source="app")], now=NOW)
    assert holds(newcomer)[0] in (100, 105)
    packs.stop_pack(pack_id=welcome.pk, now=NOW)
    assert client.get("/api/v1/loyalty/welcome").json() == []


@pytest.mark.parametrize(("about", "part"), [
    ("amount", {"benefit": "growth", "amount": 0}), ("amount", {"benefit": "growth", "amount": -3}),
    ("budget_id", {"benefit": "points", "amount": 5}), ("benefit", {"benefit": "pack", "amount": 1}),
    ("budget_id", {"benefit": "cash", "amount": 500, "budget_id": "points"}),
], ids=["nothing", "negative", "no-budget", "nested", "unit"])
def test_a_part_that_cannot_be_given_is_refused_where_it_is_written(about, part):
    given_part = {**part, "budget_id": budget().pk} if part.get("budget_id") == "points" else part
    with pytest.raises(BadPack) as refused:
        packs.write_pack(name="礼包", now=NOW, parts=[Part(benefit="growth", amount=1), Part(**given_part)])
    assert (refused.value.about, refused.value.at, refused.value.code) == (about, 2, "loyalty_pack")


def test_cash_in_a_pack_meets_the_guard_and_unknown_kinds_their_own_refusal():
    pays = budget(unit="fen").pk
    with pytest.raises(Against) as too_much:
        packs.write_pack(name="一", now=NOW, parts=[Part(benefit="cash", amount=20_001, budget_id=pays)])
    assert too_much.value.finding.code == "G20"
    cash = packs.write_pack(name="二", now=NOW, parts=[Part(benefit="cash", amount=500, budget_id=pays)])
    with pytest.raises(Against) as joined:
        rule(fact_kind="CustomerJoined", benefit="pack", details={"pack": cash.pk}, amount="1", caps={"total": 9})
    assert joined.value.finding.code == "G03"
    with pytest.raises(BadRule, match="amount"):
        rule(benefit="pack", details={"pack": cash.pk}, amount="2")
    with pytest.raises(benefits.BenefitMissing):
        packs.write_pack(name="三", now=NOW, parts=[Part(benefit="card", amount=1)])
    with pytest.raises(packs.PackNameTaken):
        packs.write_pack(name="二", now=NOW, parts=[Part(benefit="growth", amount=1)])


def test_staff_write_a_pack_and_stop_it(inside):
    client, pays, coupon = inside(Role.OPERATOR), budget(), coupons.template()
    typed = {"name": "欢迎礼包", "words": "", "what_1": "points", "amount_1": "100", "budget_1": pays.pk,
             "what_3": f"coupon:{coupon.template_id}", "amount_3": "2"}

    wrong = client.post("/console/loyalty/packs/new/", {**typed, "budget_1": ""})
    assert wrong.status_code == 422
    assert "积分和现金要选同单位的预算" in wrong.content.decode()
    assert client.post("/console/loyalty/packs/new/", typed).status_code == 302

    row = Pack.objects.get()
    assert [(part["benefit"], part["amount"]) for part in row.parts] == [("points", 100), ("coupon", 2)]
    assert "积分 100" in client.get("/console/loyalty/packs/").content.decode()
    assert client.post(f"/console/loyalty/packs/{row.pk}/stop/").status_code == 302
    assert "积分 100" not in client.get("/console/loyalty/packs/").content.decode()


class TestShares(TestCase):
    @given(fens=st.lists(st.integers(1, 7_000), min_size=1, max_size=5))
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    def test_refunds_in_parts_take_a_pack_back_exactly_once(self, fens):
        whole, ann = sum(fens), customer()
        rule(benefit="pack", details={"pack": pack(name=f"礼包 {ann.pk}").pk}, amount="1")
        sold = paid(ann, whole)
        award(facts=[sold], now=NOW)
        back = 0
        for fen in fens:
            take_back(sold, fen)
            back += fen
            gone = (2 * back + whole) // (2 * whole) >= 1          # half of it or more, rounded half up
            assert holds(ann) == ((0, 0, 0, 0) if gone else (100, 10, 2, 1))
