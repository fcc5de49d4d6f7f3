import json

import pytest

from liuke.referral.refusals import ScenarioRefused
from liuke.referral.scenario import MAX_STATE_ROWS, played, played_document
from liuke.referral.tests.builders import (
    EXAMPLES,
    SCENARIOS,
    chain_plan,
    join,
    joins,
    peer,
    scenario,
    tier_plan,
)


def events(plan, steps):
    """The events of the last step."""
    return played_document(scenario(plan, steps))["steps"][-1]["expect"]["events"]


def register(member, inviter):
    return {"op": "register", "member": member, "inviter": inviter}


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_worked_example_comes_out_exactly(name):
    example = SCENARIOS[name]
    bare = {key: value for key, value in example.items() if key not in ("totals", "guard_expect", "inviters")}
    bare["steps"] = [{key: value for key, value in step.items() if key != "expect"} for step in example["steps"]]

    ours = played_document(bare)

    assert ours["steps"] == example["steps"]
    assert ours["totals"] == example["totals"]
    assert ours["guard"] == example["guard_expect"]
    assert ours.get("inviters") == example.get("inviters")


def test_a_file_of_many_scenarios_is_played_whole_and_keeps_what_it_says_besides():
    ours = played(json.dumps(EXAMPLES))

    assert [one["guard"] for one in ours["scenarios"]] == [one["guard_expect"] for one in EXAMPLES["scenarios"]]
    assert ours["conventions"] == EXAMPLES["conventions"]
    assert ours["scenarios"][0]["title"] == SCENARIOS["C01"]["title"]


def test_what_the_input_expects_is_ignored():
    example = SCENARIOS["C02"]
    lying = example | {"totals": {"P": 1}, "steps": [step | {"expect": "nonsense"} for step in example["steps"]]}

    ours = played_document(lying)

    assert ours["totals"] == example["totals"]
    assert ours["steps"] == example["steps"]


def test_the_kind_is_told_by_the_plan_when_the_file_does_not_say_it():
    assert "balances" in played_document(scenario(tier_plan(), [register("A", None)]))["steps"][0]["expect"]
    assert "after" in played_document(scenario(chain_plan(), joins("P")))["steps"][0]["expect"]


def test_the_last_direct_alone_goes_to_the_former_boss_when_the_policy_says_so():
    plan = chain_plan(stay_policy="last_one_to_former_boss")

    ours = played_document(scenario(plan, joins("P A<P B<A C<A B1<B")))

    after = ours["steps"][3]["expect"]["after"]
    assert (after["B"]["team_parent"], after["B"]["team_boss"]) == ("A", "A")
    assert (after["C"]["team_parent"], after["C"]["team_boss"]) == ("P", "P")
    assert ours["totals"] == {"P": 70000, "A": 40000, "B": 10000, "C": 0, "B1": 0}


def test_a_whole_subtree_follows_the_boss_who_kept_its_head():
    plan = chain_plan(stay_policy="last_one_to_former_boss")

    ours = played_document(scenario(plan, joins("P A<P B<A D<B E<D C<A F<E")))

    assert ours["steps"][4]["expect"]["after"]["E"]["team_boss"] == "P"
    assert ours["steps"][5]["expect"]["after"]["E"]["team_boss"] == "A"
    assert ours["steps"][6]["expect"]["events"][1] == {
        "to": "A", "type": "team", "amount": 20000, "order": "o_F", "status": "confirmed",
    }


def test_a_graduate_without_a_boss_above_keeps_everybody_and_becomes_the_boss_of_the_whole_line():
    ours = played_document(scenario(chain_plan(root_role="agent"), joins("R B<R B1<B X<B1 B2<B")))

    assert ours["steps"][-1]["expect"]["events"] == [
        {"to": "B", "type": "direct", "amount": 10000, "order": "o_B2", "status": "confirmed"},
        {"event": "graduate", "member": "B", "former_boss": None},
    ]
    after = ours["steps"][-1]["expect"]["after"]
    assert {name: (row["team_parent"], row["team_boss"]) for name, row in after.items()} == {
        "R": (None, None), "B": (None, None), "B1": ("B", "B"), "X": ("B1", "B"), "B2": ("B", "B"),
    }


