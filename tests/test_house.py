"""Keeps the house: what the style says and a machine can check."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver
from procrastinate.contrib.django import app

from liuke.clocks import CLOCKS
from liuke.timeline import facts, reactor

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for path in (ROOT / "liuke").rglob("*.py") if "migrations" not in path.parts)
OWN = [path for path in SOURCES if "tests" not in path.parts]
MODULE_FILES = {
    "__init__", "apps", "rules", "models", "queries", "services", "handlers", "api", "console", "hooks", "tasks",
    "admin",
}
OPEN_PAGES = {"console/language/", "console/theme/"}         # anybody may; they change only the own cookie


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_fact_has_exactly_one_row_in_the_table():
    from liuke.reactions import REACTIONS

    rows = [row.kind.__name__ for row in REACTIONS]

    assert sorted(rows) == sorted(facts.kinds())


def test_every_handler_is_called_by_its_module_name():
    assert all(handler.__module__.endswith(".handlers") for row in reactor.table().values() for handler in row)


def test_every_queued_job_exists():
    queued = {name for path in OWN for name in re.findall(r'\blater\(\s*"([\w.]+)"', path.read_text())}

    named = {clock.task for clock in CLOCKS} | {job for jobs in settings.LIUKE_AFTER_IMPORT.values() for job in jobs}

    assert queued | named <= set(app.tasks)


@pytest.mark.parametrize("path", OWN, ids=named)
def test_no_file_is_longer_than_a_person_reads(path):
    assert len(path.read_text().splitlines()) <= 400


def test_no_test_file_is_longer_than_600_lines():
    assert [named(path) for path in SOURCES if "tests" in path.parts and len(path.read_text().splitlines()) > 600] == []


def test_half_of_the_files_are_short():
    lengths = sorted(len(path.read_text().splitlines()) for path in OWN)

    assert lengths[len(lengths) // 2] <= 80


def test_a_file_outside_the_usual_set_says_why_it_is_there():
    modules = {"org", "customers", "mall", "outreach", "insight", "ledger", "timeline", "intake", "desk", "referral",
               "performance", "training", "improve"}
    silent = [
        named(path)
        for path in OWN
        if path.relative_to(ROOT / "liuke").parts[0] in modules
        and len(path.relative_to(ROOT / "liuke").parts) == 2
        and path.stem not in MODULE_FILES
        and not path.read_text().lstrip().startswith('"""')
    ]

    assert silent == []


def doors(patterns, prefix=""):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from doors(pattern.url_patterns, path)
        elif getattr(pattern.callback, "__module__", "").startswith("liuke."):
            yield path, pattern.callback


def test_every_staff_page_asks_for_a_permission():
    pages = dict(doors(get_resolver().url_patterns))

    assert len(pages) > 5
    assert [path for path, view in pages.items()
            if path.startswith("console/") and path not in OPEN_PAGES and not hasattr(view, "permission")] == []


def test_rules_are_pure():
    impure = re.compile(r"^\s*(from|import) (django|procrastinate|httpx|psycopg)\b", re.MULTILINE)

    assert [named(path) for path in OWN if path.name == "rules.py" and impure.search(path.read_text())] == []
