"""The lock is what pyproject.toml asks for, works for pip and uv alike, and names nobody's package index."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "requirements.lock": [*PROJECT["dependencies"], *EXTRAS["build"]],
    "requirements-test.lock": [*PROJECT["dependencies"], *EXTRAS["build"], *EXTRAS["test"], *EXTRAS["docs"]],
}


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_satisfies_the_project(name):
    locked = pins(name)
    asked = [Requirement(line) for line in LOCKS[name]]

    unmet = [str(want) for want in asked if not want.specifier.contains(locked.get(want.name.lower(), "0"))]

    assert unmet == [], "run `make lock`"


def test_tests_run_with_what_people_run():
    assert pins("requirements.lock").items() <= pins("requirements-test.lock").items()


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_names_no_index_and_no_directory(name):
    text = (ROOT / name).read_text()

    assert not re.search(r"://|^-|^/|^\.|find-links| @ ", text, re.MULTILINE)
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", text.strip()))
