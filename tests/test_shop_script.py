"""scripts/shop.sh with a node and an npm of ours: what is built, and what is left when something fails."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
NODE = """#!/bin/sh
[ "$1" = -e ] && exit 0
[ -e ../../broken ] && exit 1
mkdir -p dist/build/h5 && echo "<html>" >dist/build/h5/index.html
"""
NPM = """#!/bin/sh
[ -e ../../away ] && exit 1
mkdir -p node_modules
"""


@pytest.fixture
def checkout(tmp_path):
    """A checkout with blanks in its name, whose tools do what the files `broken` and `away` say."""
    root = tmp_path / "a check out"
    for folder in ("scripts", "clients/shop", "docs", "liuke/storefront", "bin"):
        (root / folder).mkdir(parents=True)
    shutil.copy(HERE / "scripts/shop.sh", root / "scripts")
    (root / "clients/shop/package-lock.json").write_text("{}")
    (root / "docs/openapi.json").write_text("{}")
    for name, text in (("node", NODE), ("npm", NPM)):
        (root / "bin" / name).write_text(text)
        (root / "bin" / name).chmod(0o755)
    return root


def built(root):
    """Run it; the names of what stands in the folder afterwards. It always ends well."""
    path = f"{root / 'bin'}:{os.environ['PATH']}"
    subprocess.run(["sh", "scripts/shop.sh"], cwd=root, env={**os.environ, "PATH": path}, check=True, timeout=60,
                   capture_output=True)
    return {each.name for each in (root / "liuke/storefront/built").iterdir()}


def test_a_build_that_fails_leaves_no_old_one_and_the_next_run_tries_again(checkout):
    assert built(checkout) == {"index.html", "stamp"}

    (checkout / "clients/shop/page.vue").write_text("changed")
    (checkout / "broken").touch()
    assert built(checkout) == {"missing.txt"}

    (checkout / "broken").unlink()
    assert built(checkout) == {"index.html", "stamp"}


def test_a_registry_out_of_reach_is_said_and_nothing_is_built_twice(checkout):
    (checkout / "away").touch()
    assert built(checkout) == {"missing.txt"}

    (checkout / "away").unlink()
    assert built(checkout) == {"index.html", "stamp"}
    (checkout / "broken").touch()                        # would fail, but nothing changed
    assert built(checkout) == {"index.html", "stamp"}
