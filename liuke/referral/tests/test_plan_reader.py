import math

import pytest

from liuke.referral import refusals
from liuke.referral.plan_reader import plan_digest, read_plan
from liuke.referral.plans import PaidIn, Reward, Role, StayPolicy
from liuke.referral.tests.builders import chain_plan, peer, tier_plan


def test_a_chain_plan_is_read_field_by_field():
    plan = read_plan(chain_plan(
        root_role="agent", stay_policy="last_one_to_former_boss", hold="until_confirm", peer=peer(2.5),
        help_fund={"pct": 20}, repurchase={"self_saving": True, "team_differential": False}, graduate_directs=3,
    ))

    assert (plan.entry_amount, plan.agent_rate, plan.boss_rate, plan.graduate_directs) == (49900, 10000, 30000, 3)
    assert (plan.root_role, plan.stay_policy, plan.holds_until_confirm) == (Role.AGENT, StayPolicy.LAST_ONE, True)
    assert (plan.peer_ppm, plan.help_fund_ppm) == (25_000, 200_000)
    assert (plan.repurchase.self_saving, plan.repurchase.team_differential) == (True, False)


def test_what_a_chain_plan_leaves_out_is_canonical():
    short = read_plan({"entry_amount": 49900, "agent_rate": 10000, "boss_rate": 30000})

    assert short == read_plan(chain_plan())


@pytest.mark.parametrize(("root_role", "stay_policy", "fixed"), [
    ("boss", "first_n_to_former_boss", True),
    ("agent", "first_n_to_former_boss", False),
    ("boss", "last_one_to_former_boss", False),
])
def test_teams_are_fixed_only_where_the_formula_is_exact(root_role, stay_policy, fixed):
    assert read_plan(chain_plan(root_role=root_role, stay_policy=stay_policy)).has_fixed_teams is fixed


def test_percentages_become_whole_parts_per_million():
    plan = read_plan(tier_plan(tiers_pct=[0.1, 12.3456], paid_in={"tier1": "cash", "tier2": "coupon"}))

    assert plan.tiers_ppm == (1_000, 123_456)
    assert plan.terms.paid_in == {Reward.TIER2: PaidIn.COUPON}


@pytest.mark.parametrize(("raw", "refusal", "path"), [
    (None, refusals.PlanRefused, "plan"),
    ([], refusals.PlanRefused, "plan"),
    ({}, refusals.MissingPlanField, "plan.entry_amount"),
    (chain_plan(boss_rate=None), refusals.MissingPlanField, "plan.boss_rate"),
    (chain_plan(hop=1), refusals.UnknownPlanField, "plan.hop"),
    (chain_plan(tiers=1, apex=2), refusals.UnknownPlanField, "plan.apex"),
    (chain_plan(peer=peer() | {"cap": 1}), refusals.UnknownPlanField, "plan.peer.cap"),
    (chain_plan(peer={"mode": "pct_of_graduate_rewards"}), refusals.MissingPlanField, "plan.peer.pct"),
    (chain_plan(peer=peer() | {"mode": "once"}), refusals.UnknownPlanValue, "plan.peer.mode"),
    (chain_plan(peer=peer() | {"to": "inviter"}), refusals.UnknownPlanValue, "plan.peer.to"),
    (chain_plan(peer=peer() | {"funded_by": "boss"}), refusals.UnknownPlanValue, "plan.peer.funded_by"),
    (chain_plan(peer=peer(100.5)), refusals.PlanRefused, "plan.peer.pct"),
    (chain_plan(peer=peer(math.nan)), refusals.PlanRefused, "plan.peer.pct"),
    (chain_plan(peer=peer(1.00001)), refusals.PlanRefused, "plan.peer.pct"),
    (chain_plan(peer=10), refusals.PlanRefused, "plan.peer"),
    (chain_plan(help_fund={"pct": -1}), refusals.PlanRefused, "plan.help_fund.pct"),
    (chain_plan(help_fund={}), refusals.MissingPlanField, "plan.help_fund.pct"),
    (chain_plan(repurchase={"self_saving": 1}), refusals.PlanRefused, "plan.repurchase.self_saving"),
    (chain_plan(repurchase={"forced": True}), refusals.UnknownPlanField, "plan.repurchase.forced"),
    (chain_plan(root_role="king"), refusals.UnknownPlanValue, "plan.root_role"),
    (chain_plan(stay_policy="all"), refusals.UnknownPlanValue, "plan.stay_policy"),
    (chain_plan(stay_target="inviter"), refusals.UnknownPlanValue, "plan.stay_target"),
    (chain_plan(stay_move="none"), refusals.UnknownPlanValue, "plan.stay_move"),
    (chain_plan(hold="forever"), refusals.UnknownPlanValue, "plan.hold"),
    (chain_plan(hold=["none"]), refusals.UnknownPlanValue, "plan.hold"),
    (chain_plan(graduate_directs=0), refusals.PlanRefused, "plan.graduate_directs"),
    (chain_plan(graduate_directs=True), refusals.PlanRefused, "plan.graduate_directs"),
    (chain_plan(graduate_directs=2.0), refusals.PlanRefused, "plan.graduate_directs"),
    (chain_plan(agent_rate=-1), refusals.PlanRefused, "plan.agent_rate"),
    (chain_plan(agent_rate=30001), refusals.PlanRefused, "plan.boss_rate"),
    (chain_plan(entry_amount=10**12 + 1), refusals.PlanRefused, "plan.entry_amount"),
    (tier_plan(tiers_pct=None), refusals.MissingPlanField, "plan.tiers_pct"),
    (tier_plan(tiers_pct=10), refusals.PlanRefused, "plan.tiers_pct"),
    (tier_plan(tiers_pct=[10, "5"]), refusals.PlanRefused, "plan.tiers_pct[1]"),
    (tier_plan(tiers_pct=[1] * 11), refusals.PlanRefused, "plan.tiers_pct"),
    (tier_plan(max_tiers=0), refusals.PlanRefused, "plan.max_tiers"),
    (tier_plan(rounding="half up"), refusals.UnknownPlanValue, "plan.rounding"),
    (tier_plan(paid_in={"tier3": "points"}), refusals.UnknownPlanField, "plan.paid_in.tier3"),
    (tier_plan(paid_in={"tier2": "gold"}), refusals.UnknownPlanValue, "plan.paid_in.tier2"),
    (tier_plan(kind="chain21"), refusals.MissingPlanField, "plan.entry_amount"),
    (tier_plan(kind="pyramid"), refusals.UnknownPlanValue, "plan.kind"),
    (tier_plan(copy="text"), refusals.PlanRefused, "plan.copy"),
    (tier_plan(payout={"tax_method": "none"}), refusals.UnknownPlanValue, "plan.payout.tax_method"),
])
def test_what_no_rule_can_play_is_refused_with_code_and_path(raw, refusal, path):
    with pytest.raises(refusals.PlanRefused) as refused:
        read_plan(raw)

    assert (type(refused.value), refused.value.path) == (refusal, path)
    assert refusal.code in refused.value.message


def test_a_plan_of_another_kind_than_its_scenario_says_is_refused():
    with pytest.raises(refusals.UnknownPlanValue):
        read_plan(tier_plan(kind="two_tier"), kind="chain21")


def test_the_digest_knows_a_plan_however_it_is_ordered():
    plan = chain_plan()

    assert plan_digest(dict(reversed(plan.items()))) == plan_digest(plan)
    assert plan_digest(plan | {"boss_rate": 30001}) != plan_digest(plan)