def test_an_agent_under_an_agent_overtakes_to_the_nearest_boss():
    ours = played_document(scenario(chain_plan(), joins("P A<P B<A B1<B B2<B C<A")))

    assert ours["steps"][4]["expect"]["events"][-1] == {"event": "graduate", "member": "B", "former_boss": "P"}
    assert ours["steps"][4]["expect"]["after"]["B1"]["team_parent"] == "P"
    assert ours["steps"][5]["expect"]["events"][-1] == {"event": "graduate", "member": "A", "former_boss": "P"}


def test_the_peer_reward_follows_every_reward_of_a_graduate_and_none_before():
    plan = chain_plan(peer=peer(10), repurchase={"self_saving": True, "team_differential": True})
    steps = joins("P A<P B<A C<A D<A E<D")

    ours = played_document(scenario(plan, [*steps, {"op": "buy", "member": "A", "order": "r", "amount": 49900}]))

    assert [event.get("type") for event in ours["steps"][3]["expect"]["events"]] == ["direct", "team", None]
    assert ours["steps"][4]["expect"]["events"] == [
        {"to": "A", "type": "direct", "amount": 30000, "order": "o_D", "status": "confirmed"},
        {"to": "P", "type": "peer", "amount": 3000, "order": "o_D", "status": "confirmed"},
    ]
    assert ours["steps"][5]["expect"]["events"][1:] == [
        {"to": "A", "type": "team", "amount": 20000, "order": "o_E", "status": "confirmed"},
        {"to": "P", "type": "peer", "amount": 2000, "order": "o_E", "status": "confirmed"},
    ]
    assert ours["steps"][6]["expect"]["events"] == [
        {"to": "A", "type": "self_saving", "amount": 30000, "order": "r", "status": "confirmed"},
        {"to": "P", "type": "peer", "amount": 3000, "order": "r", "status": "confirmed"},
    ]


def test_a_peer_reward_is_not_paid_on_a_peer_reward():
    steps = joins("P A<P B<A C<A B1<B B2<B Q<B Q1<Q Q2<Q Z<Q")

    ours = events(chain_plan(peer=peer(10), graduate_directs=2), steps)

    assert [(event["to"], event["type"], event["amount"]) for event in ours] == [
        ("Q", "direct", 30000), ("B", "peer", 3000),
    ]


def test_a_confirmed_order_that_is_refunded_is_clawed_back_without_demotion():
    paid_out = {"op": "payout", "member": "A", "amount": 20000}
    steps = [*joins("P A<P B<A C<A"), paid_out, {"op": "refund", "order": "o_C"}]

    last = played_document(scenario(chain_plan(), steps))["steps"][-1]["expect"]

    assert last["events"] == [
        {"to": "A", "type": "clawback", "amount": -10000, "order": "o_C", "status": "confirmed"},
        {"to": "P", "type": "clawback", "amount": -20000, "order": "o_C", "status": "confirmed"},
    ]
    assert last["after"]["A"] == {
        "role": "boss", "inviter": "P", "team_parent": None, "team_boss": None, "confirmed_directs": 2,
        "balance": -10000, "paid_out": 20000,
    }


def test_partial_refunds_of_a_chain_order_take_back_exactly_what_was_paid():
    parts = [{"op": "refund", "order": "o_B", "amount": amount} for amount in (1, 33333, 16566)]

    ours = played_document(scenario(chain_plan(), [*joins("P A<P B<A"), *parts]))

    taken = [[event["amount"] for event in step["expect"]["events"]] for step in ours["steps"][3:]]
    assert taken == [[-1, -1], [-6680, -13360], [-3319, -6639]]
    assert ours["totals"] == {"P": 30000, "A": 0, "B": 0}


