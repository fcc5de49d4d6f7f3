import json
import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from liuke.referral.tests.builders import SCENARIOS, chain_plan, tier_plan

EXAMPLES = Path(__file__).parent / "data" / "chain-examples.json"


def liuke(*words):
    """The command itself, in a process of its own without any settings."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("LIUKE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "liuke", *words], capture_output=True, timeout=120, check=False, text=True,
        cwd=Path(__file__).parents[3], env=bare,
    )


def refused(command, path):
    with pytest.raises(CommandError) as error:
        call_command(command, path)
    return error.value


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "file.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


def test_standard_output_holds_the_played_scenario_and_nothing_else(file):
    done = liuke("simulate", "chain", file(SCENARIOS["C01"]))

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["steps"] == SCENARIOS["C01"]["steps"]
    assert json.loads(done.stdout)["guard"] == SCENARIOS["C01"]["guard_expect"]


def test_the_whole_example_file_is_played_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(EXAMPLES.read_bytes())))

    call_command("simulate_chain", "-")

    played = json.loads(capsys.readouterr().out)["scenarios"]
    assert [one["totals"] for one in played] == [one["totals"] for one in SCENARIOS.values()]


@pytest.mark.parametrize("command", ["chain", "plan"])
def test_a_malformed_file_is_one_sentence_on_standard_error_and_exit_status_2(file, command):
    done = liuke("simulate", command, file({"plan": chain_plan(hop=1), "steps": []}))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "plan.hop: no rule knows this field (unknown_plan_field)" in done.stderr


@pytest.mark.parametrize("content", [
    b"", b"{", b"\xff\xfe", b"null", b"[1]", b'{"plan": {}}', b'{"plan": NaN, "steps": []}',
    {"plan": chain_plan(hop=1), "steps": []},
])
@pytest.mark.parametrize("command", ["simulate_chain", "simulate_plan"])
def test_a_file_without_a_plan_that_can_be_read_is_refused(file, command, content):
    error = refused(command, file(content))

    assert error.returncode == 2
    assert "\n" not in str(error)


@pytest.mark.parametrize("content", [
    {"plan": chain_plan(), "steps": [{"op": "join"}]}, {"plan": tier_plan(), "steps": [], "title": "\ud800"},
])
def test_steps_that_cannot_be_played_or_printed_are_refused(capsys, file, content):
    assert refused("simulate_chain", file(content)).returncode == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("command", ["simulate_chain", "simulate_plan"])
def test_a_missing_file_is_refused(tmp_path, command):
    assert refused(command, str(tmp_path / "none.json")).returncode == 2


def test_a_simulated_plan_is_json_when_asked(capsys, file):
    plan = {"plan": chain_plan(), "steps": []}

    call_command("simulate_plan", file(plan), "--joiners", "200", "--seed", "3", "--json")

    shown = json.loads(capsys.readouterr().out)
    assert (shown["joiners"], shown["seed"], shown["verdict"]) == (200, 3, "refused")
    assert [shape["shape"] for shape in shown["shapes"]] == [
        "two_recruit_two", "uniform", "recent_joiners", "popular_inviters",
    ]
    assert shown["shapes"][0]["payout_share"] == pytest.approx(0.6012, abs=1e-4)


def test_a_preset_is_simulated_by_its_name_and_shows_the_verdict(capsys):
    call_command("simulate_plan", "two_tier", "--joiners", "100")

    out = capsys.readouterr().out
    assert "Guard: needs_signature" in out
    assert "G10  warn" in out


@pytest.mark.parametrize("option", [("--joiners", "0"), ("--joiners", "1000001"), ("--order", "0")])
def test_a_number_out_of_range_is_refused(option):
    with pytest.raises(CommandError) as error:
        call_command("simulate_plan", "two_tier", *option)

    assert error.value.returncode == 2
