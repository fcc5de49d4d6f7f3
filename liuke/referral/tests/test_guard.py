from datetime import UTC, datetime, timedelta

import pytest

from liuke.referral.guard import (
    Profile,
    Severity,
    Verdict,
    codes,
    copy_findings,
    message_findings,
    network_findings,
    plan_findings,
    price_findings,
    release_findings,
    verdict,
    version_findings,
)
from liuke.referral.plan_reader import read_plan
from liuke.referral.presets import PRESETS, preset
from liuke.referral.tests.builders import SCENARIOS, chain_plan, peer, tier_plan

CANONICAL = ["G02", "G03", "G04", "G05", "G07"]
SAFE_TERMS = {"confirm_after_days": 7, "payout": {"identity_check": True, "tax_method": "per_payment"}}
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def found(raw, profile=Profile.CN):
    return plan_findings(read_plan(raw), profile)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_example_plan_gets_its_codes(name):
    assert codes(found(SCENARIOS[name]["plan"])) == SCENARIOS[name]["guard_expect"]


@pytest.mark.parametrize(("plan", "expected"), [
    (chain_plan(boss_rate=14970), ["G02", "G03", "G04", "G05"]),
    (chain_plan(boss_rate=14971), CANONICAL),
    (chain_plan(boss_rate=14500, peer=peer(10)), CANONICAL),
    (chain_plan(boss_rate=10000), ["G02", "G03", "G04"]),
    (chain_plan(boss_rate=10000, peer=peer(1)), ["G02", "G03", "G04", "G05"]),
    (chain_plan(boss_rate=10000, repurchase={"self_saving": True, "team_differential": True}), ["G02", "G03", "G04"]),
    (chain_plan(entry_amount=0), ["G03", "G04", "G05", "G07"]),
    (chain_plan(agent_rate=0, boss_rate=0), ["G02", "G04"]),
    (chain_plan(help_fund={"pct": 20}), [*CANONICAL, "G08"]),
    (chain_plan(help_fund={"pct": 0}), CANONICAL),
    (chain_plan(peer=peer(), stay_policy="last_one_to_former_boss", root_role="agent"), CANONICAL),
    (chain_plan(payout={"identity_check": True, "tax_method": "cumulative", "forced_purchase_pct": 30}),
     [*CANONICAL, "G09"]),
    (tier_plan(tiers_pct=[]), []),
    (tier_plan(tiers_pct=[10]), []),
    (tier_plan(tiers_pct=[30]), []),
    (tier_plan(tiers_pct=[30.0001]), ["G07"]),
    (tier_plan(tiers_pct=[20, 10]), ["G10"]),
    (tier_plan(tiers_pct=[20, 10.5]), ["G07", "G10"]),
    (tier_plan(tiers_pct=[10, 0]), []),
    (tier_plan(max_tiers=1), []),
    (tier_plan(tiers_pct=[10, 5, 3], max_tiers=3), ["G01"]),
    (tier_plan(tiers_pct=[10, 5, 3]), ["G01"]),
    (tier_plan(tiers_pct=[20, 10, 5]), ["G01", "G07"]),
    (tier_plan(entry_purchase_required=True), ["G02", "G10"]),
    (tier_plan(paid_in={"tier2": "points"}), []),
    (tier_plan(paid_in={"tier1": "coupon"}), []),
    (tier_plan(tiers_pct=[10], share_cap_pct=9), ["G07"]),
    (tier_plan(tiers_pct=[31], share_cap_pct=40), ["G07"]),
    (tier_plan(tiers_pct=[10], gross_margin_pct=9), ["G07"]),
    (tier_plan(tiers_pct=[10], confirm_after_days=6), ["G11"]),
    (tier_plan(tiers_pct=[10], payout={"identity_check": False}), ["G12"]),
    (tier_plan(tiers_pct=[10], copy=["分享好物", "月入过万不是梦"]), ["G14"]),
    (tier_plan(tiers_pct=[10], copy=["躺赚"]), ["G14"]),
    (tier_plan(tiers_pct=[10], share_gate=True), ["G16"]),
    (tier_plan(tiers_pct=[10], welcome_pack={"paid_in": "coupon", "cap_per_referrer": 5}), []),
    (tier_plan(tiers_pct=[10], welcome_pack={"paid_in": "cash", "cap_per_referrer": 5}), ["G03"]),
    (tier_plan(tiers_pct=[10], welcome_pack={"paid_in": "points"}), ["G03"]),
])
def test_a_plan_gets_exactly_the_codes_of_what_it_says(plan, expected):
    assert codes(found(plan)) == expected


