import json
from datetime import timedelta

import pytest
from django.utils import timezone

from liuke.coupons.tests import builders as coupons
from liuke.customers.tests.builders import make_customer as customer
from liuke.loyalty.rules.packs import Part
from liuke.loyalty.services import packs
from liuke.org.rules import Role
from liuke.org.tests.builders import staff
from liuke.referral import guard
from liuke.referral.models import Block, PlanVersion, SignOff
from liuke.referral.presets import preset
from liuke.referral.queries.plans import findings_of, live_version

pytestmark = pytest.mark.django_db
PLANS = "/console/referral/plans/"


@pytest.fixture
def inside(client):
    def login(role=Role.OWNER):
        client.force_login(staff(username=str(role), role=role))
        return client

    return login


def drafted(client, name, **more):
    said = client.post(f"{PLANS}new/", {"name": name, "terms": json.dumps(preset(name)), "profile": "CN", **more})
    assert said.status_code == 302, said.content.decode()
    return PlanVersion.objects.latest("pk")


def start(client, row):
    at = timezone.localtime() + timedelta(hours=1)
    return client.post(f"{PLANS}{row.pk}/start/", {"starts_at": at.strftime("%Y-%m-%dT%H:%M"), "notice": "新规则"})


def test_the_safe_plan_goes_from_preset_to_force_once_somebody_has_looked(inside):
    client = inside()
    assert "2+1 安全版" in client.get(PLANS).content.decode()
    assert "tiers_pct" in client.get(f"{PLANS}new/?preset=safe_2_plus_1").content.decode()
    row = drafted(client, "safe_2_plus_1")

    page = client.get(f"{PLANS}{row.pk}/").content.decode()
    assert "模拟 10,000 人加入" in page
    assert "没有发现问题" in page
    assert start(client, row).status_code == 422                      # nobody has looked yet
    client.post(f"{PLANS}{row.pk}/seen/")
    assert start(client, row).status_code == 302

    assert live_version(at=timezone.now() + timedelta(hours=2)) == row
    client.post(f"{PLANS}stop/")
    assert live_version(at=timezone.now() + timedelta(hours=2)) is None


def test_figures_in_fields_go_before_the_json_and_packs_and_coupons_are_chosen_by_name(inside):
    client, now = inside(), timezone.now()
    kind = coupons.template(off_fen=500, now=now).template_id
    packs.write_pack(name="欢迎礼包", now=now, parts=[Part(benefit="growth", amount=5)])
    form = client.get(f"{PLANS}new/?preset=safe_2_plus_1").content.decode()
    assert 'value="10"' in form
    assert '<option value="欢迎礼包">' in form

    row = drafted(client, "safe_2_plus_1", first_pct="8.5", second_pct="", second_in="coupon", coupon=kind, days="10",
                  tax="per_payment", referee_pack="欢迎礼包", pack_cap="3")

    assert {name: row.terms[name] for name in ("tiers_pct", "paid_in", "coupon_template", "confirm_after_days",
                                               "payout", "welcome_pack")} == {
        "tiers_pct": [8.5, 5], "paid_in": {"tier2": "coupon"}, "coupon_template": kind, "confirm_after_days": 10,
        "payout": {"identity_check": True, "tax_method": "per_payment"},
        "welcome_pack": {"referrer": "", "referee": "欢迎礼包", "paid_in": "coupon", "cap_per_referrer": 3}}
    page = client.get(f"{PLANS}{row.pk}/").content.decode()
    assert "现金以外的奖励" in page
    assert "欢迎礼包" in page
    one = drafted(client, "two_tier", first_pct="12", second_pct="0")
    assert (one.terms["tiers_pct"], guard.verdict(findings_of(one, to_release=True))) == ([12], "passes")


def test_the_canonical_chain_shows_its_clauses_and_offers_no_start(inside):
    client = inside()
    row = drafted(client, "chain_2_plus_1")

    page = client.get(f"{PLANS}{row.pk}/").content.decode()

    assert "禁止传销条例" in page
    assert "启用方案" not in page
    client.post(f"{PLANS}{row.pk}/seen/")
    assert start(client, row).status_code == 422


