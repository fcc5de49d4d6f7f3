import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from liuke.referral.tests.builders import SCENARIOS, chain_plan, tier_plan

EXAMPLES = Path(__file__).parent / "data" / "chain-examples.json"


def run(capsys, *arguments):
    """(exit code, what stands on standard output, on standard error)"""
    try:
        call_command(*arguments)
        code = 0
    except SystemExit as left:
        code = left.code
    return (code, *capsys.readouterr())


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "file.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


def test_standard_output_holds_the_played_scenario_and_nothing_else(capsys, file):
    code, out, err = run(capsys, "simulate_chain", file(SCENARIOS["C01"]))

    assert (code, err) == (0, "")
    assert json.loads(out)["steps"] == SCENARIOS["C01"]["steps"]
    assert json.loads(out)["guard"] == SCENARIOS["C01"]["guard_expect"]


def test_a_fresh_process_plays_the_whole_example_file():
    done = subprocess.run(
        [sys.executable, "manage.py", "simulate_chain", str(EXAMPLES)], capture_output=True, timeout=120, check=True,
        cwd=Path(__file__).parents[3],
    )

    assert [one["totals"] for one in json.loads(done.stdout)["scenarios"]] == [
        one["totals"] for one in SCENARIOS.values()
    ]


@pytest.mark.parametrize("content", [
    b"", b"{", b"\xff\xfe", b"null", b'{"plan": {}}', {"plan": chain_plan(hop=1), "steps": []},
    {"plan": chain_plan(), "steps": [{"op": "join"}]}, b'{"plan": NaN, "steps": []}',
    {"plan": tier_plan(), "steps": [], "title": "\ud800"},
])
@pytest.mark.parametrize("command", ["simulate_chain", "simulate_plan"])
def test_a_malformed_file_is_one_sentence_on_standard_error(capsys, file, command, content):
    if command == "simulate_plan" and isinstance(content, dict) and content["plan"] != chain_plan(hop=1):
        pytest.skip("only the steps are malformed, and a plan is played without them")

    code, out, err = run(capsys, command, file(content))

    assert (code, out) == (2, "")
    assert err.strip()
    assert err.count("\n") == 1


def test_a_missing_file_is_one_sentence_too(capsys, tmp_path):
    for command in ("simulate_chain", "simulate_plan"):
        code, out, err = run(capsys, command, str(tmp_path / "none.json"))

        assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_simulated_plan_is_json_when_asked(capsys, file):
    plan = {"plan": chain_plan(), "steps": []}

    code, out, _ = run(capsys, "simulate_plan", file(plan), "--joiners", "200", "--seed", "3", "--json")

    shown = json.loads(out)
    assert code == 0
    assert (shown["joiners"], shown["seed"], shown["verdict"]) == (200, 3, "refused")
    assert [shape["shape"] for shape in shown["shapes"]] == [
        "two_recruit_two", "uniform", "recent_joiners", "popular_inviters",
    ]
    assert shown["shapes"][0]["payout_share"] == pytest.approx(0.6012, abs=1e-4)


def test_a_preset_is_simulated_by_its_name_and_shows_the_verdict(capsys):
    _, out, _ = run(capsys, "simulate_plan", "two_tier", "--joiners", "100")

    assert "Guard: needs_signature" in out
    assert "G10  warn" in out


@pytest.mark.parametrize("option", [("--joiners", "0"), ("--joiners", "1000001"), ("--order", "0")])
def test_a_number_out_of_range_is_refused(option):
    with pytest.raises(CommandError) as refused:
        call_command("simulate_plan", "two_tier", *option)

    assert refused.value.returncode == 2