def test_a_finding_says_how_bad_on_what_ground_and_where():
    finding = next(one for one in found(chain_plan(peer=peer())) if one.path == "plan.peer")

    assert (finding.code, finding.severity) == ("G05", Severity.REJECT)
    assert "第七条第三项" in finding.basis


def test_the_canonical_chain_is_refused_in_china_and_needs_a_signature_elsewhere():
    plan = read_plan(preset("chain_2_plus_1"))

    assert verdict(release_findings(plan, Profile.CN)) is Verdict.REFUSED
    assert verdict(release_findings(plan, Profile.OTHER)) is Verdict.NEEDS_SIGNATURE


def test_two_cash_levels_need_a_named_sign_off():
    findings = release_findings(read_plan(preset("two_tier")))

    assert [(one.code, one.severity, one.path) for one in findings] == [("G10", Severity.WARN, "plan.tiers_pct[1]")]
    assert verdict(findings) is Verdict.NEEDS_SIGNATURE


def test_the_safe_profile_passes_untouched():
    assert release_findings(read_plan(preset("safe_2_plus_1"))) == []
    assert verdict([]) is Verdict.PASSES


def test_every_preset_can_be_read_and_no_other_name_is_one():
    assert [type(read_plan(preset(name))).__name__ for name in PRESETS] == ["TwoTier", "TwoTier", "Chain21"]
    with pytest.raises(KeyError):
        preset("../plans")


def test_a_plan_may_be_played_without_pay_out_terms_but_not_activated():
    bare = tier_plan(tiers_pct=[10])

    assert [(one.code, one.path) for one in release_findings(read_plan(bare))] == [
        ("G11", "plan.confirm_after_days"), ("G12", "plan.payout"),
    ]
    assert release_findings(read_plan(bare | SAFE_TERMS)) == []


@pytest.mark.parametrize("profile", Profile)
def test_honest_books_are_asked_for_under_every_law(profile):
    careless = read_plan(chain_plan(confirm_after_days=0, payout={}))

    refused = [one.path for one in release_findings(careless, profile) if one.code in ("G11", "G12")]

    assert refused == ["plan.confirm_after_days", "plan.hold", "plan.payout.identity_check", "plan.payout.tax_method"]
    assert verdict(release_findings(careless, profile)) is Verdict.REFUSED


@pytest.mark.parametrize(("chain", "people", "severities"), [
    (1, 14, []),
    (2, 14, [Severity.ALARM]),
    (2, 15, [Severity.ALARM, Severity.ALARM]),
    (3, 29, [Severity.FREEZE, Severity.ALARM]),
    (1, 30, [Severity.FREEZE]),
])
def test_a_network_is_watched_well_below_the_criminal_threshold(chain, people, severities):
    findings = network_findings(longest_paid_chain=chain, people_under_head=people)

    assert [one.severity for one in findings] == severities


@pytest.mark.parametrize(("change", "paths"), [
    ({}, []),
    ({"version": 1}, ["version.number"]),
    ({"effective_at": NOW - timedelta(seconds=1)}, ["version.effective_at", "version.noticed_at"]),
    ({"noticed_at": None}, ["version.noticed_at"]),
    ({"noticed_at": NOW + timedelta(days=1)}, ["version.noticed_at"]),
    ({"replaces": None, "noticed_at": None, "version": 1}, []),
])
def test_a_changed_plan_takes_effect_later_under_a_new_number_and_after_a_notice(change, paths):
    version = {"version": 2, "replaces": 1, "effective_at": NOW + timedelta(days=1), "noticed_at": NOW, "now": NOW}

    assert [one.path for one in version_findings(**version | change)] == paths


def test_copy_messages_and_prices_are_found_with_their_place_and_weight():
    texts = ["真心好用", "躺赚不是梦", "月入过万"]
    assert [(one.code, one.path) for one in copy_findings(texts, "notice")] == [
        ("G14", "notice[1]"), ("G14", "notice[2]")]
    assert [(one.code, one.severity, one.path) for one in message_findings([7], [8, 9])] == [
        ("G17", Severity.BLOCK, "messages[7]"), ("G18", Severity.BLOCK, "messages[8]"),
        ("G18", Severity.BLOCK, "messages[9]")]
    assert [(one.severity, one.path) for one in price_findings([1], [2])] == [
        (Severity.REJECT, "prices[1]"), (Severity.WARN, "prices[2]")]
    assert {one.severity for one in price_findings([1], [2], Profile.OTHER)} == {Severity.WARN}
