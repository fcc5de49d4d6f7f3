"""For every test: append-only tables and the queue of jobs are emptied after a test that commits, and nowhere else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import settings

settings.register_profile("liuke", deadline=None)      # a busy machine is no failure; speed is measured by the benches
settings.load_profile("liuke")


@pytest.fixture(autouse=True, scope="session")
def _flush_append_only_tables() -> Iterator[None]:
    """The flush after a test that commits must get past triggers that refuse TRUNCATE, and does not know the queue."""
    flush = DatabaseOperations.execute_sql_flush

    def past_triggers(self: Any, sql_list: list[str]) -> None:
        flush(self, [
            "SET session_replication_role = replica", *sql_list, "SET session_replication_role = origin",
            "DELETE FROM procrastinate_periodic_defers", "DELETE FROM procrastinate_jobs",
        ])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", past_triggers)
        yield