def test_a_help_fund_share_that_is_clawed_back_leaves_the_fund():
    plan = chain_plan(help_fund={"pct": 20})

    after = played_document(scenario(plan, [*joins("P A<P B<A"), {"op": "refund", "order": "o_B"}]))["steps"][-1]

    assert after["expect"]["events"][0] == {
        "to": "A", "type": "clawback", "amount": -10000, "order": "o_B", "withheld": -2000, "status": "confirmed",
    }
    assert after["expect"]["after"]["A"]["balance"] == 0
    assert "withheld" not in after["expect"]["after"]["A"]


def test_a_level_paid_in_points_is_no_cash():
    plan = tier_plan(paid_in={"tier2": "points"})
    steps = [register("A", None), register("B", "A"), register("C", "B"),
             {"op": "order", "member": "C", "order": "o", "net_amount": 9999}]

    ours = played_document(scenario(plan, steps))

    assert ours["steps"][-1]["expect"] == {
        "events": [
            {"to": "B", "type": "tier1", "amount": 999, "order": "o"},
            {"to": "A", "type": "tier2", "amount": 499, "order": "o", "paid_in": "points"},
        ],
        "balances": {"A": 0, "B": 999, "C": 0},
        "points": {"A": 499, "B": 0, "C": 0},
        "coupon": {"A": 0, "B": 0, "C": 0},
    }
    assert ours["totals"] == {"A": 0, "B": 999, "C": 0}


def test_a_third_level_is_never_paid_whatever_the_plan_says():
    steps = [register("A", None), register("B", "A"), register("C", "B"), register("D", "C"),
             {"op": "order", "member": "D", "order": "o", "net_amount": 10000}]

    ours = events(tier_plan(tiers_pct=[10, 5, 3], max_tiers=3), steps)

    assert [(event["to"], event["amount"]) for event in ours] == [("C", 1000), ("B", 500)]


@pytest.mark.parametrize(("steps", "code"), [
    ([register("A", "A")], "self_referral"),
    ([register("A", None), register("A", None)], "already_bound"),
    ([register("A", "B")], "unknown_inviter"),
    ([register("A", None), register("B", "A"), {"op": "rebind", "member": "A", "inviter": "B"}], "loop"),
    ([register("A", None), {"op": "rebind", "member": "A", "inviter": "X"}], "unknown_inviter"),
    ([register("A", None), register("B", "A"), {"op": "rebind", "member": "B", "inviter": "B"}], "self_referral"),
    ([{"op": "rebind", "member": "A", "inviter": None}], "unknown_member"),
    ([{"op": "order", "member": "A", "order": "o", "net_amount": 1}], "unknown_member"),
    ([register("A", None), {"op": "order", "member": "A", "order": "o", "net_amount": -1}], "bad_amount"),
    ([{"op": "refund", "order": "o", "amount": 1}], "unknown_order"),
])
def test_a_two_tier_step_that_is_refused_says_its_code_and_changes_nothing(steps, code):
    ours = played_document(scenario(tier_plan(), steps))["steps"]

    assert ours[-1]["expect"]["events"] == {"rejected": code}
    if len(ours) > 1:
        assert ours[-1]["expect"]["balances"] == ours[-2]["expect"]["balances"]


def test_somebody_who_registered_alone_can_be_bound_once():
    steps = [register("A", None), register("B", None), {"op": "rebind", "member": "B", "inviter": "A"},
             {"op": "rebind", "member": "B", "inviter": None}]

    ours = played_document(scenario(tier_plan(), steps))

    assert [step["expect"]["events"] for step in ours["steps"][2:]] == [
        {"bound_to": "A"}, {"rejected": "already_bound"},
    ]
    assert ours["inviters"] == {"A": None, "B": "A"}


