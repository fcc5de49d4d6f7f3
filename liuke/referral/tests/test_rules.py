from hypothesis import given
from hypothesis import strategies as st

from liuke.referral import rules
from liuke.referral.chain import ChainPlay
from liuke.referral.plan_reader import read_plan
from liuke.referral.plans import Chain21, Role
from liuke.referral.rules import Standing
from liuke.referral.tests.builders import chain_plan, peer, tier_plan
from liuke.referral.two_tier import TwoTierPlay

AMOUNTS = st.integers(0, 10**7)
PLANS = st.builds(
    lambda agent, more, directs, hold, policy: chain_plan(
        agent_rate=agent, boss_rate=agent + more, graduate_directs=directs, hold=hold, stay_policy=policy
    ),
    AMOUNTS, AMOUNTS, st.integers(1, 4), st.sampled_from(["none", "until_confirm"]),
    st.sampled_from(["first_n_to_former_boss", "last_one_to_former_boss"]),
)


@given(PLANS, st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_the_rewards_of_one_entry_order_sum_to_the_boss_rate_when_a_boss_stands_above(plan, picks):
    play = ChainPlay(read_plan(plan))
    play.join("0", inviter=None, order="0", amount=49900)

    for at, pick in enumerate(picks, 1):
        events = play.join(str(at), inviter=str(pick % at), order=str(at), amount=49900)
        if pick % 2 and plan["hold"] == "until_confirm":
            play.confirm(str(at))

        assert sum(event.amount for event in events if hasattr(event, "to")) == plan["boss_rate"]


@given(PLANS, st.lists(st.integers(0, 10**6), min_size=1, max_size=25), st.lists(AMOUNTS, max_size=60))
def test_when_every_order_has_been_refunded_in_parts_nobody_holds_anything(plan, picks, parts):
    paid, help_fund = 49_901, {"pct": 33.3}
    play = ChainPlay(read_plan(plan | {"peer": peer(7.7), "help_fund": help_fund}))
    orders = {str(at): paid for at in range(len(picks) + 1)}
    for at, pick in enumerate([None, *picks]):
        play.join(str(at), inviter=None if pick is None else str(pick % at), order=str(at), amount=paid)
        if plan["hold"] == "until_confirm" and at % 2:
            play.confirm(str(at))

    for at, part in enumerate(parts):
        order = str(at % len(orders))
        if 0 < part % paid < orders[order]:
            orders[order] -= part % paid
            play.refund(order, amount=part % paid)
    for order in orders:
        play.refund(order)

    for person in play.people.values():
        assert (person.purse.balance, person.purse.pending, person.purse.withheld) == (0, 0, 0)


@given(
    st.lists(st.floats(0, 100).map(lambda pct: round(pct, 4)), min_size=1, max_size=3),
    st.integers(0, 10**12), st.lists(st.integers(1, 10**12), max_size=20),
)
def test_partial_refunds_of_a_two_tier_order_always_leave_what_the_rest_is_worth(tiers, net_amount, parts):
    plan = read_plan(tier_plan(tiers_pct=tiers))
    play = TwoTierPlay(plan)
    for who, inviter in (("A", None), ("B", "A"), ("C", "B")):
        play.register(who, inviter=inviter)
    play.order("C", order="o", net_amount=net_amount)
    left = net_amount

    for part in parts:
        if 0 < part < left:
            left -= part
            play.refund("o", amount=part)
        expected = [left * ppm // 1_000_000 for ppm in plan.tiers_ppm[:2]]
        assert [play.purses[who].balance for who in ("B", "A")][: len(expected)] == expected
    play.refund("o")

    assert {who: purse.balance for who, purse in play.purses.items()} == {"A": 0, "B": 0, "C": 0}


@given(st.integers(0, 10**12), st.integers(0, 1_000_000))
def test_a_reward_is_rounded_down_and_never_above_its_percentage(amount, ppm):
    part = rules.part(amount, ppm)

    assert part * 1_000_000 <= amount * ppm < (part + 1) * 1_000_000


def test_a_reward_of_nothing_is_no_reward():
    plan = Chain21(entry_amount=49900, agent_rate=0, boss_rate=0)

    assert rules.entry_rewards(plan, inviter=Standing(1, Role.BOSS), boss=None) == []


def test_no_boss_above_means_no_difference():
    plan = Chain21(entry_amount=49900, agent_rate=10000, boss_rate=30000)

    dues = rules.entry_rewards(plan, inviter=Standing(7, Role.AGENT), boss=None)

    assert [(due.to, due.reward, due.amount) for due in dues] == [(7, "direct", 10000)]
