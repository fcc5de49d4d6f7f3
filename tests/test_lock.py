"""The locks are what pyproject.toml asks for, agree with each other, and name nobody's package index."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
UV = tomllib.loads((ROOT / "uv.lock").read_text())
PUBLIC_INDEX, PUBLIC_FILES = "https://pypi.org/simple", "https://files.pythonhosted.org/packages/"
LOCKS = {
    "requirements.lock": [*PROJECT["dependencies"], *EXTRAS["build"]],
    "requirements-test.lock": [*PROJECT["dependencies"], *EXTRAS["build"], *EXTRAS["test"], *EXTRAS["docs"]],
    "requirements-spark.lock": [*PROJECT["dependencies"], *EXTRAS["build"], *EXTRAS["analytics-spark"]],
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


def exported(*extras: str) -> set[tuple[str, str]]:
    """What uv.lock would install with these extras, on whatever machine: names and versions."""
    packages = {(package["name"], package["version"]): package for package in UV["package"]}
    named = {name: [each for each in packages if each[0] == name] for name, _version in packages}
    reached, queue = set(), [("liuke", PROJECT["version"], extra) for extra in ("", *extras)]
    while queue:
        at = queue.pop()
        if at in reached:
            continue
        reached.add(at)
        name, version, extra = at
        package = packages[name, version]
        needs = package.get("optional-dependencies", {}).get(extra, []) if extra else package.get("dependencies", [])
        for need in needs:
            versions = [(need["name"], need["version"])] if "version" in need else named[need["name"]]
            queue += [(*each, extra) for each in versions for extra in ("", *need.get("extra", []))]
    return {(name, version) for name, version, _extra in reached} - {("liuke", PROJECT["version"])}


@pytest.mark.parametrize(("name", "extras"), [
    ("requirements.lock", ["build"]), ("requirements-test.lock", ["build", "test", "docs"]),
    ("requirements-spark.lock", ["build", "analytics-spark"]),
])
def test_the_lists_are_what_uv_locked(name, extras):
    listed = set(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE))

    assert listed == exported(*extras), "run `make lock`"


def test_uv_locked_what_the_project_asks_for():
    here = next(package for package in UV["package"] if package["name"] == "liuke")
    asked = [(line, None) for line in PROJECT["dependencies"]]
    asked += [(line, extra) for extra, lines in EXTRAS.items() for line in lines]

    wanted = {(want.name, frozenset(want.extras), want.specifier, extra) for line, extra in asked
              for want in [Requirement(line)]}
    locked = {(each["name"], frozenset(each.get("extras", [])), SpecifierSet(each.get("specifier", "")), extra_of(each))
              for each in here["metadata"]["requires-dist"]}

    assert locked == wanted, "run `make lock`"
    assert UV["requires-python"] == PROJECT["requires-python"]


def extra_of(each: dict[str, str]) -> str | None:
    found = re.search(r"extra == '([\w-]+)'", each.get("marker", ""))
    return found and found[1]


def test_uv_locked_from_the_public_index_alone():
    others = [package for package in UV["package"] if package["name"] != "liuke"]
    files = [file for package in others for file in [package.get("sdist"), *package.get("wheels", [])] if file]

    assert {tuple(package["source"].items()) for package in others} == {(("registry", PUBLIC_INDEX),)}
    assert [file["url"] for file in files if not file["url"].startswith(PUBLIC_FILES)] == []
    assert all(file["hash"].startswith("sha256:") for file in files)
    assert set(re.findall(r"\w+://[^/\"]+", (ROOT / "uv.lock").read_text())) == {
        "https://pypi.org", "https://files.pythonhosted.org",
    }
