"""The server binds the values, and takes 65,535 of them in a statement: what writes many rows does so in several."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.features import DatabaseFeatures as PostgresFeatures
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations

MOST_VALUES = 65_535


class DatabaseFeatures(PostgresFeatures):
    max_query_params = MOST_VALUES


class DatabaseOperations(PostgresOperations):
    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        """How many of the rows go into one statement; Django asks before it writes them."""
        return min(len(objs), MOST_VALUES // len(fields)) if fields else len(objs)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