@pytest.mark.parametrize(("steps", "code"), [
    ([join("A", "A")], "self_referral"),
    ([*joins("A"), join("A", None, order="o2")], "already_bound"),
    ([join("A", "B")], "unknown_inviter"),
    ([*joins("A B<A"), {"op": "rebind", "member": "A", "inviter": "B"}], "loop"),
    ([*joins("A B"), {"op": "rebind", "member": "A", "inviter": "B"}], "already_bound"),
    ([*joins("A"), join("B", "A", order="o_A")], "duplicate_order"),
    ([join("A", None, amount=-1)], "bad_amount"),
    ([{"op": "buy", "member": "A", "order": "o", "amount": 1}], "unknown_member"),
    ([{"op": "confirm", "order": "o"}], "unknown_order"),
    ([*joins("A"), {"op": "confirm", "order": "o_A"}], "already_confirmed"),
    ([*joins("A"), {"op": "refund", "order": "o_A", "amount": 49901}], "refund_exceeds_paid"),
    ([*joins("A"), {"op": "refund", "order": "o_A", "amount": 0}], "bad_amount"),
    ([*joins("A"), {"op": "refund", "order": "o_A"}, {"op": "refund", "order": "o_A"}], "already_refunded"),
    ([*joins("A"), *[{"op": "refund", "order": "o_A", "amount": 5, "refund": "n1"}] * 2], "already_refunded"),
    ([*joins("A"), {"op": "payout", "member": "A", "amount": 1}], "payout_above_balance"),
])
def test_a_chain_step_that_is_refused_says_its_code_and_changes_nothing(steps, code):
    ours = played_document(scenario(chain_plan(), steps))["steps"]

    assert ours[-1]["expect"]["events"] == {"rejected": code}
    if len(ours) > 1:
        assert ours[-1]["expect"]["after"] == ours[-2]["expect"]["after"]


def test_an_order_refunded_before_confirmation_cannot_be_confirmed():
    steps = [*joins("P A<P"), {"op": "refund", "order": "o_A"}, {"op": "confirm", "order": "o_A"}]

    assert events(chain_plan(hold="until_confirm"), steps) == {"rejected": "order_refunded"}


@pytest.mark.parametrize(("text", "place"), [
    ("", "not JSON"),
    ("[]", "the file: must be an object"),
    ("NaN", "NaN"),
    ('{"schema": "liuke-chain/9"}', "schema"),
    ('{"scenarios": 1}', "scenarios: must be a list"),
    ('{"plan": null, "steps": []}', "plan: must be an object"),
    (json.dumps(scenario(chain_plan(), None)), "steps: must be a list"),
    (json.dumps(scenario(chain_plan(), [1])), "steps[0]: must be an object"),
    (json.dumps(scenario(chain_plan(), [{"op": "fly"}])), "steps[0].op"),
    (json.dumps(scenario(chain_plan(), [{"op": "confirm"}])), "steps[0].order: is missing"),
    (json.dumps(scenario(chain_plan(), [join("A", None, amount=1.5)])), "steps[0].amount: must be a whole number"),
    (json.dumps(scenario(chain_plan(), [join("A", None, amount=True)])), "steps[0].amount: must be a whole number"),
    (json.dumps(scenario(chain_plan(), [join("", None)])), "steps[0].member"),
    (json.dumps(scenario(chain_plan(), [join("A", None, amout=1)])), "steps[0].amout: no rule knows this field"),
    (json.dumps(scenario(chain_plan(root_role="king"), [])), "plan.root_role"),
    (json.dumps({"scenarios": [scenario(chain_plan(hop=1), [])]}), "scenarios[0].plan.hop"),
    (json.dumps(scenario(chain_plan(), [], kind="pyramid")), "kind"),
    (json.dumps(scenario(tier_plan(), [], kind="chain21")), "plan.entry_amount"),
    ("[" * 100_000, "not JSON"),
])
def test_a_file_that_cannot_be_played_is_refused_with_the_place(text, place):
    with pytest.raises(ScenarioRefused) as refused:
        played(text)

    assert place in refused.value.message
    assert "\n" not in refused.value.message


def test_a_play_too_long_to_print_is_refused(monkeypatch):
    monkeypatch.setattr("liuke.referral.scenario.MAX_STATE_ROWS", 5)

    with pytest.raises(ScenarioRefused, match=r"steps\[2\]: too many"):
        played_document(scenario(chain_plan(), joins("A B C")))
    assert MAX_STATE_ROWS == 1_000_000
