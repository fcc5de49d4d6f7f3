"""What every process pays for at its start: two web processes, the worker, and each command that a person types."""

import os
import subprocess
import sys

HEAVY = {
    "scipy",
    "pandas",
    "ibis",
    "duckdb",
    "pyarrow",
    "sqlglot",
    "adbc_driver_postgresql",
    "python_calamine",
}
SCRIPT = "import sys, django; django.setup(); import liuke.config.urls; print(*sys.modules)"


def test_no_engine_is_loaded_before_somebody_needs_it():
    """They take seconds and 150 MB; import them in the function that computes (see liuke/insight/tasks.py)."""
    command = [sys.executable, "-c", SCRIPT]
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "liuke.config.settings"}

    loaded = subprocess.run(command, env=settings, capture_output=True, text=True, check=True).stdout.split()

    assert set(loaded) & HEAVY == set()