def test_two_cash_levels_wait_for_a_name(inside):
    client = inside()
    row = drafted(client, "two_tier")
    client.post(f"{PLANS}{row.pk}/seen/")
    assert start(client, row).status_code == 422

    client.post(f"{PLANS}{row.pk}/sign/", {"code": "G10", "signer": "王律师", "statement": "已审阅"})

    assert SignOff.objects.get().signer == "王律师"
    assert start(client, row).status_code == 302


@pytest.mark.parametrize(("said", "why"), [
    ({"terms": "{"}, "不是完整的 JSON"), ({"terms": '{"tiers_pct": [10], "bonus": 1}'}, "plan.bonus"),
    ({"terms": "[]"}, "plan"), ({"name": ""}, "必填"), ({"entry": "nothing"}, "没有这个编码的商品"),
], ids=["broken", "unknown-field", "no-object", "no-name", "no-product"])
def test_what_cannot_be_a_plan_is_told_beside_the_field_and_writes_nothing(inside, said, why):
    form = {"name": "方案", "terms": json.dumps(preset("two_tier")), "profile": "CN", **said}

    page = inside().post(f"{PLANS}new/", form)

    assert page.status_code == 422
    assert why in page.content.decode()
    assert not PlanVersion.objects.exists()


def test_who_may_only_look_changes_nothing(inside):
    client = inside(Role.FINANCE)

    assert client.get(PLANS).status_code == 200
    for door in ("new/", "stop/", "1/seen/", "1/sign/", "1/start/"):
        assert client.post(PLANS + door).status_code == 403


@pytest.mark.parametrize("number", ["987654", "9" * 30])
@pytest.mark.parametrize("door", [
    "plans/{}/", "plans/{}/replay/", "plans/{}/seen/", "plans/{}/sign/", "plans/{}/start/", "results/trials/{}/end/",
    "results/network/{}/release/", "results/screening/{}/decide/", "results/promoters/{}/correct/",
    "results/promoters/{}/block/", "results/promoters/{}/unblock/", "results/codes/{}/end/", "results/groups/{}/stop/"])
def test_what_is_not_there_is_not_found(inside, door, number):
    client, address = inside(), "/console/referral/" + door.format(number)

    said = client.get(address) if door == "plans/{}/" else client.post(address, {
        "reason": "x", "starts_at": "2030-01-01T00:00", "until_chain": 3, "until_people": 3})

    assert said.status_code == 404


@pytest.mark.parametrize("terms", [
    "[" * 19_000, '{"tiers_pct": [NaN]}', '{"tiers_pct": [10], "copy": ["\\u0000"]}',
    '{"tiers_pct": [10], "copy": ["\\ud800"]}', '{"tiers_pct": [10], "paid_in": "x", "payout": [1]}',
    '{"tiers_pct": [10], "welcome_pack": {"referrer": "\\u0000"}}', '{"tiers_pct": ["a", {}]}', "7",
], ids=["deep", "nan", "zero-byte", "half-a-sign", "not-objects", "pack", "words", "number"])
def test_terms_that_are_none_are_refused_beside_their_field(inside, terms):
    said = inside().post(f"{PLANS}new/", {"name": "错的", "terms": terms, "profile": "CN", "second_in": "points",
                                          "tax": "cumulative"})

    assert said.status_code == 422
    assert 'id="id_terms-error"' in said.content.decode()
    assert not PlanVersion.objects.exists()


def test_a_zero_byte_is_refused_wherever_it_is_sent(inside):
    client, who = inside(), customer()
    row = drafted(client, "two_tier")

    for door, sent in ((f"plans/{row.pk}/sign/", {"code": "G10", "signer": "王\x00", "statement": "好"}),
                       (f"results/promoters/{who.pk}/block/", {"reason": "a\x00b"}),
                       (f"results/promoters/{who.pk}/correct/", {"number": "\x00", "reason": "x"})):
        assert "不能保存的字符" in client.post(f"/console/referral/{door}", sent, follow=True).content.decode()
    assert client.get("/console/referral/results/promoters/", {"q": "a\x00b"}).status_code == 302
    assert (SignOff.objects.count(), Block.objects.count()) == (0, 0)
