import random

import pytest

from liuke.referral.scenario import played_document
from liuke.referral.tests.builders import random_chain_plan, random_history, scenario
from liuke.referral.tests.literal import LiteralChain


def agree_with_the_literal_tree(*, seed, histories):
    rng, people = random.Random(seed), 0
    for _ in range(histories):
        plan, steps = random_chain_plan(rng), random_history(rng, rng.randrange(2, 40))
        literal = LiteralChain(plan)

        ours = played_document(scenario(plan, steps))

        for step, done in zip(steps, ours["steps"], strict=True):
            assert done["expect"] == literal.step(step), (plan, steps, step)
        assert ours["totals"] == literal.totals()
        people += len(ours["totals"])
    return people


def test_agrees_with_a_literal_tree_moving_engine():
    agree_with_the_literal_tree(seed=21, histories=150)


@pytest.mark.slow
def test_agrees_with_a_literal_tree_moving_engine_on_20000_histories():
    assert agree_with_the_literal_tree(seed=20_000, histories=20_000) > 400_000
