"""The worked examples come out exactly, and a file that is not understood is refused with a code and a place."""

import json
from pathlib import Path

import pytest

from liuke.desk.scenarios import simulated

EXAMPLES = Path(__file__).parent / "data" / "sla-examples.json"
DOCUMENT = json.loads(EXAMPLES.read_text())
NAMES = [scenario["id"] for scenario in DOCUMENT["scenarios"]]


@pytest.fixture(scope="module")
def computed():
    """The same file, with an `expect` that must be ignored in every scenario."""
    blind = {**DOCUMENT, "scenarios": [{**body, "expect": {"ignored": True}} for body in DOCUMENT["scenarios"]]}
    return {scenario["id"]: scenario for scenario in simulated(json.dumps(blind))["scenarios"]}


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_every_worked_example_comes_out_exactly(computed, number):
    scenario = DOCUMENT["scenarios"][number]

    assert computed[scenario["id"]] == scenario


def test_everything_but_the_expectations_is_handed_back_unchanged():
    assert json.dumps(simulated(EXAMPLES.read_text())) == json.dumps(DOCUMENT)
