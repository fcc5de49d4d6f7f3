"""The pages and the API of effect: what they say, whom they let in, and that a stop can be taken back."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from liuke.loyalty.models import Effect, EffectWindow, Rule
from liuke.loyalty.tests.builders import rule
from liuke.org.models import AuditEntry
from liuke.org.rules import Role

pytestmark = pytest.mark.django_db
HOME = "/console/loyalty/effect/"


def night(version, *, verdict="keep", again=(0.02, 0.08), worth=(200.0, 120.0, 280.0), **changes):
    """What a night could have seen: 1,000 treated, 50 held out, a yuan of cost each."""
    now = timezone.now()
    row = Effect.objects.create(**{
        "kind": "rule", "of_id": version.rule_id, "on": timezone.localdate(now), "computed_at": now,
        "since": now - timedelta(days=90), "hold_out_bp": 500, "treated": 1_200, "control": 60, "days": 30,
        "margin_bp": 4_000, "given": 120_000, "used": 30_000, "cost_fen": 120_000, "verdict": verdict, "missing": 0,
        "days_left": None, **changes})
    for days in (7, 14, 30, 60, 90):
        EffectWindow.objects.create(
            effect=row, days=days, treated=1_000, control=50, treated_again=350, control_again=15,
            treated_fen=3_000_000, control_fen=140_000, cost_fen=100_000, again_low=again[0], again_high=again[1],
            net_low=-100.0, net_high=500.0, worth=worth[0], worth_low=worth[1], worth_high=worth[2])
    return row


@pytest.fixture
def version(db):
    return rule(now=timezone.now(), starts_at=timezone.now())


def test_a_rule_page_says_what_it_brought_and_whether_that_may_be_chance(inside, version):
    night(version)

    shown = inside(Role.ANALYST).get(f"{HOME}rule/{version.rule_id}/").content.decode()

    assert "每花 1 元，多带来毛利 ¥3.00（2.20 至 3.80），值得继续。" in shown
    assert ("得到奖励的客户 30 天内有 35.0% 再次购买，对照组 30.0%，相差 +5.0 个百分点"
            "（95% 区间 +2.0 至 +8.0），不像是巧合。"
            in shown)
    assert "平均每位客户多消费 +¥2.00（95% 区间 −¥1.00 至 +¥5.00），可能只是巧合。" in shown
    assert "已用 30,000（25%）" in shown
    assert "停用</button>" not in shown                              # an analyst looks on


def test_an_effect_within_chance_is_not_claimed(inside, version):
    night(version, verdict="collect", again=(-0.03, 0.13), worth=(50.0, -300.0, 400.0), missing=4_200, days_left=300)

    shown = inside().get(f"{HOME}rule/{version.rule_id}/").content.decode()

    assert ("数据还不够：大约还需要 4,200 位客户满 30 天，才能看出它划不划算，按现在的速度约 300 天。"
            "把对照组调到 20% 会快得多。") in shown
    assert "可能只是巧合" in shown
    assert "不像是巧合" not in shown


def test_the_list_ranks_by_return_and_offers_to_stop_what_only_costs(inside, version):
    now = timezone.now()
    worse, unseen = rule("白送", now=now, starts_at=now), rule("新规则", now=now, starts_at=now)
    night(version)
    night(worse, verdict="stop", worth=(-90.0, -120.0, -60.0))

    shown = inside(Role.OPERATOR).get(HOME).content.decode()

    assert shown.index(version.rule.name) < shown.index(">白送<") < shown.index(unseen.rule.name)
    assert "1 项建议停用" in shown
    assert f"{HOME}rule/{worse.rule_id}/stop/" in shown
    assert f"{HOME}rule/{version.rule_id}/stop/" not in shown
    assert "今晚计算" in shown


def test_a_stop_is_one_click_and_one_click_takes_it_back(inside, version):
    night(version, verdict="stop")
    operator = inside(Role.OPERATOR)

    answer = operator.post(f"{HOME}rule/{version.rule_id}/stop/")
    undo = next(iter(get_messages(answer.wsgi_request))).extra_tags

    assert Rule.objects.get().stopped_at is not None
    operator.post(undo)
    assert Rule.objects.get().stopped_at is None
    version.refresh_from_db()
    assert version.ends_at is None
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "target")) == [
        ("loyalty.console.effect.stop", f"rule:{version.rule_id}"),
        ("loyalty.console.effect.resume", f"rule:{version.rule_id}")]


def test_the_stop_of_the_rules_page_can_be_taken_back_too(inside, version):
    operator = inside(Role.OPERATOR)

    answer = operator.post(f"/console/loyalty/rules/{version.rule_id}/stop/")

    operator.post(next(iter(get_messages(answer.wsgi_request))).extra_tags)
    assert Rule.objects.get().stopped_at is None


def test_a_forged_undo_changes_nothing(inside, version):
    operator = inside(Role.OPERATOR)
    operator.post(f"{HOME}rule/{version.rule_id}/stop/")

    operator.post(f"{HOME}resume/?what=forged")

    assert Rule.objects.get().stopped_at is not None


def test_who_may_only_look_cannot_stop(inside, version):
    assert inside(Role.AGENT).post(f"{HOME}rule/{version.rule_id}/stop/").status_code == 403
    assert Rule.objects.get().stopped_at is None


@pytest.mark.parametrize("path", ["rule/999/", "nothing/1/"])
def test_what_is_not_there_is_not_found(inside, path, version):
    assert inside().get(HOME + path).status_code == 404


def test_a_rule_page_leads_to_its_effect_once_it_has_begun(inside, version):
    now = timezone.now()
    coming = rule("下周开始", now=now, starts_at=now + timedelta(days=7))
    page = inside()

    shown = [page.get(f"/console/loyalty/rules/{each.rule_id}/").content.decode() for each in (version, coming)]

    assert ["看效果" in each for each in shown] == [True, False]


def test_before_the_first_night_pages_say_when_it_comes(inside, version):
    assert "今晚计算" in inside().get(f"{HOME}rule/{version.rule_id}/").content.decode()


def test_the_list_costs_the_same_for_many_rules(inside, version, django_assert_max_num_queries):
    now = timezone.now()
    for each in range(12):
        night(rule(f"规则 {each}", now=now, starts_at=now))
    page = inside()

    with django_assert_max_num_queries(20):
        page.get(HOME)


def test_the_api_tells_staff_the_same(inside, version):
    night(version)
    analyst = inside(Role.ANALYST)

    one = analyst.get(f"/api/v1/loyalty/effects/rule/{version.rule_id}").json()
    every = analyst.get("/api/v1/loyalty/effects").json()

    assert every == [one]
    assert (one["verdict"], one["treated"], one["control"], one["hold_out"]) == ("keep", 1_200, 60, 0.05)
    main = one["windows"][2]
    assert main["per_yuan"] == {"estimate": 3.0, "low": 2.2, "high": 3.8}
    assert main["again"] == {"estimate": pytest.approx(0.05), "low": 0.02, "high": 0.08}
    assert analyst.get("/api/v1/loyalty/effects/rule/999").status_code == 404
