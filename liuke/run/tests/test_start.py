"""What every process pays for at its start: two web processes, the worker, push, and each command of a person."""

import os
import subprocess
import sys

import pytest

HEAVY = {
    "numpy",
    "scipy",
    "pandas",
    "ibis",
    "duckdb",
    "pyarrow",
    "sqlglot",
    "adbc_driver_postgresql",
    "python_calamine",
    "sklearn",
    "PIL",
    "pypinyin",
    "xlsxwriter",
}
LOADED = {
    "web": "import liuke.config.wsgi, liuke.config.urls; from liuke.timeline.reactor import table; table()",
    "worker": (
        "import django; django.setup(); import liuke.run.worker, liuke.run.lanes, liuke.clocks; "
        "from procrastinate.contrib.django import app; app.perform_import_paths(); assert len(app.tasks) > 20; "
        "from liuke.timeline.reactor import table; table()"
    ),
    "push": "import liuke.run.push",
    "command": "import liuke.run.commands as here; import django; django.setup(); here.overview()",
}


@pytest.mark.parametrize("name", LOADED)
def test_no_engine_is_loaded_before_somebody_needs_it(name):
    """They take seconds and 150 MB; import them in the function that computes (see liuke/insight/tasks.py)."""
    script = f"import sys; {LOADED[name]}; print(*sys.modules)"
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "liuke.config.settings"}

    told = subprocess.run([sys.executable, "-c", script], env=settings, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
    assert set(told.stdout.split()) & HEAVY == set()
