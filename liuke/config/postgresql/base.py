"""Django's backend with what ours knows better: how many values a statement takes, whether a line still stands, and
which cursor can be used again.

The server binds the values, and takes 65,535 of them in a statement: what writes many rows does so in several.
"""

import select
from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.features import DatabaseFeatures as PostgresFeatures
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.utils import CursorWrapper

MOST_VALUES = 65_535
MOST_PREPARED = 300                      # statements of a connection; the shop alone has some seventy, the console more


class DatabaseFeatures(PostgresFeatures):
    max_query_params = MOST_VALUES


class DatabaseOperations(PostgresOperations):
    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        """How many of the rows go into one statement; Django asks before it writes them."""
        return min(len(objs), MOST_VALUES // len(fields)) if fields else len(objs)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    _kept: CursorWrapper | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = MOST_PREPARED
        return connection

    def kept_cursor(self) -> CursorWrapper:
        """A cursor for statements that fetch all of their rows at once, so that one can serve them all.

        It is kept as long as its connection, because it remembers how values of each kind are written and read.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self.queries_logged:
            return self.cursor()
        if self._kept is None or self._kept.connection is not self.connection:
            self._kept = self.cursor()
        return self._kept

    def is_usable(self) -> bool:
        """Whether the server is still there; Django asks in every request.

        A server says nothing unasked but that it hangs up. So as long as nothing has come, there is nothing to ask.
        """
        return self._is_quiet() or super().is_usable()

    def _is_quiet(self) -> bool:
        if self.errors_occurred or self.connection is None or self.connection.closed:
            return False
        line = select.poll()
        line.register(self.connection.fileno(), select.POLLIN)
        return not line.poll(0)
