"""Plans, steps and random histories as JSON."""

import json
from pathlib import Path

EXAMPLES = json.loads((Path(__file__).parent / "data" / "chain-examples.json").read_text(encoding="utf-8"))
SCENARIOS = {scenario["id"]: scenario for scenario in EXAMPLES["scenarios"]}


def chain_plan(**overrides):
    return {
        "unit": "fen", "entry_amount": 49900, "agent_rate": 10000, "boss_rate": 30000, "graduate_directs": 2,
        "root_role": "boss", "stay_policy": "first_n_to_former_boss", "stay_target": "nearest_boss",
        "stay_move": "all_placement_children", "hold": "none", "peer": None, "help_fund": None, "repurchase": None,
    } | overrides


def peer(pct=10):
    return {"mode": "pct_of_graduate_rewards", "pct": pct, "to": "former_boss", "funded_by": "platform"}


def tier_plan(**overrides):
    return {"unit": "fen", "tiers_pct": [10, 5], "max_tiers": 2, "entry_purchase_required": False} | overrides


def join(member, inviter, **overrides):
    return {"op": "join", "member": member, "inviter": inviter, "order": f"o_{member}", "amount": 49900} | overrides


def joins(text):
    """`"P A<P B<A"` -> join steps."""
    pairs = (word.partition("<") for word in text.split())
    return [join(member, inviter or None) for member, _, inviter in pairs]


def scenario(plan, steps, **more):
    return {"plan": plan, "steps": steps, **more}


def random_chain_plan(rng):
    agent_rate = rng.choice([0, 1, 999, 10000])
    return chain_plan(
        entry_amount=rng.choice([49900, 39999, 1]),
        agent_rate=agent_rate,
        boss_rate=agent_rate + rng.choice([0, 1, 20000, 20000, 20001]),
        graduate_directs=rng.choice([1, 2, 2, 2, 3, 4]),
        root_role=rng.choice(["boss", "boss", "agent"]),
        stay_policy=rng.choice(["first_n_to_former_boss", "first_n_to_former_boss", "last_one_to_former_boss"]),
        hold=rng.choice(["none", "until_confirm"]),
        peer=rng.choice([None, peer(10), peer(2.5)]),
        help_fund=rng.choice([None, {"pct": 20}, {"pct": 33.3}]),
        repurchase=rng.choice([None, {"self_saving": True, "team_differential": True},
                               {"self_saving": False, "team_differential": True}]),
    )


def random_history(rng, length):
    """Steps of which most make sense: `length` joins among other operations, with mistakes mixed in."""
    people, orders, steps = [], [], []
    while len(people) < length:
        steps.append(_random_step(rng, people, orders))
    return steps


def _random_step(rng, people, orders):
    dice = rng.random()
    if dice < 0.45 or not people:
        member = f"m{len(people)}"
        inviter = None if not people or rng.random() < 0.08 else rng.choice(people[-6:])
        people.append(member)
        orders.append(f"o_{member}")
        return join(member, inviter)
    if dice < 0.49:
        stranger = rng.choice([*people, "nobody"])
        return join(rng.choice([*people, "x"]), stranger, order=rng.choice(["o_x", *orders]))
    if dice < 0.60:
        orders.append(f"r{len(orders)}")
        return {"op": "buy", "member": rng.choice(people), "order": orders[-1], "amount": rng.choice([49900, 7, 0])}
    if dice < 0.88:
        return {"op": "confirm", "order": rng.choice(orders[-5:])}
    if dice < 0.96:
        amount = rng.choice([None, None, 1, 333, 24950, 49899, 49900, -1])
        return {"op": "refund", "order": rng.choice(orders)} | ({} if amount is None else {"amount": amount})
    return {"op": "payout", "member": rng.choice(people), "amount": rng.choice([1, 5000, 30000])}
